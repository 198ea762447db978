"""What happens to speech before the recognizer hears it: rooms, channels, noise, codecs, clipping, other levels.

espeak-ng's own sound is clean and always the same; engines that it never hears differ in timbre, bandwidth, noise and
artifacts. Everything is drawn from the generator that is passed in; samples are float32 at 16 kHz.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.fft
import scipy.signal
from numpy.random import Generator
from numpy.typing import NDArray

RATE = 16_000
Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noises:
    """Twenty seconds each of noises of several colours, made once a worker."""

    tracks: tuple[Samples, ...]

    @classmethod
    def made(cls, rng: Generator) -> Noises:
        """White, pink, brown and hum-like noise, and two in bands."""
        n = 20 * RATE
        frequencies = np.maximum(scipy.fft.rfftfreq(n, 1 / RATE), 20)
        shapes = [frequencies**-slope for slope in (0.0, 0.5, 1.0)]
        shapes += [np.exp(-(((np.log2(frequencies) - centre) / width) ** 2)) for centre, width in ((9, 1), (11, 1.5))]
        harmonics = (np.abs(frequencies % 50) < 0.5) * frequencies**-1.2
        return cls(tracks=tuple(_shaped(rng, shape, n) for shape in (*shapes, harmonics)))

    def draw(self, n: int, rng: Generator) -> Samples:
        """So many samples from one of the tracks, of unit power."""
        track = self.tracks[int(rng.integers(len(self.tracks)))]
        start = int(rng.integers(len(track)))
        return np.take(track, np.arange(start, start + n), mode="wrap")


def warp(samples: Samples, sample_rate: int, factor: float) -> Samples:
    """The speech at 16 kHz and `factor` times as long: pitch and formants fall where it is over 1."""
    import soxr

    return np.asarray(soxr.resample(samples, sample_rate / factor, RATE, quality="LQ"), np.float32)


def channel(samples: Samples, rng: Generator) -> Samples:
    """Equalization, band limits and a room in one filter of random shape, delays left out."""
    n = scipy.fft.next_fast_len(len(samples) + RATE // 4, real=True)
    spectrum = scipy.fft.rfft(samples, n)
    frequencies = scipy.fft.rfftfreq(n, 1 / RATE).astype(np.float32)
    if rng.random() < 0.75:
        # Random gains at 10 places on a logarithmic axis, and a tilt: other voices' spectra, cheap microphones.
        knots = np.linspace(np.log2(60), np.log2(8000), 10)
        gains = rng.normal(0, rng.uniform(1, 6), 10) + rng.uniform(-4, 4) * np.linspace(-1, 1, 10)
        spectrum *= 10 ** (np.interp(np.log2(np.maximum(frequencies, 60)), knots, gains).astype(np.float32) / 20)
    if rng.random() < 0.25:
        cut = rng.uniform(2800, 7500)
        spectrum *= 1 / (1 + (frequencies / cut) ** rng.choice([8, 24]))
    if rng.random() < 0.15:
        cut = rng.uniform(80, 350)
        spectrum *= 1 - 1 / (1 + (frequencies / cut) ** 6)
    if rng.random() < 0.35:
        spectrum *= scipy.fft.rfft(_room(rng), n)
    return np.asarray(scipy.fft.irfft(spectrum, n)[: len(samples)], np.float32)


def spoil(samples: Samples, noises: Noises, rng: Generator) -> Samples:
    """Noise, steps of a codec, clipping and level, each with a chance of its own."""
    power = float(np.sqrt(np.mean(samples**2)) + 1e-6)
    if rng.random() < 0.08:
        samples = _holes(samples, rng)
    if rng.random() < 0.5:
        snr_db = rng.uniform(5, 45)
        samples = samples + noises.draw(len(samples), rng) * np.float32(power * 10 ** (-snr_db / 20))
    if rng.random() < 0.06:
        # noise that follows the voice, as a coarse codec's
        samples = samples * (1 + rng.uniform(0.05, 0.3) * rng.standard_normal(len(samples), np.float32))
    if rng.random() < 0.08:
        limit = float(np.quantile(np.abs(samples), rng.uniform(0.9, 0.995))) + 1e-6
        samples = np.clip(samples, -limit, limit)
    if rng.random() < 0.06:
        peak = float(np.max(np.abs(samples))) + 1e-6
        mu = 255.0
        companded = np.sign(samples) * np.log1p(mu * np.abs(samples) / peak) / np.log1p(mu)
        companded = np.round(companded * 64) / 64
        samples = (np.sign(companded) * np.expm1(np.abs(companded) * np.log1p(mu)) / mu * peak).astype(np.float32)
    level = 10 ** (rng.uniform(-30, 0) / 20) / (float(np.max(np.abs(samples))) + 1e-6)
    return np.asarray(samples * np.float32(level), np.float32)


def stretch(samples: Samples, factor: float) -> Samples:
    """The speech `factor` times as long at the same pitch, with a phase vocoder's artifacts."""
    size, hop = 512, 128
    _, _, frames = scipy.signal.stft(samples, nperseg=size, noverlap=size - hop, padded=True)
    positions = np.arange(0, frames.shape[1] - 1, 1 / factor)
    left = positions.astype(int)
    share = (positions - left).astype(np.float32)
    loud = (1 - share) * np.abs(frames[:, left]) + share * np.abs(frames[:, left + 1])
    advance = np.angle(frames[:, left + 1] * np.conj(frames[:, left]))
    phase = np.angle(frames[:, :1]) + np.concatenate([np.zeros((len(frames), 1)), np.cumsum(advance, 1)[:, :-1]], 1)
    _, out = scipy.signal.istft(loud * np.exp(1j * phase), nperseg=size, noverlap=size - hop)
    return np.asarray(out, np.float32)


def _holes(samples: Samples, rng: Generator) -> Samples:
    """What a lossy codec at a low rate leaves out: cells of the spectrum under a share of their frame's peak."""
    _, _, frames = scipy.signal.stft(samples, nperseg=512)
    loud = np.abs(frames)
    floor = loud.max(0, keepdims=True) * 10 ** (-rng.uniform(22, 42) / 20)
    _, out = scipy.signal.istft(np.where(loud < floor, 0, frames), nperseg=512)
    return np.asarray(out[: len(samples)], np.float32)


def _room(rng: Generator) -> Samples:
    decay_s = rng.uniform(0.05, 0.5)
    n = int(RATE * min(decay_s, 0.25))
    tail = rng.standard_normal(n, np.float32) * np.exp(-6.9 * np.arange(n, dtype=np.float32) / RATE / decay_s)
    tail *= rng.uniform(0.05, 0.6) / (np.sqrt(np.sum(tail**2)) + 1e-6)
    tail[0] = 1
    return np.asarray(tail, np.float32)


def _shaped(rng: Generator, shape: NDArray[np.float64], n: int) -> Samples:
    noise = scipy.fft.irfft(scipy.fft.rfft(rng.standard_normal(n)) * shape, n)
    return np.asarray(noise / (np.std(noise) + 1e-12), np.float32)
