"""How natural speech sounds to a listener, as far as a model trained on synthetic speech can predict it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voxeval.metrics.hearing import rows_of_feature
from voxeval.types import AnalyzedTake, Feature, MetricInfo, Score

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Naturalness:
    """Predicted mean opinion scores, from any analyzer of the run that gives features of the kind "mos"."""

    needs: tuple[str, ...] = ("mos",)
    infos: tuple[MetricInfo, ...] = (
        MetricInfo(
            name="mos_predicted",
            unit="points of 1 to 5",
            better="higher",
            formula="the mean opinion score of naturalness that a network predicts for the take; weight 1",
            source="networks trained on listeners' ratings of synthetic speech: UTMOS (Saeki et al. 2022), UTMOSv2 "
            "(Baba et al. 2024), NISQA-TTS (Mittag and Möller 2020); predictors of other kinds are not read",
        ),
    )

    def score(self, takes: Sequence[AnalyzedTake]) -> Iterator[Score]:
        """One row a take and predictor."""
        yield from rows_of_feature(takes, "mos_predicted", "mos", _mos)


def _mos(take: AnalyzedTake, predicted: Feature) -> float | str:
    del take  # the network heard all that counts
    return float(predicted.values["mos"][0])
