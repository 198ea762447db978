"""The tables that are in the page itself: the headline of each suite, and its languages as small heat maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voxeval.report.cells import Book, Cell, mark_best
from voxeval.report.columns import Column
from voxeval.report.numbers import with_unit
from voxeval.report.sources import Source, Speaker, speakers
from voxeval.validity import PEOPLE, kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """The common scale of a column, on which values and intervals are drawn: positions in percent."""

    low: float
    high: float

    def at(self, value: float | None) -> float:
        """Position of a value, in percent of the width."""
        if value is None or self.high <= self.low:
            return 50.0
        return round(100 * min(1.0, max(0.0, (value - self.low) / (self.high - self.low))), 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """Systems against the main numbers of one suite."""

    suite: str
    languages: tuple[str, ...]
    columns: tuple[Column, ...]
    rulers: Mapping[str, Ruler]
    rows: tuple[tuple[Speaker, Mapping[str, Cell]], ...]  # cells by column key
    floors: Mapping[str, str]  # column key -> what its recognizer misses on good speech
    hosts: tuple[str, ...]  # where the rivals' times were taken, if in more than one place
    unmeasured: tuple[tuple[Column, str], ...]  # columns without any value, and why


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorCell:
    """What a recognizer misses on good speech in one language."""

    value: float
    rate: str  # the value as it is shown
    speech: str
    engine: str  # that spoke; empty for people


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """One number of one suite, systems against languages."""

    suite: str
    column: Column
    ruler: Ruler  # from the lowest to the highest end of an interval, so that noise stays pale; shares from 0 to 100 %
    languages: tuple[str, ...]
    rows: tuple[tuple[Speaker, tuple[Cell, ...]], ...]
    floors: tuple[FloorCell | None, ...]  # one a language, None where none is known; empty: not a rate

    def shade(self, cell: Cell) -> float:
        """How far from good, in percent; of a metric without a good end, how much."""
        place = self.ruler.at(cell.value)
        return 100 - place if self.column.better == "higher" else place

    @property
    def beyond(self) -> bool:
        """Whether some value lies beyond the end of the scale."""
        return any(cell.value is not None and cell.value > self.ruler.high for _, cells in self.rows for cell in cells)

    @property
    def indicative(self) -> bool:
        """Whether some value is indicative only."""
        return any(cell.indicative for _, cells in self.rows for cell in cells)

    @property
    def light(self) -> str:
        """The value without colour."""
        return with_unit(self.ruler.high if self.column.better == "higher" else self.ruler.low, self.column.unit)

    @property
    def dark(self) -> str:
        """The value with most colour."""
        return with_unit(self.ruler.low if self.column.better == "higher" else self.ruler.high, self.column.unit)


def headline(book: Book, columns: Sequence[Column], speakers: Sequence[Speaker], suite: str, about: Any) -> Headline:
    """The headline table of a suite; columns that nobody has a value in are named apart, with the reason."""
    rivals = [speaker.label for speaker in speakers if not speaker.human]
    taking_part = {label for label in rivals if any(book.has(suite, label, column) for column in columns)}
    hosts = tuple(dict.fromkeys(speaker.host for speaker in speakers if speaker.label in taking_part))
    shown, unmeasured, rulers = [], [], {}
    cells: dict[str, dict[str, Cell]] = {speaker.label: {} for speaker in speakers}
    for column in columns:
        found = {speaker.label: book.cell(suite, "all", speaker.label, column) for speaker in speakers}
        if all(cell.value is None for cell in found.values()):
            reason = next((cell.reason for cell in found.values() if cell.reason != "not measured"), "")
            if reason:
                unmeasured.append((column, reason))
            continue
        shown.append(column)
        rulers[column.key] = _ruler(list(found.values()), column)
        comparable = column.family != "real_time_factor" or len(hosts) < 2  # time is a measurement of a machine
        for label, cell in mark_best(found, column.better, rivals if comparable else []).items():
            cells[label][column.key] = cell
    return Headline(
        suite=suite,
        languages=tuple(about["languages"]),
        columns=tuple(shown),
        rulers=rulers,
        rows=tuple((speaker, cells[speaker.label]) for speaker in speakers if _took_part(cells[speaker.label])),
        floors={column.key: "" for column in shown},
        hosts=hosts if len(hosts) > 1 else (),
        unmeasured=tuple(unmeasured),
    )


def heats(
    book: Book, columns: Sequence[Column], speakers: Sequence[Speaker], suite: str, languages: Sequence[str]
) -> tuple[Heat, ...]:
    """A small heat map for every column that has a value in some language."""
    maps = []
    for column in columns:
        rows = tuple(
            (speaker, tuple(book.cell(suite, language, speaker.label, column) for language in languages))
            for speaker in speakers
        )
        kept = tuple(row for row in rows if any(cell.value is not None or cell.n_items for cell in row[1]))
        cells = [cell for _, line in kept for cell in line]
        if any(cell.value is not None for cell in cells):
            maps.append(
                Heat(
                    suite=suite,
                    column=column,
                    ruler=_shades(cells, column),
                    languages=tuple(languages),
                    rows=kept,
                    floors=(),
                )
            )
    return tuple(maps)


def floor_row(sources: Sequence[Source], column: Column, languages: Sequence[str]) -> tuple[FloorCell | None, ...]:
    """For each language, what the column's recognizer misses on good speech, None where it says nothing.

    Where all systems are of one engine, speech of that engine comes first; then people's, then any; of several kinds of
    its speech, the one with the fewest errors. Empty where the column is no rate, or nothing is stated at all.
    """
    if column.metric not in {"wer", "cer"}:
        return ()
    kinds = {kind_of(speaker.about) for speaker in speakers(sources) if not speaker.human}
    order = [*(kinds - {""} if len(kinds) == 1 else ()), PEOPLE]
    stated: dict[str, dict[str, Any]] = {}
    for source in sources:
        for analyzer in source.run.info.get("analyzers", []):
            if f"/{analyzer['id']}/" in f"{column.metric_id}/":
                for floor in analyzer.get("floors", []):
                    held = stated.get(floor["language"])
                    if held is None or (_place(floor, order), floor["cer"]) < (_place(held, order), held["cer"]):
                        stated[floor["language"]] = floor
    if not stated:
        return ()
    return tuple(
        FloorCell(
            value=floor[column.metric],
            rate=with_unit(floor[column.metric], "1"),
            speech=floor["speech"],
            engine=floor.get("engine", ""),
        )
        if (floor := stated.get(language))
        else None
        for language in languages
    )


def _place(floor: Mapping[str, Any], order: Sequence[str]) -> int:
    kind = kind_of(floor)
    return order.index(kind) if kind in order else len(order)


def _took_part(cells: Mapping[str, Cell]) -> bool:
    return any(cell.value is not None or cell.n_items for cell in cells.values())


def _ruler(cells: Sequence[Cell], column: Column) -> Ruler:
    """From 0 where values have one sign, so that lengths mean something; shares reach to 100 % at most."""
    ends = [end for cell in cells for end in (cell.value, cell.low, cell.high) if end is not None]
    if not ends:
        return Ruler(low=0.0, high=1.0)
    low, high = min(ends), max(ends)
    if column.unit == "1":
        return Ruler(low=min(0.0, low), high=1.0)
    low = min(0.0, low)
    return Ruler(low=low, high=max(0.0, high) if high <= 0 else high * 1.04)


def _shades(cells: Sequence[Cell], column: Column) -> Ruler:
    if column.unit == "1":
        return Ruler(low=0.0, high=1.0)
    ends = [end for cell in cells for end in (cell.value, cell.low, cell.high) if end is not None]
    return Ruler(low=min(ends), high=max(ends))
