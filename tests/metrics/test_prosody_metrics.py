from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import ACTIVITY, make_analyzed, make_item, make_take, voice_at
from voxeval.metrics.prosody import Prosody
from voxeval.types import AnalyzerInfo, Feature, Heard, Score

PITCH = AnalyzerInfo(name="fake-pitch", feature="pitch", fingerprint="c" * 16)


def score(*heard: tuple[AnalyzerInfo, Heard]) -> dict[str, Score]:
    take = make_analyzed(make_take(make_item("one two three")), heard=heard)
    return {row.metric: row for row in Prosody().score([take])}


def pitch(f0_hz: list[float]) -> Feature:
    return Feature(kind="pitch", values={"f0_hz": np.array(f0_hz)}, hop_s=0.016)


def test_an_octave_between_the_tenth_and_the_ninetieth_percentile_is_twelve_semitones():
    rows = score((PITCH, pitch([100.0] * 20 + [200.0] * 20 + [np.nan] * 30)))
    assert rows["f0_range_st"].value == pytest.approx(12.0)
    assert rows["f0_median_hz"].value == pytest.approx(150.0)
    assert rows["f0_range_st"].metric_id == f"f0_range_st/{PITCH.id}"


def test_the_range_does_not_depend_on_how_high_the_voice_is():
    low = [100.0 * 2 ** (step / 24) for step in range(24)]
    ranges = [score((PITCH, pitch([f0 * factor for f0 in low])))["f0_range_st"].value for factor in (1, 2.5)]
    assert ranges[0] == pytest.approx(ranges[1])


def test_unvoiced_takes_have_no_pitch():
    rows = score((PITCH, pitch([np.nan] * 50 + [100.0] * 9)))
    assert {rows[name].detail for name in ("f0_median_hz", "f0_range_st")} == {"hardly any voiced frames"}


def test_rate_and_pauses_counted_by_hand():
    rows = score((ACTIVITY, voice_at((0.5, 1.5), (2.0, 3.0))))
    assert rows["speaking_rate"].value == pytest.approx(len("one two three") / 2.0)
    assert rows["pause_share"].value == pytest.approx(0.5 / 2.5)
    assert rows["speaking_rate"].metric_id == f"speaking_rate/{ACTIVITY.id}/voxeval-1"


def test_silence_has_neither_rate_nor_pauses():
    rows = score((ACTIVITY, voice_at()))
    assert {rows[name].detail for name in ("speaking_rate", "pause_share")} == {"no voice in the take"}
