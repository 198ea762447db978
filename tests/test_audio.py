"""Recordings go out and come back as they were, and what is no recording says so."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.strategies import quick
from voxeval.audio import (
    checked,
    encode_flac,
    find_recording,
    joined,
    missing_bytes,
    pcm_hash,
    read_audio,
    resample,
    to_int16,
)
from voxeval.errors import AudioError
from voxeval.types import Audio

EVERY_VALUE = np.arange(-32768, 32768, dtype=np.int16)
sounds = arrays(np.float32, st.integers(1, 200), elements=st.floats(-1.5, 1.5, width=32)).map(
    lambda samples: Audio(samples, 16_000)
)


def tone(hertz: float = 440.0, rate: int = 16_000, seconds: float = 0.5) -> Audio:
    time_s = np.arange(round(rate * seconds)) / rate
    return Audio((0.5 * np.sin(2 * np.pi * hertz * time_s)).astype(np.float32), rate)


# --- 16 bits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["WAV", "FLAC"])
def test_every_16_bit_value_comes_back_as_it_was(tmp_path, format_):
    path = tmp_path / "given"
    soundfile.write(path, EVERY_VALUE, 16_000, format=format_, subtype="PCM_16")
    given_audio = read_audio(path)
    np.testing.assert_array_equal(to_int16(given_audio.samples), EVERY_VALUE)
    stored = encode_flac(given_audio)
    np.testing.assert_array_equal(read_audio(stored).samples, given_audio.samples)
    assert pcm_hash(read_audio(stored)) == pcm_hash(given_audio)


@quick
@given(sounds)
def test_the_name_of_a_sound_is_the_hash_of_what_is_read_again(audio):
    again = read_audio(encode_flac(audio))
    assert pcm_hash(again) == pcm_hash(audio)
    np.testing.assert_allclose(again.samples, np.clip(audio.samples, -1, 32767 / 32768), atol=0.5 / 32768)


def test_what_is_too_loud_is_clipped_and_never_wraps():
    samples = np.array([1.0, 1.5, -1.0, -7.0], dtype=np.float32)
    assert to_int16(samples).tolist() == [32767, 32767, -32768, -32768]


def test_the_hash_is_of_rate_and_samples():
    audio = tone()
    assert pcm_hash(audio) == pcm_hash(Audio(audio.samples.astype(np.float64), audio.sample_rate))
    assert pcm_hash(audio) != pcm_hash(Audio(audio.samples, 22_050))
    assert pcm_hash(audio) != pcm_hash(Audio(audio.samples[:-1], 16_000))


def test_a_rate_that_flac_has_no_room_for_is_an_error():
    with pytest.raises(AudioError, match="700000 Hz can't be kept as FLAC"):
        encode_flac(Audio(np.zeros(10, dtype=np.float32), 700_000))


# --- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 96_000])
@pytest.mark.parametrize("format_", ["WAV", "FLAC"])
def test_any_rate_is_read_as_it_is_and_channels_are_averaged(tmp_path, rate, format_):
    path = tmp_path / "stereo"
    soundfile.write(path, np.array([[0.5, 0.25], [-0.5, 0.0], [0.25, 0.25]]), rate, format=format_)
    for source in (path, path.read_bytes()):
        audio = read_audio(source)
        assert (audio.sample_rate, audio.samples.dtype) == (rate, np.float32)
        np.testing.assert_allclose(audio.samples, [0.375, -0.25, 0.25], atol=1e-4)


@pytest.mark.parametrize("format_", ["OGG", "MP3"])
def test_compressed_recordings_are_read(tmp_path, format_):
    path = tmp_path / "tone"
    soundfile.write(path, tone(rate=24_000).samples, 24_000, format=format_)
    audio = read_audio(path)
    assert audio.sample_rate == 24_000
    assert 0.3 < np.sqrt(np.mean(audio.samples[2_000:10_000] ** 2)) < 0.4


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_none_are_refused(tmp_path, bad):
    path = tmp_path / "bad.wav"
    soundfile.write(path, np.array([0.0, bad, 0.0]), 16_000, subtype="FLOAT")
    with pytest.raises(AudioError, match=r"bad\.wav holds 1 samples that are NaN or infinite"):
        read_audio(path)


def test_what_is_no_recording_is_refused_by_name(tmp_path):
    soundfile.write(tmp_path / "empty.wav", np.zeros(0), 16_000)
    (tmp_path / "text.wav").write_text("not a recording")
    for name, why in (
        ("empty.wav", "0 samples"),
        ("text.wav", "can't be read as audio"),
        ("none.wav", "can't be read"),
    ):
        with pytest.raises(AudioError, match=rf"{name} .*{why}"):
            read_audio(tmp_path / name)
    with pytest.raises(AudioError, match="the audio can't be read"):
        read_audio(b"")


@pytest.fixture
def wav(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(800), 16_000)
    return path.read_bytes()


@pytest.mark.parametrize("cut", [1, 100, 1600])
def test_half_a_wav_is_refused(wav, cut):
    assert missing_bytes(wav[: len(wav) - cut]) == cut
    with pytest.raises(AudioError, match=f"half a WAV: at least {cut} of the bytes"):
        read_audio(wav[: len(wav) - cut])


def test_a_whole_wav_lacks_nothing(wav):
    assert missing_bytes(wav) == 0
    assert missing_bytes(wav + b"LIST" + struct.pack("<I", 4) + b"more") == 0
    assert len(read_audio(wav).samples) == 800


def test_other_formats_lack_nothing():
    assert missing_bytes(encode_flac(tone())) == 0


# --- checks and joining ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "why"), [(0, "0 Hz"), (999, "999 Hz")])
def test_a_rate_at_which_nobody_speaks_is_refused(rate, why):
    with pytest.raises(AudioError, match=f"mine has a sample rate of {why}"):
        checked(Audio(np.zeros(3, dtype=np.float32), rate), "mine")


@quick
@given(sounds, st.lists(st.integers(0, 200), max_size=4))
def test_chunks_end_to_end_are_the_whole(audio, cuts):
    chunks = [Audio(piece, audio.sample_rate) for piece in np.split(audio.samples, sorted(cuts))]
    whole = joined(chunks)
    np.testing.assert_array_equal(whole.samples, audio.samples)
    assert whole.sample_rate == audio.sample_rate


@pytest.mark.parametrize(
    ("chunks", "why"),
    [
        ([], "gave no audio"),
        ([tone(), tone(rate=8_000)], r"changed its sample rate within one take \(\[8000, 16000\] Hz\)"),
        ([Audio(EVERY_VALUE, 16_000)], "samples of type int16; expected floats"),
        ([Audio(np.zeros(0, dtype=np.float32), 16_000)], "0 samples"),
    ],
)
def test_chunks_that_are_no_take_are_refused(chunks, why):
    with pytest.raises(AudioError, match=why):
        joined(chunks)


# --- resampling ------------------------------------------------------------------------------------------------------


def test_the_right_rate_is_left_alone():
    audio = tone()
    assert resample(audio, 16_000) is audio.samples


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 96_000])
def test_a_tone_stays_the_same_tone_at_another_rate(rate):
    resampled = resample(tone(440.0), rate)
    assert resampled.dtype == np.float32
    assert len(resampled) == pytest.approx(rate / 2, abs=1)
    middle = slice(rate // 10, -rate // 10)  # a filter rings at the ends
    np.testing.assert_allclose(resampled[middle], tone(440.0, rate).samples[: len(resampled)][middle], atol=1e-3)


def test_what_the_new_rate_has_no_room_for_is_gone():
    resampled = resample(tone(6_000.0), 8_000)
    assert np.abs(resampled[400:-400]).max() < 1e-3


# --- finding ---------------------------------------------------------------------------------------------------------


def test_a_recording_is_found_by_its_stem_whose_dots_are_its_own(tmp_path):
    stem = tmp_path / "item.v1"
    assert find_recording(stem) is None
    (tmp_path / "item.wav").touch()
    assert find_recording(stem) is None
    (tmp_path / "item.v1.flac").touch()
    assert find_recording(stem) == tmp_path / "item.v1.flac"
