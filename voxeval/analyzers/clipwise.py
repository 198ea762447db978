"""Listening to clips one by one: what no model can hear is refused before any library sees it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from voxeval.audio import checked
from voxeval.errors import AudioError
from voxeval.types import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voxeval.types import Audio, Clip, FloatArray

SILENCE_PEAK = 2.0**-15  # one step of 16 bits: nothing beyond it is digital silence
MAX_THREADS = 8  # more clips at once gain little and cost memory

Answer = TypeVar("Answer")


def each(
    clips: Sequence[Clip], listen: Callable[[Audio], Answer], *, min_s: float, threads: int = 1
) -> list[Answer | Failure]:
    """One answer a clip, in order.

    A clip with no samples, with NaN or infinite samples, or shorter than `min_s` becomes a Failure that says so, and
    so does one at which `listen` raises AudioError. Other errors pass: they are the analyzer's, not the clip's.
    `threads` clips are listened to at once: of use where the library lets go of the interpreter and uses one core.
    """

    def answer(clip: Clip) -> Answer | Failure:
        return _answer(clip.audio, listen, min_s)

    if threads == 1 or len(clips) < 2:
        return [answer(clip) for clip in clips]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(answer, clips))


def cores() -> int:
    """How many clips to listen to at once: the cores that this process may use, at most 8."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MAX_THREADS, available)


def is_silent(samples: FloatArray) -> bool:
    """Whether no sample goes beyond one step of 16 bits."""
    return len(samples) == 0 or float(abs(samples).max()) <= SILENCE_PEAK


def _answer(audio: Audio, listen: Callable[[Audio], Answer], min_s: float) -> Answer | Failure:
    try:
        checked(audio)
        if audio.duration_s < min_s:
            reason = f"the audio has {audio.duration_s:.3f} s; this analyzer needs at least {min_s:g} s"
            return Failure(reason=reason, skipped=True)
        return listen(audio)
    except AudioError as error:
        return Failure(reason=str(error))
