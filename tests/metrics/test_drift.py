"""Slopes with known answers, their intervals, and the wording that carries them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxeval.metrics.drift import HOP_S, MIN_WINDOWS, Curve, Drift, measure_drift, read_detail, write_detail


def curve_of(values: np.ndarray) -> Curve:
    return Curve(centers_s=tuple(2.5 + HOP_S * np.arange(len(values))), values=tuple(values.tolist()))


def drift_of(values: np.ndarray) -> Drift:
    return measure_drift(curve_of(values), np.abs(values - np.median(values)))


def test_a_straight_line_has_its_slope_and_an_interval_of_no_width():
    minutes = HOP_S * np.arange(40) / 60
    drift = drift_of(-1.5 * minutes + 7)
    assert drift.slope == pytest.approx(-1.5)
    assert (drift.low, drift.high) == pytest.approx((-1.5, -1.5))
    assert drift.is_sure


def test_a_constant_has_no_drift():
    drift = drift_of(np.full(40, -23.7))
    assert drift.slope == pytest.approx(0, abs=1e-9)
    assert not drift.is_sure


@pytest.mark.parametrize("at", [10, 20, 33])
def test_a_step_is_found_where_it_is(at: int):
    values = np.random.default_rng(0).normal(0, 1, 44)
    values[at:] -= 6
    drift = drift_of(values)
    assert drift.change_s == pytest.approx(2.5 + HOP_S * (at - 0.5))
    assert drift.change == pytest.approx(-6, abs=1)
    assert drift.slope < 0
    assert drift.is_sure


def test_the_worst_window_is_the_one_named_worst():
    values = np.zeros(20)
    values[7] = 3
    assert drift_of(values).worst_s == pytest.approx(2.5 + 7 * HOP_S)


@given(
    values=st.lists(st.floats(-30, 30), min_size=MIN_WINDOWS, max_size=60),
    shift=st.floats(-40, 40),
)
def test_the_interval_holds_the_slope_and_a_shift_changes_nothing(values: list[float], shift: float):
    drift = drift_of(np.array(values))
    assert drift.low <= drift.slope <= drift.high
    assert all(math.isfinite(number) for number in (drift.slope, drift.low, drift.high, drift.change))
    shifted = drift_of(np.array(values) + shift)
    assert (shifted.slope, shifted.low, shifted.high) == pytest.approx((drift.slope, drift.low, drift.high), abs=1e-6)


def test_the_same_curve_always_has_the_same_interval():
    values = np.random.default_rng(3).normal(0, 1, 30)
    assert drift_of(values) == drift_of(values)


@pytest.mark.parametrize("n_windows", [12, 25, 43, 87])
def test_a_swell_without_drift_is_seldom_called_drift(n_windows: int):
    """Windows overlap by half, and a reader's sentences swell: 1 of 20 is promised."""
    rng = np.random.default_rng(1)
    sure = 0
    for _ in range(80):
        noise = rng.normal(0, 1, n_windows + 2)
        sure += drift_of(noise[2:] + noise[1:-1] + 0.5 * noise[:-2]).is_sure
    assert sure <= 8


@pytest.mark.parametrize("missing", [set(), {3}, {1, 2, 30, 38}])
def test_the_detail_is_read_back(missing: set[int]):
    steps = [step for step in range(40) if step not in missing]
    centers = tuple(17.5 + HOP_S * step for step in steps)
    values = np.random.default_rng(0).normal(0, 1, len(steps))
    drift = measure_drift(Curve(centers_s=centers, values=tuple(values.tolist())), np.abs(values))
    read = read_detail(write_detail(drift))
    assert read is not None
    assert read.centers_s == centers
    assert (read.slope, read.low, read.high) == pytest.approx((drift.slope, drift.low, drift.high), abs=1e-4)
    assert (read.change, read.change_s, read.worst_s) == pytest.approx(
        (drift.change, drift.change_s, drift.worst_s), abs=0.01
    )


def test_other_details_hold_no_drift():
    assert read_detail("under 20 s of audio, too short to drift") is None
    assert read_detail("") is None


def test_no_detail_says_minus_zero():
    assert "-0.0000" not in write_detail(drift_of(np.full(10, 0.1)))


def test_doubt_about_what_a_curve_is_held_against_widens_the_interval():
    minutes = HOP_S * np.arange(60) / 60
    curve = curve_of(0.02 * minutes)
    doubtful = Curve(centers_s=curve.centers_s, values=curve.values, doubt=0.02)
    assert measure_drift(curve, np.zeros(60)).is_sure
    assert not measure_drift(doubtful, np.zeros(60)).is_sure
