from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import ACTIVITY, make_analyzed, make_take, voice_at
from voxeval.metrics.naturalness import Naturalness
from voxeval.metrics.signal_quality import SignalQuality
from voxeval.types import AnalyzerInfo, Feature, Heard, Score

DNSMOS, SIGNAL, LOUDNESS, MOS = (
    AnalyzerInfo(name=f"fake-{kind}", feature=kind, fingerprint="d" * 16)
    for kind in ("dnsmos", "signal", "loudness", "mos")
)


def numbers(kind: str, **values: float) -> Feature:
    return Feature(kind=kind, values={name: np.array([value]) for name, value in values.items()})


def score(*heard: tuple[AnalyzerInfo, Heard]) -> dict[str, Score]:
    take = make_analyzed(make_take(duration_s=4.0), heard=heard)
    return {row.metric: row for row in SignalQuality().score([take])}


def test_what_analyzers_measured_is_told_with_their_ids():
    rows = score(
        (DNSMOS, numbers("dnsmos", ovrl=3.1, sig=3.5, bak=4.0, p808=3.7)),
        (SIGNAL, numbers("signal", clipped_share=0.25, bandwidth_hz=8000.0)),
        (LOUDNESS, numbers("loudness", lufs=-23.0)),
    )
    names = ("dnsmos_ovrl", "dnsmos_sig", "dnsmos_bak", "dnsmos_p808", "clipped_share", "bandwidth_hz", "loudness_lufs")
    assert [rows[name].value for name in names] == [3.1, 3.5, 4.0, 3.7, 0.25, 8000.0, -23.0]
    assert rows["dnsmos_ovrl"].metric_id == f"dnsmos_ovrl/{DNSMOS.id}"
    assert rows["clipped_share"].metric_id == f"clipped_share/{SIGNAL.id}"


def test_silence_at_the_ends():
    rows = score((ACTIVITY, voice_at((0.5, 1.0), (2.0, 3.2))))
    assert rows["leading_silence_s"].value == pytest.approx(0.5)
    assert rows["trailing_silence_s"].value == pytest.approx(0.8)
    silent = score((ACTIVITY, voice_at()))
    assert silent["leading_silence_s"].detail == silent["trailing_silence_s"].detail == "no voice in the take"


@pytest.mark.parametrize("lufs", [-np.inf, np.nan])
def test_silence_has_no_loudness(lufs):
    row = score((LOUDNESS, numbers("loudness", lufs=lufs)))["loudness_lufs"]
    assert (row.status, row.value) == ("skipped", None)


def test_a_predictor_of_naturalness_is_read_where_there_is_one():
    with_one, without = (
        list(Naturalness().score([make_analyzed(heard=heard)])) for heard in ([(MOS, numbers("mos", mos=4.2))], [])
    )
    assert [(row.metric_id, row.value) for row in with_one] == [(f"mos_predicted/{MOS.id}", 4.2)]
    assert [(row.metric_id, row.status) for row in without] == [("mos_predicted/none", "skipped")]
    assert "no MOS predictor trained on synthetic speech" in without[0].detail
