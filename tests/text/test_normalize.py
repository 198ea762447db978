"""What counts as the same words, in nine languages and for any text at all."""

from __future__ import annotations

import json
import random
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import quick
from voxeval.suite import load_suite
from voxeval.text.normalize import APOSTROPHES, NAME, language_of, normalize, normalizer, rules, steps
from voxeval.types import LANGUAGES

PAIRS = {
    language: [
        json.loads(line)
        for line in (Path(__file__).parent / "pairs" / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    for language in LANGUAGES
}
JOINER, NON_JOINER, SOFT_HYPHEN, LEFT_TO_RIGHT = "\u200d", "\u200c", "\u00ad", "\u200e"

any_text = st.text(st.characters(codec="utf-8"), max_size=30)
any_language = st.sampled_from(LANGUAGES)
# Texts that rules have something to do with: figures, marks, signs, words of the languages.
pieces = st.sampled_from(
    ["1", "2", "15", "1999", "3.5", "3,5", "1.000", "10 000", "½", "²", "%", "€", "$", "km", "h", "°C", "-", "–", "/",
     ":", ".", ",", "'", "’", "(", ")", " ", " ", " ", "th", "º", "er", "Dr.", "z. B.", "a.m.", "XIV", "I", "may",
     "mai", "Mai", "de", "und", "et", "و", "और", "हिं", "ـ", "ة", "ß", "é", "a", "b", "www.", "@",
     "org", "+49", "#", "&", "№"]
)  # fmt: skip
odd_text = st.lists(pieces, max_size=12).map("".join)


def told(kind: str, pair: dict[str, str], language: str) -> str:
    parts = [f"{side}: {normalize(pair[side], language)!r} from {pair[side]!r}" for side in ("written", "heard")]
    return f"{language}, {kind}, {pair['category']}\n" + "\n".join(parts)


# --- pairs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_and_what_is_heard_are_the_same_words(language):
    pairs = [pair for pair in PAIRS[language] if pair["kind"] == "same"]
    wrong = [
        told("same", pair, language)
        for pair in pairs
        if normalize(pair["written"], language) != normalize(pair["heard"], language)
    ]
    assert len(pairs) >= 60
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_real_errors_stay_different(language):
    pairs = [pair for pair in PAIRS[language] if pair["kind"] != "same"]
    wrong = [
        told("different", pair, language)
        for pair in pairs
        if normalize(pair["written"], language) == normalize(pair["heard"], language)
    ]
    assert sum(pair["kind"] == "different" for pair in pairs) >= 20
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pairs_are_of_many_kinds(language):
    assert {pair["kind"] for pair in PAIRS[language]} <= {"same", "different", "folded"}
    assert len(Counter(pair["category"] for pair in PAIRS[language] if pair["kind"] == "same")) >= 15


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_suites_write_is_one_of_its_readings(language):
    """Most written forms have one usual reading; where the normalizer takes none of the listed ones, it would count."""
    suites = [load_suite(name)[0] for name in ("smoke", "hard", "longform")]
    items = [item for suite in suites for item in suite.items if item.language == language and item.spoken]
    apart = [
        item.id
        for item in items
        if normalize(item.text, language) not in {normalize(reading, language) for reading in item.spoken}
    ]
    assert len(items) >= 20
    assert len(apart) <= 0.25 * len(items), f"{len(apart)} of {len(items)}: {', '.join(apart)}"


# --- characters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_composed_and_decomposed_letters_are_the_same(language):
    for pair in PAIRS[language]:
        text = pair["heard"]
        assert normalize(unicodedata.normalize("NFD", text), language) == normalize(text, language)


@pytest.mark.parametrize("apostrophe", [*map(chr, APOSTROPHES), "'"])
def test_every_apostrophe_is_the_same_between_letters_and_none_at_an_edge(apostrophe):
    assert normalize(f"don{apostrophe}t", "en") == "don't"
    assert normalize(f"{apostrophe}don{apostrophe}t {apostrophe} so{apostrophe},", "en") == "don't so"


@pytest.mark.parametrize("invisible", [JOINER, NON_JOINER, SOFT_HYPHEN, LEFT_TO_RIGHT, "\ufeff"])
def test_what_is_invisible_is_not_heard_and_splits_no_word(invisible):
    assert normalize(f"क्{invisible}ष और", "hi") == "क्ष और"
    assert normalize(f"Wort{invisible}teil", "de") == "wortteil"


@pytest.mark.parametrize("mark", ["¨", "¯", "¸", "˝", "‾"])
def test_an_accent_that_stands_alone_leaves_no_mark_behind(mark):
    assert normalize(f"cat{mark}dog {mark}", "en") == "cat dog"


def test_wide_letters_ligatures_and_odd_spaces_are_the_usual_ones():
    assert normalize("\uff28\uff49\u00a0\ufb01sh\u3000there", "en") == "hi fish there"


def test_hindi_words_stay_words():
    assert len(normalizer().words("हिन्दी में बात करते हैं।", "hi")) == 5


@pytest.mark.parametrize("text", ["", " ", "...", "?!—“”", "'", "\u200d"])
def test_without_a_word_nothing_is_left(text):
    assert normalizer().words(text, "en") == ()


# --- laws ------------------------------------------------------------------------------------------------------------


@quick
@given(any_text | odd_text, any_language)
def test_normalizing_twice_is_normalizing_once(text, language):
    once = normalize(text, language)
    assert normalize(once, language) == once


def test_no_single_character_between_letters_is_normalized_further_the_second_time():
    characters = [chr(code) for code in range(0x3000) if unicodedata.category(chr(code)) != "Cn"]
    once = {character: normalize(f"xy{character}yx", "en") for character in characters}
    assert [character for character, text in once.items() if normalize(text, "en") != text] == []


@quick
@given(any_text | odd_text, any_language)
def test_words_are_separated_by_single_spaces_and_hold_no_punctuation_and_no_figures(text, language):
    folded = normalize(text, language)
    assert folded == " ".join(folded.split())
    assert not [letter for letter in folded if unicodedata.category(letter)[0] in "PSZC" and letter not in "' "]
    assert not [letter for letter in folded if unicodedata.decimal(letter, None) is not None]


@quick
@given(any_text | odd_text, st.sampled_from("aßéIЖقकñ"), any_text, any_language)
def test_a_text_with_a_letter_is_never_emptied(before, letter, after, language):
    assert normalize(before + letter + after, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_no_rule_is_about_are_neither_joined_nor_split(language):
    """Any order of the words of `core`, which have no figures: each word is what it is by itself."""
    items = [item for item in load_suite("core")[0].items if item.language == language]
    words = sorted({word for item in items for word in normalizer().words(item.text, language) if len(word) > 1})
    rng = random.Random(1)
    for _ in range(20):
        some = rng.sample(words, 30)
        assert normalizer().words(" ".join(some), language) == tuple(some)


# --- rules -----------------------------------------------------------------------------------------------------------


def test_the_steps_of_a_text_end_in_its_words():
    found = list(steps("Dr. Smith paid $3.50 on May 3rd.", "en"))
    assert [step.rule for step in found] == [rule.name for rule in rules("en")]
    assert all(one.after == other.before for one, other in pairwise(found))
    assert " ".join(found[-1].after.split()) == normalize("Dr. Smith paid $3.50 on May 3rd.", "en")
    changed = {step.rule for step in found if step.after != step.before}
    assert {"abbreviations", "dates", "currency", "case", "punctuation"} <= changed


def test_a_rule_can_be_left_out():
    assert normalize("It cost $3.", "en", frozenset({"currency"})) != normalize("It cost $3.", "en")
    assert normalizer(frozenset({"case"})).name == f"{NAME}-without-case"
    assert normalizer(frozenset({"case"})).words("Oh yes", "en") == ("Oh", "yes")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_spelling_leads_to_another_one(language):
    known = language_of(language)
    assert known is not None
    assert not {word for words in known.spellings.values() for word in words.split()} & set(known.spellings)


def test_a_language_that_is_not_known_gets_the_rules_of_all_languages():
    assert [rule.name for rule in rules("xx")] == ["unicode", "quotes", "case", "punctuation"]
    assert normalize("Ünïted, 3 €", "xx") == "ünïted 3"
