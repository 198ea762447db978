"""Whose numbers decide, and whose are indicative only: known answers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxeval.types import LANGUAGES, VALID_CER
from voxeval.validity import PEOPLE, Doubt, Judge, doubts, judge_of, sentences, told

UNMEASURED = "has learned from espeak-ng's speech, and no other speech could be measured"


def floor(engine, cer, language="en"):
    """On people where the engine is PEOPLE."""
    human = engine == PEOPLE
    return {"language": language, "human": human, "engine": "" if human else engine, "wer": cer, "cer": cer}


def why(kind, *floors, trained_on="espeak-ng", language="en"):
    return Judge(name="ear", floors=floors, trained_on=trained_on).why_indicative(language, kind)


@pytest.mark.parametrize("trained_on", ["", "espeak-ng"])
@pytest.mark.parametrize("kind", ["espeak-ng", "festival", PEOPLE])
def test_what_was_measured_on_a_systems_own_kind_decides(kind, trained_on):
    assert why(kind, floor(kind, 0.25), floor("other", 0.9), trained_on=trained_on) is None
    found = why(kind, floor(kind, 0.666), floor("other", 0.0), trained_on=trained_on)
    speech = "human speech" if kind == PEOPLE else f"{kind} itself"
    assert found == f"gets 67 % of the characters of {speech} wrong"


def test_the_worst_of_several_measurements_counts():
    found = why("flite", floor("flite", 0.05), floor("flite", 0.3))
    assert found == "gets 30 % of the characters of flite itself wrong"


@pytest.mark.parametrize("kind", ["", "festival", PEOPLE])
def test_one_that_has_heard_a_single_engine_is_no_judge_of_others(kind):
    assert why(kind) == UNMEASURED
    assert why(kind, floor("espeak-ng", 0.04)) == UNMEASURED
    assert why(kind, floor("espeak-ng", 0.04), floor("flite", 0.1, language="de")) == UNMEASURED


def test_unless_it_does_well_on_other_speech_in_that_language():
    assert why("", floor("espeak-ng", 0.04), floor("flite", 0.25)) is None
    assert why("", floor(PEOPLE, 0.2)) is None
    found = why("", floor("flite", 0.1), floor("festival", 0.41))
    assert found == "has learned from espeak-ng's speech, and gets 41 % of the characters of festival wrong"
    assert why("", floor(PEOPLE, 0.3)).endswith("gets 30 % of the characters of human speech wrong")


def of_language(kind, *floors, trained_on="espeak-ng", rests_on=("language",)):
    return Judge(name="ear", floors=floors, trained_on=trained_on).why_indicative("en", kind, rests_on)


def test_what_it_says_of_the_language_is_marked_by_how_often_it_names_it_right():
    sure, unsure = floor("flite", 0.9) | {"identified": 0.9}, floor("flite", 0.0) | {"identified": 0.89}
    assert of_language("flite", sure) is None
    assert of_language("flite", sure, unsure) == "names the language of 89 % of the clips of flite itself right"
    assert of_language("", sure) is None
    assert of_language(PEOPLE, unsure) == (
        "has learned from espeak-ng's speech, and names the language of 89 % of the clips of flite right"
    )
    assert of_language("flite", floor("flite", 0.0)) == UNMEASURED  # its words were measured, its language not
    assert of_language("", unsure, trained_on="") is None


def test_what_rests_on_both_words_and_language_is_told_both_faults():
    bad = floor("flite", 0.5) | {"identified": 0.3}
    faults = (
        "gets 50 % of the characters of flite{0} wrong",
        "names the language of 30 % of the clips of flite{0} right",
    )
    both = {"rests_on": ("words", "language")}
    assert of_language("flite", bad, **both) == "; it ".join(fault.format(" itself") for fault in faults)
    learned = "has learned from espeak-ng's speech, and "
    assert of_language("", bad, **both) == learned + " and ".join(fault.format("") for fault in faults)
    assert of_language("", **both) == UNMEASURED


def test_speech_of_an_engine_without_a_name_proves_nothing_of_another():
    assert why("", floor("", 0.01)) == UNMEASURED


@pytest.mark.parametrize("kind", ["", "festival", PEOPLE])
def test_one_that_has_heard_people_is_believed_where_nothing_speaks_against_it(kind):
    assert why(kind, trained_on="") is None
    assert why(kind, floor("espeak-ng", 0.9), trained_on="") is None


def test_its_own_engine_decides_even_where_it_was_not_measured_on_others():
    assert why("espeak-ng", floor("espeak-ng", 0.04)) is None
    assert why("espeak-ng") == UNMEASURED


KINDS = st.sampled_from(["", "espeak-ng", "flite", PEOPLE])


@given(st.lists(st.builds(floor, KINDS, st.floats(0, 1)), max_size=5), KINDS, st.sampled_from(["", "espeak-ng"]))
def test_only_a_bad_measurement_or_training_on_one_engine_makes_a_number_indicative(floors, kind, trained_on):
    found = why(kind, *floors, trained_on=trained_on)
    if found is not None:
        assert trained_on or any(one["cer"] > VALID_CER for one in floors)
    if all(one["cer"] <= VALID_CER for one in floors) and not trained_on:
        assert found is None


def test_languages_of_one_reason_are_named_together():
    reasons = {"hi": "is deaf", "ar": UNMEASURED, "de": UNMEASURED, "nl": UNMEASURED}
    assert told("ear", reasons) == f"ear is deaf in Hindi; it {UNMEASURED} in Arabic, Dutch and German"
    assert told("ear", {"sv": "is deaf"}) == "ear is deaf in sv"


def test_a_reason_is_told_once_for_all_systems_that_it_holds_for():
    found = [Doubt(recognizer="ear", system=system, reasons={"en": "is deaf"}) for system in ("a", "b", "a")]
    found.append(Doubt(recognizer="ear", system="c", reasons={"de": "is deaf"}))
    assert sentences(found) == (
        "what ear heard of a and b: it is deaf in English.",
        "what ear heard of c: it is deaf in German.",
    )
    assert sentences([]) == ()


INFO = {
    "analyzers": [{"id": "ear@1", "name": "ear", "floors": [], "trained_on": "espeak-ng"}],
    "systems": [{"label": "a", "human": False, "engine": ""}],
    "metrics": [{"name": "wer", "rests_on": ["words"]}, {"name": "language_match", "rests_on": ["language"]}],
}


def row(language, metric_id="wer/ear@1", indicative="x"):
    metric = metric_id.split("/")[0]
    return {"system": "a", "language": language, "metric": metric, "metric_id": metric_id, "indicative": indicative}


def test_doubts_are_those_that_a_summary_has_marked():
    rows = [row("de"), row("all"), row("de", "language_match/ear@1"), row("en", indicative=None), row("ar")]
    (found,) = doubts(INFO, pd.DataFrame(rows))
    assert (found.recognizer, found.system) == ("ear", "a")
    assert found.reasons == {"ar": UNMEASURED, "de": UNMEASURED}
    assert doubts(INFO, pd.DataFrame([row("en", indicative=None)])) == ()


def test_runs_from_before_there_were_marks_have_none():
    assert doubts(INFO, pd.DataFrame([row("de")]).drop(columns="indicative")) == ()
    old = {"name": "ear", "floors": [{"language": "en", "human": False, "speech": "some", "wer": 0.9, "cer": 0.9}]}
    assert judge_of(old).why_indicative("en", "") is None


def test_all_languages_have_names():
    assert all(told("ear", {language: "x"}) != f"ear x in {language}" for language in LANGUAGES)
