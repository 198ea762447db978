"""How fast a text is read, window by window, from the places where the recognizer heard it right.

Shapes: A places that are known, G stretches between neighbouring places, W windows, N stretches with voice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voxeval.metrics.drift import WINDOW_S, Curve
from voxeval.metrics.drift_curves import MIN_VOICED_S, voiced_centers

if TYPE_CHECKING:
    from voxeval.types import Alignment, Feature, FloatArray

NEIGHBOURS = 2  # words in a row that must be right: one alone is often a guess
STRETCH_S = 5.0  # of voice between two places: over that, nobody knows what was said
ODD = 3.0  # times faster or slower than the average: a sentence was left out or put in there
FEWEST_PLACES = 8


def rate_curve(alignment: Alignment, activity: Feature, duration_s: float) -> Curve:
    """Characters a second of voice in each window, as the long words and short words of the take last on average."""
    import numpy as np

    assert alignment.hypothesis_times is not None
    words = _known_words(alignment)
    if len(words) < FEWEST_PLACES:
        return Curve(centers_s=(), values=())
    times = alignment.hypothesis_times
    places_s = _voice_before(np.array([sum(times[heard]) / 2 for _, heard in words]), activity)  # (A,)
    lasting_s = np.diff(places_s)  # (G,)
    characters = _counts(alignment, [word for word, _ in words])  # (G, 2)
    kept = (lasting_s > 0) & (lasting_s <= STRETCH_S)
    weights = np.linalg.lstsq(characters[kept], lasting_s[kept])[0]  # (2,)
    expected_s = characters @ weights  # (G,)
    kept &= (expected_s < ODD * lasting_s) & (expected_s > lasting_s / ODD)
    mean_rate = characters[kept, 0].sum() / lasting_s[kept].sum() if kept.any() else 0.0

    known_s = np.concatenate([[0.0], np.cumsum(np.where(kept, lasting_s, 0.0))])  # (A,)
    due_s = np.concatenate([[0.0], np.cumsum(np.where(kept, expected_s, 0.0))])  # (A,)
    curve = {}
    for center in voiced_centers(duration_s, activity):
        edges = _voice_before(np.array([center - WINDOW_S / 2, center + WINDOW_S / 2]), activity)
        took_s = float(np.diff(np.interp(edges, places_s, known_s))[0])
        should_s = float(np.diff(np.interp(edges, places_s, due_s))[0])
        if took_s >= MIN_VOICED_S:
            curve[float(center)] = float(mean_rate) * should_s / took_s
    return Curve(centers_s=tuple(curve), values=tuple(curve.values()))


def _known_words(alignment: Alignment) -> list[tuple[int, int]]:
    """Words of the text and the heard words that they are, in order."""
    return [
        (word, edit.hyp_start + word - edit.ref_start)
        for edit in alignment.edits
        if edit.kind == "equal" and edit.ref_end - edit.ref_start >= NEIGHBOURS
        for word in range(edit.ref_start, edit.ref_end)
    ]


def _counts(alignment: Alignment, words: list[int]) -> FloatArray:
    """Characters and words of the text from the middle of each of the words to the middle of the next, (G, 2)."""
    import numpy as np

    lengths = np.array([len(word) for word in alignment.reference], dtype=np.float64)
    middles = np.cumsum(lengths) - lengths / 2
    counts: FloatArray = np.stack([np.diff(middles[words]), np.diff(words)], axis=1)
    return counts


def _voice_before(times_s: FloatArray, activity: Feature) -> FloatArray:
    """Seconds with voice before each time."""
    import numpy as np

    starts, ends = activity.values["start_s"], activity.values["end_s"]  # (N,)
    seconds: FloatArray = np.clip(np.minimum(ends, times_s[:, None]) - starts, 0.0, None).sum(axis=1)
    return seconds
