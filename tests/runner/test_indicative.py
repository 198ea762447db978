"""From what a recognizer and a system say of themselves to the marks in the summary, through a whole run."""

from __future__ import annotations

from functools import partial

import pytest

import voxeval
from tests.fakes import ACTIVITY, FakeRecognizer, FakeSystem, use_fakes, voice_at, write_suite
from voxeval.metrics.intelligibility import Intelligibility
from voxeval.types import Floor

FLOOR = Floor(
    language="en", speech="some", human=False, wer=0.1, cer=0.05, engine="espeak-ng", identified=0.99, n=40
)  # fmt: skip


class FakeActivity:
    info = ACTIVITY

    def analyze(self, clips):
        return [voice_at((0.0, clip.audio.duration_s)) for clip in clips]


@pytest.fixture
def run(tmp_path, monkeypatch):
    use_fakes(
        monkeypatch,
        systems={"known": partial(FakeSystem, engine="espeak-ng"), "unknown": FakeSystem},
        analyzers={"ear": partial(FakeRecognizer, floors=(FLOOR,), trained_on="espeak-ng"), "activity": FakeActivity},
        metrics={"intelligibility": Intelligibility},
    )
    monkeypatch.setenv("VOXEVAL_CACHE", str(tmp_path / "cache"))
    suite = write_suite(tmp_path / "texts", {"en": [{"text": "hello"}], "de": [{"text": "guten Tag"}]})
    return voxeval.run(str(suite), systems=["known", "unknown"], out=tmp_path / "run", recognizers="ear", timing=False)


def test_run_json_says_who_made_the_sound_and_what_a_recognizer_has_learned_from(run):
    assert [system["engine"] for system in run.info["systems"]] == ["espeak-ng", ""]
    (ear,) = [analyzer for analyzer in run.info["analyzers"] if analyzer["feature"] == "transcript"]
    assert ear["trained_on"] == "espeak-ng"
    assert ear["floors"] == [
        {"language": "en", "speech": "some", "human": False, "wer": 0.1, "cer": 0.05, "engine": "espeak-ng",
         "identified": 0.99, "n": 40},
    ]  # fmt: skip
    assert {info["name"] for info in run.info["metrics"] if not info["rests_on"]} == {"silent"}


def test_the_summary_marks_what_the_recognizer_can_not_judge(run):
    rows = run.summary[run.summary["category"] == "all"]
    places = rows[["metric", "system", "language"]].itertuples(index=False, name=None)
    marked = dict(zip(places, rows["indicative"].notna(), strict=True))
    wanted = {("known", "en"): False, ("known", "de"): True, ("unknown", "en"): True, ("unknown", "de"): True}
    assert {key: marked["wer", *key] for key in wanted} == wanted
    assert marked["wer", "known", "all"]
    assert not any(marked["silent", *key] for key in wanted)
