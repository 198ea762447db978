"""From scores to estimates: one row a system, suite, language, category, metric id and statistic.

Shapes: N rows of one metric id of one system on one suite, L languages, R resamples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from voxeval.validity import PEOPLE, Judge, judge_of, kind_of, told

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from voxeval.types import FloatArray, Listened

ALL = "all"
QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
TAKE = ["suite", "language", "item", "system", "voice", "seed"]


def summarize(folder: Path) -> None:
    """Write summary.parquet from the scores of a run folder. Raises StorageError."""
    write_table(folder, "summary", summary_rows(Run(folder)))


def summary_rows(run: Run) -> Iterator[dict[str, Any]]:
    """All rows of the summary, in the order of systems, suites, metrics, categories and languages."""
    scores = _with_what_counts(run)
    declared = {info["name"]: info for info in run.info["metrics"]}
    parallel = {suite["name"]: suite["parallel"] for suite in run.info["suites"]}
    floors = _Floors(run, scores)
    analyzers = {analyzer["id"]: analyzer for analyzer in run.info["analyzers"]}
    kinds = {system["label"]: kind_of(system) for system in run.info["systems"]}
    for key, frame in scores.groupby(["system", "suite", "metric", "metric_id"], sort=False):
        system, suite, metric, metric_id = (str(part) for part in key)
        info = declared[metric]
        listened = [analyzers[part] for part in metric_id.split("/") if part in analyzers]
        doubt = _Doubt(kinds[system], [judge_of(analyzer) for analyzer in listened], info["rests_on"])
        group = _Group(frame, doubt, parallel=parallel[suite], per_take=info["per_take"])
        same = {"system": system, "suite": suite, "unit": info["unit"], "better": info["better"]}
        names = {"metric": metric, "metric_id": metric_id}
        for category in (ALL, *group.categories):
            for language in (ALL, *group.languages):
                for cell in group.cells(language, category, info["statistics"]):
                    yield same | names | {"language": language, "category": category} | cell
        if info["across"]:
            floor = floors.of(suite, metric_id, kinds[system], group.languages)
            yield same | _across(info["across"], metric_id, group, floor)


def _with_what_counts(run: Run) -> pd.DataFrame:
    """The scores with `counted`: their value, or what a failed take counts as; NaN where it is left out.

    A failed take counts only where the metric can be measured at all: not where the system's other takes in this
    language were spoken and none of them has a value, as with a recognizer that did not load.
    """
    takes = run.takes[[*TAKE, "status"]].rename(columns={"status": "take_status"})
    scores = run.scores.merge(takes, on=TAKE, how="left", validate="many_to_one")
    imputed = scores["metric"].map({info["name"]: info["if_failed"] for info in run.info["metrics"]}).astype(float)
    lost = (scores["take_status"] == "failed") & (scores["status"] == "failed")
    spoken = scores["take_status"] == "ok"
    where = [scores[name] for name in ("system", "suite", "language", "metric_id")]
    n_spoken = spoken.groupby(where, sort=False).transform("sum")
    n_measured = (spoken & (scores["status"] == "ok")).groupby(where, sort=False).transform("sum")
    measurable = (n_spoken == 0) | (n_measured > 0)
    real = scores["value"].astype(float).where(scores["status"] == "ok")
    counted: pd.DataFrame = scores.assign(counted=real.mask(lost & measurable, imputed))
    return counted


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Why numbers of one system that rest on these recognizers are indicative only."""

    kind: str  # of the system's speech
    judges: Sequence[Judge]
    rests_on: Sequence[Listened]

    def about(self, languages: Iterable[str]) -> str | None:
        """The reason for a number that is made from these languages; None where there is none."""
        names = sorted(languages)
        found = []
        for judge in self.judges:
            reasons = {name: why for name in names if (why := judge.why_indicative(name, self.kind, self.rests_on))}
            if reasons:
                found.append(told(judge.name, reasons))
        return "; ".join(found) or None


@dataclass(frozen=True, slots=True)
class _Part:
    """The values of one language that count, and their clusters, numbered from 0."""

    counted: FloatArray  # (N,)
    weight: FloatArray  # (N,)
    cluster: FloatArray  # (N,)
    ok: FloatArray  # (N,) 1 where the value is a real one, 0 where it stands for a failed take

    @property
    def mean(self) -> float | None:
        """The weighted mean; None where nothing has weight."""
        total = float(self.weight.sum())
        return float((self.counted * self.weight).sum()) / total if total > 0 else None

    def only_ok(self) -> _Part:
        """The part without what stands for failed takes."""
        keep = self.ok == 1
        return _Part(self.counted[keep], self.weight[keep], self.cluster[keep], self.ok[keep])


class _Group:
    """One metric id of one system on one suite, as arrays, to be cut by language and category."""

    def __init__(self, frame: pd.DataFrame, doubt: _Doubt, *, parallel: bool, per_take: bool) -> None:
        import pandas as pd

        self.doubt = doubt
        self.parallel = parallel
        self.per_take = per_take
        self.languages = tuple(sorted(frame["language"].unique()))
        self.categories = tuple(sorted(frame["category"].unique()))
        self.language = pd.Categorical(frame["language"], self.languages).codes  # numbers compare faster than names
        self.category = pd.Categorical(frame["category"], self.categories).codes
        # Where items are parallel, a cluster is one meaning in all languages; elsewhere each language has its own.
        names = frame["cluster"] if parallel else frame["language"] + "\0" + frame["cluster"]
        self.cluster = pd.factorize(names)[0]
        self.counted = frame["counted"].to_numpy(float)
        self.weight = frame["weight"].to_numpy(float)
        self.status = frame["status"].to_numpy()
        self.take_status = frame["take_status"].to_numpy()
        self._made: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def cells(self, language: str, category: str, statistics: Sequence[str]) -> list[dict[str, Any]]:
        """Value, interval and counts of every statistic of a cell; nothing where it has no rows."""
        if len(self.categories) == 1:
            category = ALL  # the same rows
        if (language, category) not in self._made:
            self._made[language, category] = self._cells(self.rows(language, category), statistics)
        return self._made[language, category]

    def _cells(self, rows: NDArray[np.bool_], statistics: Sequence[str]) -> list[dict[str, Any]]:
        if not rows.any():
            return []
        by_language = self.parts(rows)
        parts = list(by_language.values())
        counts = self.counts(rows, len(parts))
        cells = []
        for statistic in statistics:
            values = {language: _value(part, statistic) for language, part in by_language.items()}
            cells.append(
                {
                    "statistic": statistic,
                    "value": _over_languages(list(values.values()), statistic),
                    "value_ok": _over_languages([_value(part.only_ok(), statistic) for part in parts], statistic),
                    **_ends(self._interval(parts, statistic)),
                    **counts,
                    "indicative": self.doubt.about(name for name, value in values.items() if value is not None),
                }
            )
        return cells

    def rows(self, language: str, category: str) -> NDArray[np.bool_]:
        """Which rows belong to a cell (N,)."""
        import numpy as np

        rows = np.ones(len(self.counted), dtype=bool)
        if language != ALL:
            rows &= self.language == self.languages.index(language)
        if category != ALL:
            rows &= self.category == self.categories.index(category)
        return rows

    def parts(self, rows: NDArray[np.bool_]) -> dict[str, _Part]:
        """The part of each language that has values; clusters are numbered alike in all where they are parallel."""
        import numpy as np

        counted = rows & ~np.isnan(self.counted)
        shared = np.unique(self.cluster[counted])
        parts = {}
        for code, language in enumerate(self.languages):
            mine = counted & (self.language == code)
            if mine.any():
                known = shared if self.parallel else np.unique(self.cluster[mine])
                number = np.searchsorted(known, self.cluster[mine]).astype(float)
                ok = (self.status[mine] == "ok").astype(float)
                parts[language] = _Part(self.counted[mine], self.weight[mine], number, ok)
        return parts

    def counts(self, rows: NDArray[np.bool_], n_languages: int) -> dict[str, int]:
        """What stands behind a cell."""
        import numpy as np

        return {
            "n_items": int(rows.sum()),
            "n_failed": int((self.status[rows] == "failed").sum()),
            "n_skipped": int((self.status[rows] == "skipped").sum()),
            "n_clusters": len(np.unique(self.cluster[rows & ~np.isnan(self.counted)])),
            "n_languages": n_languages,
        }

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
        if not usable or not self.per_take:
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
        return part.mean
    if not len(part.counted):
        return None
    return float(part.counted.max() if statistic == "max" else np.quantile(part.counted, QUANTILES[statistic]))


def _over_languages(values: Sequence[float | None], statistic: str) -> float | None:
    """The unweighted mean of the languages' values; of maxima, the largest."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return max(known) if statistic == "max" else sum(known) / len(known)


def _ends(interval: tuple[float, float] | None) -> dict[str, float | None]:
    low, high = interval or (None, None)
    return {"low": low, "high": high}


# --- across languages ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Floor:
    """What a recognizer gets wrong on good speech of one kind."""

    kind: str  # of the speech: people, or an engine
    by_language: Mapping[str, float]


class _Floors:
    """What each recognizer gets wrong on good speech: as it states, and of people on the human row where there is one.

    An engine's own speech comes first for a system of that engine, where it makes a range: in two languages or more.
    """

    def __init__(self, run: Run, scores: pd.DataFrame) -> None:
        human = {system["label"] for system in run.info["systems"] if system["human"]}
        self.human = scores[scores["system"].isin(human) & scores["counted"].notna()]
        self.stated = {analyzer["id"]: analyzer["floors"] for analyzer in run.info["analyzers"]}

    def of(self, suite: str, metric_id: str, kind: str, languages: Sequence[str]) -> _Floor:
        """The floor of a metric id by language, for a system of this kind that was heard in these languages."""
        if kind not in {"", PEOPLE}:
            own = {name: floor for name, floor in self._stated(metric_id, kind).items() if name in languages}
            if len(own) > 1:
                return _Floor(kind, own)
        found = self._stated(metric_id, PEOPLE)
        rows = self.human[(self.human["suite"] == suite) & (self.human["metric_id"] == metric_id)]
        for language, mine in rows.groupby("language"):
            found[str(language)] = float((mine["counted"] * mine["weight"]).sum() / mine["weight"].sum())
        return _Floor(PEOPLE, found)

    def _stated(self, metric_id: str, kind: str) -> dict[str, float]:
        """The mean of what the recognizer states on speech of this kind, by language."""
        metric, *parts = metric_id.split("/")
        found: dict[str, list[float]] = {}
        for part in parts:
            for floor in self.stated.get(part, ()):
                if kind_of(floor) == kind and metric in floor:
                    found.setdefault(floor["language"], []).append(floor[metric])
        return {language: sum(values) / len(values) for language, values in found.items()}


def _across(rule: Mapping[str, Any], metric_id: str, group: _Group, floor: _Floor) -> dict[str, Any]:
    """The summary's row of a metric that is made from all languages."""
    parts = {name: part for name, part in group.parts(group.rows(ALL, ALL)).items() if part.weight.sum() > 0}
    _, slash, rest = metric_id.partition("/")
    if rule["rule"] == "share_of_languages":
        value, value_ok, interval = _share_of_languages(rule["threshold"], group, parts)
    else:
        parts = {language: part for language, part in parts.items() if language in floor.by_language}
        value, value_ok, interval = _range_over_floor(group, parts, floor.by_language)
        if floor.kind != PEOPLE:  # another number than what is over people's speech
            rest += f"/over-{floor.kind}"
    return {
        "language": ALL,
        "category": ALL,
        "metric": rule["metric"],
        "metric_id": rule["metric"] + slash + rest,
        "statistic": "mean",
        "unit": rule["unit"],
        "better": rule["better"],
        "value": value,
        "value_ok": value_ok,
        **_ends(interval),
        **group.counts(group.rows(ALL, ALL), len(parts)),
        "indicative": None if value is None else group.doubt.about(parts),
    }


_Estimate = tuple[float | None, float | None, tuple[float, float] | None]  # value, value_ok, interval


def _share_of_languages(threshold: float, group: _Group, parts: Mapping[str, _Part]) -> _Estimate:
    """The share of the languages asked for whose mean reaches the threshold.

    A language that the system does not speak counts as one that does not; where a language was spoken and could not be
    judged, the share is not known.
    """
    import numpy as np

    unspoken = group.take_status == "skipped"
    silent = [name for name in group.languages if unspoken[group.rows(name, ALL)].all()]
    if set(parts) | set(silent) != set(group.languages):
        return None, None, None
    count = len(group.languages)
    reached = [part.mean is not None and part.mean >= threshold for part in parts.values()]
    reached_ok = [mean is not None and mean >= threshold for part in parts.values() for mean in [part.only_ok().mean]]
    resampled = _resampled(group, parts)
    spread = None if resampled is None else (resampled >= threshold).sum(axis=0) / count
    return float(np.sum(reached)) / count, float(np.sum(reached_ok)) / count, _tails(spread)


def _range_over_floor(group: _Group, parts: Mapping[str, _Part], floors: Mapping[str, float]) -> _Estimate:
    """The worst minus the best language's mean over its floor, of the languages that have one; None below two."""
    import numpy as np

    if len(parts) < 2:
        return None, None, None
    floor = np.array([floors[language] for language in parts])  # (L,)
    means = np.array([part.mean for part in parts.values()], dtype=float)
    only_ok = [part.only_ok().mean for part in parts.values()]
    value_ok = None if None in only_ok else float(np.ptp(np.array(only_ok, dtype=float) - floor))
    resampled = _resampled(group, parts)
    excess = None if resampled is None else resampled - floor[:, None]  # (L, R)
    spread = None if excess is None else np.nanmax(excess, axis=0) - np.nanmin(excess, axis=0)
    return float(np.ptp(means - floor)), value_ok, _tails(spread)


def _resampled(group: _Group, parts: Mapping[str, _Part]) -> FloatArray | None:
    """The mean of every language in every resample (L, R); None where clusters are too few."""
    strata = group.strata(list(parts.values()))
    if not enough_clusters(strata, parallel=group.parallel):
        return None
    return resampled_means(strata, parallel=group.parallel)


def _tails(spread: FloatArray | None) -> tuple[float, float] | None:
    import numpy as np

    if spread is None:
        return None
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(spread, [tail, 1 - tail])
    return float(low), float(high)
