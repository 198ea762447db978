"""Whatever a system, an analyzer or a metric does: every planned item has its rows, and the others go on."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

import voxeval
from tests.fakes import FakeAnalyzer, FakeMetric, FakeSystem, use_fakes, write_suite
from voxeval.errors import StorageError, UsageError
from voxeval.types import Audio, Failure, Feature, TakeKey

TEXTS = {"en": [{"text": "one"}, {"text": "two and"}, {"text": "three and more"}]}


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """Fakes by kind, and `run`, which runs them."""

    class Bench:
        system, analyzer, metric = FakeSystem(deterministic=True), FakeAnalyzer(), FakeMetric()
        other = FakeSystem(deterministic=True)

        def run(self, **options):
            suite = write_suite(tmp_path / "texts", options.pop("items", TEXTS))
            defaults = {"systems": ["fake"], "out": tmp_path / "run", "timing": False}
            made = voxeval.run(str(suite), **(defaults | options))
            assert len(made.takes) == made.info["counts"]["planned"]
            assert len(made.scores) == 2 * len(made.takes)
            assert made.scores["value"].notna().equals(made.scores["status"] == "ok")
            return made

    bench = Bench()
    use_fakes(
        monkeypatch,
        systems={"fake": lambda: bench.system, "other": lambda: bench.other},
        analyzers={"fakelength": lambda: bench.analyzer},
        metrics={"fake": lambda: bench.metric},
    )
    monkeypatch.setenv("VOXEVAL_CACHE", str(tmp_path / "cache"))
    return bench


def states(frame, column="status"):
    return dict(zip(frame["item"], frame[column], strict=True))


tone = np.full(160, 0.5, dtype=np.float32)


@pytest.mark.parametrize(
    ("chunks", "why"),
    [
        ([], "gave no audio"),
        ([Audio(tone[:0], 16_000)], "gave no audio"),
        ([Audio(tone * np.float32("nan"), 16_000)], "160 samples that are NaN or infinite"),
        ([Audio(tone, 16_000), Audio(tone * np.float32("inf"), 16_000)], "160 samples that are NaN or infinite"),
        ([Audio(tone, 16_000), Audio(tone, 24_000)], "changed its sample rate"),
        ([Audio(tone, 0)], "sample rate of 0 Hz"),
        ([Audio(tone, 10_000_000)], "10000000 Hz"),
        ([Audio(np.array([1, 2, 30000], dtype=np.int16), 16_000)], "samples of type int16"),
        ([None], "AttributeError"),
    ],
)
def test_audio_that_is_none_fails_its_take_only(bench, chunks, why):
    bench.system.chunks["b"] = chunks
    takes = bench.run().takes
    assert states(takes) == {"a": "ok", "b": "failed", "c": "ok"}
    assert why in states(takes, "detail")["b"]
    assert takes[takes["item"] == "b"][["audio_sha256", "duration_s", "sample_rate"]].isna().all(axis=None)


@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000, 192_000])
def test_any_usual_rate_is_kept(bench, rate):
    bench.system.rate = rate
    takes = bench.run().takes
    assert set(takes["sample_rate"]) == {rate}
    assert takes["duration_s"].to_list() == pytest.approx([0.15, 0.35, 0.7], abs=1e-3)


def test_a_system_that_does_not_load_fails_its_takes_and_the_next_goes_on(bench):
    class Broken(FakeSystem):
        def load(self):
            raise OSError("no weights")

    bench.system = Broken(deterministic=True)
    made = bench.run(systems=["fake", "other"])
    broken, fine = (made.takes[made.takes["system"] == name] for name in ("fake", "other"))
    assert set(broken["status"]) == {"failed"}
    assert set(broken["detail"]) == {"the system did not load: OSError: no weights"}
    assert set(fine["status"]) == {"ok"}


def test_a_system_that_is_not_made_twice_fails_its_takes_and_the_next_goes_on(bench, monkeypatch):
    made = iter([FakeSystem(deterministic=True)])  # the one that is looked at before the run
    use_fakes(
        monkeypatch,
        systems={"fake": lambda: next(made), "other": lambda: bench.other},
        analyzers={"fakelength": lambda: bench.analyzer},
        metrics={"fake": lambda: bench.metric},
    )
    takes = bench.run(systems=["fake", "other"]).takes
    assert set(takes[takes["system"] == "fake"]["status"]) == {"failed"}
    assert all(why.startswith("the system was not made: ") for why in takes[takes["system"] == "fake"]["detail"])
    assert set(takes[takes["system"] == "other"]["status"]) == {"ok"}


def test_a_full_disk_met_by_a_system_ends_the_run_and_keeps_what_is_done(bench):
    bench.system.raises["b"] = OSError(28, "No space left on device")
    with pytest.raises(StorageError, match="disk full"):
        bench.run()
    bench.system.raises.clear()
    made = bench.run()
    assert [request.item.id for request in bench.system.asked] == ["a", "b", "b", "c"]
    assert made.info["counts"]["reused"] == 1


def test_a_usage_that_cannot_be_told_fails_the_take(bench):
    class Odd(FakeSystem):
        def usage(self):
            raise RuntimeError("lost count")

    bench.system = Odd(deterministic=True)
    assert set(bench.run().takes["detail"]) == {"RuntimeError: lost count"}


def test_a_clip_that_an_analyzer_cannot_bear_loses_its_own_answer_only(bench):
    bench.analyzer.raises_at = {round(0.05 * 16_000 * len("two and"))}
    made = bench.run()
    scores = made.scores[made.scores["metric"] == "fake_length"]
    assert states(scores) == {"a": "ok", "b": "failed", "c": "ok"}
    assert "a clip that this analyzer can't bear" in states(scores, "detail")["b"]
    assert set(made.takes["status"]) == {"ok"}  # the system is not to blame
    row = made.summary.query("metric == 'fake_length' and language == 'en' and category == 'all'").iloc[0]
    assert (row["n_items"], row["n_failed"]) == (3, 1)
    assert row["value"] == row["value_ok"] == (3 + 14) * 800 / 2
    bench.analyzer.raises_at = set()
    again = bench.run()
    assert set(again.scores["status"]) == {"ok"}
    assert list(again.info["counts"]["analyzed"].values()) == [1]


@pytest.mark.parametrize(
    ("answer", "status", "why"),
    [
        (None, "failed", "gave NoneType"),
        (Failure(reason="too loud"), "failed", "too loud"),
        (Failure(reason="not my tongue", skipped=True), "skipped", "not my tongue"),
    ],
)
def test_an_answer_that_is_none_is_a_row_that_says_so(bench, answer, status, why):
    bench.analyzer.answers = {round(0.05 * 16_000 * 3): answer}
    scores = bench.run().scores
    assert states(scores[scores["metric"] == "fake_length"])["a"] == status
    assert why in states(scores, "detail")["a"]


def test_an_analyzer_that_answers_too_few_is_asked_one_by_one(bench, monkeypatch):
    ask = FakeAnalyzer.analyze
    monkeypatch.setattr(FakeAnalyzer, "analyze", lambda self, clips: ask(self, clips)[:1])
    assert set(bench.run().scores["status"]) == {"ok"}


def test_languages_that_an_analyzer_does_not_claim_are_skipped_and_never_counted(bench):
    bench.analyzer = FakeAnalyzer(languages=("de",))
    for _ in range(2):
        made = bench.run()
        assert set(made.scores["status"]) == {"skipped"}
        assert set(made.info["counts"]["analyzed"].values()) == {0}
    assert bench.analyzer.clips == []


def test_a_metric_that_raises_gives_failed_rows(bench):
    bench.metric.raises = ZeroDivisionError("of nothing")
    scores = bench.run().scores
    assert set(scores["status"]) == {"failed"}
    assert set(scores["detail"]) == {"the metric raised ZeroDivisionError: of nothing"}


def test_rows_that_a_metric_gave_before_it_raised_stay(bench):
    def gives(row):
        if row.take.item == "b" and row.metric == "fake_half":
            raise KeyError("words")
        return row

    bench.metric.gives = gives
    scores = bench.run().scores
    known = {(row.item, row.metric) for row in scores.itertuples() if row.status == "ok"}
    assert known == {("a", "fake_length"), ("a", "fake_half"), ("b", "fake_length")}
    assert set(scores[scores["status"] == "failed"]["detail"]) == {"the metric raised KeyError: 'words'"}


def test_a_row_that_a_metric_does_not_give_is_added_as_failed(bench):
    bench.metric.gives = lambda row: None if row.take.item == "b" else row
    scores = bench.run().scores
    assert states(scores) == {"a": "ok", "b": "failed", "c": "ok"}
    assert states(scores, "detail")["b"] == "the metric gave no row for this take"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_a_failed_row(bench, value):
    bench.metric.gives = lambda row: replace(row, value=value) if row.take.item == "b" else row
    scores = bench.run().scores
    assert states(scores)["b"] == "failed"
    assert "the metric gave" in states(scores, "detail")["b"]


def test_rows_about_strangers_are_not_taken(bench):
    bench.metric.gives = lambda row: replace(row, take=TakeKey("s", "en", "stranger", "fake", "default", 0))
    scores = bench.run().scores
    assert set(scores["status"]) == {"failed"}
    assert "takes that it was not given" in scores["detail"][0]


# --- clocks and seeds ------------------------------------------------------------------------------------------------


def test_two_jobs_make_the_same_takes_on_a_shared_clock(bench, tmp_path):
    alone = bench.run(timing=True)
    together = bench.run(jobs=2, timing=True, out=tmp_path / "other")
    columns = ["item", "text", "audio_sha256", "status", "request_key"]
    assert together.takes[columns].equals(alone.takes[columns])
    assert set(alone.takes["timing"]) == {"exclusive"}
    assert set(together.takes["timing"]) == {"shared"}
    assert set(together.takes["concurrency"]) == {2}


def test_more_jobs_than_texts_are_a_shared_clock_too(bench):
    made = bench.run(jobs=4, timing=True, items={"en": [{"text": "one"}]})
    assert (made.info["timing"], set(made.takes["timing"]), set(made.takes["concurrency"])) == (
        "shared",
        {"shared"},
        {4},
    )
    assert len(bench.system.asked) == 1  # nobody warms up for a clock that does not count


class Restarting(FakeSystem):
    """Needs a while before it speaks, anew after each failure."""

    running = False
    load_s = 0.15

    def speak(self, request):
        if not self.running:
            time.sleep(self.load_s)
        self.running = request.item.id not in self.raises
        yield from super().speak(request)


def test_a_restart_is_on_nobodys_clock(bench):
    bench.system = Restarting(deterministic=True)
    bench.system.raises["b"] = RuntimeError("crashed")  # in the warm-up, and then again
    takes = bench.run(timing=True, items={"en": [{"text": "one"}, {"text": "two"}, {"text": "six"}]}).takes
    assert states(takes) == {"a": "ok", "b": "failed", "c": "ok"}
    assert set(takes["timing"]) == {"exclusive"}
    assert (takes[takes["status"] == "ok"]["total_s"] < Restarting.load_s / 2).all()
    assert [request.item.id for request in bench.system.asked] == ["a", "b", "a", "a", "b", "a", "c"]


def test_where_nothing_went_well_before_the_clock_does_not_count(bench):
    bench.system = Restarting(deterministic=True)
    bench.system.raises |= {"a": RuntimeError("crashed"), "b": RuntimeError("crashed")}
    texts = [{"text": "one"}, {"text": "two"}, {"text": "six"}, {"text": "ten"}]
    takes = bench.run(timing=True, items={"en": texts}).takes
    assert states(takes) == {"a": "failed", "b": "failed", "c": "ok", "d": "ok"}
    assert states(takes, "timing") == {"a": "shared", "b": "shared", "c": "shared", "d": "exclusive"}
    assert states(takes, "total_s")["d"] < Restarting.load_s / 2


def test_loading_has_a_time_only_where_a_system_loads(bench):
    class Loading(FakeSystem):
        def load(self):
            time.sleep(0.02)

    bench.other = Loading(deterministic=True)
    made = bench.run(systems=["fake", "other"], timing=True)
    loads = made.takes.groupby("system")["load_s"]
    assert loads.count().to_dict() == {"fake": 0, "other": 3}
    assert loads.min()["other"] >= 0.02
    assert [system["load_s"] for system in made.info["systems"]] == [None, loads.max()["other"]]


def test_warm_ups_are_two_and_leave_no_trace(bench):
    made = bench.run(timing=True)
    assert [request.item.id for request in bench.system.asked] == ["a", "b", "a", "b", "c"]
    assert made.info["counts"]["synthesized"] == 3
    assert made.takes["first_audio_s"].equals(made.takes["total_s"])  # it does not stream
    assert (made.takes["total_s"] > 0).all()


def test_a_deterministic_system_is_spoken_once_and_others_from_every_seed(bench):
    bench.other = FakeSystem()
    made = bench.run(systems=["fake", "other"], seeds=3)
    count = made.takes.groupby("system")["seed"].agg(["size", "nunique"])
    assert count.loc["fake"].tolist() == [3, 1]
    assert count.loc["other"].tolist() == [9, 3]
    other = made.takes[made.takes["system"] == "other"]
    assert other["audio_sha256"].nunique() == 9


# --- voices ----------------------------------------------------------------------------------------------------------


def test_a_folder_of_voices_is_cloned_and_its_recordings_are_listened_to(bench, tmp_path):
    folder = tmp_path / "voices"
    folder.mkdir()
    for name, count in (("ann", 1_000), ("ben", 2_000)):
        soundfile.write(folder / f"{name}.wav", np.full(count, 0.25), 16_000)
    (folder / "ann.txt").write_text("What Ann said.")
    bench.system = FakeSystem(deterministic=True, cloning=True)
    made = bench.run(voices=str(folder))
    assert made.takes["voice"].to_list() == ["ann", "ben"] * 3
    assert made.takes["audio_sha256"].nunique() == 6
    assert made.takes["reference_sha256"].nunique() == 2
    assert {Path(path).name for path in made.takes["reference_audio"]} == {"ann.wav", "ben.wav"}
    spoken = [request.voice for request in bench.system.asked]
    assert [(voice.name, voice.text) for voice in spoken[:2]] == [("ann", "What Ann said."), ("ben", None)]
    lengths = {len(clip.audio.samples) for clip in bench.analyzer.clips}
    assert not lengths & {1_000, 2_000}  # only features that are compared with a voice are heard in its recording

    bench.analyzer.info = replace(bench.analyzer.info, feature="speaker")
    bench.metric.needs = ("speaker",)
    bench.metric.raises = RuntimeError("not of interest here")
    bench.analyzer.clips.clear()
    bench.run(voices=str(folder), speaker_encoder="fakelength")
    assert {1_000, 2_000} <= {len(clip.audio.samples) for clip in bench.analyzer.clips}


def test_a_reference_that_cannot_be_read_stops_nothing(bench, tmp_path):
    folder = tmp_path / "voices"
    folder.mkdir()
    (folder / "ann.wav").write_bytes(b"RIFF and nothing more")
    bench.system = FakeSystem(deterministic=True, cloning=True)
    assert set(bench.run(voices=str(folder)).takes["status"]) == {"ok"}


@pytest.mark.parametrize("change", ["missing", "changed"])
def test_a_reference_that_is_not_what_was_cloned_says_so_in_its_rows(tmp_path, bench, monkeypatch, change):
    from voxeval.metrics.speaker_similarity import SpeakerSimilarity

    class Encoder(FakeAnalyzer):
        def __init__(self):
            super().__init__()
            self.info = replace(self.info, name="encoder", feature="speaker")

        def analyze(self, clips):
            return [Feature(kind="speaker", values={"embedding": np.array([1.0, 0.0])}) for _ in clips]

    use_fakes(
        monkeypatch,
        systems={"fake": lambda: FakeSystem(deterministic=True, cloning=True)},
        analyzers={"encoder": Encoder},
        metrics={"speaker_similarity": SpeakerSimilarity},
    )
    (tmp_path / "voices").mkdir()
    recording = tmp_path / "voices" / "ann.wav"
    soundfile.write(recording, np.full(1_000, 0.25), 16_000)
    suite = write_suite(tmp_path / "texts", {"en": [{"text": "long enough for an encoder"}]})
    options = {"speaker_encoder": "encoder", "metrics": ["speaker_similarity"]}
    made = voxeval.run(
        str(suite), systems=["fake"], voices=str(recording.parent), out=tmp_path / "run", timing=False, **options
    )
    similarity = made.scores[made.scores["metric"] == "sim_o"]
    assert set(similarity["status"]) == {"ok"}
    if change == "missing":
        recording.unlink()
    else:
        soundfile.write(recording, np.full(1_000, 0.5), 16_000)
    scores = voxeval.score(tmp_path / "run").scores
    similarity = scores[scores["metric"] == "sim_o"]
    assert set(similarity["status"]) == {"failed"}
    why = {"missing": "ann.wav can't be read", "changed": "ann.wav has changed since it was cloned"}[change]
    assert all(why in detail for detail in similarity["detail"])


def test_presets_are_spoken_in_turn_and_recordings_are_skipped_by_systems_that_cannot_clone(bench, tmp_path):
    made = bench.run(voices="ann,ben")
    assert made.takes["voice"].to_list() == ["ann", "ben"] * 3
    assert set(made.takes["status"]) == {"ok"}
    folder = tmp_path / "voices"
    folder.mkdir()
    soundfile.write(folder / "ann.wav", np.full(100, 0.25), 16_000)
    made = bench.run(voices=str(folder))
    assert set(made.takes["status"]) == {"skipped"}
    assert "does not clone voices" in made.takes["detail"][0]
    assert set(made.scores["status"]) == {"skipped"}


def test_takes_keep_the_clock_they_were_spoken_with_and_the_run_says_so(bench):
    bench.run(jobs=2, timing=True)
    made = bench.run(timing=True)
    assert made.info["counts"]["synthesized"] == 0
    assert made.info["timing"] == "shared"
    assert any("keep the shared clock" in note for note in made.info["notes"])


def test_a_recording_that_was_spoiled_in_the_run_folder_is_spoken_again(bench):
    made = bench.run()
    spoiled = made.path / made.takes["audio_path"].iloc[0]
    spoiled.write_bytes(b"8 bytes.")
    again = bench.run()
    assert again.info["counts"]["synthesized"] >= 1
    assert (again.takes["status"] == "ok").all()
    assert spoiled.stat().st_size > 8


def test_scoring_again_says_by_what_and_its_counts_add_up(bench):
    made = bench.run(command=["voxeval", "run"])
    again = voxeval.score(made.path, command=["voxeval", "score"])
    counts = again.info["counts"]
    assert counts["planned"] == counts["synthesized"] + counts["reused"] + counts["skipped"]
    assert again.info["command"] == ["voxeval", "run"]
    assert again.info["rescored"]["command"] == ["voxeval", "score"]


def test_scoring_again_takes_whole_runs(bench):
    made = bench.run()
    with pytest.raises(UsageError, match="leave out ':fake'"):
        voxeval.score(f"{made.path}:fake")
