"""Cells of the tables: a value, its interval, what stands behind it, or why there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from voxeval.report.columns import Column
from voxeval.report.numbers import clean, interval, number, text, unit_sign, with_unit

if TYPE_CHECKING:
    import pandas as pd

_PLACE = ("suite", "language", "category", "system", "metric_id", "statistic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number as it stands in a table."""

    value: float | None
    low: float | None
    high: float | None
    text: str
    sign: str  # the unit, as it stands behind the number
    interval: str  # empty where there is no value
    n_items: int
    n_failed: int
    n_skipped: int
    n_languages: int
    reason: str  # why there is no value
    without_failed: str  # the value without failed takes, where they change it
    indicative: str = ""  # why the value is indicative only; empty: it is more than that
    best: bool = False


class Book:
    """Summary rows by place, and the reasons for those without a value."""

    def __init__(self, summary: pd.DataFrame, scores: pd.DataFrame, bases: Mapping[str, str]) -> None:
        self._bases = bases  # metric across languages -> the metric that it is made from
        rows = summary.to_dict("records")
        self._rows: dict[tuple[str, ...], dict[str, Any]] = {
            tuple(str(row[name]) for name in _PLACE): {str(name): value for name, value in row.items()} for row in rows
        }
        self._reasons = _reasons(scores)

    def has(self, suite: str, system: str, column: Column) -> bool:
        """Whether the system has a row of this number in this suite, with or without a value."""
        return (suite, "all", "all", system, column.metric_id, column.statistic) in self._rows

    def cell(self, suite: str, language: str, system: str, column: Column, category: str = "all") -> Cell:
        """The number of one system in one language (or `all`) of one suite."""
        row = self._rows.get((suite, language, category, system, column.metric_id, column.statistic), {})
        value, low, high = (clean(row.get(name)) for name in ("value", "low", "high"))
        value_ok = clean(row.get("value_ok"))
        n_failed, n_skipped = int(row.get("n_failed", 0)), int(row.get("n_skipped", 0))
        changed = value is not None and value_ok is not None and abs(value - value_ok) > 1e-9
        return Cell(
            value=value,
            low=low,
            high=high,
            text=number(value, column.unit),
            sign="" if value is None else unit_sign(column.unit),
            interval="" if value is None else interval(low, high, column.unit, sampled=column.sampled),
            n_items=int(row.get("n_items", 0)),
            n_failed=n_failed,
            n_skipped=n_skipped,
            n_languages=int(row.get("n_languages", 0)),
            reason="" if value is not None else self._reason(suite, language, system, column.metric_id, bool(row)),
            without_failed=with_unit(value_ok, column.unit) if changed else "",
            indicative=text(row.get("indicative")),
        )

    def _reason(self, suite: str, language: str, system: str, metric_id: str, present: bool) -> str:
        found = self._reasons.get((suite, language, system, metric_id))
        if found:
            return found
        name, _, rest = metric_id.partition("/")
        if name in self._bases:
            base = self._reasons.get((suite, language, system, f"{self._bases[name]}/{rest}"))
            return f"not every language has a value: {base}" if base else "too few languages have a value"
        return "no value could be made" if present else "not measured"


def mark_best(cells: Mapping[str, Cell], better: str, rivals: Sequence[str]) -> dict[str, Cell]:
    """The cells, the best of the rivals marked: only where its interval overlaps no other's, so never by chance alone.

    Without an interval for every rival that has a value, with fewer than two of them, where they speak for different
    numbers of languages, or where the value of one is indicative only, nothing is marked.
    """
    measured = {label: cells[label] for label in rivals if cells[label].value is not None}
    if better not in {"lower", "higher"} or len(measured) < 2:
        return dict(cells)
    if len({cell.n_languages for cell in measured.values()}) > 1:
        return dict(cells)  # one language is no rival of nine
    if any(cell.low is None or cell.high is None or cell.indicative for cell in measured.values()):
        return dict(cells)
    for label, cell in measured.items():
        others = [other for name, other in measured.items() if name != label]
        if all(_apart(cell, other, better) for other in others):
            return {**cells, label: replace(cell, best=True)}
    return dict(cells)


def _apart(cell: Cell, other: Cell, better: str) -> bool:
    assert cell.low is not None
    assert cell.high is not None
    assert other.low is not None
    assert other.high is not None
    return cell.high < other.low if better == "lower" else cell.low > other.high


def _reasons(scores: pd.DataFrame) -> dict[tuple[str, str, str, str], str]:
    """The most frequent reason for no value, by suite, language (and `all`), system and metric id."""
    counts: dict[tuple[str, str, str, str], Counter[str]] = {}
    rows = scores.loc[scores["status"] != "ok", ["suite", "language", "system", "metric_id", "status", "detail"]]
    for suite, language, system, metric_id, status, detail in rows.itertuples(index=False, name=None):
        for place in (language, "all"):
            counts.setdefault((suite, place, system, metric_id), Counter())[detail or str(status)] += 1
    return {place: _told(counter) for place, counter in counts.items()}


def _told(counter: Counter[str]) -> str:
    first, times = counter.most_common(1)[0]
    rest = sum(counter.values()) - times
    return f"{first} (so {times} of {times + rest} takes, the others for other reasons)" if rest else first
