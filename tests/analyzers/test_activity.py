import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import fake_voice
from voxeval.analyzers.activity import SAMPLE_RATE, SileroActivity, cut_at_silences, voiced_segments
from voxeval.audio import read_audio, resample
from voxeval.types import Audio, Clip, Failure, Feature

SPEECH = Path(os.environ.get("VOXEVAL_TEST_SPEECH", Path(__file__).parents[3] / "shared" / "data")) / "ljspeech"


def silence(duration_s: float) -> np.ndarray:
    return np.zeros(round(duration_s * SAMPLE_RATE), dtype=np.float32)


def listen(samples: np.ndarray, sample_rate: int = SAMPLE_RATE) -> Feature | Failure:
    return SileroActivity().analyze([Clip(audio=Audio(samples, sample_rate), language="en")])[0]


def test_voice_between_silences_is_found_where_it_is():
    samples = np.concatenate([silence(1), fake_voice(2), silence(1.5), fake_voice(1), silence(0.5)])

    segments = voiced_segments(samples)

    assert segments[0][0] == pytest.approx(1.0, abs=0.15)
    assert segments[-1][1] == pytest.approx(5.5, abs=0.25)
    assert not [segment for segment in segments if segment[0] < 4.2 and segment[1] > 3.3]


@pytest.mark.parametrize("sample_rate", [8_000, 22_050, 96_000])
def test_other_sample_rates_give_the_same_stretches(sample_rate):
    expected = voiced_segments(np.concatenate([silence(1), fake_voice(2), silence(1)]))
    quiet = np.zeros(sample_rate, dtype=np.float32)

    heard = listen(np.concatenate([quiet, fake_voice(2, sample_rate=sample_rate), quiet]), sample_rate)

    assert heard.values["start_s"][0] == pytest.approx(expected[0][0], abs=0.15)
    assert heard.values["end_s"][-1] == pytest.approx(expected[-1][1], abs=0.25)


def test_silence_noise_and_a_tone_are_no_voice():
    noise = np.random.default_rng(0).normal(0, 0.1, 3 * SAMPLE_RATE).astype(np.float32)
    tone = np.sin(2 * np.pi * 440 * np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE).astype(np.float32)

    for samples in (silence(3), noise, tone):
        heard = listen(samples)
        assert heard.values["start_s"].shape == heard.values["end_s"].shape == (0,)


@pytest.mark.parametrize("n_samples", [1, 100, 511, 513])
def test_audio_too_short_for_voice_is_silent_and_no_failure(n_samples):
    assert len(listen(np.full(n_samples, 0.1, dtype=np.float32)).values["start_s"]) == 0


def test_no_samples_and_nan_are_failures_that_leave_others_alone():
    broken = fake_voice(1)
    broken[5] = np.nan
    clips = [Clip(audio=Audio(samples, SAMPLE_RATE), language="en") for samples in (silence(0), broken, fake_voice(1))]

    empty, nan, good = SileroActivity().analyze(clips)

    assert isinstance(empty, Failure)
    assert "0 samples" in empty.reason
    assert isinstance(nan, Failure)
    assert "NaN" in nan.reason
    assert len(good.values["start_s"]) > 0
    assert voiced_segments(silence(0)) == []


def test_a_clip_is_heard_the_same_whatever_came_before_and_over_blocks():
    voice = np.concatenate([fake_voice(20), silence(3)])  # longer than one call of the network
    before = voiced_segments(voice)
    voiced_segments(np.random.default_rng(1).normal(0, 0.3, 50_000).astype(np.float32))

    assert voiced_segments(voice) == before
    assert before[-1][1] == pytest.approx(20, abs=0.3)


@st.composite
def recordings(draw):
    """Duration and sorted stretches with pauses of at least 0.1 s, as voice activity gives them."""
    lengths = draw(st.lists(st.tuples(st.floats(0.1, 40), st.floats(0.1, 70)), min_size=1, max_size=12))
    position, segments = draw(st.floats(0, 70)), []
    for voice_s, pause_s in lengths:
        segments.append((position, position + voice_s))
        position += voice_s + pause_s
    return position, segments


@given(recordings())
@settings(max_examples=60, deadline=None)
def test_pieces_hold_all_voice_and_are_short_sorted_and_apart(recording):
    duration_s, segments = recording
    samples = np.zeros(int(duration_s * SAMPLE_RATE) + 1, dtype=np.float32)

    pieces = cut_at_silences(samples, segments)

    assert all(0 <= end - start <= 28.0 + 1e-6 for start, end in pieces)
    assert all(before[1] <= after[0] + 1e-9 for before, after in pairwise(pieces))
    assert pieces[0][0] >= 0
    assert pieces[-1][1] <= len(samples) / SAMPLE_RATE + 1e-9
    covered = sum(max(0.0, min(b, d) - max(a, c)) for a, b in pieces for c, d in segments)
    assert covered == pytest.approx(sum(end - start for start, end in segments), abs=1e-6)
    for start, end in pieces:
        assert any(start < b and end > a for a, b in segments)  # no piece without voice
    inner_cuts = [cut for piece in pieces for cut in piece]
    for a, b in segments:
        if b - a <= 27.0:
            assert not [cut for cut in inner_cuts if a + 1e-6 < cut < b - 1e-6]


def test_audio_that_fits_is_one_piece_and_silence_none():
    assert cut_at_silences(silence(27), [(3.0, 4.0), (20.0, 21.0)]) == [(0.0, 27.0)]
    assert cut_at_silences(silence(27), []) == []
    assert cut_at_silences(silence(100), []) == []


def test_long_audio_is_cut_in_the_longest_pause_of_the_second_half():
    segments = [(0.0, 15.0), (16.0, 20.0), (20.2, 25.0), (25.3, 40.0)]
    assert cut_at_silences(silence(40), segments) == [(0.0, 15.5), (15.5, 40.0)]


def test_long_silence_belongs_to_no_piece():
    assert cut_at_silences(silence(100), [(2.0, 12.0), (60.0, 70.0)]) == [(1.5, 12.5), (59.5, 70.5)]


def test_voice_without_a_pause_is_cut_where_it_is_quietest():
    samples = np.full(40 * SAMPLE_RATE, 0.5, dtype=np.float32)
    samples[20 * SAMPLE_RATE : 20 * SAMPLE_RATE + 2_000] = 0.01

    first, second = cut_at_silences(samples, [(0.0, 40.0)])

    assert first[1] == second[0] == pytest.approx(20.06, abs=0.06)


def test_info_and_problem_need_no_model_and_a_missing_package_is_named(monkeypatch):
    activity = SileroActivity()
    assert activity.info.feature == "activity"
    assert len(activity.info.fingerprint) >= 6
    assert activity.problem() is None

    monkeypatch.setattr("voxeval.analyzers.activity.package_folder", lambda module: None)
    assert "pip install 'silero-vad" in SileroActivity().problem()


def test_most_of_real_speech_is_voice():
    if not SPEECH.is_dir():
        pytest.skip(f"no recordings of speech at {SPEECH}; set VOXEVAL_TEST_SPEECH to a folder that has ljspeech/")
    samples = resample(read_audio(SPEECH / "LJ001-0001.flac"), SAMPLE_RATE)

    for gain in (1.0, 0.05):
        voiced_s = sum(end - start for start, end in voiced_segments((gain * samples).astype(np.float32)))
        assert 0.75 < voiced_s / (len(samples) / SAMPLE_RATE) < 0.99
