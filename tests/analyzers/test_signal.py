"""Clipping and bandwidth on sounds that were clipped and band-limited on purpose."""

import numpy as np
import pytest
import scipy.signal
import soxr

from voxeval.analyzers.signal import Signal, bandwidth_hz, clipped_share
from voxeval.audio import encode_flac, read_audio
from voxeval.types import Audio, Clip, Failure

RATE = 24_000


def speechlike(duration_s: float = 2.0) -> np.ndarray:
    """Pulses with a falling spectrum, and hiss over the whole band in every other tenth of a second."""
    generator = np.random.default_rng(0)
    count = round(duration_s * RATE)
    seconds = np.arange(count) / RATE
    pulses = np.diff(np.floor(np.cumsum(120 + 20 * np.sin(5 * seconds)) / RATE), prepend=0.0)
    voice = scipy.signal.lfilter([1], [1, -1.8, 0.85], pulses)
    hiss = generator.standard_normal(count) * (np.floor(seconds * 10) % 2)
    sound = voice / np.abs(voice).max() + 0.05 * hiss
    return (0.8 * sound / np.abs(sound).max()).astype(np.float32)


def in_16_bits(samples: np.ndarray) -> np.ndarray:
    return read_audio(encode_flac(Audio(np.asarray(samples, dtype=np.float32), RATE))).samples


def test_the_whole_band_is_seen():
    assert bandwidth_hz(in_16_bits(speechlike()), RATE) > 11_500


def test_a_telephone_recording_at_24_khz_has_4_khz():
    narrow = soxr.resample(soxr.resample(speechlike(), RATE, 8_000), 8_000, RATE)
    assert bandwidth_hz(in_16_bits(narrow), RATE) == pytest.approx(3_900, abs=150)


@pytest.mark.parametrize("cut_hz", [3_000, 5_000, 7_000])
def test_a_low_pass_is_found_where_it_is(cut_hz):
    narrow = scipy.signal.filtfilt(scipy.signal.firwin(401, cut_hz, fs=RATE), [1.0], speechlike())
    assert bandwidth_hz(in_16_bits(narrow), RATE) == pytest.approx(cut_hz, abs=150)


def test_an_offset_is_not_the_loudest_part():
    assert bandwidth_hz(speechlike() * 0.01 + 0.9, RATE) > 11_500


def test_intact_sound_has_no_clipped_samples():
    assert clipped_share(in_16_bits(speechlike())) == 0.0


@pytest.mark.parametrize("turned_down", [1.0, 0.3])
def test_clipped_peaks_are_counted_also_after_turning_down(turned_down):
    sound = speechlike()
    loud = np.clip(sound / np.abs(sound).max() * 3.0, -1.0, 1.0)
    expected = float(np.mean(np.abs(loud) >= 1.0))
    found = clipped_share(in_16_bits(loud * turned_down))
    assert expected > 0.005
    assert 0.4 * expected < found <= expected


def test_a_lone_full_scale_sample_is_no_clipping():
    sound = speechlike() * 0.5
    sound[[1_000, 1_001]] = 1.0
    assert clipped_share(sound) == 0.0
    sound[1_002] = 1.0
    assert clipped_share(sound) == pytest.approx(3 / len(sound))


def test_both_sides_count_each_at_its_own_extreme():
    sound = speechlike() * 0.5
    sound[100:104] = 32767 / 32768
    sound[200:205] = -1.0
    assert clipped_share(sound) == pytest.approx(9 / len(sound))


def test_answers_come_in_order_and_silence_is_a_failure():
    clips = [
        Clip(audio=Audio(np.asarray(samples, dtype=np.float32), RATE), language="en")
        for samples in (speechlike(), np.zeros(RATE), [], speechlike())
    ]
    first, silent, empty, last = Signal().analyze(clips)
    assert first.values["bandwidth_hz"].shape == (1,)
    assert first.values["clipped_share"].tolist() == [0.0]
    assert isinstance(silent, Failure)
    assert isinstance(empty, Failure)
    np.testing.assert_array_equal(first.values["bandwidth_hz"], last.values["bandwidth_hz"])
