"""Vowel marks for Arabic: where they may stand, and nothing else changed."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_model.alphabet import LETTERS
from reference_model.train.harakat import SHADDA, SUKUN, TANWIN, vowelled
from tests.strategies import quick

MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
CONSONANTS = "بتثجحخدذرزسشصضطظعغفقكلمنه"
seeds = st.integers(0, 2**32 - 1)
words = st.text(st.sampled_from(LETTERS["ar"]), min_size=1, max_size=10) | st.text(
    st.sampled_from(CONSONANTS), min_size=2, max_size=6
).map("ال".__add__)


def marked(word: str, seed: int) -> str:
    return vowelled(word, np.random.default_rng(seed))


@quick
@given(words, seeds)
def test_without_its_marks_a_word_is_as_it_was(word, seed):
    assert re.sub(f"[{MARKS}]", "", marked(word, seed)) == word


@quick
@given(words, seeds)
def test_a_letter_has_one_mark_or_a_shadda_and_then_a_vowel(word, seed):
    vowelling = marked(word, seed)
    assert re.fullmatch(rf"([^{MARKS}]({SHADDA}[\u064e-\u0650]|[{MARKS.replace(SHADDA, '')}])?)*", vowelling)


@quick
@given(st.text(st.sampled_from(CONSONANTS), min_size=3, max_size=6), seeds)
def test_consonants_get_vowels(word, seed):
    assert set(marked(word, seed)) & set("\u064e\u064f\u0650")


@quick
@given(words, seeds)
def test_two_letters_without_a_vowel_never_follow_each_other(word, seed):
    assert not re.search(f"{SUKUN}.{SUKUN}", marked(word, seed))


@quick
@given(words, seeds)
def test_tanwin_stands_at_the_end(word, seed):
    assert not set(marked(word, seed)[:-1]) & set(TANWIN)


@pytest.mark.parametrize(("word", "beginning"), [("الشمس", "الش" + SHADDA), ("القمر", "ال" + SUKUN + "ق")])
def test_the_article_goes_into_sun_letters_and_not_into_moon_letters(word, beginning):
    assert {marked(word, seed).startswith(beginning) for seed in range(20)} == {True}


def test_every_mark_is_met_and_the_same_generator_draws_the_same():
    drawn = [marked("مدرسون", seed) for seed in range(200)]
    assert set(MARKS) <= set("".join(drawn))
    assert drawn == [marked("مدرسون", seed) for seed in range(200)]
