"""DNSMOS without speechmos's own runner, which is slow and never returns on 0 samples."""

import importlib
import os
from pathlib import Path

import numpy as np
import pytest

from voxeval.analyzers import quality
from voxeval.analyzers.mel import log_mel, mel_filters
from voxeval.analyzers.quality import WINDOW_SAMPLES, Dnsmos, windows
from voxeval.audio import read_audio, resample
from voxeval.errors import MissingDependencyError
from voxeval.types import Audio, Clip, Failure, Feature

SPEECH = Path(os.environ.get("VOXEVAL_TEST_SPEECH", Path(__file__).parents[2] / "../shared/data"))
RATE = 16_000
ORIGINAL = {"ovrl": "ovrl_mos", "sig": "sig_mos", "bak": "bak_mos", "p808": "p808_mos"}


@pytest.fixture(scope="module")
def judge():
    return Dnsmos()


def clip(samples: np.ndarray) -> Clip:
    return Clip(audio=Audio(np.asarray(samples, dtype=np.float32), 16_000), language="en")


def noise(samples: int, level: float = 0.1) -> np.ndarray:
    return (np.random.default_rng(0).standard_normal(samples) * level).astype(np.float32)


def test_white_noise_is_judged_as_bad_as_can_be(judge):
    (answer,) = judge.analyze([clip(noise(WINDOW_SAMPLES))])
    assert isinstance(answer, Feature)
    assert set(answer.values) == {"ovrl", "sig", "bak", "p808"}
    assert answer.values["ovrl"][0] == pytest.approx(1.1, abs=0.1)
    assert all(value.shape == (1,) for value in answer.values.values())


def test_short_audio_is_doubled_until_it_fills_a_window(judge):
    part = noise(round(2.8 * 16_000))  # 9.01 s lie between twice and four times as much
    short, filled = judge.analyze([clip(part), clip(np.tile(part, 4))])
    for name in short.values:
        np.testing.assert_allclose(short.values[name], filled.values[name], atol=1e-6)


@pytest.mark.parametrize(
    ("samples", "starts"),
    [
        (WINDOW_SAMPLES, [0]),
        (11 * RATE - 1, [0]),
        (11 * RATE, [0, RATE]),
        (12 * RATE, [0, RATE, 2 * RATE]),
        (13 * RATE, [0, 2 * RATE, 3 * RATE]),
        (60 * RATE, [0, 25 * RATE, 50 * RATE]),
    ],
)
def test_at_most_three_windows_from_begin_to_end(samples, starts):
    found = windows(np.arange(samples, dtype=np.float32))
    assert [int(window[0]) for window in found] == starts
    assert all(len(window) == WINDOW_SAMPLES for window in found)


@pytest.mark.parametrize("seconds", [0.6, 1.2, 2.3, 3.0, 5.0, 5.75, 6.4, 9.01, 9.9, 10.2, 11.5, 12.9])
def test_where_the_original_hears_up_to_three_windows_they_are_the_same(seconds):
    samples = noise(round(seconds * RATE))
    long = samples
    while len(long) < WINDOW_SAMPLES:
        long = np.append(long, long)
    # As in speechmos: whole seconds, less 9.01, downwards to a whole number of hops.
    theirs = [long[hop * RATE :][:WINDOW_SAMPLES] for hop in range(int(len(long) // RATE - 9.01) + 1)]
    theirs = [window for window in theirs if len(window) == WINDOW_SAMPLES]
    ours = windows(samples)
    assert len(theirs) <= 3, "for more of them ours are a choice"
    np.testing.assert_array_equal(ours, theirs)


def test_silence_and_what_is_too_short_never_reach_the_network(judge, monkeypatch):
    monkeypatch.setattr(Dnsmos, "_hear", lambda *_: pytest.fail("the network was asked"))
    answers = judge.analyze([clip([]), clip(np.zeros(32_000)), clip(noise(32_000, 1e-5)), clip(noise(100))])
    assert all(isinstance(answer, Failure) for answer in answers)
    assert "silence" in answers[1].reason
    assert "silence" in answers[2].reason
    assert "0.5 s" in answers[3].reason


def test_the_networks_are_asked_for_where_they_are_missing(monkeypatch):
    monkeypatch.setattr(quality, "package_folder", lambda _module: None)
    judge = Dnsmos()
    assert "pip install speechmos" in (judge.problem() or "")
    with pytest.raises(MissingDependencyError, match="speechmos"):
        judge.analyze([clip(noise(16_000))])


def test_mel_bands_of_a_tone_peak_where_the_tone_is():
    tone = np.sin(2 * np.pi * 3_000 * np.arange(16_000) / 16_000)
    bands = log_mel(tone.astype(np.float32), sample_rate=16_000, window=512, hop=256, bands=40)
    centres_hz = mel_filters(16_000, 512, 40).argmax(axis=1) * 16_000 / 512
    assert bands.shape == (1 + 16_000 // 256, 40)
    assert bands.max() == 0.0
    assert bands.min() >= -80.0
    assert abs(centres_hz[bands[20].argmax()] - 3_000) < 150


@pytest.mark.slow  # importing librosa takes seconds
def test_mel_spectrograms_equal_librosas():
    librosa = pytest.importorskip("librosa", reason="librosa is not installed; it comes with voxeval[ge2e]")
    samples = noise(144_000) * np.linspace(0, 1, 144_000, dtype=np.float32)
    ours = log_mel(samples, sample_rate=16_000, window=400, hop=160, bands=40)
    power = librosa.feature.melspectrogram(y=samples, sr=16_000, n_fft=400, hop_length=160, n_mels=40)
    np.testing.assert_allclose(ours, librosa.power_to_db(power, ref=np.max).T, atol=2e-3)
    np.testing.assert_allclose(
        mel_filters(16_000, 400, 40), librosa.filters.mel(sr=16_000, n_fft=400, n_mels=40), atol=1e-7
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Empty filters")
@pytest.mark.parametrize("seconds", [5.0, 5.75, 9.01])
def test_short_real_speech_is_judged_as_speechmos_does(judge, seconds):
    if not (SPEECH / "ljspeech").is_dir():
        pytest.skip(f"no real speech in {SPEECH / 'ljspeech'}; set VOXEVAL_TEST_SPEECH")
    pytest.importorskip("librosa", reason="speechmos's own runner needs librosa, which comes with voxeval[ge2e]")
    original = importlib.import_module("speechmos.dnsmos")
    for path in sorted((SPEECH / "ljspeech").glob("*.flac"))[:2]:
        samples = np.resize(resample(read_audio(path), RATE), round(seconds * RATE))
        theirs = original.run(samples, 16_000)
        (ours,) = judge.analyze([clip(samples)])
        for name, key in ORIGINAL.items():
            assert float(ours.values[name][0]) == pytest.approx(float(theirs[key]), abs=1e-4)
