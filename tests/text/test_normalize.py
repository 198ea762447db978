"""What counts as the same words, in sentences as people write them and for any text at all."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import quick
from voxeval.errors import UsageError
from voxeval.text.normalize import APOSTROPHES, DEFAULT, NORMALIZERS, fold_case_and_punctuation, normalizer

JOINER, NON_JOINER, SOFT_HYPHEN, LEFT_TO_RIGHT = "\u200d", "\u200c", "\u00ad", "\u200e"

SENTENCES = [
    ("ar", "«هل كَتَبَ الطّالِبُ الرسالةَ؟» نعم، كتبها.", "هل كَتَبَ الطّالِبُ الرسالةَ نعم كتبها"),
    ("de", "„Größe“ ist – wie's heißt – relativ: 5 % von ÄÖÜ!", "größe ist wie's heißt relativ 5 von äöü"),
    ("en", "“Don’t!” she said—it's Rock-’n’-Roll.", "don't she said it's rock n roll"),
    ("es", "¿Qué pasó? ¡Nada, señor Núñez!", "qué pasó nada señor núñez"),
    ("fr", "L’été, c’est « l'œuvre » d’aujourd’hui…", "l'été c'est l'œuvre d'aujourd'hui"),
    ("hi", "क्या तुम हिन्दी पढ़ते हो? हाँ, ज़रूर।", "क्या तुम हिन्दी पढ़ते हो हाँ ज़रूर"),
    ("it", "Un po’ d’acqua: perché no? È l'Università.", "un po d'acqua perché no è l'università"),
    ("nl", "'s Ochtends zie ik zo'n foto’s van IJsland.", "s ochtends zie ik zo'n foto's van ijsland"),
    ("pt", "Não há “pão d’água”; à noite, sim.", "não há pão d'água à noite sim"),
]


@pytest.mark.parametrize(("language", "text", "words"), SENTENCES)
def test_sentences_of_nine_languages_become_their_words(language, text, words):
    expected = unicodedata.normalize("NFC", words)
    assert normalizer().apply(text, language) == expected
    assert normalizer().apply(unicodedata.normalize("NFD", text), language) == expected
    assert normalizer().words(text, language) == tuple(expected.split())


@pytest.mark.parametrize("apostrophe", [*map(chr, APOSTROPHES), "'"])
def test_every_apostrophe_is_the_same_between_letters_and_none_at_an_edge(apostrophe):
    assert fold_case_and_punctuation(f"l{apostrophe}été", "fr") == "l'été"
    assert fold_case_and_punctuation(f"{apostrophe}l{apostrophe} {apostrophe} a{apostrophe},", "fr") == "l a"


@pytest.mark.parametrize("invisible", [JOINER, NON_JOINER, SOFT_HYPHEN, LEFT_TO_RIGHT, "\ufeff"])
def test_what_is_invisible_is_not_heard_and_splits_no_word(invisible):
    assert fold_case_and_punctuation(f"क्{invisible}ष और Wort{invisible}teil", "hi") == "क्ष और wortteil"
    assert fold_case_and_punctuation(f"e{invisible}\u0301te", "fr") == "éte"


@pytest.mark.parametrize("mark", ["¨", "¯", "¸", "˝", "‾"])
def test_an_accent_that_stands_alone_leaves_no_mark_behind(mark):
    assert fold_case_and_punctuation(f"a{mark}b {mark}", "fr") == "a b"


def test_wide_letters_ligatures_and_odd_spaces_are_the_usual_ones():
    assert fold_case_and_punctuation("\uff28\uff49\u00a0\ufb01sh\u3000H\u2082O", "en") == "hi fish h2o"


def test_numbers_stay_as_they_are_written():
    assert fold_case_and_punctuation("3,5 kg; 1.000 € (50 %)", "de") == "3 5 kg 1 000 50"


@pytest.mark.parametrize("text", ["", " ", "...", "?!—“”", "'", "\u200d", "€ % +"])
def test_without_a_word_nothing_is_left(text):
    assert fold_case_and_punctuation(text, "en") == ""
    assert normalizer().words(text, "en") == ()


any_text = st.text(st.characters(codec="utf-8"), max_size=30)


@quick
@given(any_text)
def test_normalizing_twice_is_normalizing_once(text):
    once = fold_case_and_punctuation(text, "en")
    assert fold_case_and_punctuation(once, "en") == once


def test_no_single_character_between_letters_is_normalized_further_the_second_time():
    characters = [chr(code) for code in range(0x3000) if unicodedata.category(chr(code)) != "Cn"]
    once = {character: fold_case_and_punctuation(f"a{character}b", "en") for character in characters}
    assert [character for character, text in once.items() if fold_case_and_punctuation(text, "en") != text] == []


@quick
@given(any_text)
def test_words_are_separated_by_single_spaces_and_hold_no_punctuation(text):
    folded = fold_case_and_punctuation(text, "en")
    assert folded == " ".join(folded.split())
    assert not [letter for letter in folded if unicodedata.category(letter)[0] in "PSZC" and letter not in "' "]


@quick
@given(any_text, st.sampled_from("aßéIЖقकñ"), any_text)
def test_a_text_with_a_letter_is_never_emptied(before, letter, after):
    assert fold_case_and_punctuation(before + letter + after, "en")


@quick
@given(any_text, any_text)
def test_words_of_two_texts_are_the_words_of_both(one, other):
    both = fold_case_and_punctuation(f"{one}. {other}", "en").split()
    assert both == fold_case_and_punctuation(one, "en").split() + fold_case_and_punctuation(other, "en").split()


def test_normalizers_are_found_by_name():
    assert normalizer() is NORMALIZERS[DEFAULT]
    with pytest.raises(UsageError, match="there is no normalizer 'whisper'; there are: voxeval-0"):
        normalizer("whisper")
