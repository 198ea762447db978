"""Sentences left out, said twice, added; by hand, and with a recognizer that errs on a third of the words."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import RECOGNIZER, made_up_word, make_item, said
from voxeval.metrics.sentences import (
    error_growth,
    errors_by_tenth,
    repeated_sentences,
    skipped_sentences,
    tail_start,
)
from voxeval.text.align import align
from voxeval.text.normalize import normalizer
from voxeval.types import Alignment, Transcript

SENTENCES = (
    "the first boat left the harbour before the sun was up",
    "nobody on the quay had seen who was standing at the wheel",
    "a gull sat on the mast and looked as if it owned the sea",
    "by noon the wind had turned and every sail hung like washing",
    "they ate cold fish and told each other the same three stories",
    "when the rain came at last the old cook laughed out loud",
)
TEXT = " ".join(f"{sentence.capitalize()}." for sentence in SENTENCES)
WORD_S = 0.5


def aligned(heard: Transcript, text: str = TEXT) -> Alignment:
    return align(make_item(text), heard, recognizer=RECOGNIZER.id, normalizer=normalizer())


def heard_as(*sentences: str) -> Alignment:
    return aligned(said(" ".join(sentences), word_s=WORD_S))


def garbled(sentence: str, seed: int) -> str:
    """Three words in ten replaced, dropped, or split in two, always alike for one seed."""
    rng = random.Random(seed)
    words: list[str] = []
    for word in sentence.split():
        lot = rng.random()
        words += [word] if lot > 0.3 else [[f"x{word}"], [], [f"y{word}", f"z{word}"]][rng.randrange(3)]
    return " ".join(words)


def garbled_reading(seed: int) -> list[str]:
    return [garbled(sentence, 100 * seed + number) for number, sentence in enumerate(SENTENCES)]


some_words = st.sampled_from([made_up_word(number) for number in range(10)])


@given(
    words=st.lists(some_words, min_size=1, max_size=12),
    heard=st.lists(some_words, max_size=20),
    said_twice=st.booleans(),
)
def test_what_is_known_at_once_of_one_sentence_is_what_looking_for_it_finds(
    words: list[str], heard: list[str], said_twice: bool
):
    """Shortcuts: a text with an empty second sentence is searched the long way."""
    answer = said(" ".join(words + words + heard if said_twice else heard), word_s=WORD_S)
    alignment = aligned(answer, " ".join(words))
    whole = (0, len(alignment.reference))
    assert alignment.sentences == (whole,)
    n_heard = len(alignment.hypothesis)
    costs = [
        aligned(said(" ".join(alignment.hypothesis[:end])), " ".join(words)).words.edits + 0.5 * (n_heard - end)
        for end in range(n_heard + 1)
    ]
    assert tail_start(alignment) == max(end for end, cost in enumerate(costs) if cost == min(costs))
    for find in (repeated_sentences, lambda one: skipped_sentences(one, 0.0)):
        long_way = find(replace(alignment, sentences=(whole, (whole[1], whole[1]))))
        assert find(alignment) == tuple(place for place in long_way if place.sentence == 1)


def test_a_right_reading_skips_and_repeats_nothing_and_has_no_tail():
    alignment = heard_as(*SENTENCES)
    assert skipped_sentences(alignment, 33.0) == ()
    assert repeated_sentences(alignment) == ()
    assert tail_start(alignment) == len(alignment.hypothesis)


@pytest.mark.parametrize("left_out", range(6))
def test_a_sentence_left_out_is_named_with_its_time(left_out: int):
    heard = [sentence for number, sentence in enumerate(SENTENCES) if number != left_out]
    alignment = heard_as(*heard)
    (place,) = skipped_sentences(alignment, WORD_S * len(alignment.hypothesis))
    assert place.sentence == left_out + 1
    assert place.time_s == pytest.approx(WORD_S * sum(len(sentence.split()) for sentence in SENTENCES[:left_out]))


@pytest.mark.parametrize("twice", range(6))
def test_a_sentence_said_twice_is_named_with_the_time_of_its_second_saying(twice: int):
    alignment = heard_as(*SENTENCES[: twice + 1], *SENTENCES[twice:])
    (place,) = repeated_sentences(alignment)
    assert place.sentence == twice + 1
    assert place.time_s == pytest.approx(WORD_S * sum(len(sentence.split()) for sentence in SENTENCES[: twice + 1]))
    assert len(alignment.hypothesis) - tail_start(alignment) == (len(SENTENCES[-1].split()) if twice == 5 else 0)


def test_a_loop_counts_every_time():
    assert len(repeated_sentences(heard_as(*SENTENCES[:3], *[SENTENCES[2]] * 4, *SENTENCES[3:]))) == 4


def test_a_sentence_that_comes_back_later_is_repeated_too():
    (place,) = repeated_sentences(heard_as(*SENTENCES, SENTENCES[1]))
    assert place.sentence == 2


def test_a_refrain_of_the_text_is_no_repetition():
    text = "We all row home again tonight. The sea is dark and wide. We all row home again tonight."
    assert repeated_sentences(aligned(said(text.replace(".", "").lower()), text)) == ()


def test_words_that_are_there_but_were_not_recognized_are_not_skipped():
    first = len(SENTENCES[0].split())
    second = len(SENTENCES[1].split())
    before = said(SENTENCES[0], word_s=WORD_S)
    after = said(" ".join(SENTENCES[2:]), word_s=WORD_S, start_s=(first + second) * WORD_S)
    assert before.words
    assert after.words
    heard = Transcript(text=f"{before.text} {after.text}", words=before.words + after.words)
    assert skipped_sentences(aligned(heard), 60.0) == ()
    untimed = Transcript(text=heard.text)
    assert [place.sentence for place in skipped_sentences(aligned(untimed), 60.0)] == [2]


def test_a_reading_of_which_nothing_was_heard_skips_all():
    assert len(skipped_sentences(aligned(Transcript(text="", words=())), 0.0)) == 6


@pytest.mark.parametrize("seed", range(20))
def test_a_noisy_recognizer_makes_no_fault_of_a_right_reading(seed: int):
    alignment = heard_as(*garbled_reading(seed))
    assert skipped_sentences(alignment, WORD_S * len(alignment.hypothesis)) == ()
    assert repeated_sentences(alignment) == ()
    assert len(alignment.hypothesis) - tail_start(alignment) <= 2


@pytest.mark.parametrize("seed", range(20))
def test_a_noisy_recognizer_does_not_hide_a_fault(seed: int):
    heard = garbled_reading(seed)
    without = heard_as(*heard[:2], *heard[3:])
    assert [place.sentence for place in skipped_sentences(without, WORD_S * len(without.hypothesis))] == [3]
    assert [place.sentence for place in repeated_sentences(heard_as(*heard[:3], *heard[2:]))] == [3]


def test_words_after_the_end_are_the_tail_even_where_the_last_word_was_misheard():
    alignment = heard_as(*SENTENCES[:-1], SENTENCES[-1].replace("loud", "aloud"), "and now a word from our sponsors")
    assert alignment.hypothesis[tail_start(alignment) :] == ("and", "now", "a", "word", "from", "our", "sponsors")


def test_errors_are_counted_where_they_are():
    words = " ".join(SENTENCES).split()
    right = heard_as(*SENTENCES)
    assert errors_by_tenth(right) == (0.0,) * 10
    assert error_growth(right) == 0
    last_wrong = heard_as(*words[: len(words) * 9 // 10], *["wrong"] * (len(words) - len(words) * 9 // 10))
    tenths = errors_by_tenth(last_wrong)
    assert tenths[:8] == (0.0,) * 8
    assert tenths[9] == pytest.approx(1, abs=0.15)
    assert error_growth(last_wrong) > 0.3


def test_inserted_words_count_with_the_next_word_of_the_text_and_after_its_end_with_the_last():
    assert errors_by_tenth(heard_as("oh", *SENTENCES))[0] > 0
    assert errors_by_tenth(heard_as(*SENTENCES, "oh"))[9] > 0
    assert error_growth(heard_as("oh", *SENTENCES)) < 0
