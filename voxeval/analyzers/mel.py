"""Mel spectrograms with the filters of M. Slaney's Auditory Toolbox (1998), as librosa makes them by default."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voxeval.types import FloatArray

# Linear up to 1 kHz, 200/3 Hz a mel; above it logarithmic, 27 mels to a factor of 6.4.
HZ_PER_MEL = 200.0 / 3.0
BREAK_HZ = 1_000.0
MELS_PER_FACTOR = 27.0
FACTOR = 6.4


def log_mel(samples: FloatArray, *, sample_rate: int, window: int, hop: int, bands: int) -> FloatArray:
    """Power in mel bands in dB under the loudest cell, float32 (T, bands) in [-80, 0].

    Hann windows of `window` samples every `hop`, centred, with zeros beyond both ends; T = 1 + S // hop for S samples
    (and an odd window: 1 + (S - 1) // hop).
    """
    import numpy as np
    import scipy.fft
    import scipy.signal

    padded = np.pad(samples.astype(np.float32), window // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]  # (T, window)
    hann = scipy.signal.get_window("hann", window).astype(np.float32)
    power = np.abs(scipy.fft.rfft(frames * hann, axis=-1)) ** 2  # (T, bins)
    mel = power @ mel_filters(sample_rate, window, bands).T  # (T, bands)
    decibels = 10.0 * np.log10(np.maximum(mel, 1e-10))
    decibels = np.maximum(decibels - decibels.max(), -80.0)
    return decibels.astype(np.float32)  # type: ignore[no-any-return]


@cache
def mel_filters(sample_rate: int, window: int, bands: int) -> FloatArray:
    """Triangles of equal area over the bins of a spectrum from 0 Hz to half the rate, float32 (bands, bins)."""
    import numpy as np

    bins_hz = np.fft.rfftfreq(window, 1.0 / sample_rate)  # (bins,)
    top = _mel_of(sample_rate / 2)
    corners = np.array([_hz_of(top * step / (bands + 1)) for step in range(bands + 2)])  # (bands + 2,)
    rising = (bins_hz[None, :] - corners[:-2, None]) / (corners[1:-1] - corners[:-2])[:, None]  # (bands, bins)
    falling = (corners[2:, None] - bins_hz[None, :]) / (corners[2:] - corners[1:-1])[:, None]  # (bands, bins)
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    area = 2.0 / (corners[2:] - corners[:-2])
    return (triangles * area[:, None]).astype(np.float32)  # type: ignore[no-any-return]


def _mel_of(hz: float) -> float:
    if hz < BREAK_HZ:
        return hz / HZ_PER_MEL
    return BREAK_HZ / HZ_PER_MEL + math.log(hz / BREAK_HZ) * MELS_PER_FACTOR / math.log(FACTOR)


def _hz_of(mel: float) -> float:
    if mel < BREAK_HZ / HZ_PER_MEL:
        return mel * HZ_PER_MEL
    return BREAK_HZ * math.exp((mel - BREAK_HZ / HZ_PER_MEL) * math.log(FACTOR) / MELS_PER_FACTOR)
