"""The columns of the report: one for every metric id and statistic, so that unlike numbers never share one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voxeval.report.sources import Source

if TYPE_CHECKING:
    import pandas as pd

# The order of display, and no more. Families and metrics that are not named here come after those that are.
FAMILIES = (
    "intelligibility",
    "multilingual_coverage",
    "speaker_similarity",
    "long_form_coherence",
    "naturalness",
    "signal_quality",
    "real_time_factor",
    "prosody",
)
HEADLINE = (
    "wer", "cer", "understood", "covered", "coverage", "language_gap", "sim_o", "voice_consistency", "speaker_drift",
    "tail_error", "sentences_skipped", "mos_predicted", "dnsmos_ovrl", "rtf", "first_audio_s",
)  # fmt: skip
LABELS: Mapping[str, str] = {
    "wer": "WER",
    "cer": "CER",
    "wer_macro": "WER, by item",
    "rtf": "Real-time factor",
    "rtf_total": "Real-time factor, total",
    "rtf_voiced": "Real-time factor, voiced",
    "first_audio_s": "First audio",
    "total_s": "Total time",
    "underrun_s": "Underruns",
    "peak_memory_mb": "Peak memory",
    "sim_o": "Similarity",
    "mos_predicted": "Predicted MOS",
    "dnsmos_ovrl": "DNSMOS overall",
    "dnsmos_sig": "DNSMOS signal",
    "dnsmos_bak": "DNSMOS background",
    "dnsmos_p808": "DNSMOS P.808",
    "loudness_lufs": "Loudness",
    "bandwidth_hz": "Bandwidth",
    "f0_median_hz": "Median F0",
    "f0_range_st": "F0 range",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One number that systems can be compared by."""

    metric: str
    metric_id: str
    statistic: str
    unit: str  # as it is shown
    better: str
    family: str
    label: str
    basis: str  # the model that listened, or what sets this column apart from others of the same metric
    headline: bool
    own: bool  # counted voxeval's own way, and by no protocol
    sampled: bool  # an interval can be made by resampling items: not of a maximum, nor of a value that takes share

    @property
    def key(self) -> str:
        """Unique in the report."""
        return f"{self.metric_id}|{self.statistic}"

    @property
    def footing(self) -> str:
        """What the number is and who listened, where that has to be said."""
        return " · ".join(part for part in (self.statistic if self.statistic != "mean" else "", self.basis) if part)

    @property
    def arrow(self) -> str:
        """The better direction, as a sign."""
        return {"lower": "↓", "higher": "↑"}.get(self.better, "")

    @property
    def direction(self) -> str:
        """The better direction, in words."""
        return {"lower": "lower is better", "higher": "higher is better"}.get(self.better, "neither is better")


def metric_infos(sources: Sequence[Source]) -> dict[str, Mapping[str, Any]]:
    """What run.json says of each metric, by name, with those that exist only across languages."""
    infos: dict[str, Mapping[str, Any]] = {}
    for source in sources:
        for info in source.run.info.get("metrics", []):
            infos.setdefault(info["name"], info)
            across = info.get("across")
            if across:
                infos.setdefault(
                    across["metric"],
                    {
                        "name": across["metric"],
                        "module": info["module"],
                        "statistics": ["mean"],
                        "across": None,
                        **across,
                    },
                )
    return infos


def protocols(sources: Sequence[Source]) -> frozenset[str]:
    """Names of other ways of counting, without their revisions, as they begin parts of metric ids."""
    names = {each["name"].partition("@")[0] for source in sources for each in source.run.info["protocols_known"]}
    return frozenset(names | {f"{name}-text" for name in names})


def columns(
    summary: pd.DataFrame, infos: Mapping[str, Mapping[str, Any]], protocols: Collection[str]
) -> tuple[Column, ...]:
    """All columns, in the order of display: of one metric, voxeval's own way of counting before others'."""
    kinds = summary[["metric", "metric_id", "statistic", "unit", "better"]].drop_duplicates(["metric_id", "statistic"])
    names = list(infos)
    ids: dict[str, list[str]] = {}
    for metric, metric_id in zip(kinds["metric"], kinds["metric_id"], strict=True):
        if metric_id not in ids.setdefault(metric, []):
            ids[metric].append(metric_id)
    found = []
    for row in kinds.to_dict("records"):
        metric = str(row["metric"])
        info = infos.get(metric, {})
        statistics = list(info.get("statistics") or ["mean"])
        family = str(info.get("module", "other"))
        known = metric in HEADLINE or family not in FAMILIES
        own = not any(part.partition("@")[0] in protocols for part in str(row["metric_id"]).split("/"))
        found.append(
            Column(
                metric=metric,
                metric_id=str(row["metric_id"]),
                statistic=str(row["statistic"]),
                unit=str(row["unit"]),
                better=str(row["better"]),
                family=family,
                label=label(metric),
                basis=_basis(str(row["metric_id"]), ids[metric]),
                headline=known and own and row["statistic"] == statistics[0],
                own=own,
                sampled=row["statistic"] != "max" and bool(info.get("per_take", True)),
            )
        )
    return tuple(sorted(found, key=lambda column: _place(column, names)))


def label(metric: str) -> str:
    """A metric's name in the words of a table's head."""
    return LABELS.get(metric) or metric.replace("_", " ").capitalize()


def _place(column: Column, names: list[str]) -> tuple[int, int, int, bool, str]:
    metric = column.metric
    headline = HEADLINE.index(metric) if metric in HEADLINE else len(HEADLINE)
    family = FAMILIES.index(column.family) if column.family in FAMILIES else len(FAMILIES)
    return headline, family, names.index(metric) if metric in names else len(names), not column.own, column.key


def _basis(metric_id: str, rivals: list[str]) -> str:
    parts = metric_id.split("/")[1:]
    others = [rival.split("/")[1:] for rival in rivals if rival != metric_id]
    if not others:
        return next((part.split("@")[0] for part in parts if "@" in part), "")
    apart = [
        part for place, part in enumerate(parts) if any(place >= len(other) or other[place] != part for other in others)
    ]
    return " / ".join(apart) or "/".join(parts)
