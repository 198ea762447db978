"""Stretches of a recording that are described one by one."""

from __future__ import annotations

_ROUNDING_S = 1e-9  # a rest as short as this is no window, but what is lost in adding


def window_bounds(duration_s: float, window_s: float, hop_s: float) -> list[tuple[float, float]]:
    """Start and end of windows in seconds, from 0 on every `hop_s`, until one reaches the end of the recording.

    The last may be shorter than `window_s`, but is always longer than `window_s - hop_s`, unless the whole recording
    is shorter: then it is the only window.
    """
    assert 0 < hop_s <= window_s, f"hop {hop_s} s, window {window_s} s"
    bounds = [(0.0, min(window_s, duration_s))]
    while duration_s - bounds[-1][1] > _ROUNDING_S:
        start_s = len(bounds) * hop_s
        bounds.append((start_s, min(start_s + window_s, duration_s)))
    return [*bounds[:-1], (bounds[-1][0], duration_s)]
