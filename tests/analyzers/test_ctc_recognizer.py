"""Our own recognizer as an analyzer: what it states, what it hears, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reference_model.recognizer_file import WEIGHTS
from reference_model.train import augment
from reference_model.train.espeak import Prompt, Speaker
from tests.reference_model.tiny_recognizer import MEASURED, tiny_recognizer
from voxeval.analyzers.reference import CtcRecognizer, ctc_synthetic_a
from voxeval.errors import PluginError
from voxeval.plugins import Spec, create
from voxeval.types import LANGUAGES, Audio, Clip, Failure, Transcript


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    tiny_recognizer().save(path)
    return path


def spoken(text: str, voice: str) -> Audio:
    speaker = Speaker()
    said = speaker.speak(Prompt(text=text, voice=voice, rate=150, pitch=50, range=50))
    speaker.close()
    assert said is not None
    return Audio(augment.warp(said.samples, said.sample_rate, 1.0), 16_000)


def test_it_states_what_its_file_says_of_it(tiny):
    info = CtcRecognizer(weights=str(tiny)).info
    assert (info.name, info.feature, info.languages) == ("tiny", "transcript", LANGUAGES)
    assert info.identifies_language
    assert info.trained_on == "nothing"
    (floor,) = info.floors
    assert (floor.language, floor.engine, floor.human) == ("de", "espeak-ng", False)
    assert (floor.cer, floor.wer, floor.identified, floor.n) == (MEASURED.cer, MEASURED.wer, 0.25, 3)


def test_other_weights_are_another_analyzer(tiny, tmp_path):
    other = tmp_path / "tiny.safetensors"
    tiny_recognizer(seed=1).save(other)
    assert CtcRecognizer(weights=str(tiny)).info.id != CtcRecognizer(weights=str(other)).info.id


def test_the_embedded_one_has_learned_from_espeak_alone_and_says_so():
    info = ctc_synthetic_a().info
    assert info.name == "ctc-synthetic-a"
    assert info.trained_on == "espeak-ng"
    assert {floor.language for floor in info.floors if floor.engine == "espeak-ng"} == set(LANGUAGES)
    assert ctc_synthetic_a().problem() is None


def test_own_weights_are_named_after_a_colon(tiny):
    made = create("analyzers", Spec(name="ctc", main=str(tiny)))
    assert made.info.name == "tiny"
    assert create("analyzers", Spec(name="ctc-synthetic-a")).info.id == CtcRecognizer(weights=str(WEIGHTS)).info.id


def test_what_was_said_comes_with_times_confidence_and_the_language_heard():
    audio = spoken("la casa blanca está cerca de la playa", "roa/es")
    told, mistold = ctc_synthetic_a().analyze([Clip(audio=audio, language="es"), Clip(audio=audio, language="hi")])
    assert isinstance(told, Transcript)
    assert isinstance(mistold, Transcript)
    assert "casa" in told.text
    assert told.words is not None
    assert told.text == " ".join(word.text for word in told.words)
    ends = [time for word in told.words for time in (word.start_s, word.end_s)]
    assert ends == sorted(ends)
    assert ends[-1] <= audio.duration_s + 0.02
    assert all(0 < word.confidence <= 1 for word in told.words)
    # the language is heard from the sound, whatever language the text was asked in
    assert (told.language, mistold.language) == ("es", "es")
    assert told.language_probability > 0.5


def test_other_languages_are_skipped():
    (answer,) = ctc_synthetic_a().analyze([Clip(audio=Audio(np.zeros(16_000, np.float32), 16_000), language="sv")])
    assert isinstance(answer, Failure)
    assert answer.skipped


def test_silence_has_no_language():
    (answer,) = ctc_synthetic_a().analyze([Clip(audio=Audio(np.zeros(16_000, np.float32), 16_000), language="de")])
    assert answer == Transcript(text="", words=(), language=None)


def test_a_missing_or_foreign_file_is_a_problem_in_words(tmp_path):
    missing = CtcRecognizer(weights=str(tmp_path / "no.safetensors"))
    assert "no.safetensors" in str(missing.problem())
    foreign = tmp_path / "foreign.safetensors"
    foreign.write_bytes(b"not weights at all")
    assert "safetensors" in str(CtcRecognizer(weights=str(foreign)).problem())
    with pytest.raises(PluginError, match=r"foreign\.safetensors"):
        _ = CtcRecognizer(weights=str(foreign)).info
