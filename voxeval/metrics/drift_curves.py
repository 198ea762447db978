"""What is followed along a reading: level, pitch and likeness of the voice, window by window, voiced parts only.

Shapes: W windows, T frames of a track, N stretches with voice, D width of an embedding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voxeval.metrics.drift import HOP_S, MIN_WINDOWS, WINDOW_S, Curve, slopes_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from voxeval.types import Feature, FloatArray

MIN_VOICED_S = 2.0  # a window with less voice says too little
MIN_PITCHED_S = 0.5  # of frames with F0 in a window
LEVEL_WINDOW_S = 0.4  # momentary loudness, ITU-R BS.1770
START_S = 15.0  # the beginning that a voice is held against, where there is no reference recording
APART_S = 5.0  # from the end of that beginning to the first window that is held against it: another phrase, as a rule
MIN_EARLY_WINDOWS = 3  # of which that beginning is made
AUDIBLE_LUFS = -70.0  # the absolute gate of ITU-R BS.1770: under it a frame has no level to speak of


def level_curve(loudness: Feature, activity: Feature, duration_s: float) -> Curve:
    """LUFS of each window: the mean power of its momentary loudness where there is voice."""
    import numpy as np

    levels = np.asarray(loudness.values["level_lufs"], dtype=np.float64)  # (T,)
    times = np.arange(len(levels)) * _hop_s(loudness) + LEVEL_WINDOW_S / 2  # (T,)
    kept = has_voice(times, activity) & (levels > AUDIBLE_LUFS)
    times, levels = times[kept], levels[kept]
    curve = {}
    for center in voiced_centers(duration_s, activity):
        frames = levels[np.abs(times - center) <= WINDOW_S / 2]
        if len(frames):
            curve[float(center)] = 10.0 * float(np.log10(np.mean(10.0 ** (frames / 10.0))))
    return Curve(centers_s=tuple(curve), values=tuple(curve.values()))


def pitch_curve(pitch: Feature, activity: Feature, duration_s: float) -> Curve:
    """Median F0 of each window, in semitones over the take's median."""
    import numpy as np

    f0_hz = np.asarray(pitch.values["f0_hz"], dtype=np.float64)  # (T,)
    times = np.arange(len(f0_hz)) * _hop_s(pitch)  # (T,)
    kept = np.isfinite(f0_hz) & (f0_hz > 0) & has_voice(times, activity)
    if not kept.any():
        return Curve(centers_s=(), values=())
    times, semitones = times[kept], 12.0 * np.log2(f0_hz[kept] / np.median(f0_hz[kept]))
    curve = {}
    for center in voiced_centers(duration_s, activity):
        frames = semitones[np.abs(times - center) <= WINDOW_S / 2]
        if len(frames) * _hop_s(pitch) >= MIN_PITCHED_S:
            curve[float(center)] = float(np.median(frames))
    return Curve(centers_s=tuple(curve), values=tuple(curve.values()))


def speaker_curve(speaker: Feature, activity: Feature, reference: Feature | None) -> Curve:
    """Cosine of each window to the reference recording; without one, to the mean of the windows of the first 15 s.

    The curve then starts 5 s after these windows: what they are made of, or share a phrase with, would be alike anyhow.
    And 15 s are only a sample of a voice. The slopes against each of these windows alone differ, in a human reading
    by more than the noise along the curve; what that leaves open is the curve's doubt, windows that overlap by half
    counting as half. The encoder's windows may have any length and hop; all but the last are equally long.
    """
    import numpy as np

    starts = np.asarray(speaker.values["start_s"], dtype=np.float64)  # (W,)
    ends = np.asarray(speaker.values["end_s"], dtype=np.float64)  # (W,)
    window_s = round(float((ends - starts).max(initial=0.0)), 3)
    hop_s = round(float(np.diff(starts).min(initial=window_s)), 3)
    windows = np.asarray(speaker.values["windows"], dtype=np.float64).reshape(len(starts), -1)  # (W, D)
    centers = starts + window_s / 2  # (W,)
    enough_s = MIN_VOICED_S * window_s / WINDOW_S
    usable = (voiced_s(centers, activity, window_s) >= enough_s) & (np.linalg.norm(windows, axis=1) > 0)
    starts, windows, centers = starts[usable], windows[usable], centers[usable]
    if reference is not None:
        cosines = _cosines(windows, np.asarray(reference.values["embedding"], dtype=np.float64))
        return Curve(centers_s=tuple(centers.tolist()), values=tuple(cosines.tolist()), hop_s=hop_s)
    early, late = windows[starts + window_s <= START_S], starts >= START_S + APART_S
    if len(early) < MIN_EARLY_WINDOWS or late.sum() < MIN_WINDOWS:
        return Curve(centers_s=(), values=())
    centers, windows = centers[late], windows[late]
    slopes = slopes_of(centers / 60.0, np.stack([_cosines(windows, one) for one in early]))
    return Curve(
        centers_s=tuple(centers.tolist()),
        values=tuple(_cosines(windows, early.mean(axis=0)).tolist()),
        hop_s=hop_s,
        doubt=float(slopes.std(ddof=1) / (1 + (len(early) - 1) * min(1.0, hop_s / window_s)) ** 0.5),
    )


def _cosines(windows: FloatArray, target: FloatArray) -> FloatArray:
    """Cosines (W,) of windows (W, D) to one embedding (D,); 0 to one without length."""
    import numpy as np

    lengths = np.linalg.norm(windows, axis=1) * np.linalg.norm(target)  # (W,)
    cosines: FloatArray = windows @ target / np.where(lengths > 0, lengths, 1.0)
    return cosines


def _hop_s(track: Feature) -> float:
    assert track.hop_s is not None, f"a {track.kind} track without hop_s"
    return track.hop_s


def centers_of(duration_s: float) -> FloatArray:
    """Centres of the windows that lie wholly in the recording, (W,)."""
    import numpy as np

    n_windows = max(0, int((duration_s - WINDOW_S) // HOP_S) + 1)
    return np.arange(n_windows) * HOP_S + WINDOW_S / 2


def voiced_centers(duration_s: float, activity: Feature) -> FloatArray:
    """Centres of the windows with enough voice, (W,)."""
    centers = centers_of(duration_s)
    return centers[voiced_s(centers, activity) >= MIN_VOICED_S]


def voiced_s(centers_s: FloatArray, activity: Feature, window_s: float = WINDOW_S) -> FloatArray:
    """Seconds with voice in the window around each centre, (W,)."""
    import numpy as np

    low = np.asarray(centers_s)[:, None] - window_s / 2  # (W, 1)
    begin = np.maximum(activity.values["start_s"][None, :], low)  # (W, N)
    end = np.minimum(activity.values["end_s"][None, :], low + window_s)  # (W, N)
    seconds: FloatArray = np.clip(end - begin, 0.0, None).sum(axis=1)  # (W,)
    return seconds


def has_voice(times_s: FloatArray, activity: Feature) -> NDArray[np.bool_]:
    """Whether there is voice at each time, bool (T,)."""
    import numpy as np

    begun = np.searchsorted(activity.values["start_s"], times_s, side="right")  # (T,)
    ended = np.searchsorted(activity.values["end_s"], times_s, side="right")  # (T,)
    voice: NDArray[np.bool_] = begun > ended
    return voice
