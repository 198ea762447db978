"""What every metric module promises, ours like anybody else's."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.fakes import ACTIVITY, RECOGNIZER, SPEAKER, make_analyzed, make_item, make_take, said, speaker_at, voice_at
from voxeval.metrics.intelligibility import Intelligibility
from voxeval.metrics.long_form_coherence import LongFormCoherence
from voxeval.metrics.multilingual_coverage import MultilingualCoverage
from voxeval.metrics.naturalness import Naturalness
from voxeval.metrics.prosody import Prosody
from voxeval.metrics.real_time_factor import RealTimeFactor
from voxeval.metrics.signal_quality import SignalQuality
from voxeval.metrics.speaker_similarity import SpeakerSimilarity
from voxeval.types import AnalyzedTake, AnalyzerInfo, Clock, Failure, Feature, Heard, Metric

METRICS: tuple[Metric, ...] = (
    Intelligibility(), LongFormCoherence(), MultilingualCoverage(), Naturalness(), Prosody(), RealTimeFactor(),
    SignalQuality(), SpeakerSimilarity(),
)  # fmt: skip
KINDS = {"transcript", "activity", "speaker", "pitch", "loudness", "dnsmos", "signal", "mos"}
STATISTICS = {"mean", "p50", "p90", "p95", "p99", "max"}
# what a failed take counts as; all else is left out
IMPUTED = {
    "wer": 1.0, "cer": 1.0, "wer_macro": 1.0, "bad_case_rate": 1.0, "early_end": 1.0,
    "spoken": 0.0, "understood": 0.0, "language_match": 0.0, "covered": 0.0, "keyword_recall": 0.0,
}  # fmt: skip


def numbers(kind: str, **values: object) -> tuple[AnalyzerInfo, Feature]:
    info = AnalyzerInfo(name=f"fake-{kind}", feature=kind, fingerprint="b" * 16)
    arrays = {name: np.atleast_1d(np.array(value, dtype=np.float64)) for name, value in values.items()}
    return info, Feature(kind=kind, values=arrays, hop_s=0.1)


HEARD: list[tuple[AnalyzerInfo, Heard]] = [
    (RECOGNIZER, said("one two three four")),
    (ACTIVITY, voice_at((0.1, 1.9))),
    (SPEAKER, speaker_at(0, 0, 10)),
    numbers("pitch", f0_hz=[100.0 + step for step in range(20)]),
    numbers("loudness", lufs=-23.0, level_lufs=[-23.0] * 20),
    numbers("dnsmos", ovrl=3.0, sig=3.0, bak=3.0, p808=3.0),
    numbers("signal", clipped_share=0.0, bandwidth_hz=8000.0),
    numbers("mos", mos=4.0),
]
ANALYZERS = [info for info, _ in HEARD]
CLOCK = Clock(timing="exclusive", first_audio_s=0.2, total_s=1.0, chunk_times_s=(0.2,), chunk_samples=(32_000,))


def spoken(number: int, *, heard: list[tuple[AnalyzerInfo, Heard]] = HEARD, clock: Clock = CLOCK) -> AnalyzedTake:
    take = make_take(make_item(id=f"item-{number}", keywords=("two",)), clock=clock, reference_audio="ann.wav")
    return make_analyzed(take, heard=heard, reference=[(SPEAKER, speaker_at(20, 20, 30))], analyzers=ANALYZERS)


def unspoken(number: int, status: str) -> AnalyzedTake:
    item = make_item(id=f"item-{number}", keywords=("two",))
    take = make_take(item, status=status, detail="no sound came", reference_audio="ann.wav")  # type: ignore[arg-type]
    return make_analyzed(take, reference=[(SPEAKER, speaker_at(20, 20, 30))], analyzers=ANALYZERS)


def takes() -> list[AnalyzedTake]:
    failing = [(info, Failure(reason="no memory")) for info in ANALYZERS]
    skipping = [(info, Failure(reason="not my language", skipped=True)) for info in ANALYZERS]
    return [
        spoken(1),
        spoken(2, clock=replace(CLOCK, timing="shared")),
        spoken(3, heard=failing),
        spoken(4, heard=skipping),
        spoken(5, heard=[]),
        unspoken(6, "failed"),
        unspoken(7, "skipped"),
    ]


every_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: type(metric).__name__)


@every_metric
@pytest.mark.parametrize("some", [takes(), [make_analyzed(take.take) for take in takes()]], ids=["heard", "unheard"])
def test_every_take_has_a_row_of_every_metric(metric, some):
    rows = list(metric.score(some))
    assert {(row.take, row.metric) for row in rows} == {
        (take.take.key, info.name) for take in some for info in metric.infos
    }
    assert len({(row.take, row.metric_id) for row in rows}) == len(rows)


@every_metric
@pytest.mark.parametrize("missing", [None, *sorted(KINDS)])
def test_no_row_comes_twice_whatever_the_run_lacks(metric, missing):
    """Two analyzers of each kind, but for one kind that the run has none of."""
    others = [(replace(info, name=f"other-{info.name}"), answer) for info, answer in HEARD]
    heard = [(info, answer) for info, answer in (*HEARD, *others) if info.feature != missing]
    infos = [info for info, _ in heard]
    failed = make_analyzed(make_take(make_item(id="item-2"), status="failed", detail="no"), analyzers=infos)
    rows = list(metric.score([make_analyzed(heard=heard, analyzers=infos), failed]))
    assert len({(row.take, row.metric_id) for row in rows}) == len(rows)
    assert {(row.take.item, row.metric) for row in rows} == {
        (item, info.name) for item in ("item-1", "item-2") for info in metric.infos
    }


@every_metric
def test_what_nothing_in_the_run_could_measure_is_not_lost_with_a_failed_take(metric):
    """Analyzers that don't know the language, or none at all: skipped for the same reason, spoken or not."""
    foreign = [(replace(info, languages=("en",)), answer) for info, answer in HEARD]
    item = make_item("eins zwei drei", language="de", keywords=("zwei",))
    for infos in ([info for info, _ in foreign], []):
        answers = [(info, Failure(reason="not my language", skipped=True)) for info in infos]
        spoken, lost = (make_take(item, status=status, detail="no", clock=CLOCK) for status in ("ok", "failed"))
        rows = [
            {row.metric_id: row for row in metric.score([take]) if IMPUTED.get(row.metric) is not None}
            for take in (make_analyzed(spoken, heard=answers), make_analyzed(lost, analyzers=infos))
        ]
        assert {row.status for one in rows for row in one.values()} <= {"skipped"}
        assert {key: row.detail for key, row in rows[0].items()} == {key: row.detail for key, row in rows[1].items()}


@every_metric
def test_a_row_has_a_number_or_the_reason_why_not(metric):
    for row in metric.score(takes()):
        assert row.weight >= 0
        assert math.isfinite(row.weight)
        if row.status == "ok":
            assert math.isfinite(row.value)
        else:
            assert row.value is None
            assert row.detail


@every_metric
def test_a_take_that_was_not_spoken_says_so_in_all_its_rows(metric):
    for row in metric.score(takes()):
        if row.take.item in ("item-6", "item-7"):
            assert row.status == {"item-6": "failed", "item-7": "skipped"}[row.take.item]
            assert row.detail == "not spoken: no sound came"


@every_metric
def test_ids_of_failed_takes_are_those_of_spoken_ones(metric):
    of = {
        item: {row.metric_id for row in metric.score(takes()) if row.take.item == item} for item in ("item-1", "item-6")
    }
    assert of["item-6"] == of["item-1"]


@every_metric
def test_what_a_number_means_is_declared(metric):
    assert metric.needs
    assert set(metric.needs) <= KINDS
    names = [info.name for info in metric.infos]
    assert len(set(names)) == len(names)
    for info in metric.infos:
        assert info.unit
        assert len(info.formula) > 20
        assert info.source
        assert not {"{", "}"} & set(info.formula + info.source), f"{info.name}: a name in braces was not filled in"
        assert info.better in ("lower", "higher", "none")
        assert info.statistics
        assert set(info.statistics) <= STATISTICS
        assert info.if_failed == IMPUTED.get(info.name), info.name


@every_metric
def test_scoring_again_gives_the_same(metric):
    assert list(metric.score(takes())) == list(metric.score(takes()))


@every_metric
def test_no_takes_give_no_rows(metric):
    assert list(metric.score([])) == []


def test_what_all_takes_of_a_voice_share_is_declared():
    """Resampling takes says nothing of how sure a value is that they have in common."""
    shared = {info.name for metric in METRICS for info in metric.infos if not info.per_take}
    assert shared == {"voice_separation", "anchor_same", "anchor_different"}


@every_metric
def test_what_rests_on_a_recognizer_names_it(metric):
    """And what names it rests on it."""
    resting = {info.name for info in metric.infos if info.rests_on}
    rows = [row for row in metric.score(takes()) if row.status == "ok"]
    named = {row.metric for row in rows if RECOGNIZER.id in row.metric_id.split("/")}
    assert named == resting & {row.metric for row in rows}


def test_no_two_metrics_share_a_name():
    names = [info.name for metric in METRICS for info in metric.infos]
    assert len(set(names)) == len(names)
