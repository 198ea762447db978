"""What a metric hears of a take: the feature it needs, or the row that says why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voxeval.metrics.scoring import feature, scored, skipped, unheard
from voxeval.types import AnalyzedTake, AnalyzerInfo, Feature, Score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ABSENT: Mapping[str, str] = {
    "transcript": "no recognizer in this run: add --recognizer",
    "speaker": "no speaker encoder in this run: add --speaker-encoder",
    "activity": "nothing in this run listens for voice activity",
    "pitch": "nothing in this run listens for pitch",
    "loudness": "nothing in this run measures loudness",
    "dnsmos": "DNSMOS is not part of this run",
    "signal": "nothing in this run measures the signal",
    "mos": "no MOS predictor trained on synthetic speech in this run (UTMOS, UTMOSv2 or NISQA-TTS weights)",
}


def absent(take: AnalyzedTake, metric: str, kind: str, *, weight: float = 1.0) -> Score:
    """The row with the id `<metric>/none`: nothing in the run gives the feature that the metric needs.

    Skipped also where the take failed: what nobody could have measured was not lost with it.
    """
    why = ABSENT.get(kind, f"nothing in this run listens for {kind}")
    return skipped(take, f"{metric}/none", why, weight=weight)


def measured(take: AnalyzedTake, metric_id: str, analyzer: AnalyzerInfo) -> Feature | Score:
    """What the analyzer measured in the take, or the row that says why it did not."""
    answer = feature(take, analyzer)
    if answer is not None:
        return answer
    row = unheard(take, metric_id, analyzer)
    assert row is not None, f"{analyzer.id} is of the kind {analyzer.feature} and must answer with a Feature"
    return row


def rows_of_feature(
    takes: Sequence[AnalyzedTake],
    metric: str,
    kind: str,
    value: Callable[[AnalyzedTake, Feature], float | str],
    *,
    ending: str = "",
) -> Iterator[Score]:
    """One row a take and analyzer of this kind, with the id `<metric>/<analyzer>` and the ending, and the weight 1.

    `value` gives the number, or says in words why the take has none: such a row is skipped.
    """
    for take in takes:
        analyzers = take.analyzers_of(kind)
        if not analyzers:
            yield absent(take, metric, kind)
        for analyzer in analyzers:
            metric_id = f"{metric}/{analyzer.id}{ending}"
            heard = measured(take, metric_id, analyzer)
            if isinstance(heard, Score):
                yield heard
                continue
            number = value(take, heard)
            if isinstance(number, str):
                yield skipped(take, metric_id, number)
            else:
                yield scored(take, metric_id, number)
