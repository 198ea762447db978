"""Running again: what is there is kept, what is missing or changed is made, and the folder shows the newest plan."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import voxeval
from tests.fakes import FakeAnalyzer, FakeMetric, FakeSystem, use_fakes, write_suite

TEXTS = {
    "en": [{"text": "one"}, {"text": "two and"}, {"text": "three and more"}],
    "de": [{"text": "eins"}, {"text": "zwei und"}],
}


class Bench:
    """A run folder, and fakes that note what they are asked."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.monkeypatch = folder, monkeypatch
        self.suite = write_suite(folder / "texts", TEXTS)
        self.system, self.analyzer, self.metric = FakeSystem(deterministic=True), FakeAnalyzer(), FakeMetric()
        use_fakes(
            monkeypatch,
            systems={"fake": lambda: self.system},
            analyzers={"fakelength": lambda: self.analyzer},
            metrics={"fake": lambda: self.metric},
        )
        monkeypatch.setenv("VOXEVAL_CACHE", str(folder / "cache"))

    def run(self, **options):
        """The run, the items spoken (warm-ups apart) and the number of clips listened to."""
        self.system.asked.clear()
        self.analyzer.clips.clear()
        defaults = {"systems": ["fake"], "out": self.folder / "run", "timing": False}
        made = voxeval.run(str(self.suite), **(defaults | options))
        counts = made.info["counts"]
        assert counts["planned"] == len(made.takes)
        assert counts["planned"] == counts["synthesized"] + counts["reused"] + counts["skipped"]
        assert counts["failed"] == (made.takes["status"] == "failed").sum()
        assert counts["skipped"] == (made.takes["status"] == "skipped").sum()
        assert sum(counts["analyzed"].values()) == len(self.analyzer.clips)
        return made, [request.item.id for request in self.system.asked], len(self.analyzer.clips)


@pytest.fixture
def bench(tmp_path, monkeypatch):
    return Bench(tmp_path, monkeypatch)


def test_a_second_identical_run_makes_nothing_and_stores_the_same(bench):
    first, spoken, heard = bench.run()
    assert (len(spoken), heard) == (5, 5)
    assert first.info["counts"]["synthesized"] == 5
    second, spoken, heard = bench.run()
    assert (spoken, heard) == ([], 0)
    assert second.info["counts"]["synthesized"] == 0
    assert set(second.info["counts"]["analyzed"].values()) == {0}
    assert second.takes.equals(first.takes)
    assert second.scores.equals(first.scores)
    assert second.summary.equals(first.summary)


def test_one_changed_text_is_spoken_and_heard_alone(bench):
    bench.run()
    write_suite(bench.suite, {"en": [TEXTS["en"][0], {"text": "two, changed"}, TEXTS["en"][2]]})
    made, spoken, heard = bench.run()
    assert (spoken, heard) == (["b"], 1)
    assert made.info["counts"]["synthesized"] == 1
    assert "two, changed" in set(made.takes["text"])
    assert "two and" not in set(made.takes["text"])


def test_what_is_not_heard_changes_without_speaking(bench):
    bench.run()
    lines = [{**line, "spoken": "other words", "category": "new", "keywords": ["words"]} for line in TEXTS["en"]]
    write_suite(bench.suite, {"en": lines}, version="2")
    made, spoken, heard = bench.run()
    assert (spoken, heard) == ([], 0)
    takes = made.takes[made.takes["language"] == "en"]
    assert set(takes["category"]) == {"new"}
    assert set(takes["suite_version"]) == {"2"}
    assert [list(readings) for readings in takes["spoken"]] == [["other words"]] * 3


def test_other_metrics_are_scored_without_a_model(bench):
    bench.run(metrics=["fake_length"])
    made, spoken, heard = bench.run(metrics=["fake_half"])
    assert (spoken, heard) == ([], 0)
    assert set(made.scores["metric"]) == {"fake_half"}
    again = voxeval.score(bench.folder / "run", metrics=["fake_length"])
    assert set(again.scores["metric"]) == {"fake_length"}
    assert len(bench.analyzer.clips) == 0


def test_a_smaller_plan_shows_itself_alone_and_the_way_back_is_free(bench):
    whole, _, _ = bench.run()
    part, spoken, heard = bench.run(limit=1)
    assert (spoken, heard) == ([], 0)
    assert list(part.takes["item"]) == ["a", "a"]
    assert len(part.scores) == 4
    back, spoken, heard = bench.run()
    assert (spoken, heard) == ([], 0)
    assert back.takes.equals(whole.takes)


def test_a_failed_take_is_tried_again_and_others_are_not(bench):
    bench.system.raises["b"] = RuntimeError("out of breath")
    first, _, _ = bench.run()
    failed = first.takes[first.takes["status"] == "failed"]
    assert list(failed["item"]) == ["b", "b"]
    assert set(failed["detail"]) == {"RuntimeError: out of breath"}
    assert set(first.scores[first.scores["item"] == "b"]["status"]) == {"failed"}
    bench.system.raises.clear()
    second, spoken, heard = bench.run()
    assert (spoken, heard) == (["b", "b"], 2)
    assert set(second.takes["status"]) == {"ok"}


def test_another_system_of_the_same_label_is_spoken_anew(bench):
    bench.run()
    bench.system.info = replace(bench.system.info, fingerprint="fake-2")
    _, spoken, heard = bench.run()
    assert len(spoken) == 5
    assert heard == 0  # it sounds the same, and the cache goes by sound


def test_a_second_folder_is_spoken_anew_but_not_heard_anew(bench):
    bench.run()
    _, spoken, heard = bench.run(out=bench.folder / "other")
    assert (len(spoken), heard) == (5, 0)


def test_audio_that_is_gone_is_made_again(bench):
    first, _, _ = bench.run()
    (bench.folder / "run" / first.takes["audio_path"][0]).unlink()
    second, spoken, _ = bench.run()
    assert spoken == ["a"]
    assert (bench.folder / "run" / second.takes["audio_path"][0]).is_file()


def test_texts_with_odd_separators_are_spoken_once(bench):
    lines = [{"text": "one\u2028two\u0085three\u001cfour"}]
    write_suite(bench.suite, {"en": lines, "de": lines})
    bench.run()
    made, spoken, _ = bench.run()
    assert spoken == []
    assert made.takes["text"][0] == "one\u2028two\u0085three\u001cfour"


def test_a_run_without_its_tables_is_finished_from_the_journal(bench):
    first, _, _ = bench.run()
    folder = bench.folder / "run"
    for path in [*folder.glob("*.parquet"), folder / "run.json"]:
        path.unlink()
    second, spoken, heard = bench.run()
    assert (spoken, heard) == ([], 0)
    assert second.takes.equals(first.takes)


def test_a_refusal_is_final_while_the_system_stays_the_same(bench):
    from voxeval.errors import UnsupportedError

    bench.system.raises["a"] = UnsupportedError("no such voice")
    first, _, _ = bench.run()
    assert list(first.takes[first.takes["status"] == "skipped"]["item"]) == ["a", "a"]
    second, spoken, _ = bench.run()
    assert spoken == []
    assert second.takes.equals(first.takes)


def test_a_damaged_journal_line_costs_its_take_only(bench):
    bench.run()
    journal = bench.folder / "run" / "journal.jsonl"
    lines = journal.read_text().split("\n")
    journal.write_text("\n".join([lines[0][:40], *lines[1:]]))
    _, spoken, _ = bench.run()
    assert len(spoken) == 1


def test_run_json_is_plain_json(bench):
    made, _, _ = bench.run()
    info = json.loads((made.path / "run.json").read_text(), parse_constant=pytest.fail)
    assert info["suites"][0]["n_items"] == 5


# --- scoring again ---------------------------------------------------------------------------------------------------


def test_scoring_again_keeps_what_the_run_was_told_but_for_what_is_named(bench):
    bench.run(metrics=["fake_half"])
    again = voxeval.score(bench.folder / "run")
    assert set(again.scores["metric"]) == {"fake_half"}
    assert again.info["options"]["metrics"] == ["fake_half"]
    named = voxeval.score(bench.folder / "run", metrics=["fake_length"])
    assert set(named.scores["metric"]) == {"fake_length"}


def test_listeners_of_the_run_are_those_of_the_next_scoring():
    from voxeval.plugins import parse_spec
    from voxeval.runner.config import Listening
    from voxeval.runner.run import _as_before

    told = {"recognizers": ["whisper:base", "pocketsphinx"], "speaker_encoder": "ecapa", "metrics": ["prosody"]}
    told["protocols"] = ["whisper"]
    kept = _as_before(Listening(device="cpu"), told)
    assert [spec.text for spec in kept.recognizers] == ["whisper:base", "pocketsphinx"]
    assert (kept.speaker_encoder.name, kept.metrics, kept.device) == ("ecapa", ("prosody",), "cpu")
    assert kept.protocols == ("whisper",)
    other = Listening(recognizers=(parse_spec("whisper:tiny"),), metrics=("rate",), protocols=("f5-tts",))
    assert _as_before(other, told) == replace(other, speaker_encoder=parse_spec("ecapa"))
    nothing = {"recognizers": [], "speaker_encoder": None, "metrics": [], "protocols": []}
    assert _as_before(Listening(), nothing) == Listening()


# --- whole or not at all ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", ["run", "score"])
@pytest.mark.parametrize("at", ["takes", "scores", "run.json", "summary"])
def test_a_folder_whose_tables_are_half_written_is_no_whole_run(bench, monkeypatch, at, again):
    from voxeval import store, summary
    from voxeval.errors import RunError
    from voxeval.runner import run

    first, _, _ = bench.run()

    def until(name, write):
        def interrupted(*args):
            if name in map(str, args) or str(args[0]).endswith(name):
                raise KeyboardInterrupt
            write(*args)

        return interrupted

    with monkeypatch.context() as patch:
        patch.setattr(run, "write_table", until(at, store.write_table))
        patch.setattr(run, "write_json", until(at, store.write_json))
        patch.setattr(summary, "write_table", until(at, store.write_table))
        with pytest.raises(KeyboardInterrupt):
            bench.run(limit=1) if again == "run" else voxeval.score(first.path)
    with pytest.raises(RunError, match=r"summary\.parquet is missing: the run did not finish"):
        _ = voxeval.read(first.path).summary
    second, spoken, heard = bench.run()
    assert (spoken, heard) == ([], 0)
    assert second.summary.equals(first.summary)


def test_nobody_else_may_write_before_the_summary_is_there(bench, monkeypatch):
    from voxeval import summary
    from voxeval.errors import RunError

    summarize = summary.summarize
    refused = []

    def another_process_comes(folder):
        with pytest.raises(RunError, match="being written by another process") as caught:
            voxeval.score(folder)
        refused.append(caught.value)
        summarize(folder)

    monkeypatch.setattr(summary, "summarize", another_process_comes)
    bench.run()
    assert len(refused) == 1
