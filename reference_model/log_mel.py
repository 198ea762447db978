"""What the recognizer hears: log-mel energies, free of level and of the channel's colour.

    x[t, m] = (ln max(E[t, m], floor) - mean over loud frames of the same) / 4

E is the power of a Hann-windowed 25 ms frame every 10 ms in 64 triangular bands that are evenly spaced on the mel scale
(2595 log10(1 + f / 700); O'Shaughnessy, Speech Communication, 1987) from 50 to 7600 Hz. The floor lies 80 dB under the
loudest cell. Means are taken for each band over frames within 35 dB of the loudest, so that the length of a pause
changes nothing.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor
from torch.nn import functional as F

# Shapes:  S samples   T frames   M mel bands   N bins of the spectrum

SAMPLE_RATE = 16_000
N_MELS = 64
HOP = 160  # 100 Hz
FRAME_RATE = SAMPLE_RATE // HOP
_WINDOW = 400
_FFT = 512
_LOW_HZ, _HIGH_HZ = 50.0, 7600.0
_RANGE = 1e-8  # 80 dB
_LOUD = 10**-3.5
_SILENCE = 1e-9  # power under which a clip holds nothing
_SCALE = 4.0


def log_mel(samples: Tensor) -> Tensor:
    """Features (T, M) of a mono clip (S,) at 16 kHz; T is S / 160 rounded up. A silent clip gives zeros."""
    n_frames = -(-samples.shape[0] // HOP)
    if n_frames == 0:  # which no transform takes
        return samples.new_zeros(0, N_MELS)
    padded = F.pad(samples, (_WINDOW // 2, _WINDOW // 2 + HOP))
    frames = padded.unfold(0, _WINDOW, HOP)[:n_frames] * _hann()  # (T, window)
    power = torch.fft.rfft(frames, _FFT).abs().square()  # (T, N)
    energy: Tensor = power @ _bands()  # (T, M)
    total = energy.sum(-1)  # (T,)
    peak = energy.max()
    if float(peak) <= _SILENCE:
        return energy.new_zeros(n_frames, N_MELS)
    logs = energy.clamp(min=float(peak) * _RANGE).log()
    loud = total >= total.max() * _LOUD
    features: Tensor = (logs - logs[loud].mean(0)) / _SCALE
    return features


@cache
def _hann() -> Tensor:
    return torch.hann_window(_WINDOW)


@cache
def _bands() -> Tensor:
    """Triangular filters (N, M)."""
    edges = torch.linspace(_mel(_LOW_HZ), _mel(_HIGH_HZ), N_MELS + 2)
    hz = 700 * (10 ** (edges / 2595) - 1)  # (M+2,)
    bins = torch.linspace(0, SAMPLE_RATE / 2, _FFT // 2 + 1)[:, None]  # (N, 1)
    rising = (bins - hz[:-2]) / (hz[1:-1] - hz[:-2])
    falling = (hz[2:] - bins) / (hz[2:] - hz[1:-1])
    return torch.minimum(rising, falling).clamp(min=0)


def _mel(hz: float) -> float:
    return 2595 * torch.tensor(1 + hz / 700).log10().item()
