"""What cosines of one voice and of different voices look like to a speaker encoder: the scale of its similarities.

Shapes: D width of an embedding, W windows of a recording, R recordings, N pairs. All embeddings have unit length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voxeval.metrics.centroids import Group, grouped
from voxeval.metrics.scoring import reference_feature

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from voxeval.types import AnalyzedTake, AnalyzerInfo, Feature, FloatArray, TakeKey

FEW_VOICES = "fewer than 2 voices of the run have a reference recording"
MIN_WINDOW_S = 1.0  # shorter stretches say little about a voice
MIN_SAME = 2  # pairs of one voice, from which on there is a threshold
MOST_PAIRS = 100_000  # of different voices that a threshold looks at: a share of 5 % is then known to 0.07 %
BATCH = 1024  # rows of a large product that are made at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A reference recording of a voice."""

    key: str  # of the recording
    voice: str
    embedding: FloatArray  # (D,)
    windows: FloatArray  # (W, D), none overlapping another; the whole recording where it has no windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of windows, of which each has a cosine."""

    mean: float
    count: int


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


def nearest_voices(embeddings: Mapping[TakeKey, FloatArray], recordings: Sequence[Recording]) -> Mapping[TakeKey, str]:
    """The voice of the recording with the largest cosine to each embedding (D,)."""
    import numpy as np

    known = np.stack([recording.embedding for recording in recordings])  # (R, D)
    keys = list(embeddings)
    found: dict[TakeKey, str] = {}
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        cosines = np.stack([embeddings[key] for key in batch]) @ known.T  # (BATCH, R)
        found |= {key: recordings[best].voice for key, best in zip(batch, cosines.argmax(axis=1), strict=True)}
    return found


# --- pairs of windows ------------------------------------------------------------------------------------------------


def same_voice(recording: Recording) -> FloatArray:
    """Cosines (N,) of all pairs of windows of the recording."""
    import numpy as np

    cosines: FloatArray = (recording.windows @ recording.windows.T)[np.triu_indices(len(recording.windows), k=1)]
    return cosines


def one_voice(recordings: Sequence[Recording]) -> Mapping[str, Pairs]:
    """For each recording that has any, the pairs of its windows, by its key."""
    cosines = {recording.key: same_voice(recording) for recording in recordings}
    return {key: Pairs(mean=float(own.mean()), count=len(own)) for key, own in cosines.items() if len(own)}


def different_voices(recordings: Sequence[Recording]) -> Mapping[str, Pairs]:
    """For each recording that has any, the pairs of its windows with those of other voices, by its key."""
    own = {recording.key: Group(recording.windows.sum(axis=0), len(recording.windows)) for recording in recordings}
    voices = grouped((recording.voice, own[recording.key]) for recording in recordings)
    everyone = grouped(("", group) for group in voices.values())
    found = {}
    for recording in recordings:
        group, strangers = own[recording.key], everyone[""].without(voices[recording.voice])
        if strangers.count:
            found[recording.key] = Pairs(mean=group.mean_cosine(strangers), count=group.count * strangers.count)
    return found


def cosines_of_strangers(recordings: Sequence[Recording], *, most: int = MOST_PAIRS, seed: int = 0) -> FloatArray:
    """Cosines (N,) of pairs of windows of different voices: of all, or of so many that are drawn, each pair alike."""
    import numpy as np

    ordered = sorted(recordings, key=lambda recording: recording.voice)
    windows = np.concatenate([recording.windows for recording in ordered])  # (M, D) windows of all, M of them
    sizes = [len(recording.windows) for recording in ordered]
    voices = np.repeat(np.unique([recording.voice for recording in ordered], return_inverse=True)[1], sizes)  # (M,)
    ends = np.searchsorted(voices, voices, side="right")  # (M,) where the next voice begins
    later = len(windows) - ends  # (M,) windows of the voices after its own: each pair is counted at its first window
    if later.sum() <= most:
        first = np.repeat(np.arange(len(windows)), later)  # (N,)
        second = np.arange(len(first)) - np.repeat(np.cumsum(later) - later, later) + ends[first]  # (N,)
    else:
        rng = np.random.default_rng(seed)
        first = rng.choice(len(windows), size=most, p=later / later.sum())  # (N,)
        second = ends[first] + rng.integers(0, later[first])  # (N,)
    cosines = np.empty(len(first))
    for start in range(0, len(first), BATCH):
        batch = slice(start, start + BATCH)
        cosines[batch] = np.sum(windows[first[batch]] * windows[second[batch]], axis=1)
    return cosines


# --- the threshold ---------------------------------------------------------------------------------------------------


def acceptance_threshold(recordings: Sequence[Recording]) -> float | str:
    """The equal-error threshold of the recordings, or why they have none."""
    import numpy as np

    if len({recording.voice for recording in recordings}) < 2:
        return FEW_VOICES
    same = np.concatenate([same_voice(recording) for recording in recordings])
    if len(same) < MIN_SAME:
        return (
            f"the reference recordings give fewer than {MIN_SAME} pairs of windows of one voice: "
            "two that don't overlap take more than 7.5 s"
        )
    return equal_error_threshold(same, cosines_of_strangers(recordings))


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
