"""What a recognizer answers, whatever it has learned: the network here has learned nothing."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from reference_model.alphabet import LANGUAGES, LETTERS
from reference_model.recognizer import LETTER_S, spoken_words
from tests.reference_model.tiny_recognizer import TINY, tiny_recognizer
from tests.strategies import quick

RECOGNIZER = tiny_recognizer()


def noise(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, n).astype(np.float32)


CLIPS = [noise(n, seed=n) for n in (0, 10, 16_000, 1, 5_000, 24_321)]

# --- recognizing -----------------------------------------------------------------------------------------------------


def test_a_batch_is_heard_as_one_by_one():
    together = RECOGNIZER.recognize(CLIPS)
    alone = [RECOGNIZER.recognize([clip])[0] for clip in CLIPS]
    for one, other in zip(together, alone, strict=True):
        assert one.text == other.text
        assert one.language_probabilities == pytest.approx(other.language_probabilities, abs=1e-4)
        assert [word.start_s for word in one.words] == [word.start_s for word in other.words]


def test_answers_come_in_the_order_of_the_clips():
    forwards = RECOGNIZER.recognize(CLIPS)
    backwards = RECOGNIZER.recognize(CLIPS[::-1])
    assert [answer.text for answer in forwards] == [answer.text for answer in backwards[::-1]]
    assert len({answer.text for answer in forwards}) > 2


def test_no_clips_have_no_answers():
    assert RECOGNIZER.recognize([]) == []


def test_more_clips_than_are_heard_at_once_are_all_answered():
    clips = [noise(16_000 * 30, seed) for seed in range(6)]  # three minutes: more than one batch
    together = RECOGNIZER.recognize(clips)
    assert [answer.text for answer in together] == [RECOGNIZER.recognize([clip])[0].text for clip in clips]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_given_language_limits_the_letters(language):
    answer = RECOGNIZER.recognize([noise(32_000)], [language])[0]
    assert answer.language == language
    assert answer.text
    assert set(answer.text) <= {" ", *LETTERS[language]}


def test_a_given_language_does_not_change_the_probabilities():
    free, forced = RECOGNIZER.recognize([noise(16_000)] * 2, [None, "hi"])
    assert forced.language_probabilities == pytest.approx(free.language_probabilities, abs=1e-5)
    assert sum(free.language_probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert set(free.language_probabilities) == {*LANGUAGES, "other"}


def test_without_a_language_the_most_probable_decides():
    answer = RECOGNIZER.recognize([noise(16_000)])[0]
    assert answer.language == max(answer.language_probabilities, key=answer.language_probabilities.get)


def test_words_are_those_of_the_text_and_lie_in_the_clip():
    clip = noise(40_000)
    answer = RECOGNIZER.recognize([clip], ["en"])[0]
    assert " ".join(word.text for word in answer.words) == answer.text
    times = [time_s for word in answer.words for time_s in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert all(0 <= word.start_s < word.end_s for word in answer.words)
    assert times[-1] <= len(clip) / 16_000 + LETTER_S
    assert all(0 < word.confidence <= 1 for word in answer.words)
    low, high = min(word.confidence for word in answer.words), max(word.confidence for word in answer.words)
    assert low <= answer.confidence <= high


def test_lists_and_other_types_of_number_are_taken():
    samples = noise(8_000)
    plain, doubles, numbers = RECOGNIZER.recognize([samples, samples.astype(np.float64), samples.tolist()])
    assert plain.text == doubles.text == numbers.text


@pytest.mark.parametrize(
    ("waveform", "got"),
    [
        (np.zeros((2, 100)), "an array of shape (2, 100)"),
        (np.zeros((100, 1)), "an array of shape (100, 1)"),
        (np.float32(0.5), "an array of shape ()"),
        (np.array([0, np.nan]), "1 samples of 2 that are no finite number"),
        (np.array([np.inf, 0]), "1 samples of 2 that are no finite number"),
        (np.full(9, 1e30), "samples up to 1e+30"),
        (np.zeros(9, complex), "values of type complex128"),
        ("speech.wav", "values of type <U10"),
        ([[0.0, 0.1], [0.2]], "a list that is no array"),
    ],
)
def test_what_is_no_finite_mono_sound_is_refused(waveform, got):
    for hear in (
        lambda: RECOGNIZER.recognize([noise(100), waveform]),
        lambda: RECOGNIZER.encode([waveform]),
        lambda: RECOGNIZER.align(waveform, "a", "en"),
    ):
        with pytest.raises(ValueError, match=rf"got {re.escape(got)}.*; expected one-dimensional mono samples"):
            hear()


def test_a_tensor_that_learns_is_heard_like_its_numbers():
    (one,) = RECOGNIZER.recognize([noise(8000)])
    assert RECOGNIZER.recognize([torch.tensor(noise(8000), requires_grad=True)]) == [one]


def test_a_text_to_align_needs_a_language():
    with pytest.raises(ValueError, match="got no language; expected one of ar, de, "):
        RECOGNIZER.align(noise(100), "a", None)


@pytest.mark.parametrize("text", ["fifty %", "5", "€", "this & that", "a = b"])
def test_what_is_written_otherwise_than_it_is_spoken_is_refused(text):
    with pytest.raises(ValueError, match="expected the text as it is spoken"):
        spoken_words(text, "en")


@pytest.mark.parametrize(("text", "words"), [("œuvre", ["oeuvre"]), ("ﬁn", ["fin"]), ("naïve", ["naive"])])
def test_letters_that_a_language_borrows_are_written_with_its_own(text, words):
    assert spoken_words(text, "en") == words


@pytest.mark.parametrize("language", ["other", "sv", "en-US", ""])
def test_an_unknown_language_is_refused(language):
    for hear in (
        lambda: RECOGNIZER.recognize([noise(100)], [language]),
        lambda: RECOGNIZER.align(noise(100), "a", language),
    ):
        with pytest.raises(ValueError, match=rf"got the language '{language}'; expected one of ar, de, "):
            hear()


@pytest.mark.parametrize("languages", [[], ["en"], ["en"] * 3])
def test_there_must_be_a_language_for_each_waveform(languages):
    with pytest.raises(ValueError, match=rf"got 2 waveforms and {len(languages)} languages"):
        RECOGNIZER.recognize([noise(100)] * 2, languages)


# --- hidden states ---------------------------------------------------------------------------------------------------


def test_hidden_states_come_at_their_rate():
    states, rate = RECOGNIZER.encode(CLIPS)
    assert rate == 25
    assert [tuple(one.shape) for one in states] == [(math.ceil(len(clip) / 640), TINY.width) for clip in CLIPS]


def test_hidden_states_do_not_depend_on_the_batch():
    states, _ = RECOGNIZER.encode(CLIPS)
    for clip, together in zip(CLIPS, states, strict=True):
        np.testing.assert_allclose(RECOGNIZER.encode([clip])[0][0], together, atol=1e-4, rtol=1e-4)


# --- aligning --------------------------------------------------------------------------------------------------------


def test_aligned_words_are_those_of_the_text_in_order():
    words = RECOGNIZER.align(noise(48_000), "¡Hola, señor! ¿Qué tal?", "es")
    assert [word.text for word in words] == ["hola", "señor", "qué", "tal"]
    times = [time_s for word in words for time_s in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert times[-1] <= 3 + LETTER_S


@pytest.mark.parametrize("text", ["", " … !", "\n"])
def test_a_text_without_words_has_none_to_align(text):
    assert RECOGNIZER.align(noise(1_000), text, "en") == ()


@pytest.mark.parametrize("n", [0, 10, 1_600])
def test_a_clip_that_is_too_short_for_its_text_is_refused(n):
    with pytest.raises(ValueError, match="letters can't be spoken in"):
        RECOGNIZER.align(noise(n), "far too many words", "en")


# --- words as they are spoken ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Hello, world! It's “fine” – isn’t it?", "en", ["hello", "world", "it's", "fine", "isn't", "it"]),
        ("the dogs' 'quoted' well-known", "en", ["the", "dogs", "quoted", "well", "known"]),
        ("L’été, c'est l'Œuvre", "fr", ["l'été", "c'est", "l'œuvre"]),
        ("STRASSE Straße Ärger e\u0301", "de", ["strasse", "straße", "ärger", "e"]),
        ("cafe\u0301", "es", ["café"]),
        ("naïve Ångström", "en", ["naive", "angstrom"]),
        ("ein Café", "de", ["ein", "cafe"]),
        ("مَرْحَبًا بِكُمْ", "ar", ["مرحبا", "بكم"]),
        ("كتـــاب، جديد؟", "ar", ["كتاب", "جديد"]),
        ("नमस्ते दुनिया।", "hi", ["नमस्ते", "दुनिया"]),
        ("क\u095c ऩ", "hi", ["कड\u093c", "न"]),
        ("co\u00adoperate\tnow\n", "en", ["cooperate", "now"]),
        ("", "pt", []),
    ],
)
def test_a_text_becomes_words_as_the_recognizer_writes_them(text, language, words):
    assert spoken_words(text, language) == words


@pytest.mark.parametrize(
    ("text", "language", "letter"),
    [("room 7", "en", "7"), ("٣ كتب", "ar", "٣"), ("५ घर", "hi", "५"), ("hello мир", "en", "м"), ("abc", "hi", "a")],
)
def test_what_is_not_written_as_it_is_spoken_is_refused(text, language, letter):
    with pytest.raises(ValueError, match=rf"'{letter}' is no letter of '{language}'; .* numbers as words"):
        spoken_words(text, language)


@quick
@given(st.data())
def test_words_are_of_the_languages_letters_and_stay_as_they_are(data):
    language = data.draw(st.sampled_from(LANGUAGES))
    text = data.draw(st.text(st.sampled_from(LETTERS[language] + " ,.-’'!\u064b\u200d"), max_size=40))
    words = spoken_words(text, language)
    assert all(word and set(word) <= set(LETTERS[language]) for word in words)
    assert spoken_words(" ".join(words), language) == words
