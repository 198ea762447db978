from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import ACTIVITY, RECOGNIZER, made_up_word, make_analyzed, make_item, make_take, said, voice_at
from voxeval.metrics.intelligibility import Intelligibility
from voxeval.types import AnalyzedTake, Failure, Heard, Score, Transcript

WORDS = "the quick brown fox jumps over a lazy dog while seven wizards quietly watch from old trees"


def score(take: AnalyzedTake) -> dict[str, Score]:
    rows = list(Intelligibility().score([take]))
    assert len({row.metric_id for row in rows}) == len(rows)
    return {row.metric: row for row in rows}


def heard(reference: str, transcript: str, *, voice_s: float | None = None, **fields: object) -> dict[str, Score]:
    """Scores of a take of the reference in which the transcript was heard, half a second a word."""
    answer = said(transcript)
    seconds = 0.5 * len(transcript.split()) if voice_s is None else voice_s
    activity = voice_at((0.0, seconds)) if seconds else voice_at()
    take = make_take(make_item(reference, **fields), duration_s=max(seconds, 1.0))
    return score(make_analyzed(take, heard=[(RECOGNIZER, answer), (ACTIVITY, activity)]))


def test_error_rates_of_a_take_counted_by_hand():
    rows = heard("one two three four five six seven", "one too three five six seven eight nine")
    # two -> too, four deleted, eight and nine inserted: 1 + 1 + 2 of 7
    assert rows["wer"].value == pytest.approx(4 / 7)
    assert rows["wer"].weight == 7
    assert rows["wer_macro"].value == pytest.approx(4 / 7)
    assert rows["wer_macro"].weight == 1
    assert rows["substitution_rate"].value == pytest.approx(1 / 7)
    assert rows["deletion_rate"].value == pytest.approx(1 / 7)
    assert rows["insertion_rate"].value == pytest.approx(2 / 7)
    assert rows["bad_case_rate"].value == 1.0


def test_characters_count_the_space_between_words():
    rows = heard("ab cd", "abcd")
    assert rows["cer"].value == pytest.approx(1 / 5)
    assert rows["cer"].weight == 5


@pytest.mark.parametrize(("transcript", "bad"), [("one two x y", 1.0), ("one two three y", 0.0)])
def test_a_bad_case_begins_at_half(transcript, bad):
    assert heard("one two three four", transcript)["bad_case_rate"].value == bad


def test_of_several_readings_the_nearest_counts():
    rows = heard("19", "nineteen hundred", spoken=("nineteen", "nineteen hundred"))
    assert rows["wer"].value == 0.0
    assert rows["wer"].weight == 2


def test_ids_name_recognizer_normalizer_and_average():
    rows = heard("one two", "one two")
    assert rows["wer"].metric_id == f"wer/{RECOGNIZER.id}/voxeval-1/corpus"
    assert rows["wer_macro"].metric_id == f"wer_macro/{RECOGNIZER.id}/voxeval-1/mean"
    assert rows["early_end"].metric_id == f"early_end/{RECOGNIZER.id}/voxeval-1/{ACTIVITY.id}"
    assert rows["silent"].metric_id == f"silent/{ACTIVITY.id}"


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=4))
def test_the_weighted_mean_is_the_corpus_rate(lengths):
    takes = []
    for number, (reference, wrong) in enumerate(lengths):
        words = [made_up_word(index) for index in range(reference)]
        answer = ["wrong" if index < wrong else word for index, word in enumerate(words)]
        item = make_item(" ".join(words), id=f"item-{number}")
        takes.append(make_analyzed(make_take(item), heard=[(RECOGNIZER, said(" ".join(answer)))]))
    rows = [row for row in Intelligibility().score(takes) if row.metric == "wer"]
    mean = sum(row.value * row.weight for row in rows) / sum(row.weight for row in rows)
    assert mean == pytest.approx(sum(min(pair) for pair in lengths) / sum(pair[0] for pair in lengths))


def test_an_empty_transcript_is_all_deletions():
    rows = heard("one two three", "", voice_s=2.0)
    assert rows["wer"].value == rows["deletion_rate"].value == 1.0
    assert rows["cer"].value == 1.0


def test_a_failed_take_keeps_its_weight_and_its_reason():
    take = make_take(make_item("one two three", keywords=("two", "three")), status="failed", detail="out of memory")
    rows = score(make_analyzed(take, analyzers=[RECOGNIZER, ACTIVITY]))
    assert {row.status for row in rows.values()} == {"failed"}
    assert {row.detail for row in rows.values()} == {"not spoken: out of memory"}
    assert rows["wer"].weight == 3
    assert rows["cer"].weight == len("one two three")
    assert rows["keyword_recall"].weight == 2


def test_an_analysis_that_failed_is_told_apart_from_a_language_that_is_skipped():
    for skip, status in ((False, "failed"), (True, "skipped")):
        answers: list[tuple[object, Heard]] = [
            (RECOGNIZER, Failure(reason="no", skipped=skip)),
            (ACTIVITY, voice_at((0, 1))),
        ]
        rows = score(make_analyzed(heard=answers))
        assert rows["wer"].status == rows["trailing_words"].status == status
        assert rows["silent"].value == 0.0


def test_without_a_recognizer_the_rows_say_what_to_add():
    rows = score(make_analyzed(heard=[(ACTIVITY, voice_at((0, 1)))]))
    assert rows["wer"].metric_id == "wer/none"
    assert rows["wer"].detail == "no recognizer in this run: add --recognizer"
    assert rows["silent"].value == 0.0


def test_a_text_without_words_has_no_rate():
    rows = heard("?!", "one")
    assert rows["wer"].status == rows["cer"].status == rows["early_end"].status == "skipped"
    assert rows["wer"].weight == 0.0


# --- flags -----------------------------------------------------------------------------------------------------------


def flags(rows: dict[str, Score]) -> set[str]:
    return {name for name in ("silent", "repetition", "trailing_words", "early_end") if rows[name].value == 1.0}


def test_a_take_as_it_should_be_has_no_flag():
    rows = heard(WORDS, WORDS)
    assert flags(rows) == set()
    assert {rows[name].value for name in ("silent", "repetition", "trailing_words", "early_end")} == {0.0}


@pytest.mark.parametrize("voice_s", [0.0, 0.19])
def test_silence_is_heard_by_voice_activity_whatever_the_recognizer_invents(voice_s):
    rows = heard(WORDS, WORDS, voice_s=voice_s)
    assert flags(rows) == {"silent"}
    assert {rows[name].detail for name in ("repetition", "trailing_words", "early_end")} == {"silent"}
    assert rows["wer"].value == 0.0


def test_three_words_said_again_are_a_repetition():
    assert flags(heard(WORDS, WORDS.replace("over a lazy", "over a lazy over a lazy"))) == {"repetition"}


def test_a_take_said_twice_is_one_flag_only():
    assert flags(heard(WORDS, f"{WORDS} {WORDS}")) == {"repetition"}


def test_two_words_said_again_are_no_repetition():
    assert "repetition" not in flags(heard(WORDS, WORDS.replace("over a lazy", "over a over a lazy")))


def test_what_the_text_itself_repeats_is_no_repetition():
    text = "round and round and round it goes"
    assert flags(heard(text, text)) == set()


def test_words_after_the_end_are_trailing_words():
    assert flags(heard(WORDS, f"{WORDS} and then some")) == {"trailing_words"}
    assert flags(heard(WORDS, f"{WORDS} then")) == set()


def test_a_last_word_that_is_misheard_as_many_words_is_not_followed_by_others():
    text = WORDS.replace("trees", "typography")
    misheard = WORDS.replace("trees", "type oh graph fee")
    # 17 words take 0.5 s each; what was misheard takes as long as one word
    assert flags(heard(text, misheard, voice_s=8.5)) == set()


def test_missing_last_words_without_voice_are_an_early_end():
    assert flags(heard(WORDS, "the quick brown fox jumps over a lazy dog")) == {"early_end"}


def test_last_words_that_were_only_misheard_are_no_early_end():
    rows = heard(WORDS, "the quick brown fox jumps over a lazy dog", voice_s=8.5)
    assert flags(rows) == set()


def test_one_missing_last_word_is_no_early_end():
    assert flags(heard(WORDS, WORDS.removesuffix(" trees"))) == set()


def test_words_that_the_recognizer_guesses_right_in_noise_raise_no_flag():
    rows = heard(WORDS, "blah the foo bar jumps baz of or qux a lala dada while nono mimi kiki")
    assert flags(rows) == set()
    assert rows["early_end"].detail == "too few words were recognized to say where the text ends"


def test_an_early_end_is_not_guessed_without_word_times():
    transcript = Transcript(text="the quick brown fox jumps over a lazy dog")
    take = make_take(make_item(WORDS))
    rows = score(make_analyzed(take, heard=[(RECOGNIZER, transcript), (ACTIVITY, voice_at((0, 4)))]))
    assert rows["early_end"].detail == "needs word times, which the recognizer does not give"
    assert rows["trailing_words"].value == 0.0


def test_one_word_can_be_judged_too():
    assert flags(heard("hello", "hello")) == set()
    assert flags(heard("hello", "hello again my friends")) == {"trailing_words"}


# --- keywords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keywords", "transcript", "recall"),
    [
        (("New York", "Paris"), "from new york to paris", 1.0),
        (("New York", "Paris"), "from york to new paris", 0.5),
        (("Paris", "Paris"), "from paris to rome", 0.5),
        (("Paris", "Paris"), "from paris to paris", 1.0),
        (("Paris",), "from rome to rome", 0.0),
    ],
)
def test_keywords_are_found_as_words_in_a_row(keywords, transcript, recall):
    row = heard("from New York to Paris", transcript, keywords=keywords)["keyword_recall"]
    assert row.value == recall
    assert row.weight == len(keywords)


def test_an_item_without_keywords_is_skipped():
    row = heard("one two", "one two")["keyword_recall"]
    assert (row.status, row.detail) == ("skipped", "the item has no keywords")


def test_every_recognizer_and_normalizer_has_its_rows():
    other = replace(RECOGNIZER, name="other")
    take = make_analyzed(heard=[(RECOGNIZER, said("one two three four")), (other, said("one"))])
    rows = [row for row in Intelligibility().score([take]) if row.metric == "wer"]
    assert {row.metric_id.split("/")[1]: row.value for row in rows} == {RECOGNIZER.id: 0.0, other.id: 0.75}


def test_the_flags_of_a_take_are_judged_once_for_each_recognizer(monkeypatch):
    from voxeval.metrics import intelligibility

    judged = []
    judge = intelligibility.judge
    monkeypatch.setattr(intelligibility, "judge", lambda *given: judged.append(given[0].recognizer) or judge(*given))
    other = replace(RECOGNIZER, name="other")
    heard = [(RECOGNIZER, said(WORDS)), (other, said(WORDS)), (ACTIVITY, voice_at((0, 8)))]
    list(Intelligibility().score([make_analyzed(make_take(make_item(WORDS)), heard=heard)]))
    assert judged == [RECOGNIZER.id, other.id]


@pytest.mark.parametrize(
    ("fields", "skipped"),
    [
        ({"text": "?!"}, {"wer", "cer", "wer_macro", "bad_case_rate", "early_end", "keyword_recall"}),
        ({"text": "one two"}, {"keyword_recall"}),
    ],
)
def test_a_failed_take_is_not_held_against_what_its_text_lacks(fields, skipped):
    take = make_take(make_item(**fields), status="failed", detail="no sound")
    rows = score(make_analyzed(take, analyzers=[RECOGNIZER, ACTIVITY]))
    counting = {info.name for info in Intelligibility.infos if info.if_failed is not None}
    assert {name for name in counting if rows[name].status == "skipped"} == skipped
