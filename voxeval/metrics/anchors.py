"""What cosines of one voice and of different voices look like to a speaker encoder: the scale of its similarities.

Shapes: D width of an embedding, W windows, N pairs. All embeddings have unit length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voxeval.metrics.scoring import reference_feature

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from voxeval.types import AnalyzedTake, AnalyzerInfo, Feature, FloatArray

MIN_WINDOW_S = 1.0  # shorter stretches say little about a voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A reference recording of a voice."""

    key: str  # of the recording
    voice: str
    embedding: FloatArray  # (D,)
    windows: FloatArray  # (W, D), none overlapping another; the whole recording where it has no windows


def recording_key(take: AnalyzedTake) -> str | None:
    """What tells the take's reference recording from others; None where it has none."""
    return take.take.reference_sha256 or take.take.reference_audio


def recordings_of(takes: Sequence[AnalyzedTake], encoder: AnalyzerInfo) -> Mapping[str, Recording]:
    """The distinct reference recordings of the takes that the encoder listened to, by key."""
    found: dict[str, Recording] = {}
    for take in takes:
        key, heard = recording_key(take), reference_feature(take, encoder)
        if key is not None and heard is not None and key not in found:
            embedding = embedding_of(heard)
            found[key] = Recording(key=key, voice=take.take.voice, embedding=embedding, windows=_windows(heard))
    return found


def embedding_of(heard: Feature) -> FloatArray:
    """The embedding (D,) of the whole recording, float64."""
    import numpy as np

    return np.asarray(heard.values["embedding"], dtype=np.float64)


def cosine(one: FloatArray, other: FloatArray) -> float:
    """The cosine of two vectors (D,) of any length above 0."""
    import numpy as np

    return float(np.dot(one, other) / (np.linalg.norm(one) * np.linalg.norm(other)))


def same_voice(recording: Recording) -> FloatArray:
    """Cosines (N,) of all pairs of windows of the recording."""
    import numpy as np

    first, second = np.triu_indices(len(recording.windows), k=1)
    cosines: FloatArray = np.sum(recording.windows[first] * recording.windows[second], axis=1)
    return cosines


def different_voices(recording: Recording, others: Sequence[Recording]) -> FloatArray:
    """Cosines (N,) of the recording's windows with those of recordings of other voices."""
    import numpy as np

    strangers = [other.windows for other in others if other.voice != recording.voice]
    if not strangers:
        return np.zeros(0)
    cosines: FloatArray = (recording.windows @ np.concatenate(strangers).T).reshape(-1)
    return cosines


def equal_error_threshold(same: FloatArray, different: FloatArray) -> float:
    """The cosine at which as large a share of same-voice pairs is below as of different-voice pairs is above.

    It lies midway between two neighbouring cosines; of several that come equally close, it is the median.
    Both arrays (N,) hold at least one cosine.
    """
    import numpy as np

    assert len(same), "an equal-error threshold needs pairs of one voice"
    assert len(different), "an equal-error threshold needs pairs of different voices"
    cosines = np.unique(np.concatenate([same, different]))
    if len(cosines) == 1:
        return float(cosines[0])
    candidates = (cosines[1:] + cosines[:-1]) / 2
    missed = np.searchsorted(np.sort(same), candidates) / len(same)
    accepted = 1.0 - np.searchsorted(np.sort(different), candidates) / len(different)
    unequal = np.abs(missed - accepted)
    return float(np.median(candidates[np.isclose(unequal, unequal.min())]))


def _windows(heard: Feature) -> FloatArray:
    """Windows (W, D) that don't overlap, from the start on."""
    import numpy as np

    embedding = embedding_of(heard)
    windows = np.asarray(heard.values.get("windows", ()), dtype=np.float64).reshape(-1, len(embedding))
    chosen: list[int] = []
    free_from_s = 0.0
    bounds = zip(heard.values.get("start_s", ()), heard.values.get("end_s", ()), strict=True)
    for index, (start_s, end_s) in enumerate(bounds):
        if start_s >= free_from_s and end_s - start_s >= MIN_WINDOW_S:
            chosen.append(index)
            free_from_s = float(end_s)
    return windows[chosen] if chosen else embedding[None, :]
