"""Where sentences end, and where a full stop ends none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import quick
from voxeval.text.sentences import ABBREVIATIONS, split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["هل كتبت الرسالة؟", "نعم، كتبتها.", "رائع!", "والجريدة۔", "وصلت."],
        ["Das war’s.", "„Wirklich?“", "»Ja!«", "Gut…"],
        ["He left.", '"Why?"', "(Nobody knew.)", "I did!"],
        ["¿Vienes?", "¡Claro!", "Vale."],
        ["« Tu viens ? »", "Oui.", "Parfait !"],
        ["क्या तुम आओगे?", "हाँ।", "मैं आऊँगा।", "श्लोक समाप्त॥", "अच्छा!"],
        ["È vero?", "Sì.", "Perché no!"],
        ["'s Ochtends slaap ik.", "Echt?", "Ja."],
        ["Você vem?", "Não.", "Que pena!"],
    ],
)
@pytest.mark.parametrize("space", [" ", "  ", "\n", "\n\n", "\u00a0"])
def test_sentences_of_nine_languages_are_found_again(sentences, space):
    assert split_sentences(space.join(sentences)) == tuple(sentences)


@pytest.mark.parametrize(
    "sentence",
    [
        "We both left, i.e. the two of us.",
        "Take some fruit, e.g. Apples from Kent.",
        "Das ist z. B. das Haus am See.",
        "Das ist z. B. Berlin, d. h. die Stadt.",
        "Das ist z.B. Berlin.",
        "Voyez p. ex. le chat.",
        "J. S. Bach met Dr. Mizler and Mrs. Bach.",
        "La Sra. Pérez y el Dr. Gil vinieron.",
        "Il dott. Rossi e il prof. Bianchi.",
        "Dat is d.w.z. Jan, bijv. Hier.",
        "O Sr. Silva chegou.",
        "ذهب د. أحمد إلى السوق.",
        "कल डॉ. राजेश आए।",
        "It costs 3.50 at example.com or so.",
        "Well… maybe etc. and so on.",
    ],
)
def test_a_full_stop_that_ends_no_sentence(sentence):
    assert split_sentences(sentence) == (sentence,)
    assert split_sentences(f"{sentence} Next one.") == (sentence, "Next one.")


@pytest.mark.parametrize(
    ("first", "second"),
    [("So do I.", "Then we went."), ("Is it so? No.", "He left."), ("Bring cups, plates etc.", "Then eat.")],
)
def test_short_words_may_end_a_sentence(first, second):
    assert split_sentences(f"{first} {second}")[-2:] == (first.split("? ")[-1], second)


def test_a_question_ends_also_before_a_small_letter():
    assert split_sentences("Really? yes! of course") == ("Really?", "yes!", "of course")


def test_a_line_break_always_ends_a_sentence():
    assert split_sentences("A title\nDr.\nthe end") == ("A title", "Dr.", "the end")


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_no_text_has_no_sentences(text):
    assert split_sentences(text) == ()


def test_abbreviations_are_written_as_they_are_compared():
    assert {name.lower().strip(".") for name in ABBREVIATIONS} == ABBREVIATIONS


pieces = st.lists(
    st.sampled_from(["a", "B", " ", ".", "…", "?", "।", "؟", "\n", '"', "»", "(", "z. B.", "Dr.", "é", "1", "\u00a0"])
)


@quick
@given(pieces.map("".join))
def test_nothing_is_lost_and_nothing_added(text):
    sentences = split_sentences(text)
    assert "".join("".join(sentences).split()) == "".join(text.split())
    assert all(sentence and sentence == sentence.strip() for sentence in sentences)


@quick
@given(pieces.map("".join))
def test_lines_are_split_one_by_one(text):
    assert split_sentences(text) == tuple(part for line in text.split("\n") for part in split_sentences(line))
