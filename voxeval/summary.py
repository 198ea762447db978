"""From scores to estimates: one row a system, suite, language, category, metric id and statistic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voxeval.stats.bootstrap import (
    CONFIDENCE,
    Sample,
    Stratum,
    enough_clusters,
    mean_interval,
    quantile_interval,
    resampled_means,
)
from voxeval.store import Run, write_table

if TYPE_CHECKING:
    import pandas as pd

    from voxeval.types import FloatArray

ALL = "all"
QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}


def summarize(folder: Path) -> None:
    """Write summary.parquet from the scores of a run folder. Raises StorageError."""
    write_table(folder, "summary", list(summary_rows(Run(folder))))


def summary_rows(run: Run) -> Iterator[dict[str, Any]]:
    """All rows of the summary, in the order of systems, suites, metrics, languages and categories."""
    scores = _with_what_counts(run)
    declared = {info["name"]: info for info in run.info["metrics"]}
    parallel = {suite["name"]: suite["parallel"] for suite in run.info["suites"]}
    floors = _Floors(run, scores)
    # One group a metric id, in the order in which the runner stored them.
    for key, group in scores.groupby(["system", "suite", "metric", "metric_id"], sort=False):
        system, suite, metric, metric_id = (str(part) for part in key)
        info = declared[metric]
        cells = _Cells(group, parallel=parallel[suite])
        same = {"system": system, "suite": suite, "unit": info["unit"], "better": info["better"]}
        names = {"metric": metric, "metric_id": metric_id}
        for category in [ALL, *sorted(set(group["category"]))]:
            for language in [ALL, *sorted(set(group["language"]))]:
                for statistic in info["statistics"]:
                    cell = cells.estimate(language, category, statistic)
                    if cell is not None:
                        yield same | names | {"language": language, "category": category} | cell
        if info["across"]:
            yield same | _across(info["across"], metric_id, cells, floors.of(suite, metric_id))


def _with_what_counts(run: Run) -> pd.DataFrame:
    """The scores with `counted`: their value, or what a failed take counts as; NaN where it is left out."""
    keys = ["suite", "language", "item", "system", "voice", "seed"]
    takes = run.takes[[*keys, "status"]].rename(columns={"status": "take_status"})
    scores = run.scores.merge(takes, on=keys, how="left", validate="many_to_one")
    imputed = scores["metric"].map({info["name"]: info["if_failed"] for info in run.info["metrics"]}).astype(float)
    scores["counted"] = scores["value"].astype(float).where(scores["status"] == "ok")
    lost = (scores["take_status"] == "failed") & (scores["status"] == "failed")
    counted: pd.DataFrame = scores.assign(counted=scores["counted"].mask(lost, imputed))
    return counted


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of one language: values that count and their clusters."""

    counted: FloatArray  # (N,)
    weight: FloatArray  # (N,)
    cluster: FloatArray  # (N,) numbered from 0 over the whole group
    ok: FloatArray  # (N,) 1 where the value is a real one, 0 where it stands for a failed take


class _Cells:
    """One metric id of one system on one suite, to be cut by language and category."""

    def __init__(self, group: pd.DataFrame, *, parallel: bool) -> None:
        self.group = group
        self.parallel = parallel

    def estimate(self, language: str, category: str, statistic: str) -> dict[str, Any] | None:
        """Value, interval and counts of a cell; None where it has no rows."""
        rows = self._rows(language, category)
        if rows.empty:
            return None
        parts = list(self.parts(rows).values())
        value = _mean_over([_value(part, statistic) for part in parts], statistic)
        only_ok = [_only_ok(part) for part in parts]
        low_high = self._interval(parts, statistic)
        return {
            "statistic": statistic,
            "value": value,
            "value_ok": _mean_over([_value(part, statistic) for part in only_ok if len(part.ok)], statistic),
            "low": None if low_high is None else low_high[0],
            "high": None if low_high is None else low_high[1],
            **self.counts(rows, len(parts)),
        }

    def counts(self, rows: pd.DataFrame, n_languages: int) -> dict[str, int]:
        """What stands behind a cell."""
        counted = rows[rows["counted"].notna()]
        within = ["cluster"] if self.parallel else ["language", "cluster"]
        return {
            "n_items": len(rows),
            "n_failed": int((rows["status"] == "failed").sum()),
            "n_skipped": int((rows["status"] == "skipped").sum()),
            "n_clusters": len(counted[within].drop_duplicates()),
            "n_languages": n_languages,
        }

    def _rows(self, language: str, category: str) -> pd.DataFrame:
        rows = self.group
        if language != ALL:
            rows = rows[rows["language"] == language]
        return rows if category == ALL else rows[rows["category"] == category]

    def parts(self, rows: pd.DataFrame) -> dict[str, _Part]:
        """The part of each language that has values; clusters are numbered alike in all where they are parallel."""
        import pandas as pd

        counted = rows[rows["counted"].notna()]
        shared = pd.factorize(counted["cluster"])[0]
        parts = {}
        for language, mine in counted.assign(number=shared).groupby("language", sort=True):
            number = mine["number"] if self.parallel else pd.Series(pd.factorize(mine["cluster"])[0])
            parts[str(language)] = _Part(
                mine["counted"].to_numpy(float),
                mine["weight"].to_numpy(float),
                number.to_numpy(float),
                (mine["status"] == "ok").astype(float).to_numpy(float),
            )
        return parts

    def strata(self, parts: Sequence[_Part]) -> list[Stratum]:
        """The parts summed by cluster."""
        import numpy as np

        size = int(max((part.cluster.max() for part in parts), default=-1)) + 1
        strata = []
        for part in parts:
            number = part.cluster.astype(int)
            length = size if self.parallel else int(number.max()) + 1
            weighted = np.bincount(number, part.counted * part.weight, minlength=length)
            weights = np.bincount(number, part.weight, minlength=length)
            strata.append(Stratum(weighted.astype(float), weights.astype(float)))
        return strata

    def _interval(self, parts: Sequence[_Part], statistic: str) -> tuple[float, float] | None:
        usable = [part for part in parts if part.weight.sum() > 0]
        if not usable:
            return None
        if statistic == "mean":
            return mean_interval(self.strata(usable), parallel=self.parallel)
        if statistic in QUANTILES:
            samples = [Sample(part.counted, part.cluster) for part in usable]
            return quantile_interval(samples, QUANTILES[statistic], parallel=self.parallel)
        return None  # of a maximum: the bootstrap does not hold for it


def _value(part: _Part, statistic: str) -> float | None:
    import numpy as np

    if statistic == "mean":
        total = part.weight.sum()
        return float((part.counted * part.weight).sum() / total) if total > 0 else None
    if statistic == "max":
        return float(part.counted.max()) if len(part.counted) else None
    return float(np.quantile(part.counted, QUANTILES[statistic])) if len(part.counted) else None


def _only_ok(part: _Part) -> _Part:
    keep = part.ok == 1
    return _Part(part.counted[keep], part.weight[keep], part.cluster[keep], part.ok[keep])


def _mean_over(values: Sequence[float | None], statistic: str) -> float | None:
    """The unweighted mean of the languages' values; of maxima, the largest."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return max(known) if statistic == "max" else sum(known) / len(known)


# --- across languages ------------------------------------------------------------------------------------------------


class _Floors:
    """What each recognizer gets wrong on good speech: on the human row where there is one, else as it states."""

    def __init__(self, run: Run, scores: pd.DataFrame) -> None:
        human = {system["label"] for system in run.info["systems"] if system["human"]}
        self.human = scores[scores["system"].isin(human)]
        self.stated = {
            analyzer["id"]: {floor["language"]: floor for floor in analyzer["floors"] if floor["human"]}
            for analyzer in run.info["analyzers"]
        }

    def of(self, suite: str, metric_id: str) -> dict[str, float]:
        """The floor of a metric id by language."""
        metric, *parts = metric_id.split("/")
        stated = [floors for part in parts if (floors := self.stated.get(part))]
        found = {language: floor[metric] for floors in stated for language, floor in floors.items() if metric in floor}
        rows = self.human[(self.human["suite"] == suite) & (self.human["metric_id"] == metric_id)]
        rows = rows[rows["counted"].notna()]
        for language, mine in rows.groupby("language"):
            found[str(language)] = float((mine["counted"] * mine["weight"]).sum() / mine["weight"].sum())
        return found


def _across(rule: Mapping[str, Any], metric_id: str, cells: _Cells, floors: Mapping[str, float]) -> dict[str, Any]:
    """The summary's row of a metric that is made from all languages."""
    import numpy as np

    parts = {language: part for language, part in cells.parts(cells.group).items() if part.weight.sum() > 0}
    if rule["rule"] == "range_over_floor":
        parts = {language: part for language, part in parts.items() if language in floors}
    means = None
    strata = cells.strata(list(parts.values()))
    if strata:
        means = np.array([stratum.mean() for stratum in strata])  # (L,)
    enough = enough_clusters(strata, parallel=cells.parallel)
    resampled = resampled_means(strata, parallel=cells.parallel) if enough else None  # (L, R)
    value, spread = None, None
    if means is not None and rule["rule"] == "share_of_languages":
        value = float(np.mean(means >= rule["threshold"]))
        spread = None if resampled is None else np.mean(resampled >= rule["threshold"], axis=0)
    elif means is not None and len(means) >= 2:
        floor = np.array([floors[language] for language in parts])
        value = float(np.ptp(means - floor))
        if resampled is not None:
            excess = resampled - floor[:, None]  # (L, R)
            spread = np.nanmax(excess, axis=0) - np.nanmin(excess, axis=0)
    counts = cells.counts(cells.group, len(parts))
    low, high = None, None
    if spread is not None:
        tail = (1 - CONFIDENCE) / 2
        low, high = (float(end) for end in np.quantile(spread, [tail, 1 - tail]))
    _, slash, rest = metric_id.partition("/")
    return {
        "language": ALL,
        "category": ALL,
        "metric": rule["metric"],
        "metric_id": rule["metric"] + slash + rest,
        "statistic": "mean",
        "unit": rule["unit"],
        "better": rule["better"],
        "value": value,
        "value_ok": value,
        "low": low,
        "high": high,
        **counts,
    }
