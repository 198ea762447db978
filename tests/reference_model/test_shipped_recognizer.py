"""What the recognizer that comes with the package must hear: espeak-ng, silence, noise, and where each word is."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass

import jiwer
import numpy as np
import pytest

from reference_model.alphabet import ALPHABET, LANGUAGES, LETTERS
from reference_model.recognizer import Recognizer
from reference_model.train import augment
from reference_model.train.espeak import Prompt, Speaker, variants_of

SENTENCES = {
    "de": "der kleine hund schläft heute unter dem tisch",
    "es": "la casa blanca está cerca de la playa",
    "it": "il gatto nero dorme sopra la sedia rossa",
}
VOICES = {"de": "gmw/de", "es": "roa/es", "it": "roa/it"}
VARIANT = "Mike"  # held out


@dataclass(frozen=True)
class Said:
    """A sentence at 16 kHz, and when the engine began each of its words."""

    text: str
    samples: np.ndarray
    starts_s: tuple[float, ...]


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


@pytest.fixture(scope="module")
def said() -> Iterator[dict[str, Said]]:
    speaker = Speaker()
    yield {language: spoken(speaker, text, VOICES[language]) for language, text in SENTENCES.items()}
    speaker.close()


def spoken(speaker: Speaker, text: str, voice: str) -> Said:
    heard = speaker.speak(Prompt(text=text + ".", voice=f"{voice}+{VARIANT}", rate=150, pitch=50, range=50))
    assert heard is not None
    starts = {at: time_s for at, _, time_s in heard.words}
    places = [sum(len(word) + 1 for word in text.split()[:index]) for index in range(len(text.split()))]
    return Said(
        text=text,
        samples=augment.warp(heard.samples, heard.sample_rate, 1.0),
        starts_s=tuple(starts.get(place, np.nan) for place in places),
    )


def noise(seconds: float, level: float, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, level, round(16_000 * seconds)).astype(np.float32)


def test_the_speech_here_was_not_learned_from():
    assert VARIANT in variants_of("held-out")


# --- what is in the file ---------------------------------------------------------------------------------------------


def test_the_file_says_what_it_is_and_how_well_it_hears_each_language(recognizer):
    assert recognizer.about.name == "ctc-synthetic-a"
    assert recognizer.about.alphabet == ALPHABET
    assert recognizer.about.trained_on == "espeak-ng"
    assert recognizer.about.training["heard_h"] > 0
    own = {row.language: row for row in recognizer.about.validity if row.engine == "espeak-ng"}
    assert set(own) == set(LANGUAGES)
    assert all(0 <= row.cer < 1 and row.n >= 20 for row in own.values())


# --- recognizing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0, 10 / 16_000, 0.5, 3])
def test_silence_has_no_words(recognizer, seconds):
    (heard,) = recognizer.recognize([np.zeros(round(16_000 * seconds), np.float32)])
    assert (heard.text, heard.words, heard.confidence) == ("", (), None)


@pytest.mark.parametrize("level", [0.003, 0.1])
def test_noise_has_no_words(recognizer, level):
    heard = recognizer.recognize([noise(3, level, seed) for seed in range(3)])
    assert [transcript.text for transcript in heard] == ["", "", ""]


@pytest.mark.parametrize("n", [1, 10, 200])
def test_a_clip_of_a_few_samples_is_heard(recognizer, n):
    (heard,) = recognizer.recognize([noise(n / 16_000, 0.1)])
    assert len(heard.text) <= 1


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("told", [True, False], ids=["told", "not told"])
def test_a_simple_sentence_is_understood_and_its_language_known(recognizer, said, language, told):
    (heard,) = recognizer.recognize([said[language].samples], [language if told else None])
    assert jiwer.cer(SENTENCES[language], heard.text) < 0.25
    assert heard.language == language
    assert heard.language_probabilities[language] > 0.5
    assert heard.confidence > 0.5


@pytest.mark.parametrize("level", [0.01, 0.3])
def test_level_changes_nothing(recognizer, said, level):
    samples = said["es"].samples
    one, other = recognizer.recognize([samples, samples * np.float32(level)], ["es", "es"])
    assert one.text == other.text


@pytest.mark.parametrize("language", ["ar", "hi", "en", "fr"])
def test_a_forced_language_keeps_to_its_letters(recognizer, said, language):
    (heard,) = recognizer.recognize([said["de"].samples], [language])
    assert heard.language == language
    assert heard.text or language in {"ar", "hi"}  # in another script nothing may be left of it
    assert set(heard.text) <= {" ", *LETTERS[language]}
    assert max(heard.language_probabilities, key=heard.language_probabilities.get) == "de"


def test_a_batch_is_heard_as_one_by_one(recognizer, said):
    clips = [*(one.samples for one in said.values()), np.zeros(0, np.float32), noise(0.3, 0.05)]
    together = recognizer.recognize(clips)
    for clip, transcript in zip(clips, together, strict=True):
        (alone,) = recognizer.recognize([clip])
        assert transcript.text == alone.text
        assert transcript.language_probabilities == pytest.approx(alone.language_probabilities, abs=1e-3)
        assert [word.confidence for word in transcript.words] == pytest.approx(
            [word.confidence for word in alone.words], abs=1e-3
        )


@pytest.mark.slow
def test_ten_minutes_are_heard_in_one_go(recognizer, said):
    samples = np.concatenate([said["it"].samples, np.zeros(4_000, np.float32)])
    times = round(600 * 16_000 / len(samples))
    before_kb, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    (heard,) = recognizer.recognize([np.tile(samples, times)], ["it"])
    assert time.process_time() - begun < 120
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 3_000_000
    assert jiwer.cer(" ".join([SENTENCES["it"]] * times), heard.text) < 0.25
    assert heard.words[-1].end_s == pytest.approx(600, abs=10)


# --- where words are -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", SENTENCES)
def test_words_are_found_where_the_engine_said_them(recognizer, said, language):
    words = recognizer.align(said[language].samples, SENTENCES[language], language)
    assert [word.text for word in words] == SENTENCES[language].split()
    errors = [abs(word.start_s - start_s) for word, start_s in zip(words, said[language].starts_s, strict=True)]
    known = [error for error in errors if not np.isnan(error)]
    assert len(known) >= len(words) / 2  # the engine tells of some words together with the next
    assert np.median(known) < 0.15


@pytest.mark.parametrize("language", SENTENCES)
def test_inserted_speech_is_passed_over(recognizer, said, language):
    """The text's own words lie where they lay, after another sentence that it lacks: but for the odd short one."""
    own, other = said[language], said["de" if language != "de" else "es"]
    alone = recognizer.align(own.samples, own.text, language)
    both = recognizer.align(np.concatenate([other.samples, own.samples]), own.text, language)
    moved_s = len(other.samples) / 16_000
    errors = [abs(word.start_s - moved_s - before.start_s) for word, before in zip(both, alone, strict=True)]
    assert np.median(errors) < 0.1


def test_words_that_were_not_said_fit_badly(recognizer, said):
    own = recognizer.align(said["es"].samples, SENTENCES["es"], "es")
    other = recognizer.align(said["es"].samples, "ningún perro quiere dormir bajo el árbol", "es")
    assert np.mean([word.confidence for word in own]) > 0.5 > np.mean([word.confidence for word in other])


# --- hidden states ---------------------------------------------------------------------------------------------------


def test_hidden_states_come_25_times_a_second(recognizer, said):
    states, rate = recognizer.encode([one.samples for one in said.values()])
    assert rate == 25
    for state, one in zip(states, said.values(), strict=True):
        assert len(state) == pytest.approx(len(one.samples) / 16_000 * rate, abs=1)
        assert float(state.std()) > 0
