"""Where there is voice in a take, and how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voxeval.types import Feature

MIN_VOICE_S = 0.2  # with less than this, nothing was said

Stretches = tuple[tuple[float, float], ...]


def stretches_of(activity: Feature) -> Stretches:
    """The (start_s, end_s) of each stretch with voice, in order."""
    starts, ends = activity.values["start_s"], activity.values["end_s"]
    return tuple(sorted((float(start), float(end)) for start, end in zip(starts, ends, strict=True)))


def voiced_s(stretches: Stretches, *, after_s: float = 0.0) -> float:
    """Seconds of voice, of those after a time."""
    return sum(max(0.0, end - max(start, after_s)) for start, end in stretches)


def span_s(stretches: Stretches) -> float:
    """Seconds from the first voice to the last; 0 where there is none."""
    return stretches[-1][1] - stretches[0][0] if stretches else 0.0
