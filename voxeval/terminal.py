"""A run as a table on the terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voxeval.store import Run

WIDTH = 118


def run_table(run: Run) -> str:
    """Suites, systems and metrics over all languages, with intervals and failures; and what was not made."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    summary = run.summary
    rows = summary[(summary["language"] == "all") & (summary["category"] == "all") & summary["value"].notna()]
    main = {info["name"]: info["statistics"][0] for info in run.info["metrics"]}
    rows = rows[rows["statistic"] == rows["metric"].map(main).fillna("mean")]
    console = Console(file=io.StringIO(), width=WIDTH, color_system=None)
    for suite in rows["suite"].drop_duplicates():
        mine = rows[rows["suite"] == suite]
        systems = [label for label in run.systems if label in set(mine["system"])]
        table = Table(title=suite, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
        for column in ("metric", "by", "languages"):
            table.add_column(column)
        for system in systems:
            table.add_column(system, justify="right", no_wrap=True)
        table.add_column("failed", justify="right")
        for (metric_id, statistic), group in mine.groupby(["metric_id", "statistic"], sort=False):
            by_system = {row["system"]: row for row in group.to_dict("records")}
            first = next(iter(by_system.values()))
            name = first["metric"] if statistic == "mean" else f"{first['metric']} {statistic}"
            cells = [cell(by_system[system]) if system in by_system else "–" for system in systems]
            failed = sum(row["n_failed"] for row in by_system.values())
            by = metric_id.partition("/")[2].partition("@")[0]
            table.add_row(name, by, str(first["n_languages"]), *cells, str(failed or ""))
        console.print(table)
    console.print(_made(run.info["counts"]), soft_wrap=True)
    for note in run.info["notes"]:
        console.print(f"note: {note}", soft_wrap=True)
    file = console.file
    assert isinstance(file, io.StringIO), "made above"
    return file.getvalue().rstrip()


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
