"""The command line: exit codes, and errors as one paragraph on stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes import FakeAnalyzer, FakeMetric, FakeSystem, use_fakes, write_suite
from voxeval.cli import main

VOXEVAL = Path(sys.executable).with_name("voxeval")
HEAVY = {"torch", "numpy", "pandas", "pyarrow", "scipy", "plotly", "pydantic", "soundfile", "jinja2", "yaml"}
RUN = ["run", "texts", "--system", "fake", "--no-timing", "--out", "run"]


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Runs a command line on fakes; gives its exit code, stdout and stderr."""

    class Call:
        system, analyzer, metric = FakeSystem(deterministic=True), FakeAnalyzer(), FakeMetric()

        def __call__(self, *argv):
            try:
                main(list(argv))
                code = 0
            except SystemExit as end:
                code = end.code or 0
            printed = capsys.readouterr()
            return code, printed.out, printed.err

    call = Call()
    use_fakes(
        monkeypatch,
        systems={"fake": lambda: call.system},
        analyzers={"fakelength": lambda: call.analyzer},
        metrics={"fake": lambda: call.metric},
    )
    monkeypatch.setenv("VOXEVAL_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    write_suite(tmp_path / "texts", {"en": [{"text": "hello"}, {"text": "and again"}]})
    return call


def is_a_paragraph(text):
    """Whether what follows the progress is one paragraph, and no traceback."""
    _, begin, rest = text.partition("voxeval: ")
    return bool(begin) and "Traceback" not in text and "\n\n" not in rest.strip()


# --- exit codes ------------------------------------------------------------------------------------------------------


def test_0_where_all_went_well_with_a_table_and_the_next_command(call):
    code, out, err = call(*RUN)
    assert code == 0
    assert "fake_length" in out
    assert "Next: voxeval report run --out reports/run" in out
    assert "speak: 2 of 2" in err


def test_skipped_rows_are_no_failures(call):
    call.system = FakeSystem(deterministic=True, voices={"en": ("only",)})
    code, _, _ = call(*RUN, "--voices", "other")
    assert code == 0


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["run", "nope", "--system", "fake"], "there is no suite 'nope'"),
        (["run", "texts", "--system", "nope"], "no fake system 'nope'"),
        (["run", "texts", "--system", "fake", "--system", "fake"], "label="),
        (["run", "texts", "--system", "fake:label=human"], "label="),
        (["run", "texts", "--system", "fake:rate=[1"], "is not YAML"),
        (["run", "texts", "--system", "fake", "--languages", "xx"], "xx"),
        (["run", "texts", "--system", "fake", "--device", "tpu"], "tpu"),
        (["run", "texts", "--system", "fake", "--out", "texts"], "choose an empty or new folder"),
        (["run", "texts", "--system", "fake", "--out", "texts/suite.yaml"], "choose another --out"),
        (["score", "texts"], "is not a run folder"),
        (["report", "texts", "--out", "r"], "is not a run folder"),
        (["suite", "check", "nope"], "there is no suite 'nope'"),
        (["list", "dogs"], "there are: suites, systems, analyzers, metrics"),
    ],
)
def test_2_for_wrong_input_in_one_paragraph(call, argv, message):
    code, out, err = call(*argv)
    assert (code, out) == (2, "")
    assert message in err
    assert is_a_paragraph(err)


@pytest.mark.parametrize(
    "argv",
    [
        ["run", "texts"],
        ["run"],
        ["run", "texts", "--system", "fake", "--limit", "0"],
        ["run", "texts", "--system", "fake", "--seeds", "many"],
        ["run", "texts", "--system", "fake", "--nope"],
        ["nope"],
    ],
)
def test_2_for_wrong_usage(call, argv):
    code, _, err = call(*argv)
    assert code == 2
    assert "Traceback" not in err


def test_4_where_rows_failed(call):
    call.system.raises["a"] = RuntimeError("out of breath")
    code, out, _ = call(*RUN)
    assert code == 4
    assert "1 failed" in out
    call.system.raises.clear()
    assert call(*RUN)[0] == 0


def test_4_where_a_metric_raised(call):
    call.metric.raises = RuntimeError("of no use")
    assert call(*RUN)[0] == 4


def test_70_for_our_own_faults_and_a_traceback_with_debug_only(call, monkeypatch):
    def broken(*arguments, **options):
        raise KeyError("a fault of ours")

    monkeypatch.setattr("voxeval.runner.run.describe_run", broken)
    code, _, err = call(*RUN)
    assert code == 70
    assert "internal error, KeyError: 'a fault of ours'" in err
    assert is_a_paragraph(err)
    code, _, err = call("--debug", *RUN)
    assert code == 70  # and never 1, which means a regression to a gate
    assert "Traceback" in err
    assert "KeyError: 'a fault of ours'" in err


def test_74_where_the_disk_is_full_and_0_when_there_is_room_again(call, monkeypatch):
    sync = os.fsync

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, err = call(*RUN)
    assert code == 74
    assert "the disk is full" in err
    assert "run the same command again" in err
    assert is_a_paragraph(err)
    monkeypatch.setattr(os, "fsync", sync)
    assert call(*RUN)[0] == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere: permissions can't be tested as root")
def test_74_where_the_folder_is_read_only(call, tmp_path):
    (tmp_path / "run").mkdir(mode=0o500)
    code, _, err = call(*RUN)
    assert code == 74
    assert "make the folder writable" in err


def test_130_where_it_was_interrupted_and_the_next_run_goes_on(call):
    call.system.raises["b"] = KeyboardInterrupt()
    code, _, err = call(*RUN)
    assert code == 130
    assert "run the same command again to go on" in err
    call.system.raises.clear()
    call.system.asked.clear()
    code, out, _ = call(*RUN)
    assert code == 0
    assert [request.item.id for request in call.system.asked] == ["b"]
    assert "1 spoken now, 1 reused" in out


def test_130_while_two_jobs_speak(call):
    call.system.raises["b"] = KeyboardInterrupt()
    code, _, _ = call(*RUN, "--jobs", "2")
    assert code == 130


def test_130_while_it_listens_and_what_was_spoken_is_kept(call, monkeypatch):
    def interrupted(self, clips):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(FakeAnalyzer, "analyze", interrupted)
        assert call(*RUN)[0] == 130
    code, out, _ = call(*RUN)
    assert code == 0
    assert "0 spoken now, 2 reused" in out
    assert len(call.analyzer.clips) == 2


# --- commands --------------------------------------------------------------------------------------------------------


def test_run_json_keeps_the_command_as_typed(call, tmp_path):
    call(*RUN)
    assert json.loads((tmp_path / "run" / "run.json").read_text())["command"] == ["voxeval", *RUN]


def test_score_speaks_nothing(call):
    call(*RUN)
    call.system.asked.clear()
    code, out, _ = call("score", "run", "--metrics", "fake_half")
    assert (code, call.system.asked) == (0, [])
    assert "fake_half" in out


def test_suite_check_names_what_is_odd_and_strict_takes_it_for_an_error(call, tmp_path):
    write_suite(tmp_path / "odd", {"en": [{"text": "I have 2 cats"}]})
    code, out, _ = call("suite", "check", "odd")
    assert code == 0
    assert "en" in out
    assert "categories (en): general 1" in out
    assert "warning: odd/en/a: has 2 and no `spoken`" in out
    code, _, err = call("suite", "check", "odd", "--strict")
    assert code == 2
    assert "1 warnings" in err


def test_version_and_list(call):
    assert call("--version")[0] == 0
    code, out, _ = call("list", "systems")
    assert (code, out.split()[0]) == (0, "fake")


# --- what is imported ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "allowed"),
    [
        ([], set()),
        (["--help"], set()),
        (["run", "--help"], {"pydantic"}),  # typer's own, to convert a command's arguments
        (["list", "metrics"], {"pydantic"}),
    ],
)
def test_nothing_heavy_is_imported_before_a_command_needs_it(argv, allowed):
    work = f"try: voxeval.cli.main({argv})\nexcept SystemExit: pass" if argv else ""
    tell = "import sys\nprint('LOADED', *{name.split('.')[0] for name in sys.modules})"
    code = f"import voxeval, voxeval.cli\n{work}\n{tell}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split("LOADED", 1)[1].split())
    assert "voxeval" in loaded
    assert loaded & HEAVY <= allowed


def test_the_installed_program_says_what_it_can_do():
    done = subprocess.run([VOXEVAL, "--help"], capture_output=True, text=True, check=True)
    for command in ("run", "score", "report", "suite", "list", "doctor", "demo"):
        assert f"\n  {command}" in done.stdout


# --- normalize -------------------------------------------------------------------------------------------------------


def test_normalize_shows_each_rule_that_changes_something_and_the_words(call):
    code, out, _ = call("normalize", "--language", "en", "Dr. Smith paid $3.50.")
    assert code == 0
    assert "abbreviations Doctor Smith paid $3.50." in " ".join(out.split())
    assert "three dollars and fifty cents" in out
    assert "voxeval-1: doctor smith paid three dollars and fifty cents" in out
    assert "8 words" in out
    assert "ordinals" not in out


def test_normalize_prints_a_protocols_words_and_the_words_alone(call):
    assert call("normalize", "-q", "--protocol", "seed-tts-eval", "A well-known tune.")[1] == "a wellknown tune\n"
    assert call("normalize", "-q", "--language", "de", "3,5 %", "Zwei!")[1].splitlines() == [
        "drei komma fünf prozent",
        "zwei",
    ]


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("--language", "xx", "a"), "language 'xx' is not known; expected one of ar, de"),
        (("--protocol", "nothing", "a"), "there is no protocol 'nothing'; there are: voxeval-1+compounds"),
        (("--protocol", "open-asr-leaderboard", "a"), "covers ar, de, es"),
    ],
)
def test_normalize_tells_what_it_does_not_know(call, argv, told):
    code, _, err = call("normalize", *argv)
    assert code == 2
    assert told in err
