"""Whether the words of the text can be heard: error rates, flags of gross faults, and the recall of keywords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from voxeval.metrics.flags import Flag, is_silent, judge
from voxeval.metrics.hearing import absent, measured
from voxeval.metrics.intelligibility_infos import INFOS
from voxeval.metrics.scoring import alignment_of, failed, renamed, scored, skipped, unclaimed, unheard
from voxeval.metrics.voice import stretches_of
from voxeval.types import AnalyzedTake, AnalyzerInfo, EditCounts, MetricInfo, Score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

BAD_CASE = 0.5  # word error rate from which a take counts as bad
FLAGS: tuple[Flag, ...] = ("repetition", "trailing_words", "early_end")


@dataclass(frozen=True, slots=True)
class Rate:
    """A number made from the counts of one alignment."""

    name: str
    units: Literal["words", "characters"]
    average: Literal["corpus", "mean"]  # weight: units of the reference, or 1
    value: Callable[[EditCounts], float]

    def weight(self, words: int, characters: int) -> float:
        """What the rate of a take with a reference of this length averages over."""
        if self.average == "mean":
            return 1.0
        return float(words if self.units == "words" else characters)


RATES = (
    Rate("wer", "words", "corpus", lambda counts: counts.edits / counts.reference),
    Rate("cer", "characters", "corpus", lambda counts: counts.edits / counts.reference),
    Rate("wer_macro", "words", "mean", lambda counts: counts.edits / counts.reference),
    Rate("bad_case_rate", "words", "mean", lambda counts: float(counts.edits >= BAD_CASE * counts.reference)),
    Rate("substitution_rate", "words", "corpus", lambda counts: counts.substitutions / counts.reference),
    Rate("deletion_rate", "words", "corpus", lambda counts: counts.deletions / counts.reference),
    Rate("insertion_rate", "words", "corpus", lambda counts: counts.insertions / counts.reference),
)


class Intelligibility:
    """Word and character errors after each recognizer and normalizer of the run, flags, and keywords."""

    needs: tuple[str, ...] = ("transcript", "activity")
    infos: tuple[MetricInfo, ...] = INFOS

    def score(self, takes: Sequence[AnalyzedTake]) -> Iterator[Score]:
        """One row a take, metric, recognizer and normalizer; for flags also a row a voice activity analyzer."""
        for take in takes:
            yield from _silence(take)
            if not take.analyzers_of("transcript"):
                yield from _without_recognizer(take)
            elif not take.analyzers_of("activity"):
                yield from (absent(take, flag, "activity") for flag in FLAGS)
            for recognizer in take.analyzers_of("transcript"):
                for normalizer in take.normalizers:
                    yield from _rates(take, recognizer, normalizer)
                    yield from _flags(take, recognizer, normalizer)
                    yield _keyword_recall(take, recognizer, normalizer)
            yield from _by_protocols(take)


def _without_recognizer(take: AnalyzedTake) -> Iterator[Score]:
    for rate in RATES:
        weight = rate.weight(take.reference_words, take.reference_characters)
        yield absent(take, rate.name, "transcript", weight=weight)
    for flag in FLAGS:
        yield absent(take, flag, "transcript")
    yield absent(take, "keyword_recall", "transcript", weight=_keyword_weight(take))


def _rates(take: AnalyzedTake, recognizer: AnalyzerInfo, normalizer: str) -> Iterator[Score]:
    alignment = alignment_of(take, recognizer, normalizer)
    for rate in RATES:
        metric_id = f"{rate.name}/{recognizer.id}/{normalizer}/{rate.average}"
        if alignment is None:
            weight = rate.weight(take.reference_words, take.reference_characters)
            yield _unaligned(take, metric_id, recognizer, normalizer, weight)
            continue
        counts = alignment.words if rate.units == "words" else alignment.characters
        if counts.reference == 0:
            yield _wordless(take, metric_id, normalizer)
        else:
            weight = rate.weight(alignment.words.reference, alignment.characters.reference)
            yield scored(take, metric_id, rate.value(counts), weight=weight)


def _by_protocols(take: AnalyzedTake) -> Iterator[Score]:
    """Word errors as others count them: `wer` over a corpus, `wer_macro` where the takes' rates are averaged."""
    for use in take.protocols:
        recognizer = take.analyzers[use.recognizer]
        rate = next(rate for rate in RATES if rate.units == "words" and rate.average == use.average)
        metric_id = f"{rate.name}/{use.recognizer}/{use.name}/{use.average}"
        alignment = alignment_of(take, recognizer, use.name)
        if alignment is None:
            weight = rate.weight(take.reference_words, take.reference_characters)
            yield _unaligned(take, metric_id, recognizer, use.name, weight)
        elif alignment.words.reference == 0:
            yield _wordless(take, metric_id, use.name)
        else:
            weight = rate.weight(alignment.words.reference, alignment.characters.reference)
            yield scored(take, metric_id, rate.value(alignment.words), weight=weight)


def _silence(take: AnalyzedTake) -> Iterator[Score]:
    analyzers = take.analyzers_of("activity")
    if not analyzers:
        yield absent(take, "silent", "activity")
    for analyzer in analyzers:
        metric_id = f"silent/{analyzer.id}"
        activity = measured(take, metric_id, analyzer)
        if isinstance(activity, Score):
            yield activity
        else:
            yield scored(take, metric_id, float(is_silent(stretches_of(activity))))


def _flags(take: AnalyzedTake, recognizer: AnalyzerInfo, normalizer: str) -> Iterator[Score]:
    for analyzer in take.analyzers_of("activity"):
        ids = {flag: f"{flag}/{recognizer.id}/{normalizer}/{analyzer.id}" for flag in FLAGS}
        judged = _judged(take, ids[FLAGS[0]], recognizer, normalizer, analyzer)
        for flag, metric_id in ids.items():
            if isinstance(judged, Score):
                yield renamed(judged, metric_id)
                continue
            holds = judged[flag]
            yield skipped(take, metric_id, holds) if isinstance(holds, str) else scored(take, metric_id, float(holds))


def _judged(
    take: AnalyzedTake, metric_id: str, recognizer: AnalyzerInfo, normalizer: str, analyzer: AnalyzerInfo
) -> Mapping[Flag, bool | str] | Score:
    """What holds of each flag, or the row that says why none can be told."""
    alignment = alignment_of(take, recognizer, normalizer)
    row = unclaimed(take, metric_id, recognizer)
    if row is not None:
        return row
    if not (take.reference_words if alignment is None else alignment.reference):
        return _wordless(take, metric_id, normalizer)
    activity = measured(take, metric_id, analyzer)
    if isinstance(activity, Score):
        return activity
    stretches = stretches_of(activity)
    if is_silent(stretches):
        return skipped(take, metric_id, "silent")
    return _unaligned(take, metric_id, recognizer, normalizer) if alignment is None else judge(alignment, stretches)


def _keyword_recall(take: AnalyzedTake, recognizer: AnalyzerInfo, normalizer: str) -> Score:
    metric_id = f"keyword_recall/{recognizer.id}/{normalizer}/corpus"
    if not take.take.item.keywords:
        return skipped(take, metric_id, "the item has no keywords", weight=0.0)
    alignment = alignment_of(take, recognizer, normalizer)
    if alignment is None:
        return _unaligned(take, metric_id, recognizer, normalizer, _keyword_weight(take))
    keywords = [keyword for keyword in alignment.keywords if keyword]
    if not keywords:
        return skipped(take, metric_id, f"the item's keywords have no words after {normalizer}", weight=0.0)
    return scored(take, metric_id, _found(keywords, alignment.hypothesis) / len(keywords), weight=float(len(keywords)))


def _keyword_weight(take: AnalyzedTake) -> float:
    return float(len(take.take.item.keywords))


def _found(keywords: Sequence[tuple[str, ...]], hypothesis: tuple[str, ...]) -> int:
    """How many of the keywords were heard; one that is listed twice must be heard twice."""
    return sum(min(keywords.count(keyword), _occurrences(keyword, hypothesis)) for keyword in dict.fromkeys(keywords))


def _occurrences(keyword: tuple[str, ...], hypothesis: tuple[str, ...]) -> int:
    """How often the keyword's words follow each other in the hypothesis, without overlap."""
    count = start = 0
    while start + len(keyword) <= len(hypothesis):
        here = hypothesis[start : start + len(keyword)] == keyword
        count += here
        start += len(keyword) if here else 1
    return count


def _unaligned(
    take: AnalyzedTake, metric_id: str, recognizer: AnalyzerInfo, normalizer: str, weight: float = 1.0
) -> Score:
    """The row of a take whose transcript can't be held against the text."""
    if take.reference_words == 0:
        return _wordless(take, metric_id, normalizer)
    row = unheard(take, metric_id, recognizer, weight=weight)
    return row or failed(take, metric_id, "the transcript was not aligned with the text", weight=weight)


def _wordless(take: AnalyzedTake, metric_id: str, normalizer: str) -> Score:
    return skipped(take, metric_id, f"the text has no words after {normalizer}", weight=0.0)
