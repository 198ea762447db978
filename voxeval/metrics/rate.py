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
    """Characters of the text a second of voice in each window, spaces counted.

    The time is known where two neighbouring words of the text were recognized right, and taken to pass evenly between.
    """
    import numpy as np

    assert alignment.hypothesis_times is not None
    words = _known_words(alignment)
    if len(words) < FEWEST_PLACES:
        return Curve(centers_s=(), values=())
    heard_s = np.array([sum(alignment.hypothesis_times[heard]) / 2 for _, heard in words])
    places_s = _voice_before(heard_s, activity)  # (A,)
    lasting_s = np.diff(places_s)  # (G,)
    characters = np.diff(_middles(alignment)[[word for word, _ in words]])  # (G,)
    average_s = characters * lasting_s.sum() / characters.sum()  # (G,)
    odd = (lasting_s > STRETCH_S) | (lasting_s > ODD * average_s) | (average_s > ODD * lasting_s)

    known_s = np.concatenate([[0.0], np.cumsum(np.where(odd, 0.0, lasting_s))])  # (A,)
    known_characters = np.concatenate([[0.0], np.cumsum(np.where(odd, 0.0, characters))])  # (A,)
    curve = {}
    for center in voiced_centers(duration_s, activity):
        edges_s = _voice_before(np.array([center - WINDOW_S / 2, center + WINDOW_S / 2]), activity)
        took_s = float(np.diff(np.interp(edges_s, places_s, known_s))[0])
        if took_s >= MIN_VOICED_S:
            curve[float(center)] = float(np.diff(np.interp(edges_s, places_s, known_characters))[0]) / took_s
    return Curve(centers_s=tuple(curve), values=tuple(curve.values()))


def _known_words(alignment: Alignment) -> list[tuple[int, int]]:
    """Words of the text and the heard words that they are, in order."""
    return [
        (word, edit.hyp_start + word - edit.ref_start)
        for edit in alignment.edits
        if edit.kind == "equal" and edit.ref_end - edit.ref_start >= NEIGHBOURS
        for word in range(edit.ref_start, edit.ref_end)
    ]


def _middles(alignment: Alignment) -> FloatArray:
    """Characters of the text before the middle of each of its words, a space after each word."""
    import numpy as np

    lengths = np.array([len(word) for word in alignment.reference], dtype=np.float64)
    middles: FloatArray = np.cumsum(lengths + 1) - 1 - lengths / 2
    return middles


def _voice_before(times_s: FloatArray, activity: Feature) -> FloatArray:
    """Seconds with voice before each time."""
    import numpy as np

    starts, ends = activity.values["start_s"], activity.values["end_s"]  # (N,)
    seconds: FloatArray = np.clip(np.minimum(ends, times_s[:, None]) - starts, 0.0, None).sum(axis=1)
    return seconds
