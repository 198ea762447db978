"""What the recognizer hears: how many frames, of which band, at any level."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from reference_model.log_mel import FRAME_RATE, HOP, N_MELS, SAMPLE_RATE, log_mel
from tests.strategies import quick


def noise(n: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(0, 0.1, n).astype(np.float32))


def tone(hertz: float, seconds: float = 0.5) -> torch.Tensor:
    return 0.3 * torch.sin(2 * torch.pi * hertz * torch.arange(round(SAMPLE_RATE * seconds)) / SAMPLE_RATE)


@quick
@given(st.integers(0, 4000))
def test_there_is_a_frame_for_each_begun_hop(n):
    assert log_mel(noise(n)).shape == (-(-n // HOP), N_MELS)


def test_a_second_has_a_hundred_frames():
    assert FRAME_RATE == 100
    assert len(log_mel(noise(SAMPLE_RATE))) == 100


@quick
@given(st.floats(-40, 20), st.integers(1, 5000))
def test_level_changes_nothing(gain_db, n):
    samples = noise(n)
    np.testing.assert_allclose(log_mel(samples * 10 ** (gain_db / 20)), log_mel(samples), atol=2e-3, rtol=0)


def test_a_fixed_channel_changes_nothing_but_the_floor():
    """A filter's gain in each band goes with the mean; here one of two taps, whose delay is far under a frame."""
    samples = noise(SAMPLE_RATE)
    filtered = samples.clone()
    filtered[1:] += 0.5 * samples[:-1]
    difference = (log_mel(filtered) - log_mel(samples))[2:-2]
    assert float(difference.abs().mean()) < 0.02  # the filter's own gain goes from +3.5 to -6 dB: 0.3 of these units


@pytest.mark.parametrize("level", [0.0, 1e-9])
def test_silence_gives_zeros(level):
    features = log_mel(torch.full((1600,), level))
    assert features.shape == (10, N_MELS)
    assert not features.any()


@pytest.mark.parametrize("hertz", [150, 440, 1000, 3000, 6500])
def test_a_tone_is_loudest_in_its_band(hertz):
    """The tone comes after noise at a 40th of its level, whose spectrum the means take out."""
    samples = torch.cat([noise(8000), tone(hertz) + noise(8000, 1)])
    rise = log_mel(samples)[60:90].mean(0) - log_mel(samples)[10:40].mean(0)
    # the band's centre, from the definition of the scale
    mel = np.linspace(*(2595 * np.log10(1 + np.array([50.0, 7600.0]) / 700)), N_MELS + 2)[1:-1]
    expected = int(np.abs(mel - 2595 * np.log10(1 + hertz / 700)).argmin())
    assert abs(int(rise.argmax()) - expected) <= 1


@quick
@given(st.integers(1, 20))
def test_a_delay_of_whole_hops_moves_the_frames(hops):
    samples = noise(8000)
    moved = log_mel(torch.cat([torch.zeros(hops * HOP), samples]))
    here = log_mel(samples)
    # but for the first frames, which see what is before the clip, means are over the same frames but for two
    np.testing.assert_allclose(moved[hops + 2 : -2], here[2:-2], atol=0.02, rtol=0)


def test_values_are_finite_and_of_order_one():
    features = log_mel(torch.cat([torch.zeros(8000), noise(8000) * tone(2, 0.5)]))
    assert torch.isfinite(features).all()
    assert float(features.abs().max()) < 6  # 80 dB are 4.6
