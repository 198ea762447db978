from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import ACTIVITY, make_analyzed, make_item, make_take, voice_at
from voxeval.metrics.real_time_factor import RealTimeFactor
from voxeval.types import Clock, Score

CLOCK = Clock(
    timing="exclusive",
    first_audio_s=0.5,
    total_s=3.0,
    chunk_times_s=(0.5, 2.0, 3.0),
    chunk_samples=(16_000, 16_000, 32_000),
    peak_memory_mb=120.0,
)


def score(clock: Clock, *, voice: tuple[float, float] | None = (1.0, 3.0)) -> dict[str, Score]:
    take = make_take(make_item("one two three"), duration_s=4.0, clock=clock)
    activity = voice_at(voice) if voice else voice_at()
    return {row.metric: row for row in RealTimeFactor().score([make_analyzed(take, heard=[(ACTIVITY, activity)])])}


def test_speed_counted_by_hand():
    rows = score(CLOCK)
    assert rows["rtf"].value == rows["rtf_total"].value == pytest.approx(0.75)
    assert rows["rtf"].weight == 1.0
    assert rows["rtf_total"].weight == 4.0
    assert rows["rtf_voiced"].value == pytest.approx(1.5)
    assert rows["first_audio_s"].value == 0.5
    assert rows["total_s"].value == 3.0
    assert rows["characters_per_s"].value == pytest.approx(len("one two three") / 3.0)
    assert rows["peak_memory_mb"].value == 120.0


def test_the_longest_wait_of_a_player_that_starts_with_the_first_chunk():
    # at 16 kHz: chunk 2 comes 1.5 s after the start, when 1 s was there; chunk 3 after 2.5 s, when 2 s were there
    assert score(CLOCK)["underrun_s"].value == pytest.approx(0.5)


def test_a_system_that_gives_all_at_once_never_runs_dry():
    clock = replace(CLOCK, chunk_times_s=(3.0,), chunk_samples=(64_000,))
    assert score(clock)["underrun_s"].value == 0.0


@given(st.lists(st.floats(0, 5), min_size=1, max_size=6), st.floats(0, 5))
def test_waits_are_never_negative_and_do_not_depend_on_the_first_chunks_time(gaps, later):
    def wait_s(first_s: float) -> float | None:
        times = tuple(first_s + sum(gaps[: index + 1]) for index in range(len(gaps)))
        clock = replace(CLOCK, chunk_times_s=(first_s, *times), chunk_samples=(8_000,) * (len(gaps) + 1))
        return score(clock)["underrun_s"].value

    assert wait_s(0.0) >= 0.0
    assert wait_s(later) == pytest.approx(wait_s(0.0), abs=1e-9)


def test_ids_name_the_concurrency_and_what_was_reported():
    assert score(replace(CLOCK, concurrency=8))["rtf"].metric_id == "rtf/c8"
    reported = score(Clock(timing="reported", total_s=2.0, first_audio_s=1.0))
    assert reported["rtf"].metric_id == "rtf/c1/reported"
    assert reported["rtf"].value == 0.5
    assert reported["rtf_voiced"].metric_id == f"rtf_voiced/c1/reported/{ACTIVITY.id}"
    assert reported["underrun_s"].detail == "the times of the chunks were not reported"


def test_times_beside_other_work_do_not_count_but_memory_does():
    rows = score(replace(CLOCK, timing="shared"))
    assert rows.pop("peak_memory_mb").value == 120.0
    assert {row.detail for row in rows.values()} == {"not timed alone: several requests at a time, or timing was off"}
    assert {row.status for row in rows.values()} == {"skipped"}


def test_recordings_have_no_clock():
    rows = score(Clock(timing="exclusive"))
    assert rows.pop("peak_memory_mb").detail == "no process of the system's own was seen"
    assert {row.detail for row in rows.values()} == {"recordings have no clock"}


def test_silence_has_no_voiced_factor():
    rows = score(CLOCK, voice=None)
    assert rows["rtf_voiced"].detail == "no voice in the take"
    assert rows["rtf"].value == pytest.approx(0.75)


def test_padding_with_silence_buys_no_speed():
    assert score(CLOCK, voice=(0.0, 4.0))["rtf_voiced"].value < score(CLOCK, voice=(0.0, 2.0))["rtf_voiced"].value


def test_which_statistics_are_told():
    statistics = {info.name: info.statistics for info in RealTimeFactor().infos}
    assert statistics["rtf"] == ("mean", "p50", "p90", "p95", "p99")
    assert statistics["peak_memory_mb"] == ("max",)
