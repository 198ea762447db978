"""How values spread: by take for every metric, and over time for those that have a curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from voxeval.report.columns import Column
from voxeval.report.numbers import clean

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

POINTS = 250  # dots a box, at most: evenly spaced ranks, so that the ends stay
LINES = 40  # curves a system, at most
STEPS = 40  # points a curve, at most


def spreads(scores: pd.DataFrame, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """For each suite and metric id: by system the quartiles of all takes, and dots with their language and item.

    Yes-or-no metrics are left out: their share is all there is to see.
    """
    ok = scores[scores["status"] == "ok"]
    groups = dict(iter(ok.groupby(["suite", "metric_id"], sort=False)))
    suites = list(dict.fromkeys(scores["suite"]))
    found = []
    for suite in suites:
        for column in _metrics(columns):
            rows = groups.get((suite, column.metric_id))
            if rows is None or set(rows["value"]) <= {0.0, 1.0}:
                continue
            boxes = [_box(str(system), group) for system, group in rows.groupby("system", sort=False)]
            found.append({"suite": suite, "id": column.metric_id, "boxes": boxes})
    return found


def curves(scores: pd.DataFrame, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """For each suite and metric id with curves: by system the lines of its takes and their mean."""
    import numpy as np

    drawn = scores[(scores["status"] == "ok") & (scores["curve"].map(_length) > 1)]
    found = []
    known = {column.metric_id: column for column in _metrics(columns)}
    for (suite, metric_id), rows in drawn.groupby(["suite", "metric_id"], sort=False):
        if metric_id not in known:
            continue
        systems = []
        for system, group in rows.groupby("system", sort=False):
            grid = [_at_steps(np.asarray(curve, dtype=float)) for curve in group["curve"]]
            kept = group.head(LINES)
            systems.append(
                {
                    "system": str(system),
                    "takes": len(group),
                    "mean": _rounded(_mean(np.stack(grid))),
                    "lines": [
                        {"language": language, "item": item, "y": _rounded(line)}
                        for language, item, line in zip(kept["language"], kept["item"], grid, strict=False)
                    ],
                }
            )
        found.append({"suite": str(suite), "id": str(metric_id), "systems": systems})
    order = list(known)
    return sorted(found, key=lambda chart: (chart["suite"], order.index(chart["id"])))


def _metrics(columns: Sequence[Column]) -> list[Column]:
    """One column a metric id, whatever its statistics."""
    return list({column.metric_id: column for column in columns}.values())


def _box(system: str, rows: pd.DataFrame) -> dict[str, Any]:
    import numpy as np

    ranked = rows.sort_values("value")
    values = ranked["value"].to_numpy(dtype=float)
    shown = np.unique(np.linspace(0, len(values) - 1, min(POINTS, len(values))).round().astype(int))
    low, first, middle, third, high = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
    reach = 1.5 * (third - first)
    return {
        "system": system,
        "n": len(values),
        "five": _rounded(np.array([low, first, middle, third, high])),
        "fences": _rounded(np.array([values[values >= first - reach].min(), values[values <= third + reach].max()])),
        "y": _rounded(values[shown]),
        "of": [f"{row.language} · {row.item}" for row in ranked.iloc[shown].itertuples()],
    }


def _length(curve: Any) -> int:
    return 0 if curve is None else len(curve)


def _at_steps(curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """The curve at evenly spaced places from its start to its end; places beside a gap stay a gap."""
    import numpy as np

    return np.interp(np.linspace(0, len(curve) - 1, STEPS), np.arange(len(curve)), curve)


def _mean(lines: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    known = np.isfinite(lines)
    total = np.where(known, lines, 0.0).sum(axis=0)
    result: NDArray[np.float64] = np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), np.nan)
    return result


def _rounded(values: NDArray[np.float64]) -> list[float | None]:
    """Numbers short enough for the page; null for gaps."""
    return [None if (number := clean(value)) is None else float(f"{number:.5g}") for value in values]
