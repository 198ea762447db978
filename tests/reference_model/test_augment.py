"""What is done to speech: lengths and pitch as told, finite samples, and the generator alone decides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_model.train.augment import RATE, Noises, channel, spoil, stretch, warp
from tests.strategies import quick

NOISES = Noises.made(np.random.default_rng(0))
seeds = st.integers(0, 2**32 - 1)


def tone(hertz: float, seconds: float = 1.0, rate: int = RATE) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)).astype(np.float32)


def pitch(samples: np.ndarray) -> float:
    """Frequency of the strongest component, the ends left out."""
    inner = samples[len(samples) // 8 : -len(samples) // 8] * np.hanning(
        len(samples[len(samples) // 8 : -len(samples) // 8])
    )
    spectrum = np.abs(np.fft.rfft(inner, 8 * len(inner)))
    return float(spectrum.argmax() * RATE / (8 * len(inner)))


def speechlike(seed: int, n: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (np.repeat(rng.uniform(0, 1, -(-n // 800)), 800)[:n] * rng.normal(0, 0.1, n)).astype(np.float32)


@quick
@given(seeds, st.integers(600, 20_000), st.booleans())
def test_channel_and_spoiling_keep_length_type_and_finite_values(seed, n, silent):
    samples = np.zeros(n, np.float32) if silent else speechlike(seed, n)
    before = samples.copy()
    rng = np.random.default_rng(seed)
    for out in (channel(samples, rng), spoil(samples, NOISES, rng)):
        assert out.dtype == np.float32
        assert out.shape == (n,)
        assert np.isfinite(out).all()
    np.testing.assert_array_equal(samples, before)


@quick
@given(seeds)
def test_the_generator_alone_decides(seed):
    samples = speechlike(1, 8_000)
    for change in (channel, lambda x, rng: spoil(x, NOISES, rng)):
        one, two = (change(samples, np.random.default_rng(seed)) for _ in range(2))
        np.testing.assert_array_equal(one, two)


def test_different_draws_differ():
    samples = speechlike(1, 8_000)
    for change in (channel, lambda x, rng: spoil(x, NOISES, rng)):
        outs = {change(samples, np.random.default_rng(seed)).tobytes() for seed in range(10)}
        assert len(outs) >= 8


@quick
@given(seeds)
def test_what_comes_out_has_a_level_of_minus_30_to_0_db(seed):
    peak = np.abs(spoil(speechlike(2, 8_000), NOISES, np.random.default_rng(seed))).max()
    assert 10 ** (-30.1 / 20) < peak < 1.01


@pytest.mark.parametrize("factor", [0.85, 0.95, 1.1, 1.2])
@pytest.mark.parametrize("hertz", [200, 1000])
def test_stretching_changes_the_length_and_not_the_pitch(factor, hertz):
    out = stretch(tone(hertz), factor)
    assert out.dtype == np.float32
    assert len(out) == pytest.approx(RATE * factor, rel=0.05)
    assert pitch(out) == pytest.approx(hertz, rel=0.03)
    middle = out[len(out) // 4 : -len(out) // 4]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.1)


@pytest.mark.parametrize("factor", [0.86, 1.0, 1.16])
@pytest.mark.parametrize("rate", [RATE, 22_050])
def test_warping_changes_length_and_pitch_together(factor, rate):
    out = warp(tone(500, rate=rate), rate, factor)
    assert out.dtype == np.float32
    assert len(out) == pytest.approx(RATE * factor, rel=0.01)
    assert pitch(out) == pytest.approx(500 / factor, rel=0.01)


def test_noises_have_unit_power_and_their_own_colours():
    shares = []
    for track in NOISES.tracks:
        assert track.dtype == np.float32
        assert float(np.std(track)) == pytest.approx(1, abs=0.01)
        power = np.abs(np.fft.rfft(track[:RATE])) ** 2
        shares.append(power[:1000].sum() / power.sum())
    white, pink, brown = shares[:3]
    assert white == pytest.approx(1 / 8, abs=0.03)
    assert white < pink < brown


@quick
@given(seeds, st.integers(0, 25 * RATE))
def test_noise_is_drawn_of_any_length(seed, n):
    assert NOISES.draw(n, np.random.default_rng(seed)).shape == (n,)
