"""A run as a table on the terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from voxeval.store import Run

WIDTH = 118
MOST_COLUMNS = 3  # systems side by side; more of them stand below each other


def run_table(run: Run) -> str:
    """Suites, systems and metrics over all languages, with intervals and failures; and what was not made."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    summary = run.summary
    rows = summary[(summary["language"] == "all") & (summary["category"] == "all") & summary["value"].notna()]
    main = {info["name"]: info["statistics"][0] for info in run.info["metrics"]}
    rows = rows[rows["statistic"] == rows["metric"].map(main).fillna("mean")]
    console = Console(file=io.StringIO(), width=WIDTH, color_system=None, markup=False, highlight=False)
    for suite in rows["suite"].drop_duplicates():
        mine = rows[rows["suite"] == suite]
        systems = [label for label in run.systems if label in set(mine["system"])]
        side_by_side = len(systems) <= MOST_COLUMNS
        table = Table(title=suite, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
        for column in ("metric", "by", "languages"):
            table.add_column(column, no_wrap=True)
        for system in systems if side_by_side else ("system", "value"):
            table.add_column(system, justify="right", no_wrap=True)
        table.add_column("failed", justify="right")
        for (metric_id, statistic), group in mine.groupby(["metric_id", "statistic"], sort=False):
            by_system = {row["system"]: row for row in group.to_dict("records")}
            first = next(iter(by_system.values()))
            name = first["metric"] if statistic == "mean" else f"{first['metric']} {statistic}"
            by = metric_id.partition("/")[2].partition("@")[0]
            numbers = sorted({row["n_languages"] for row in by_system.values()})
            start = (name, by, " to ".join(map(str, {numbers[0]: None, numbers[-1]: None})))
            if side_by_side:
                cells = [cell(by_system[system]) if system in by_system else "–" for system in systems]
                failed = sum(row["n_failed"] for row in by_system.values())
                table.add_row(*start, *cells, str(failed or ""))
                continue
            for system, row in by_system.items():
                start = (*start[:2], str(row["n_languages"]))
                table.add_row(*start, system, cell(row), str(row["n_failed"] or ""))
                start = ("", "", "")
        console.print(table)
    console.print(_made(run.info["counts"]), soft_wrap=True)
    for note in [*_floors(run.info["analyzers"]), *run.info["notes"]]:
        console.print(f"note: {note}", soft_wrap=True)
    file = console.file
    assert isinstance(file, io.StringIO), "made above"
    return file.getvalue().rstrip()


def _floors(analyzers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What each recognizer gets wrong on speech that is known to be good or bad: what a WER of its can mean."""
    for analyzer in analyzers:
        errors = [f"{floor['wer']:.0%} of the words of {floor['speech']}" for floor in analyzer["floors"]]
        if errors:
            yield f"{analyzer['name']} errs on {', '.join(errors)}: read its rates against that."


def cell(row: Mapping[str, Any]) -> str:
    """A value with its interval."""
    import pandas as pd

    value = number(row["value"])
    return value if pd.isna(row["low"]) else f"{value} [{number(row['low'])}, {number(row['high'])}]"


def number(value: float) -> str:
    """A value to three significant digits."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def _made(counts: Mapping[str, Any]) -> str:
    listened = sum(counts["analyzed"].values())
    return (
        f"{counts['planned']} takes planned: {counts['synthesized']} spoken now, {counts['reused']} reused, "
        f"{counts['failed']} failed, {counts['skipped']} skipped; {listened} analyses made now"
    )
