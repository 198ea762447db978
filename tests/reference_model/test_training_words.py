"""Texts for training: letters of their language, bound as people bind them, and nobody else's."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_model.alphabet import LANGUAGES, LETTERS, writable
from reference_model.train.espeak import OWNERS, share
from reference_model.train.words import draw_text, draw_words, vocabulary
from tests.strategies import quick

# A vocabulary takes a second to load: the quick tests read three, and all nine are read in `make test-all`.
FEW = ("fr", "hi", "it")
every_language = partial(
    pytest.mark.parametrize,
    "language",
    [pytest.param(language, marks=[] if language in FEW else pytest.mark.slow) for language in LANGUAGES],
)
seeds = st.integers(0, 2**32 - 1)
# Letters that are words by themselves, from the languages' dictionaries.
ONE_LETTER_WORDS = {"en": "ai", "es": "aeouy", "fr": "aàyô", "it": "aeèioò", "nl": "u", "pt": "aeoéàóô"}


@every_language()
def test_a_vocabulary_is_large_and_of_its_letters(language):
    known = vocabulary(language)
    assert len(known.words) > (20_000 if language == "hi" else 50_000)
    assert len(known.words) == len(known.natural) == len(known.flattened)
    assert all(writable(word, language) and " " not in word for word in known.words)


@every_language()
def test_chances_add_up_and_the_flattened_ones_favour_rare_words(language):
    known = vocabulary(language)
    for chances in (known.natural, known.flattened):
        assert chances[-1] == 1
        assert (np.diff(chances) >= 0).all()
    assert known.natural[:100].max() > known.flattened[:100].max() > 0.01


@every_language()
def test_no_letter_stands_alone_that_is_no_word(language):
    rng = np.random.default_rng(0)
    words = {word for _ in range(300) for word in draw_words(language, 10, rng)}
    assert {word for word in words if len(word) == 1} <= set(ONE_LETTER_WORDS.get(language, ""))


@pytest.mark.parametrize("language", FEW)
def test_what_is_written_has_only_letters_of_the_language(language):
    @quick
    @given(seeds, st.integers(1, 30), st.sampled_from(OWNERS))
    def law(seed, n_words, owner):
        text = draw_text(language, n_words, owner, np.random.default_rng(seed))
        assert text.language == language
        assert text.written
        assert writable(text.written, language)
        assert len(text.written.split()) <= n_words
        spoken = "".join(letter for letter in text.given if letter not in ",،.؟!?।")
        assert spoken == text.written

    law()


def test_the_same_generator_draws_the_same_text():
    one, two = (draw_text("fr", 12, "a", np.random.default_rng(5)) for _ in range(2))
    assert one == two
    assert one != draw_text("fr", 12, "a", np.random.default_rng(6))


@pytest.mark.parametrize("owner", OWNERS)
def test_a_text_is_given_to_its_owner_alone(owner):
    rng = np.random.default_rng(1)
    texts = {draw_text("it", 1, owner, rng).written for _ in range(200)}  # one word: the most likely to come twice
    assert {share(text) for text in texts} == {owner}
    assert len(texts) > 50


@pytest.mark.parametrize("owner", ["", "c", "held_out"])
def test_an_owner_that_owns_nothing_is_refused(owner):
    with pytest.raises(ValueError, match=rf"nothing belongs to '{owner}'; expected one of a, b, held-out"):
        draw_text("it", 3, owner, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("language", "elided"),
    [("fr", {"l", "d", "c", "j", "n", "s", "m", "t", "qu"}), ("it", {"l", "d", "dell", "all", "nell", "dall", "sull"})],
)
def test_elided_words_are_bound_to_the_vowel_that_follows(language, elided):
    rng = np.random.default_rng(2)
    words = [word for _ in range(1000) for word in draw_words(language, 12, rng)]
    bound = [word for word in words if "'" in word]
    assert sum(word.partition("'")[0] in elided for word in bound) > 20
    assert not [word for word in words if word in elided]
    wrong = [word for word in bound if word.partition("'")[0] in elided and word.partition("'")[2][0] in "bcdfgkmpqrtv"]
    assert not wrong


@pytest.mark.slow
def test_arabic_is_spoken_vowelled_at_times_and_written_without():
    rng = np.random.default_rng(3)
    texts = [draw_text("ar", 8, "a", rng) for _ in range(50)]
    assert all(writable(text.written, "ar") for text in texts)
    spoken = [word for text in texts for word in text.given.split()]
    marked = sum(any("\u064b" <= letter <= "\u0652" for letter in word) for word in spoken) / len(spoken)
    assert 0.35 < marked < 0.65
    assert set("".join(text.written for text in texts)) <= {" ", *LETTERS["ar"]}
