from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes import ACTIVITY, RECOGNIZER, make_analyzed, make_item, make_take, said, voice_at
from voxeval.metrics.intelligibility import Intelligibility
from voxeval.metrics.multilingual_coverage import MultilingualCoverage
from voxeval.types import AnalyzedTake, AnalyzerInfo, Failure, Feature, Floor, Heard, Score

TEXT = "one two three four"  # 18 characters


def score(take: AnalyzedTake) -> dict[str, Score]:
    return {row.metric: row for row in MultilingualCoverage().score([take])}


def heard(
    answer: Heard, *, recognizer: AnalyzerInfo = RECOGNIZER, voice: Feature | None = None, language: str = "en"
) -> dict[str, Score]:
    take = make_take(make_item(TEXT, language=language))
    return score(make_analyzed(take, heard=[(recognizer, answer), (ACTIVITY, voice or voice_at((0, 2)))]))


def test_a_take_that_is_spoken_understood_and_matched_is_covered():
    rows = heard(said(TEXT))
    assert [rows[name].value for name in ("spoken", "understood", "language_match", "covered")] == [1.0] * 4
    assert rows["spoken"].metric_id == f"spoken/{ACTIVITY.id}"
    assert rows["understood"].metric_id == f"understood/{RECOGNIZER.id}/voxeval-1"
    assert rows["language_match"].metric_id == f"language_match/{RECOGNIZER.id}"
    assert rows["covered"].metric_id == f"covered/{RECOGNIZER.id}/voxeval-1/{ACTIVITY.id}"


@pytest.mark.parametrize(
    ("answer", "voice", "part"),
    [
        (said(TEXT), voice_at((0, 0.1)), "spoken"),
        (said("something else altogether"), None, "understood"),
        (said(TEXT, language="de"), None, "language_match"),
        (said(TEXT, language=None), None, "language_match"),
    ],
)
def test_each_part_alone_keeps_a_take_from_being_covered(answer, voice, part):
    rows = heard(answer, voice=voice)
    assert {name for name, row in rows.items() if row.value == 0.0} == {part, "covered"}


@pytest.mark.parametrize(("floor", "understood"), [(None, 0.0), (0.1, 0.0), (0.15, 1.0), (0.25, 1.0), (0.26, 0.0)])
def test_a_recognizer_that_errs_on_people_is_allowed_twice_that_up_to_a_quarter(floor, understood):
    floors = () if floor is None else (Floor(language="en", speech="some", human=True, wer=0.5, cer=floor),)
    others = (
        Floor(language="de", speech="some", human=True, wer=0.9, cer=0.9),
        Floor(language="en", speech="some", human=False, wer=0.9, cer=0.9),
    )
    recognizer = replace(RECOGNIZER, floors=(*others, *floors))
    rows = heard(said("one two three"), recognizer=recognizer)  # 5 of 18 characters are missing: 0.28
    assert rows["understood"].value == understood


def test_a_recognizer_without_languages_judges_neither_match_nor_coverage():
    rows = heard(said(TEXT), recognizer=replace(RECOGNIZER, identifies_language=False))
    for name in ("language_match", "covered"):
        assert (rows[name].status, rows[name].detail) == ("skipped", "fake-recognizer identifies no language")
    assert rows["understood"].value == 1.0


def test_a_part_that_could_not_be_judged_leaves_coverage_open():
    rows = heard(Failure(reason="German is not recognized", skipped=True), language="de")
    assert (rows["covered"].status, rows["covered"].detail) == (
        "skipped",
        "fake-recognizer: German is not recognized",
    )
    assert heard(Failure(reason="no memory"))["covered"].status == "failed"


def test_the_numbers_across_languages_are_declared():
    across = {info.name: info.across for info in MultilingualCoverage().infos if info.across}
    assert {name: (made.metric, made.rule, made.threshold) for name, made in across.items()} == {
        "covered": ("coverage", "share_of_languages", 0.9)
    }
    gaps = {info.name: info.across for info in Intelligibility().infos if info.across}
    assert {name: (made.metric, made.rule) for name, made in gaps.items()} == {
        "cer": ("language_gap", "range_over_floor")
    }


def test_a_failed_take_counts_where_it_could_have_been_judged_and_only_there():
    knowing = replace(RECOGNIZER, languages=("en",))
    telling_nothing = replace(RECOGNIZER, identifies_language=False)
    for recognizer, language, skipped in (
        (knowing, "en", set()),
        (knowing, "de", {"understood", "language_match", "covered"}),
        (telling_nothing, "en", {"language_match", "covered"}),
    ):
        take = make_take(make_item(TEXT, language=language), status="failed", detail="no sound")
        rows = score(make_analyzed(take, analyzers=[recognizer, ACTIVITY]))
        assert {name for name, row in rows.items() if row.status == "skipped"} == skipped
        assert rows["spoken"].status == "failed"
    reasons = {rows[name].detail for name in ("language_match", "covered")}
    assert reasons == {"fake-recognizer identifies no language"}


def test_a_text_without_words_can_not_be_understood():
    take = make_take(make_item("?!"), status="failed", detail="no sound")
    rows = score(make_analyzed(take, analyzers=[RECOGNIZER, ACTIVITY]))
    assert (rows["understood"].status, rows["covered"].status) == ("skipped", "skipped")
