"""A run as a table on the terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from voxeval.types import LANGUAGE_NAMES
from voxeval.validity import MARK, PEOPLE, doubts, kind_of, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from rich.table import Table

    from voxeval.store import Run

WIDTH = 118
MOST_COLUMNS = 3  # systems side by side; more of them stand below each other
MOST_REASONS = 6
MOST_NAMES = 4
KEY = ["suite", "language", "item", "system", "voice", "seed"]


def run_table(run: Run) -> str:
    """Suites, systems and metrics over all languages, with intervals and failures; and what was not made, and why."""
    from rich.console import Console

    summary = run.summary
    rows = summary[(summary["language"] == "all") & (summary["category"] == "all") & summary["value"].notna()]
    main = {info["name"]: info["statistics"][0] for info in run.info["metrics"]}
    rows = rows[rows["statistic"] == rows["metric"].map(main).fillna("mean")]
    file = io.StringIO()
    console = Console(file=file, width=WIDTH, color_system=None, markup=False, highlight=False)
    for suite in rows["suite"].drop_duplicates():
        mine = rows[rows["suite"] == suite]
        console.print(_table(suite, mine, [label for label in run.systems if label in set(mine["system"])]))
    console.print(_made(run.info["counts"]), soft_wrap=True)
    for sentence in sentences(doubts(run.info, summary)):
        console.print(f"{MARK} indicative only: {sentence}", soft_wrap=True)
    notes = [*_floors(run.info["analyzers"]), *run.info["notes"]]
    for line in [*_without_value(run), *(f"note: {note}" for note in notes)]:
        console.print(line, soft_wrap=True)
    return file.getvalue().rstrip()


def _table(suite: str, rows: pd.DataFrame, systems: Sequence[str]) -> Table:
    from rich import box
    from rich.table import Table

    side_by_side = len(systems) <= MOST_COLUMNS
    table = Table(title=suite, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("metric", "by", "languages"):
        table.add_column(column, no_wrap=True)
    for column in systems if side_by_side else ("system", "value"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("failed", justify="right")
    for (metric_id, statistic), group in rows.groupby(["metric_id", "statistic"], sort=False):
        by_system: dict[str, Any] = {row["system"]: row for row in group.to_dict("records")}
        metric, _, rest = str(metric_id).partition("/")
        start = (metric if statistic == "mean" else f"{metric} {statistic}", rest.partition("@")[0])
        if side_by_side:
            languages = sorted({row["n_languages"] for row in by_system.values()})
            spread = str(languages[0]) if len(languages) == 1 else f"{languages[0]} to {languages[-1]}, not comparable"
            cells = [cell(by_system[system]) if system in by_system else "–" for system in systems]
            table.add_row(*start, spread, *cells, str(sum(row["n_failed"] for row in by_system.values()) or ""))
            continue
        for system, row in by_system.items():
            table.add_row(*start, str(row["n_languages"]), system, cell(row), str(row["n_failed"] or ""))
            start = ("", "")
    return table


def _without_value(run: Run) -> Iterator[str]:
    """Why there are takes and scores without a value: the commonest reasons, failures first."""
    for status in ("failed", "skipped"):
        takes = run.takes[run.takes["status"] == status]
        for (system, detail), group in takes.groupby(["system", "detail"], sort=False):
            yield f"{status}: {len(group)} takes of {system}: {detail}"
    spoken = set(map(tuple, run.takes.loc[run.takes["status"] == "ok", KEY].to_numpy()))
    scores = run.scores[[key in spoken for key in map(tuple, run.scores[KEY].to_numpy())]]
    for status in ("failed", "skipped"):
        reasons = scores[scores["status"] == status].groupby("detail", sort=False)["metric"].agg(["size", "unique"])
        reasons = reasons.sort_values("size", ascending=False, kind="stable")
        for detail, size, metrics in reasons.head(MOST_REASONS).itertuples():
            named = ", ".join(sorted(metrics)[:MOST_NAMES]) + (" ..." if len(metrics) > MOST_NAMES else "")
            yield f"{status}: {size} scores ({named}): {detail}"
        if len(reasons) > MOST_REASONS:
            yield f"{status}: {len(reasons) - MOST_REASONS} more reasons, in scores.parquet and the report"


def _floors(analyzers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What each recognizer gets wrong on speech that is known to be good or bad: what a WER of its can mean."""
    for analyzer in analyzers:
        kinds: dict[str, list[Mapping[str, Any]]] = {}
        for floor in analyzer["floors"]:
            kinds.setdefault(kind_of(floor), []).append(floor)
        errors = ", ".join(_errors(kind, floors) for kind, floors in kinds.items())
        if errors:
            yield f"{analyzer['name']} errs on {errors}: read its rates against that."


def _errors(kind: str, floors: Sequence[Mapping[str, Any]]) -> str:
    if len(floors) == 1:
        return f"{floors[0]['wer']:.0%} of the words of {floors[0]['speech']}"
    ends = (f"{end(floor['wer'] for floor in floors):.0%}" for end in (min, max))
    languages = sorted({LANGUAGE_NAMES.get(floor["language"], floor["language"]) for floor in floors})
    where = f"in {languages[0]}" if len(languages) == 1 else f"in {len(languages)} languages"
    speech = {PEOPLE: "people", "": "synthetic speech"}.get(kind, kind)
    return f"{' to '.join(dict.fromkeys(ends))} of the words of {speech} {where}"


def cell(row: Mapping[str, Any]) -> str:
    """A value with its interval, and the mark of what is indicative only."""
    import pandas as pd

    value = (MARK if isinstance(row.get("indicative"), str) else "") + number(row["value"])
    return value if pd.isna(row["low"]) else f"{value} [{number(row['low'])}, {number(row['high'])}]"


def number(value: float) -> str:
    """A value to three significant digits; what is only rounding is 0."""
    value = 0.0 if abs(value) < 1e-12 else value
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def _made(counts: Mapping[str, Any]) -> str:
    listened = sum(counts["analyzed"].values())
    return (
        f"{counts['planned']} takes planned: {counts['synthesized']} spoken now, {counts['reused']} reused, "
        f"{counts['failed']} failed, {counts['skipped']} skipped; {listened} analyses made now"
    )
