"""In how many languages a system speaks so that it is understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voxeval.metrics.hearing import absent, measured
from voxeval.metrics.scoring import alignment_of, failed, renamed, scored, skipped, transcript, unheard
from voxeval.metrics.voice import MIN_VOICE_S, stretches_of, voiced_s
from voxeval.types import VALID_CER, AcrossLanguages, AnalyzedTake, AnalyzerInfo, MetricInfo, Score

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UNDERSTOOD_CER = 0.2  # understood up to here, or up to twice the recognizer's floor where that is more
FLOORS = 2.0


class MultilingualCoverage:
    """Whether a take was spoken, understood and in the right language; covered is all three."""

    needs: tuple[str, ...] = ("transcript", "activity")
    infos: tuple[MetricInfo, ...] = (
        MetricInfo(
            name="spoken",
            unit="1",
            better="higher",
            if_failed=0.0,
            formula=f"1 where the take has at least {MIN_VOICE_S} s of voice, else 0; weight 1",
            source="voxeval, from voice activity",
        ),
        MetricInfo(
            name="understood",
            unit="1",
            better="higher",
            if_failed=0.0,
            formula=f"1 where cer is at most the larger of {UNDERSTOOD_CER} and twice the recognizer's CER on human "
            f"speech in that language, as far as it states one of at most {VALID_CER} (a recognizer that errs on more "
            "would call everything understood), else 0; weight 1",
            source="voxeval",
            rests_on=("words",),
        ),
        MetricInfo(
            name="language_match",
            unit="1",
            better="higher",
            if_failed=0.0,
            formula="1 where the language that the recognizer finds most probable, of all it knows and without being "
            "told, is the item's, else 0, also where it hears none; skipped where the recognizer identifies no "
            "language; weight 1",
            source="voxeval",
            rests_on=("language",),
        ),
        MetricInfo(
            name="covered",
            unit="1",
            better="higher",
            if_failed=0.0,
            formula="1 where spoken, understood and language_match are all 1, else 0; without a value where one of "
            "them has none; weight 1",
            source="voxeval",
            across=AcrossLanguages(
                metric="coverage",
                rule="share_of_languages",
                unit="1",
                better="higher",
                threshold=0.9,
                formula="languages in which at least 90 % of the items are covered / languages asked for",
                source="voxeval",
            ),
            rests_on=("words", "language"),
        ),
    )

    def score(self, takes: Sequence[AnalyzedTake]) -> Iterator[Score]:
        """One row a take and metric, for each analyzer, recognizer and normalizer that it rests on."""
        for take in takes:
            activities, recognizers = take.analyzers_of("activity"), take.analyzers_of("transcript")
            if not activities:
                yield absent(take, "spoken", "activity")
            yield from (_spoken(take, activity) for activity in activities)
            if not recognizers:
                yield absent(take, "understood", "transcript")
                yield absent(take, "language_match", "transcript")
            if not recognizers or not activities:
                yield absent(take, "covered", "activity" if recognizers else "transcript")
            for recognizer in recognizers:
                yield _language_match(take, recognizer)
                for normalizer in take.normalizers:
                    yield _understood(take, recognizer, normalizer)
                    yield from (_covered(take, recognizer, normalizer, activity) for activity in activities)


def _spoken(take: AnalyzedTake, analyzer: AnalyzerInfo) -> Score:
    metric_id = f"spoken/{analyzer.id}"
    activity = measured(take, metric_id, analyzer)
    if isinstance(activity, Score):
        return activity
    return scored(take, metric_id, float(voiced_s(stretches_of(activity)) >= MIN_VOICE_S))


def _understood(take: AnalyzedTake, recognizer: AnalyzerInfo, normalizer: str) -> Score:
    metric_id = f"understood/{recognizer.id}/{normalizer}"
    alignment = alignment_of(take, recognizer, normalizer)
    if (take.reference_words if alignment is None else alignment.words.reference) == 0:
        return skipped(take, metric_id, f"the text has no words after {normalizer}")
    if alignment is None:
        row = unheard(take, metric_id, recognizer)
        return row or failed(take, metric_id, "the transcript was not aligned with the text")
    cer = alignment.characters.edits / alignment.characters.reference
    return scored(take, metric_id, float(cer <= _understood_up_to(recognizer, take.take.item.language)))


def _understood_up_to(recognizer: AnalyzerInfo, language: str) -> float:
    """The CER up to which a take counts as understood: a recognizer that errs on people errs on systems as well."""
    floors = [floor.cer for floor in recognizer.floors if floor.human and floor.language == language]
    return max([UNDERSTOOD_CER, *(FLOORS * floor for floor in floors if floor <= VALID_CER)])


def _language_match(take: AnalyzedTake, recognizer: AnalyzerInfo) -> Score:
    metric_id = f"language_match/{recognizer.id}"
    if not recognizer.identifies_language:
        return skipped(take, metric_id, f"{recognizer.name} identifies no language")
    row = unheard(take, metric_id, recognizer)
    if row is not None:
        return row
    heard = transcript(take, recognizer)
    assert heard is not None, f"{recognizer.id} is a recognizer and must answer with a Transcript"
    return scored(take, metric_id, float(heard.language == take.take.item.language))


def _covered(take: AnalyzedTake, recognizer: AnalyzerInfo, normalizer: str, activity: AnalyzerInfo) -> Score:
    metric_id = f"covered/{recognizer.id}/{normalizer}/{activity.id}"
    parts = (_spoken(take, activity), _understood(take, recognizer, normalizer), _language_match(take, recognizer))
    for status in ("skipped", "failed"):  # a failed take is not uncovered where nobody can judge coverage
        missing = [part for part in parts if part.status == status]
        if missing:
            return renamed(missing[0], metric_id)
    return scored(take, metric_id, min(part.value for part in parts if part.value is not None))
