from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxeval.stats.bootstrap import FEWEST_CLUSTERS, Sample, Stratum, mean_interval, quantile_interval


def stratum(values: list[float] | np.ndarray, weights: list[float] | np.ndarray | None = None) -> Stratum:
    values = np.asarray(values, dtype=float)
    weights = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    return Stratum(values * weights, weights)


def one_by_one(values: np.ndarray) -> Sample:
    return Sample(np.asarray(values, dtype=float), np.arange(len(values), dtype=float))


def test_a_normal_sample_gets_the_interval_of_the_textbook():
    values = np.random.default_rng(1).normal(10, 2, size=400)
    interval = mean_interval([stratum(values)])
    assert interval is not None
    half = 1.96 * values.std(ddof=1) / np.sqrt(400)
    assert interval == pytest.approx((values.mean() - half, values.mean() + half), abs=0.03)


def test_few_clusters_have_the_variance_of_the_textbook():
    """With 8 clusters, resampling all 8 would be too narrow by sqrt(7/8)."""
    values = np.array([1.0, 2, 3, 4, 5, 6, 7, 8])
    low, high = mean_interval([stratum(values)]) or (0, 0)
    assert high - low == pytest.approx(2 * 1.96 * values.std(ddof=1) / np.sqrt(8), rel=0.06)


@pytest.mark.parametrize("count", range(1, FEWEST_CLUSTERS))
def test_below_eight_clusters_there_is_no_interval(count):
    assert mean_interval([stratum(np.arange(count))]) is None
    assert quantile_interval([one_by_one(np.arange(count))], 0.5) is None


def test_equal_values_have_no_width():
    assert mean_interval([stratum([0.25] * 20)]) == pytest.approx((0.25, 0.25))


def test_an_interval_of_a_rate_weighs_by_length():
    """One long item that fails decides a corpus rate; one short item does not."""
    values = [0.0] * 19 + [1.0]
    long = mean_interval([stratum(values, [10] * 19 + [500])])
    short = mean_interval([stratum(values, [10] * 19 + [1])])
    assert long is not None
    assert short is not None
    assert long[1] > 0.7
    assert short[1] < 0.05


def test_parallel_clusters_move_together():
    """Items that are hard in both languages widen the mean's interval; independent ones average out."""
    values = np.random.default_rng(2).normal(size=40)
    together = mean_interval([stratum(values), stratum(values)], parallel=True)
    apart = mean_interval([stratum(values), stratum(values)], parallel=False)
    assert together is not None
    assert apart is not None
    assert (together[1] - together[0]) / (apart[1] - apart[0]) == pytest.approx(np.sqrt(2), rel=0.1)


def test_a_median_gets_the_interval_of_its_order_statistics():
    """The exact binomial interval of the median of 0..99 runs from the 40th to the 61st value."""
    values = np.arange(100, dtype=float)
    assert quantile_interval([one_by_one(values)], 0.5) == pytest.approx((39, 60), abs=1.5)


def test_the_mean_of_medians_over_languages_is_surer_than_one_median():
    values = np.arange(100, dtype=float)
    low, high = quantile_interval([one_by_one(values)] * 4, 0.5) or (0, 0)
    assert high - low == pytest.approx(21 / 2, rel=0.15)
    together = quantile_interval([one_by_one(values)] * 4, 0.5, parallel=True) or (0, 0)
    assert together[1] - together[0] == pytest.approx(21, rel=0.15)


def test_the_interval_covers_the_truth_as_often_as_it_says():
    generator = np.random.default_rng(3)
    hits = 0
    for _ in range(300):
        low, high = mean_interval([stratum(generator.normal(size=30))]) or (1, -1)
        hits += low <= 0 <= high
    assert 0.90 <= hits / 300 <= 0.98


@given(st.lists(st.floats(0, 1), min_size=FEWEST_CLUSTERS, max_size=30))
def test_an_interval_of_a_share_lies_within_the_values(values):
    low, high = mean_interval([stratum(values)]) or (0, 0)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


def test_a_language_with_one_item_leaves_the_mean_over_languages_without_an_interval():
    languages = [stratum([value]) for value in np.arange(9)]
    assert mean_interval(languages) is None
    assert mean_interval([*languages[:1], stratum(np.arange(20))]) is None
    assert mean_interval([stratum([value, value + 1]) for value in np.arange(9)]) is not None
