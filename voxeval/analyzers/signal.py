"""Faults of the signal itself, found without a model: clipped peaks and a missing upper band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voxeval.analyzers.clipwise import each, is_silent
from voxeval.analyzers.identity import fingerprint
from voxeval.types import AnalyzerInfo, Audio, Failure, Feature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voxeval.types import Clip, FloatArray, Heard

CODE_VERSION = 1
MIN_S = 0.1
CLIPPED_RUN = 3  # samples in a row, as meters count an "over"
CLIPPED_LEVEL = 0.1  # of full scale; under it, coarse steps make flat tops of their own
SPECTRUM_WINDOW_S = 0.032
BANDWIDTH_DROP_DB = 50.0  # under the loudest part of the spectrum
SPEECH_FROM_HZ = 50.0  # hum and offset are not the loudest part


class Signal:
    """Share of clipped samples and bandwidth, at the recording's own rate, since resampling rounds flat tops off.

    `clipped_share`: samples in runs of at least 3 that all have exactly the highest (or lowest) value of the recording,
    where that is at least 0.1 of full scale. The height is not asked to be full scale, so that a recording which was
    clipped and then turned down is seen too. It was 0 on all of 283 recordings of LJSpeech and LibriSpeech and 27 of
    espeak-ng. Clipping before a lossy codec or a resampler leaves no exact runs and is not seen.

    `bandwidth_hz`: the highest frequency at which the mean power spectrum lies within 50 dB of its highest point above
    50 Hz. LibriSpeech through 8 kHz reads 3.84 to 3.94 kHz; LJSpeech through a low-pass of 3 kHz 3.1 kHz. A noise
    floor over the whole band that is less than about 40 dB under the speech hides a missing band.
    """

    def __init__(self) -> None:
        options = (CLIPPED_RUN, CLIPPED_LEVEL, SPECTRUM_WINDOW_S, BANDWIDTH_DROP_DB, SPEECH_FROM_HZ)
        self.info = AnalyzerInfo(
            name="signal",
            feature="signal",
            fingerprint=fingerprint("signal", CODE_VERSION, options),
            version=f"rules {CODE_VERSION}",
        )

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        """Features of kind `signal`: `clipped_share` (1,) from 0 to 1, `bandwidth_hz` (1,). Silence is skipped."""
        return each(clips, _listen, min_s=MIN_S)


def _listen(audio: Audio) -> Heard:
    import numpy as np

    if is_silent(audio.samples):
        return Failure(reason="the audio is digital silence; it has no bandwidth", skipped=True)
    return Feature(
        kind="signal",
        values={
            "clipped_share": np.array([clipped_share(audio.samples)], dtype=np.float32),
            "bandwidth_hz": np.array([bandwidth_hz(audio.samples, audio.sample_rate)], dtype=np.float32),
        },
    )


def clipped_share(samples: FloatArray) -> float:
    """Share of the samples (S,) in flat tops and bottoms: see Signal."""
    import numpy as np

    clipped = 0
    for side in (samples, -samples):
        top = side.max()
        if top < CLIPPED_LEVEL:
            continue
        borders = np.flatnonzero(np.diff(np.concatenate(([False], side == top, [False])).astype(np.int8)))
        lengths = borders[1::2] - borders[::2]  # of the runs at the top
        clipped += int(lengths[lengths >= CLIPPED_RUN].sum())
    return clipped / len(samples)


def bandwidth_hz(samples: FloatArray, sample_rate: int) -> float:
    """Highest frequency with power within 50 dB of the loudest, in (S,) samples: see Signal."""
    import numpy as np
    import scipy.signal

    window = round(SPECTRUM_WINDOW_S * sample_rate)
    frequencies, power = scipy.signal.welch(samples.astype(np.float64), sample_rate, nperseg=window)
    loudest = power[frequencies >= SPEECH_FROM_HZ].max()
    present = power >= loudest * 10 ** (-BANDWIDTH_DROP_DB / 10)
    return float(frequencies[np.flatnonzero(present)[-1]])
