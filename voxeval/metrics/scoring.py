"""Rows for takes: the value where there is one, and the reason where there is none."""

from __future__ import annotations

from dataclasses import replace

from voxeval.types import Alignment, AnalyzedTake, AnalyzerInfo, Failure, Feature, Score, Transcript


def scored(
    take: AnalyzedTake, metric_id: str, value: float, *, weight: float = 1.0, curve: tuple[float, ...] = ()
) -> Score:
    """The row of a take that has this value."""
    return Score(
        take=take.take.key, metric=_name(metric_id), metric_id=metric_id, value=float(value), weight=weight, curve=curve
    )


def skipped(take: AnalyzedTake, metric_id: str, why: str, *, weight: float = 1.0) -> Score:
    """The row of a take that this metric does not apply to."""
    return Score(
        take=take.take.key, metric=_name(metric_id), metric_id=metric_id, value=None, weight=weight, status="skipped",
        detail=why,
    )  # fmt: skip


def failed(take: AnalyzedTake, metric_id: str, why: str, *, weight: float = 1.0) -> Score:
    """The row of a take that could not be made or not be listened to."""
    return Score(
        take=take.take.key, metric=_name(metric_id), metric_id=metric_id, value=None, weight=weight, status="failed",
        detail=why,
    )  # fmt: skip


def unspoken(take: AnalyzedTake, metric_id: str, *, weight: float = 1.0) -> Score | None:
    """The row of a take without audio; None where there is audio."""
    if take.take.status == "failed":
        return failed(take, metric_id, f"not spoken: {take.take.detail}", weight=weight)
    if take.take.status == "skipped":
        return skipped(take, metric_id, f"not spoken: {take.take.detail}", weight=weight)
    return None


def unclaimed(take: AnalyzedTake, metric_id: str, analyzer: AnalyzerInfo, *, weight: float = 1.0) -> Score | None:
    """The row of a take in a language that the analyzer does not claim to know, spoken or not; None where it does."""
    language = take.take.item.language
    if analyzer.languages is None or language in analyzer.languages:
        return None
    return skipped(take, metric_id, f"{analyzer.name} does not know the language {language!r}", weight=weight)


def unheard(take: AnalyzedTake, metric_id: str, analyzer: AnalyzerInfo, *, weight: float = 1.0) -> Score | None:
    """The row of a take that the analyzer could not listen to, or that has no audio; None where there is an answer.

    What the analyzer does not claim comes first: where nothing could be measured, nothing was lost with a failed take.
    """
    row = unclaimed(take, metric_id, analyzer, weight=weight) or unspoken(take, metric_id, weight=weight)
    if row is not None:
        return row
    answer = take.heard.get(analyzer.id)
    if answer is None:
        return failed(take, metric_id, f"{analyzer.name} gave no answer", weight=weight)
    if isinstance(answer, Failure):
        make = skipped if answer.skipped else failed
        return make(take, metric_id, f"{analyzer.name}: {answer.reason}", weight=weight)
    return None


def feature(take: AnalyzedTake, analyzer: AnalyzerInfo) -> Feature | None:
    """What the analyzer measured in the take, where it did."""
    answer = take.heard.get(analyzer.id)
    return answer if isinstance(answer, Feature) else None


def reference_feature(take: AnalyzedTake, analyzer: AnalyzerInfo) -> Feature | None:
    """What the analyzer measured in the recording that the voice should sound like, where there is one."""
    answer = take.reference.get(analyzer.id)
    return answer if isinstance(answer, Feature) else None


def transcript(take: AnalyzedTake, analyzer: AnalyzerInfo) -> Transcript | None:
    """What the recognizer heard, where it answered."""
    answer = take.heard.get(analyzer.id)
    return answer if isinstance(answer, Transcript) else None


def alignment_of(take: AnalyzedTake, recognizer: AnalyzerInfo, normalizer: str) -> Alignment | None:
    """The alignment of what this recognizer heard, after this normalizer, where there is one."""
    found = (one for one in take.alignments if (one.recognizer, one.normalizer) == (recognizer.id, normalizer))
    return next(found, None)


def renamed(row: Score, metric_id: str) -> Score:
    """The same row for another metric, which has none for the same reason."""
    return replace(row, metric=_name(metric_id), metric_id=metric_id)


def _name(metric_id: str) -> str:
    return metric_id.split("/", 1)[0]
