"""One alphabet that writes nine languages."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_model.alphabet import ALPHABET, BLANK, LANGUAGES, LETTERS, SPACE, allowed, spell, writable
from tests.strategies import quick

# Sentences that show as many of a language's letters as people put into one.
PANGRAMS = {
    "ar": "نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر ومغلف بجلد أزرق جاء ضيف يسأل عن رؤية إبل آمنة مبادئ",
    "de": "zwölf boxkämpfer jagen viktor quer über den großen sylter deich wie geht's",
    "en": "the quick brown fox doesn't jump over the lazy dog",
    "es": "el pingüino wenceslao hizo kilómetros bajo exhaustiva lluvia y frío añoraba a su cachorro jamás él música",
    "fr": "portez ce vieux whisky au juge blond dès noël où l'œuf du garçon naïf dû à la fête brûle aîné l'haÿ vitæ",
    "hi": "ऋषियों को सताने वाले दुष्ट राक्षसों का सर्वनाश करने वाले भगवान श्रीराम महाराज दशरथ के बड़े पुत्र थे ऑफ़िस ऐनक औरत ऊँट दुःख",
    "it": "pranzo d'acqua fa volti sghembi perché città però è lì più jazz kiwi tè xilofono yoga",
    "nl": "pa's wijze lynx bezag vroom het fikse aquaduct één reünie geïnd coördinatie crème enquête zó paella",
    "pt": "um pequeno jabuti xereta viu dez cegonhas à água avó pôs maçã você lingüiça órgão baú três limões aí kiwi",
}


def test_every_letter_is_one_character_in_lower_case_and_nfc():
    for letter in ALPHABET[2:]:
        assert len(letter) == 1
        assert unicodedata.normalize("NFC", letter) == letter.lower() == letter


def test_no_letter_is_there_twice_and_blank_and_space_come_first():
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert (ALPHABET[BLANK], ALPHABET[SPACE]) == ("", " ")
    assert set(ALPHABET[2:]) == set("".join(LETTERS.values()))


def test_there_are_nine_languages():
    assert len(LANGUAGES) == 9
    assert set(LANGUAGES) == set(LETTERS)


@quick
@given(st.text(st.sampled_from(ALPHABET[1:]), max_size=30))
def test_what_is_spelled_is_read_again(text):
    assert "".join(ALPHABET[index] for index in spell(text)) == text
    assert BLANK not in spell(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_writes_its_own_sentences(language):
    text = PANGRAMS[language]
    assert not set(unicodedata.normalize("NFC", text)) - set(LETTERS[language]) - {" "}
    assert writable(unicodedata.normalize("NFC", text), language)


@pytest.mark.parametrize(
    ("text", "language"), [("ñ", "en"), ("ß", "es"), ("a", "ar"), ("ب", "hi"), ("A", "de"), ("7", "fr"), ("w-w", "pt")]
)
def test_a_language_does_not_write_what_it_lacks(text, language):
    assert not writable(text, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_language_may_write_is_blank_space_and_its_letters(language):
    entries = {ALPHABET[index] for index in allowed(language).nonzero().flatten().tolist()}
    assert allowed(language).shape == (len(ALPHABET),)
    assert entries == {"", " ", *LETTERS[language]}


def test_what_is_not_in_the_alphabet_is_named():
    with pytest.raises(ValueError, match=r"the alphabet has no '3', 'Q'; expected lower-case NFC letters of ar, de"):
        spell("Q a3")


@pytest.mark.parametrize("language", ["other", "EN", "en-US", ""])
def test_an_unknown_language_is_named(language):
    with pytest.raises(ValueError, match=rf"no language '{language}'; expected one of ar, de, en"):
        allowed(language)
