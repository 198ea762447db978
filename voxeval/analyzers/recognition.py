"""What all recognizers share: which clips they refuse, and the pieces with voice that they listen to.

Only pieces with voice are decoded, since recognizers invent words in silence, and none is longer than 28 s.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voxeval.analyzers.activity import LONGEST_S, SAMPLE_RATE, cut_at_silences, voiced_segments
from voxeval.audio import checked, resample
from voxeval.errors import AudioError
from voxeval.types import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voxeval.types import Clip, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of one clip that holds voice."""

    clip: int  # index of the clip that it is cut from
    language: str  # that the clip should be in
    start_s: float
    samples: FloatArray  # float32 (S,) at 16 kHz, at most 28 s

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / SAMPLE_RATE


def refusal(clip: Clip, languages: Sequence[str] | None) -> Failure | None:
    """Why the clip can't be heard: a language that the recognizer lacks (skipped), or audio that is none; else None."""
    if languages is not None and clip.language not in languages:
        known = ", ".join(languages) if len(languages) < 10 else f"{len(languages)} others"
        return Failure(reason=f"language {clip.language!r} is not recognized, only {known}", skipped=True)
    try:
        checked(clip.audio)
    except AudioError as error:
        return Failure(reason=str(error))
    return None


def pieces_of(clip: Clip, index: int) -> list[Piece]:
    """Cut out what of a clip is to be decoded, in order; nothing where nobody speaks, as in audio under 0.1 s."""
    import numpy as np

    samples = np.ascontiguousarray(resample(clip.audio, SAMPLE_RATE), dtype=np.float32)
    return _cut(Piece(clip=index, language=clip.language, start_s=0.0, samples=samples), LONGEST_S)


def halves_of(piece: Piece) -> list[Piece]:
    """Cut a piece once more, in pauses where it has them: parts of at most half its length and 1 s, in order.

    The piece itself where no voice is found in it any more, since what was found in the whole clip is not to be lost.
    """
    return _cut(piece, piece.duration_s / 2 + 1.0) or [piece]


def _cut(whole: Piece, longest_s: float) -> list[Piece]:
    cuts = cut_at_silences(whole.samples, voiced_segments(whole.samples), longest_s)
    return [
        replace(
            whole,
            start_s=whole.start_s + start,
            samples=whole.samples[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)],
        )
        for start, end in cuts
    ]
