"""Intervals by resampling clusters: arrays in, numbers out.

Letters: C clusters of one stratum, L strata (languages), R resamples, N values.

Clusters, not takes, are resampled: seeds and voices of one item stand or fall together (Bisani and Ney 2004,
"Bootstrap estimates for confidence intervals in ASR performance evaluation", who resample whole utterances).
Strata are small, so C - 1 of C clusters are drawn, which makes the variance of a mean unbiased (Rao and Wu 1988,
"Resampling inference with complex survey data", JASA 83). Intervals of means are corrected for bias and skew (BCa;
Efron 1987, "Better bootstrap confidence intervals", JASA 82), those of quantiles are percentiles of the resamples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voxeval.types import FloatArray

RESAMPLES = 2_000
CONFIDENCE = 0.95
FEWEST_CLUSTERS = 8  # below, an interval would promise more than it knows


@dataclass(frozen=True, slots=True)
class Stratum:
    """The clusters of one language: value times weight and weight, summed over each cluster."""

    weighted: FloatArray  # (C,)
    weights: FloatArray  # (C,); 0 where the cluster has no value here

    def mean(self) -> float:
        """The weighted mean of all clusters."""
        return float(self.weighted.sum() / self.weights.sum())


def mean_interval(strata: Sequence[Stratum], *, parallel: bool = False) -> tuple[float, float] | None:
    """Low and high of the unweighted mean over strata of their weighted means.

    None below 8 clusters, and where a stratum has only one: how it varies can't be seen.
    `parallel`: the strata have the same clusters in the same order, and these are resampled as one.
    """
    import numpy as np

    if not enough_clusters(strata, parallel=parallel):
        return None
    point = float(np.mean([stratum.mean() for stratum in strata]))
    means = np.stack([_resampled_means(stratum, 0 if parallel else index) for index, stratum in enumerate(strata)])
    resampled = np.nanmean(means, axis=0)  # (R,)
    low, high = _corrected_tails(resampled, point, _acceleration(strata, parallel))
    return float(np.quantile(resampled, low)), float(np.quantile(resampled, high))


def resampled_means(strata: Sequence[Stratum], *, parallel: bool) -> FloatArray:
    """The weighted mean of every stratum in every resample (L, R), NaN where nothing was drawn."""
    import numpy as np

    return np.stack([_resampled_means(stratum, 0 if parallel else index) for index, stratum in enumerate(strata)])


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of one language (N,) and the clusters that they belong to (N,), numbered from 0."""

    values: FloatArray
    clusters: FloatArray


def quantile_interval(samples: Sequence[Sample], share: float, *, parallel: bool = False) -> tuple[float, float] | None:
    """Low and high of the unweighted mean over languages of a quantile; None where clusters are too few, as for means.

    `parallel`: clusters of the same number are the same in all languages, and these are resampled as one.
    """
    import numpy as np

    presence = [Stratum(sample.values, np.bincount(sample.clusters.astype(int)).astype(float)) for sample in samples]
    if not enough_clusters(presence, parallel=parallel):
        return None
    size = int(max(sample.clusters.max() for sample in samples)) + 1
    resampled = [
        _resampled_quantiles(
            sample, share, size if parallel else int(sample.clusters.max()) + 1, 0 if parallel else index
        )
        for index, sample in enumerate(samples)
    ]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.nanquantile(np.nanmean(resampled, axis=0), [tail, 1 - tail])
    return float(low), float(high)


def _resampled_quantiles(sample: Sample, share: float, count: int, index: int) -> FloatArray:
    """The quantile in every resample (R,), NaN where nothing was drawn."""
    import numpy as np

    order = np.argsort(sample.values, kind="stable")
    drawn = _draws(count, index)[:, sample.clusters[order].astype(int)].cumsum(axis=1)  # (R, N)
    first = (drawn >= share * drawn[:, -1:]).argmax(axis=1)  # (R,)
    found: FloatArray = np.where(drawn[:, -1] > 0, sample.values[order][first], np.nan)
    return found


def enough_clusters(strata: Sequence[Stratum], *, parallel: bool) -> bool:
    """Whether these clusters can say how much the mean over the strata varies."""
    counts = [int((stratum.weights > 0).sum()) for stratum in strata]
    if not counts:
        return False
    return max(counts) >= FEWEST_CLUSTERS if parallel else sum(counts) >= FEWEST_CLUSTERS and min(counts) > 1


_KEPT_BYTES = 400_000_000
_kept: dict[tuple[int, int], FloatArray] = {}  # draws are made once for all metrics, and the oldest go first


def _draws(count: int, index: int) -> FloatArray:
    """How often each of C clusters is drawn in each resample (R, C); the same for all metrics, so that they agree."""
    import numpy as np

    if (count, index) not in _kept:
        generator = np.random.default_rng([count, index])
        draws = generator.multinomial(count - 1, np.full(count, 1 / count), size=RESAMPLES).astype(np.float64)
        while _kept and sum(kept.nbytes for kept in _kept.values()) + draws.nbytes > _KEPT_BYTES:
            del _kept[next(iter(_kept))]
        _kept[count, index] = draws
    return _kept[count, index]


def _resampled_means(stratum: Stratum, index: int) -> FloatArray:
    import numpy as np

    both = np.stack([stratum.weighted, stratum.weights], axis=1)  # (C, 2)
    weighted, weights = (_draws(len(both), index) @ both).T  # (R,) each
    means: FloatArray = np.full(RESAMPLES, np.nan)
    np.divide(weighted, weights, out=means, where=weights > 0)
    return means


def _acceleration(strata: Sequence[Stratum], parallel: bool) -> float:
    """Skew of the estimate, from leaving out one cluster at a time."""
    import numpy as np

    left_out = [_without_each(stratum) / len(strata) for stratum in strata]
    deviations = (
        np.nansum([values - np.nanmean(values) for values in left_out], axis=0)
        if parallel
        else np.concatenate([values - np.nanmean(values) for values in left_out])
    )
    deviations = -deviations[~np.isnan(deviations)]
    largest = float(np.abs(deviations).max(initial=0.0))
    if largest == 0:
        return 0.0
    scaled = deviations / largest  # so that no power of a tiny number becomes 0
    return float((scaled**3).sum() / (6 * (scaled**2).sum() ** 1.5))


def _without_each(stratum: Stratum) -> FloatArray:
    """The mean without each cluster (C,); the mean itself where nothing would be left."""
    import numpy as np

    weights = stratum.weights.sum() - stratum.weights
    means: FloatArray = np.full(len(weights), stratum.mean())
    np.divide(stratum.weighted.sum() - stratum.weighted, weights, out=means, where=weights > 0)
    return means


def _corrected_tails(resampled: FloatArray, point: float, acceleration: float) -> tuple[float, float]:
    """The quantiles at which a BCa interval ends (Efron 1987, equation 4.1)."""
    import numpy as np

    normal = NormalDist()
    tail = (1 - CONFIDENCE) / 2
    below = float(np.mean(resampled < point) + np.mean(resampled == point) / 2)
    if not 0 < below < 1:
        return tail, 1 - tail
    bias = normal.inv_cdf(below)
    shifted = (bias + normal.inv_cdf(end) for end in (tail, 1 - tail))
    low, high = (normal.cdf(bias + z / (1 - acceleration * z)) for z in shifted)
    return low, high
