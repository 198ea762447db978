"""Several ways of counting word errors in one run: own ids, own averages, and what each rule did."""

from __future__ import annotations

import pytest

import voxeval
from tests.fakes import FakeSystem, use_fakes, write_suite
from voxeval.errors import PreflightError
from voxeval.metrics.intelligibility import Intelligibility
from voxeval.types import AnalyzerInfo, Transcript

HEARD = {
    "It cost $3.50 in well-known shops.": "it cost three dollars fifty in well known shops",
    "Two words.": "two birds",
    "Die Haustür ist zu.": "die haus tür ist zu",
}
KEY = ["suite", "language", "item", "system", "voice", "seed"]


class Ear:
    """A fake recognizer: knows by the length of a clip which text it was, and what it hears there is in HEARD."""

    def __init__(self, name: str = "ear"):
        self.info = AnalyzerInfo(name=name, feature="transcript", fingerprint="e" * 16)

    def analyze(self, clips):
        lengths = {round(0.05 * 16_000 * len(text)): answer for text, answer in HEARD.items()}
        return [Transcript(text=lengths[len(clip.audio.samples)]) for clip in clips]


@pytest.fixture
def run(tmp_path, monkeypatch):
    texts = list(HEARD)
    suite = write_suite(tmp_path / "texts", {"en": [{"text": text} for text in texts[:2]], "de": [{"text": texts[2]}]})
    system = FakeSystem(deterministic=True)

    def made(ear: str = "ear", **options):
        use_fakes(
            monkeypatch,
            systems={"fake": lambda: system},
            analyzers={"ear": lambda: Ear(ear)},
            metrics={"intelligibility": Intelligibility},
        )
        monkeypatch.setenv("VOXEVAL_CACHE", str(tmp_path / "cache"))
        defaults = {"systems": ["fake"], "out": tmp_path / ear, "timing": False, "recognizers": ["ear"]}
        return voxeval.run(str(suite), **(defaults | options))

    return made


def rates(run, prefix: str) -> dict[tuple[str, str], float]:
    rows = run.scores[run.scores["metric_id"].str.startswith(prefix)]
    return {(row.language, row.item): row.value for row in rows.itertuples()}


def test_each_protocol_has_its_own_ids_and_its_own_average(run):
    made = run(protocols=["seed-tts-eval", "whisper"])
    ids = set(made.scores["metric_id"])
    assert "wer/ear@eeeeee/voxeval-1/corpus" in ids
    assert "wer_macro/ear@eeeeee/seed-tts-eval-text@752f429/mean" in ids
    assert "wer/ear@eeeeee/whisper@20250625/corpus" in ids
    assert not [metric for metric in ids if metric.startswith("cer/") and "seed" in metric]
    seed = rates(made, "wer_macro/ear@eeeeee/seed")
    assert seed["en", "b"] == 0.5
    assert seed["en", "a"] == pytest.approx(5 / 6)  # "350" and "wellknown" against five words of speech
    assert rates(made, "wer/ear@eeeeee/voxeval-1/")["en", "a"] == pytest.approx(2 / 11)  # "and", "cents"


def test_the_protocols_name_is_earned_by_its_recognizer(run):
    ids = set(run("whisper-large-v3", protocols=["seed-tts-eval"]).scores["metric_id"])
    assert "wer_macro/whisper-large-v3@eeeeee/seed-tts-eval@752f429/mean" in ids


def test_compounds_are_a_second_score_where_the_language_has_them(run):
    made = run()
    folded = rates(made, "wer/ear@eeeeee/voxeval-1+compounds/")
    assert folded == {("de", "a"): 0.0}
    assert rates(made, "wer/ear@eeeeee/voxeval-1/")["de", "a"] == pytest.approx(2 / 4)


def test_what_each_rule_did_is_kept_take_by_take(run):
    effects = run().effects
    whole = effects[effects["kind"] == "whole"]
    assert len(whole) == 3
    money = effects[(effects["kind"] == "rule") & (effects["name"] == "currency")]
    assert list(money["item"]) == ["a"]
    merged = money.merge(whole, on=KEY, suffixes=("_without", ""))
    assert int(merged["errors_without"].iloc[0]) > int(merged["errors"].iloc[0])
    names = set(effects[effects["kind"] == "protocol"]["name"])
    assert {"seed-tts-eval-text@752f429", "whisper@20250625", "voxeval-1+compounds"} <= names


def test_scoring_again_counts_otherwise_without_speaking(run, tmp_path):
    run()
    again = voxeval.score(tmp_path / "ear", protocols=["f5-tts"])
    assert "wer_macro/ear@eeeeee/f5-tts-text@655fbca/mean" in set(again.scores["metric_id"])
    assert again.info["options"]["protocols"] == ["f5-tts"]
    assert "wer_macro/ear@eeeeee/f5-tts-text@655fbca/mean" in set(voxeval.score(tmp_path / "ear").scores["metric_id"])


def test_an_unknown_protocol_is_a_problem_before_anything_is_spoken(run, tmp_path):
    with pytest.raises(PreflightError, match="there is no protocol 'sed'"):
        run(protocols=["sed"])
    assert not (tmp_path / "ear").exists()


def test_long_texts_are_spoken_in_pieces_and_stay_one_take(tmp_path, monkeypatch):
    system = FakeSystem(deterministic=True, max_duration_s=2.0)
    use_fakes(monkeypatch, systems={"fake": lambda: system}, analyzers={}, metrics={})
    monkeypatch.setenv("VOXEVAL_CACHE", str(tmp_path / "cache"))
    text = "One two three four. Five six seven eight."
    suite = write_suite(tmp_path / "texts", {"en": [{"text": text}]})
    made = voxeval.run(str(suite), systems=["fake"], out=tmp_path / "run", timing=False, pieces=True)
    assert [request.text for request in system.asked] == ["One two three four.", "Five six seven eight."]
    (take,) = made.takes.itertuples()
    assert (take.status, take.pieces) == ("ok", 2)
    assert take.duration_s == pytest.approx(0.05 * (len(text) - 1))
    assert any("in pieces" in note for note in made.info["notes"])
    again = voxeval.run(str(suite), systems=["fake"], out=tmp_path / "run", timing=False, pieces=True)
    assert again.info["counts"]["synthesized"] == 0
    skipped = voxeval.run(str(suite), systems=["fake"], out=tmp_path / "run", timing=False)
    assert skipped.takes["status"].tolist() == ["skipped"]
