"""When the audio came: waiting times and real-time factors of all takes, and how much was buffered in a few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voxeval.report.numbers import MISSING, with_unit
from voxeval.report.sources import Speaker

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

POINTS = 200  # of a cumulative distribution, at most
STEPS = 300  # of a buffer's course, at most

MEANING = {
    "exclusive": "one request at a time, nothing else running",
    "shared": "other work ran on the machine at the same time: not a measurement of speed",
    "reported": "told by the system's own table, measured elsewhere",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """The clock of one system in one suite, in words for a table."""

    system: str
    suite: str
    timing: str
    meaning: str
    host: str
    streaming: bool
    concurrency: str
    takes: int
    load: str
    first_audio: tuple[str, str]  # median and 95th percentile
    rtf: tuple[str, str]


def clocked(takes: pd.DataFrame, speakers: Sequence[Speaker]) -> tuple[Clocked, ...]:
    """One row a system, suite and kind of timing, for takes with a clock."""
    timed = _timed(takes)
    found = []
    for speaker in speakers:
        rows = timed[timed["system"] == speaker.label]
        for (suite, timing), group in rows.groupby(["suite", "timing"], sort=False):
            found.append(
                Clocked(
                    system=speaker.label,
                    suite=str(suite),
                    timing=str(timing),
                    meaning=MEANING.get(str(timing), ""),
                    host=", ".join(sorted(set(group["host"].dropna()) - {""})) or MISSING,
                    streaming=bool(speaker.about.get("streaming")),
                    concurrency=", ".join(str(int(n)) for n in sorted(set(group["concurrency"].dropna()))) or MISSING,
                    takes=len(group),
                    load=with_unit(_known(speaker.about.get("load_s")), "s"),
                    first_audio=_percentiles(group["first_audio_s"], "s"),
                    rtf=_percentiles(group["rtf"], "ratio"),
                )
            )
    return tuple(found)


def steps(takes: pd.DataFrame) -> list[dict[str, Any]]:
    """For each suite: by system and kind of timing, the sorted values of first audio and real-time factor."""
    import numpy as np

    found = []
    for suite, rows in _timed(takes).groupby("suite", sort=False):
        lines = []
        for (system, timing), group in rows.groupby(["system", "timing"], sort=False):
            line: dict[str, Any] = {"system": str(system), "timing": str(timing)}
            for name in ("first_audio_s", "rtf"):
                values = np.sort(group[name].dropna().to_numpy(dtype=float))
                places = np.unique(np.linspace(0, len(values) - 1, min(POINTS, len(values))).round().astype(int))
                line[name] = [float(f"{values[place]:.4g}") for place in places]
                line[f"{name}_share"] = [round((int(place) + 1) / len(values), 4) for place in places]
            lines.append(line)
        found.append({"suite": str(suite), "systems": lines})
    return found


def buffers(takes: pd.DataFrame) -> list[dict[str, Any]]:
    """For each suite the course of one item, the longest that most systems spoke: audio at hand while it is played."""
    found = []
    for suite, rows in takes[(takes["status"] == "ok") & (takes["chunk_times_s"].map(_length) > 0)].groupby(
        "suite", sort=False
    ):
        spoken = rows.groupby(["language", "item"]).agg(systems=("system", "nunique"), longest=("duration_s", "max"))
        language, item = spoken.sort_values(["systems", "longest"]).index[-1]
        chosen = rows[(rows["language"] == language) & (rows["item"] == item)].drop_duplicates("system")
        lines = [
            {"system": row["system"], "timing": row["timing"], "chunks": len(row["chunk_times_s"]), **_course(row)}
            for row in chosen.to_dict("records")
        ]
        found.append({"suite": str(suite), "language": str(language), "item": str(item), "systems": lines})
    return found


def _course(row: dict[Any, Any]) -> dict[str, Any]:
    """Seconds of audio received and not yet played, from the request on, if playing begins with the first chunk."""
    import numpy as np

    arrived = np.asarray(row["chunk_times_s"], dtype=float)  # (N,) chunks
    audio = np.cumsum(np.asarray(row["chunk_samples"], dtype=float)) / float(row["sample_rate"])  # (N,) in s
    end = max(float(arrived[0] + audio[-1]), float(arrived[-1]))
    times = np.linspace(0, end, STEPS)
    received = np.concatenate([[0.0], audio])[np.searchsorted(arrived, times, side="right")]
    played = np.minimum(np.maximum(0, times - arrived[0]), audio[-1])
    return {"t": _short(times), "buffer": _short(received - played)}


def _timed(takes: pd.DataFrame) -> pd.DataFrame:
    timed = takes[(takes["status"] == "ok") & takes["total_s"].notna() & (takes["duration_s"] > 0)].copy()
    timed["rtf"] = timed["total_s"] / timed["duration_s"]
    return timed


def _percentiles(values: pd.Series[float], unit: str) -> tuple[str, str]:
    known = values.dropna()
    if known.empty:
        return MISSING, MISSING
    return with_unit(float(known.quantile(0.5)), unit), with_unit(float(known.quantile(0.95)), unit)


def _known(value: Any) -> float | None:
    return None if value is None else float(value)


def _length(values: Any) -> int:
    return 0 if values is None else len(values)


def _short(values: NDArray[np.float64]) -> list[float]:
    return [float(f"{value:.4g}") for value in values]
