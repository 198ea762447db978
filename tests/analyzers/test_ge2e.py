"""GE2E with the real weights of the Resemblyzer package."""

from importlib import util

import numpy as np
import pytest

from voxeval.analyzers import ge2e
from voxeval.analyzers.ge2e import Ge2e
from voxeval.errors import MissingDependencyError
from voxeval.types import Audio, Clip, Failure, Feature

WIDTH = 256

needs_resemblyzer = pytest.mark.skipif(
    Ge2e().problem() is not None, reason="Resemblyzer is not installed: pip install 'voxeval[ge2e]'"
)


@pytest.fixture(scope="module")
def encoder():
    return Ge2e(device="cpu")


def noise(duration_s: float, *, seed: int = 0, level: float = 0.05) -> Clip:
    samples = np.random.default_rng(seed).standard_normal(round(duration_s * 16_000)).astype(np.float32) * level
    return Clip(audio=Audio(samples, 16_000), language="en")


def speech_like(duration_s: float) -> np.ndarray:
    """A buzz with three formants and a slow beat, at 16 kHz: alike from one second to the next."""
    time_s = np.arange(round(duration_s * 16_000)) / 16_000
    buzz = sum(
        np.exp(-(((120 * k - formant) / 150) ** 2)) * np.sin(2 * np.pi * 120 * k * time_s)
        for formant in (600, 1200, 2500)
        for k in range(1, 40)
    )
    return (0.1 * buzz * (1 + 0.3 * np.sin(2 * np.pi * 3 * time_s))).astype(np.float32)


def heard(encoder: Ge2e, clip: Clip) -> Feature:
    (answer,) = encoder.analyze([clip])
    assert isinstance(answer, Feature), answer
    return answer


@needs_resemblyzer
def test_the_whole_is_what_resemblyzer_itself_makes_of_it(encoder):
    clip = noise(12.0, level=10 ** (ge2e.LEVEL_DBFS / 20))
    embedding = heard(encoder, clip).values["embedding"]
    assert np.linalg.norm(embedding) == pytest.approx(1.0, abs=1e-5)
    original = encoder._model.embed_utterance(clip.audio.samples)  # steady noise at our level: nothing to move
    assert float(embedding @ original) > 0.9999


@needs_resemblyzer
def test_a_softer_second_half_is_no_other_speaker(encoder):
    steady = speech_like(20.0)
    softer = steady.copy()
    softer[len(softer) // 2 :] /= 2
    windows = [
        heard(encoder, Clip(audio=Audio(samples, 16_000), language="en")).values["windows"].reshape(-1, WIDTH)
        for samples in (steady, softer)
    ]
    alike = np.sum(windows[0] * windows[1], axis=1)
    assert alike.min() > 0.99, "the windows over the border mix two levels, and even they stay the same speaker"


@needs_resemblyzer
def test_windows_hear_only_their_own_stretch(encoder):
    first, second = noise(10.0, seed=1).audio.samples, np.sin(np.arange(160_000) * 0.1).astype(np.float32) * 0.3
    feature = heard(encoder, Clip(audio=Audio(np.concatenate([first, second]), 16_000), language="en"))
    assert feature.values["start_s"].tolist() == [0.0, 2.5, 5.0, 7.5, 10.0, 12.5, 15.0]
    assert feature.values["end_s"].tolist() == [5.0, 7.5, 10.0, 12.5, 15.0, 17.5, 20.0]
    windows = feature.values["windows"].reshape(7, WIDTH)
    np.testing.assert_allclose(np.linalg.norm(windows, axis=1), 1.0, atol=1e-5)
    assert float(windows[0] @ windows[2]) > 0.99
    assert float(windows[4] @ windows[6]) > 0.99
    assert float(windows[2] @ windows[4]) < 0.9


@needs_resemblyzer
@pytest.mark.parametrize("duration_s", [0.5, 1.6, 3.0, 4.999])
def test_a_clip_shorter_than_a_window_is_one_window_that_equals_the_whole(encoder, duration_s):
    values = heard(encoder, noise(duration_s)).values
    assert values["end_s"].tolist() == pytest.approx([duration_s], abs=1e-3)
    np.testing.assert_allclose(values["windows"], values["embedding"], atol=1e-6)


@needs_resemblyzer
@pytest.mark.parametrize("duration_s", [5.01, 7.49, 7.52, 9.9])
def test_a_last_window_that_is_shorter_has_an_embedding_too(encoder, duration_s):
    values = heard(encoder, noise(duration_s)).values
    assert values["end_s"][-1] == pytest.approx(duration_s, abs=1e-3)
    assert len(values["windows"]) == WIDTH * len(values["start_s"])


@needs_resemblyzer
@pytest.mark.parametrize("level", [0.002, 0.3])
def test_the_level_of_a_recording_changes_nothing(encoder, level):
    first, second = (
        heard(encoder, clip).values["embedding"] for clip in (noise(2.0, level=0.02), noise(2.0, level=level))
    )
    np.testing.assert_allclose(first, second, atol=1e-4)


@needs_resemblyzer
def test_stretches_of_digital_silence_are_left_out(encoder):
    sound = noise(5.0).audio.samples
    padded = np.concatenate([sound, np.zeros(160_000, np.float32)])
    values = heard(encoder, Clip(audio=Audio(padded, 16_000), language="en")).values
    assert values["start_s"].tolist() == [0.0, 2.5]


@needs_resemblyzer
def test_many_partials_in_batches_equal_one_batch(encoder, monkeypatch):
    clip = noise(9.0)
    whole = heard(encoder, clip).values["windows"]
    monkeypatch.setattr(ge2e, "BATCH_PARTIALS", 3)
    np.testing.assert_allclose(heard(encoder, clip).values["windows"], whole, atol=1e-5)


@needs_resemblyzer
def test_one_by_one_equals_together_and_bad_clips_take_no_other_with_them(encoder):
    nothing = Clip(audio=Audio(np.zeros(0, np.float32), 16_000), language="en")
    silent = Clip(audio=Audio(np.zeros(32_000, np.float32), 16_000), language="en")
    first, empty, silence, short, last = encoder.analyze([noise(1.0), nothing, silent, noise(0.3), noise(2.0, seed=5)])
    assert all(isinstance(answer, Failure) for answer in (empty, silence, short))
    assert [answer.skipped for answer in (empty, silence, short)] == [False, True, True]
    assert "0.5 s" in short.reason
    for clip, answer in ((noise(1.0), first), (noise(2.0, seed=5), last)):
        alone = heard(encoder, clip).values
        for name in alone:
            np.testing.assert_allclose(answer.values[name], alone[name], atol=1e-5)


def test_constructing_is_possible_without_the_library_and_says_how_to_add_it(monkeypatch):
    monkeypatch.setattr(ge2e, "package_folder", lambda _module: None)
    encoder = Ge2e()
    assert "pip install 'voxeval[ge2e]'" in (encoder.problem() or "")
    assert encoder.info.fingerprint != ""
    with pytest.raises(MissingDependencyError, match=r"voxeval\[ge2e\]"):
        encoder.analyze([noise(1.0)])


@needs_resemblyzer
def test_a_setuptools_without_pkg_resources_is_named(monkeypatch):
    find_spec = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "pkg_resources" else find_spec(name))
    assert "setuptools under version 81" in (Ge2e().problem() or "")
