"""What stands in the way of a run is told at once, before anything is written."""

from __future__ import annotations

import shutil
from collections import namedtuple

import pytest

import voxeval
from tests.fakes import FakeAnalyzer, FakeMetric, FakeSystem, use_fakes, write_suite
from voxeval.errors import PluginError, PreflightError, RunError, StorageError, UsageError
from voxeval.runner.preflight import check_names


class Absent(FakeSystem):
    def problem(self):
        return "its program is not installed; install it"


class AbsentAnalyzer(FakeAnalyzer):
    def problem(self):
        return "its weights are missing; fetch them"


@pytest.fixture
def run(tmp_path, monkeypatch):
    use_fakes(
        monkeypatch,
        systems={"fake": FakeSystem, "absent": Absent, "german": lambda: FakeSystem(languages=("de",))},
        analyzers={"fakelength": FakeAnalyzer, "absent": AbsentAnalyzer},
        metrics={"fake": FakeMetric},
    )
    monkeypatch.setenv("VOXEVAL_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    write_suite(tmp_path / "texts", {"en": [{"text": "hello"}]})

    def run_it(*suites, systems=("fake",), **options):
        return voxeval.run(*(suites or ("texts",)), systems=list(systems), **options)

    return run_it


def problems_of(run, *arguments, **options):
    with pytest.raises(PreflightError) as caught:
        run(*arguments, **options)
    return caught.value.problems


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"systems": ["fake", "fake"]}, "two systems are labelled 'fake'; tell them apart with label="),
        ({"systems": ["fake:label=human"]}, "'human' is kept for human recordings; choose another with label="),
        ({"systems": ["nope"]}, "there is no fake system 'nope'"),
        ({"systems": ["fake:speed=2"]}, "there is no option 'speed'"),
        ({"systems": ["absent"]}, "absent: its program is not installed; install it"),
        ({"systems": ["german"]}, "german speaks de, and none of the suites' en"),
        ({"languages": ["xx"]}, "suite texts has no items in xx; it has: en"),
        ({"metrics": ["nope"]}, "there is no metric 'nope'; there are the modules fake and the metrics fake_half"),
        ({"voices": "no/such/folder"}, "there is no such folder"),
        ({"out": "texts"}, "holds other files and is no run"),
        ({"out": "texts/suite.yaml"}, "is a file; expected a folder"),
        ({"suites": ["nope"]}, "there is no suite 'nope'"),
        ({"suites": ["texts", "texts"]}, "two suites are called 'texts'"),
    ],
)
def test_each_problem_is_named_and_nothing_is_written(run, tmp_path, options, problem):
    before = files(tmp_path)
    (found,) = problems_of(run, *options.pop("suites", ()), **options)
    assert problem in found
    assert files(tmp_path) == before


def test_all_problems_are_told_at_once(run, tmp_path):
    (tmp_path / "bad.jsonl").write_text("{")
    found = problems_of(
        run, "bad.jsonl", "nope", systems=["absent", "nope", "fake", "fake"], metrics=["nope"], voices="a/b"
    )
    for words in (
        "bad.jsonl:1",
        "suite 'nope'",
        "two systems",
        "absent:",
        "fake system 'nope'",
        "metric 'nope'",
        "a/b",
    ):
        assert any(words in problem for problem in found), (words, found)


def test_too_little_room_is_refused_before_the_folder_is_made(run, tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 10, 1000))
    (found,) = problems_of(run, out=tmp_path / "new" / "run")
    assert "has 0 MB free and the run may need" in found
    assert not (tmp_path / "new").exists()


def test_a_cache_that_cannot_be_opened_is_told_before_anything_is_spoken(run, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("VOXEVAL_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(FakeSystem, "speak", lambda self, request: pytest.fail("it was spoken"))
    with pytest.raises(StorageError, match="set VOXEVAL_CACHE to a writable folder"):
        run()


def test_an_analyzer_that_was_named_must_be_there_and_one_that_was_not_may_be_missing(run, monkeypatch):
    made = run()
    assert made.info["notes"] == [
        "No human recordings of these texts: what the recognizers get wrong when people read them is unknown."
    ]

    class Hears(FakeMetric):
        needs = ("transcript",)

        def score(self, takes):
            assert takes[0].analyzers_of("transcript") == ()
            return []

    use_fakes(
        monkeypatch,
        systems={"fake": FakeSystem},
        analyzers={"ctc-synthetic-a": AbsentAnalyzer, "absent": AbsentAnalyzer},
        metrics={"hears": Hears},
    )
    (found,) = problems_of(run, recognizers=["absent"])
    assert found == "absent: its weights are missing; fetch them"
    made = run(out="other")
    assert any("its weights are missing" in note for note in made.info["notes"])


def test_a_broken_metric_module_is_in_the_way_only_where_it_is_asked_for(run, monkeypatch):
    def broken():
        raise PluginError("metric 'broken' does not load")

    use_fakes(
        monkeypatch,
        systems={"fake": FakeSystem},
        analyzers={"fakelength": FakeAnalyzer},
        metrics={"broken": broken, "fake": FakeMetric},
    )
    assert set(run(metrics=["fake"]).scores["metric"]) == {"fake_length", "fake_half"}
    (found,) = problems_of(run, metrics=["broken"], out="other")
    assert found == "metric 'broken' does not load"


def test_a_folder_that_another_process_writes_is_left_alone(run, tmp_path):
    from filelock import FileLock

    run(out="run")
    with FileLock(tmp_path / "run" / ".lock"):
        for work in (lambda: run(out="run"), lambda: voxeval.score("run")):
            with pytest.raises(RunError, match="is being written by another process"):
                work()
    run(out="run")


def test_the_default_folder_is_named_after_the_suites(run, tmp_path):
    write_suite(tmp_path / "more", {"en": [{"text": "again"}]})
    assert str(run("texts", "more").path) == "runs/texts+more"


def test_an_analyzer_of_another_kind_is_refused(run, monkeypatch):
    class Hears(FakeMetric):
        needs = ("transcript",)

    use_fakes(
        monkeypatch,
        systems={"fake": FakeSystem},
        analyzers={"fakelength": FakeAnalyzer},
        metrics={"hears": Hears},
    )
    (problem,) = problems_of(run, recognizers=["fakelength"])
    assert "gives the feature 'fakelength', and 'transcript' is needed here" in problem


def test_a_gpu_that_is_not_there_is_refused(run, monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert "torch sees no GPU" in problems_of(run, device="cuda")[0]


def test_a_text_stands_for_a_list_of_one(run):
    made = run(systems=["fake"], languages="en", metrics="fake")
    assert set(made.takes["language"]) == {"en"}


@pytest.mark.parametrize("systems", [[], ()])
def test_a_run_without_a_system_is_refused(tmp_path, systems):
    with pytest.raises(UsageError, match="at least one suite and one system"):
        voxeval.run("smoke", systems=systems, out=tmp_path / "run")


def test_a_metric_over_all_languages_can_be_asked_for_by_its_name():
    check_names(["coverage", "language_gap", "wer", "prosody"], ())
    with pytest.raises(UsageError, match="there is no metric 'covrage'"):
        check_names(["covrage"], ())
