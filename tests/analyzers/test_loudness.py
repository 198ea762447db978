"""Known answers of ITU-R BS.1770-4."""

import numpy as np
import pytest

from voxeval.analyzers.loudness import FLOOR_LUFS, HOP_S, Loudness
from voxeval.types import Audio, Clip, Failure, Feature


def heard(samples: np.ndarray, sample_rate: int) -> Feature:
    audio = Audio(np.asarray(samples, dtype=np.float32), sample_rate)
    (answer,) = Loudness().analyze([Clip(audio=audio, language="en")])
    assert isinstance(answer, Feature), answer
    return answer


def sine(sample_rate: int, duration_s: float = 5.0) -> np.ndarray:
    return np.sin(2 * np.pi * 997 * np.arange(round(duration_s * sample_rate)) / sample_rate)


def test_the_standards_own_sine_reads_minus_3_01():
    values = heard(sine(48_000), 48_000).values
    assert values["lufs"][0] == pytest.approx(-3.01, abs=0.005)
    np.testing.assert_allclose(values["level_lufs"][1:], -3.01, atol=0.01)


@pytest.mark.parametrize("sample_rate", [8_000, 16_000, 22_050, 24_000, 44_100, 96_000])
def test_other_rates_read_nearly_the_same(sample_rate):
    assert heard(sine(sample_rate), sample_rate).values["lufs"][0] == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize("gain_db", [-6.0, -20.0, -40.0])
def test_a_gain_moves_the_loudness_by_as_much(gain_db):
    quieter = heard(sine(48_000) * 10 ** (gain_db / 20), 48_000).values["lufs"][0]
    assert quieter == pytest.approx(-3.01 + gain_db, abs=0.01)


def test_pauses_are_gated_out_of_the_whole_and_seen_in_the_track():
    sound = np.concatenate([sine(16_000), np.zeros(5 * 16_000), sine(16_000)])
    feature = heard(sound, 16_000)
    assert feature.hop_s == HOP_S
    assert feature.values["lufs"][0] == pytest.approx(-3.01, abs=0.25)  # the blocks at the borders count
    assert feature.values["level_lufs"][70] == FLOOR_LUFS
    assert feature.values["level_lufs"][20] == pytest.approx(-2.97, abs=0.02)


def test_silence_is_the_floor_and_never_infinite():
    values = heard(np.zeros(16_000), 16_000).values
    assert values["lufs"].tolist() == [FLOOR_LUFS]
    assert set(values["level_lufs"].tolist()) == {FLOOR_LUFS}


@pytest.mark.parametrize(("duration_s", "windows"), [(0.4, 1), (0.49, 1), (0.5, 2), (0.79, 4), (2.0, 17)])
def test_only_whole_windows_count(duration_s, windows):
    assert len(heard(sine(24_000, duration_s), 24_000).values["level_lufs"]) == windows


def test_what_is_shorter_than_a_window_or_no_sound_is_a_failure():
    clips = [
        Clip(audio=Audio(np.asarray(samples, dtype=np.float32), 16_000), language="en")
        for samples in (sine(16_000, 0.39), [], np.full(16_000, np.nan))
    ]
    short, empty, broken = Loudness().analyze(clips)
    assert isinstance(short, Failure)
    assert "0.4 s" in short.reason
    assert isinstance(empty, Failure)
    assert isinstance(broken, Failure)
