"""Listening to clips one by one: what no model can hear is refused before any library sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voxeval.audio import checked
from voxeval.errors import AudioError
from voxeval.types import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voxeval.types import Audio, Clip, FloatArray, Heard

SILENCE_PEAK = 2.0**-15  # one step of 16 bits: nothing beyond it is digital silence


def each(clips: Sequence[Clip], listen: Callable[[Audio], Heard], *, min_s: float) -> list[Heard]:
    """One answer a clip, in order.

    A clip with no samples, with NaN or infinite samples, or shorter than `min_s` becomes a Failure that says so, and
    so does one at which `listen` raises AudioError. Other errors pass: they are the analyzer's, not the clip's.
    """
    return [_answer(clip.audio, listen, min_s) for clip in clips]


def is_silent(samples: FloatArray) -> bool:
    """Whether no sample goes beyond one step of 16 bits."""
    return len(samples) == 0 or float(abs(samples).max()) <= SILENCE_PEAK


def _answer(audio: Audio, listen: Callable[[Audio], Heard], min_s: float) -> Heard:
    try:
        checked(audio)
        if audio.duration_s < min_s:
            return Failure(reason=f"the audio has {audio.duration_s:.3f} s; this analyzer needs at least {min_s:g} s")
        return listen(audio)
    except AudioError as error:
        return Failure(reason=str(error))
