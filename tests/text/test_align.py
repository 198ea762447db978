"""Which reading was meant, which words were hit, and when they were said."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import make_item, said
from tests.strategies import quick
from voxeval.text.align import align
from voxeval.text.normalize import normalizer
from voxeval.types import EditCounts, Transcript, Word


def aligned(text, heard, **fields):
    transcript = heard if isinstance(heard, Transcript) else Transcript(text=heard)
    return align(make_item(text, **fields), transcript, recognizer="fake@123456", normalizer=normalizer())


def kinds(alignment):
    return [(edit.kind, edit.ref_start, edit.ref_end, edit.hyp_start, edit.hyp_end) for edit in alignment.edits]


def test_edits_are_half_open_ranges_of_words_and_characters_are_counted_with_spaces():
    alignment = aligned("The cat sat down.", "a cat sat on down")
    assert kinds(alignment) == [
        ("substitute", 0, 1, 0, 1), ("equal", 1, 3, 1, 3), ("insert", 3, 3, 3, 4), ("equal", 3, 4, 4, 5),
    ]  # fmt: skip
    assert alignment.words == EditCounts(hits=3, substitutions=1, deletions=0, insertions=1)
    # "the " -> "a ": one replaced, two deleted; "on " inserted
    assert (alignment.characters.edits, alignment.characters.reference) == (6, len("the cat sat down"))
    assert (alignment.recognizer, alignment.normalizer) == ("fake@123456", "voxeval-1")


def test_the_reading_with_the_fewest_word_edits_is_the_reference():
    alignment = aligned(
        "In 1999.", "in nineteen ninety nine", spoken=("in one thousand nine hundred", "in nineteen ninety nine")
    )
    assert alignment.reference == ("in", "nineteen", "ninety", "nine")
    assert alignment.words.edits == 0


def test_of_readings_with_as_many_word_edits_the_one_with_fewer_character_edits_is_taken():
    alignment = aligned("x", "colander", spoken=("cat", "calander", "dog"))
    assert alignment.reference == ("calander",)
    assert (alignment.words.edits, alignment.characters.edits) == (1, 1)


def test_of_readings_that_tie_in_both_the_first_is_taken():
    for readings in (("cat", "dog"), ("dog", "cat")):
        assert aligned("x", "", spoken=readings).reference == (readings[0],)


@pytest.mark.parametrize("heard", ["", "...", " "])
def test_where_nothing_was_heard_all_is_deleted(heard):
    alignment = aligned("one two. three", heard)
    assert alignment.hypothesis == ()
    assert kinds(alignment) == [("delete", 0, 3, 0, 0)]
    assert alignment.words == EditCounts(hits=0, substitutions=0, deletions=3, insertions=0)
    assert alignment.characters.deletions == alignment.characters.reference == len("one two three")


words = st.lists(st.sampled_from(["one", "two", "three", "four"]), min_size=1, max_size=12)


@quick
@given(words, st.lists(st.sampled_from(["one", "two", "three", "five"]), max_size=12))
def test_edits_lead_from_the_reference_to_the_hypothesis(reference, hypothesis):
    alignment = aligned(" ".join(reference), " ".join(hypothesis))
    rebuilt, at = [], 0
    for edit in alignment.edits:
        assert edit.ref_start == at
        at = edit.ref_end
        source = alignment.reference if edit.kind == "equal" else alignment.hypothesis
        start, end = (edit.ref_start, edit.ref_end) if edit.kind == "equal" else (edit.hyp_start, edit.hyp_end)
        rebuilt += source[start:end]
    assert at == len(reference)
    assert rebuilt == hypothesis
    assert alignment.words.reference == len(reference)
    assert alignment.words.hits + alignment.words.substitutions + alignment.words.insertions == len(hypothesis)
    assert alignment.words.edits <= max(len(reference), len(hypothesis))


@quick
@given(words)
def test_what_was_said_is_right_however_it_is_written(spoken):
    text = ", ".join(spoken).upper() + "!"
    alignment = aligned(text, " ".join(spoken))
    assert (alignment.words.edits, alignment.characters.edits) == (0, 0)


# --- times -----------------------------------------------------------------------------------------------------------


def test_each_word_has_the_time_of_the_recognized_word_that_it_comes_from():
    transcript = Transcript(
        text=" Well-known  — yes.",
        words=(
            Word(text=" Well-known", start_s=0.0, end_s=0.5),
            Word(text=" —", start_s=0.5, end_s=0.6),
            Word(text=" yes.", start_s=0.7, end_s=1.0),
        ),
    )
    alignment = aligned("well known yes", transcript)
    assert alignment.hypothesis == ("well", "known", "yes")
    assert alignment.hypothesis_times == ((0.0, 0.5), (0.0, 0.5), (0.7, 1.0))


def test_times_that_do_not_match_the_text_are_no_times():
    words = said("one two").words
    assert aligned("one two", Transcript(text="one two", words=words)).hypothesis_times == ((0.0, 0.5), (0.5, 1.0))
    assert aligned("one two", Transcript(text="one two three", words=words)).hypothesis_times is None
    assert aligned("one two", Transcript(text="onetwo", words=words)).hypothesis_times is None


def test_a_recognizer_without_times_is_not_one_that_heard_nothing():
    assert aligned("one", Transcript(text="one")).hypothesis_times is None
    assert aligned("one", Transcript(text="", words=())).hypothesis_times == ()


# --- sentences and keywords ------------------------------------------------------------------------------------------


def test_sentences_are_word_ranges_of_the_reading_that_was_taken():
    alignment = aligned(
        "It is 2. Yes!", "it is two yes", spoken=("It is too, yes!", "It is two. Yes!"), keywords=("YES!", "is two")
    )
    assert alignment.reference == ("it", "is", "two", "yes")
    assert alignment.sentences == ((0, 3), (3, 4))
    assert alignment.keywords == (("yes",), ("is", "two"))


def test_a_sentence_without_words_has_no_range():
    assert aligned("One two. — ! Three.", "").sentences == ((0, 2), (2, 3))


def test_sentences_cover_every_word_once():
    generator = random.Random(5)
    for _ in range(50):
        text = "".join(generator.choice(["Ann ", "we ", "z. B. ", "No. ", "e.g. ", "ok? ", "\n"]) for _ in range(20))
        alignment = aligned(f"Start {text}", "")
        covered = [index for start, end in alignment.sentences for index in range(start, end)]
        assert covered == list(range(len(alignment.reference)))
