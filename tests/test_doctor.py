"""What `doctor` says of the recognizer that each language would get."""

from __future__ import annotations

import pytest

from tests.fakes import RECOGNIZER, FakeRecognizer, use_fakes
from voxeval import doctor
from voxeval.plugins import Spec
from voxeval.runner import config
from voxeval.types import Floor


def floor(engine: str, cer: float, language: str = "en") -> Floor:
    return Floor(language=language, speech="some sentences", human=not engine, wer=cer, cer=cer, engine=engine)


def heard(*floors: Floor, trained_on: str = "", language: str = "en") -> str:
    info = FakeRecognizer(floors=floors, trained_on=trained_on).info
    return doctor.heard_by(info, language).removeprefix(f"{RECOGNIZER.id}: ")


BETTER = "; better: --recognizer whisper:large-v3"


def test_one_that_knows_its_teacher_alone_is_indicative_for_others():
    mine = floor("espeak-ng", 0.043)
    assert heard(mine, trained_on="espeak-ng") == f"CER 4 % on espeak-ng; indicative for other systems{BETTER}"


def test_one_that_does_well_on_others_is_a_judge_of_all():
    floors = (floor("espeak-ng", 0.043), floor("flite", 0.2))
    assert heard(*floors, trained_on="espeak-ng") == "CER 4 % on espeak-ng, 20 % on flite"


def test_what_it_hears_badly_is_named():
    floors = (floor("espeak-ng", 0.04), floor("flite", 0.1), floor("festival", 0.41))
    words = "CER 4 % on espeak-ng, 10 % on flite, 41 % on festival; indicative for festival and other systems"
    assert heard(*floors, trained_on="espeak-ng") == words + BETTER
    floors = (floor("", 0.131), floor("espeak-ng", 0.667))
    assert heard(*floors) == f"CER 13 % on people, 67 % on espeak-ng; indicative for espeak-ng{BETTER}"


def test_what_was_never_measured_says_so():
    assert heard(floor("espeak-ng", 0.1, "de")) == "never measured in it"
    words = f"never measured in it; indicative for other systems{BETTER}"
    assert heard(trained_on="espeak-ng") == words


@pytest.mark.parametrize("languages", [("de", "en"), None])
def test_every_language_is_looked_at(monkeypatch, languages):
    listener = FakeRecognizer(languages=languages, floors=(floor("", 0.05),))
    use_fakes(monkeypatch, analyzers={"ear": lambda: listener})
    monkeypatch.setattr(config, "DEFAULT_RECOGNIZER", Spec(name="ear", label="ear", text="ear"))
    found = {check.what: check for check in doctor.checks() if check.what.startswith("recognition of ")}
    assert len(found) == 9
    assert found["recognition of en"].detail == f"{RECOGNIZER.id}: CER 5 % on people"
    assert found["recognition of de"].works
    assert found["recognition of hi"].works == (languages is None)
    if languages:
        assert "--recognizer whisper:NAME" in found["recognition of hi"].detail
