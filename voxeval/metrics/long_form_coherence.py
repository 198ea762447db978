"""Whether a long reading holds together: one voice, level, pitch and pace, every sentence once, nothing added."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from voxeval.metrics import sentences
from voxeval.metrics.drift import MIN_WINDOWS, Curve, measure_drift, write_detail
from voxeval.metrics.drift_curves import level_curve, pitch_curve, speaker_curve
from voxeval.metrics.hearing import absent, measured
from voxeval.metrics.long_form_infos import INFOS, MIN_DURATION_S, MIN_WORDS
from voxeval.metrics.rate import rate_curve
from voxeval.metrics.scoring import alignment_of, failed, feature, reference_feature, scored, skipped, unheard
from voxeval.metrics.silences import PAUSE_S, border_pauses, silences_between
from voxeval.types import Failure, Score

if TYPE_CHECKING:
    from voxeval.types import Alignment, AnalyzedTake, AnalyzerInfo, Feature, FloatArray


class LongFormCoherence:
    """Drift of voice, level, pitch and rate, and sentences left out, repeated or added."""

    infos = INFOS
    needs = ("transcript", "activity", "speaker", "pitch", "loudness")

    def score(self, takes: Sequence[AnalyzedTake]) -> Iterator[Score]:
        """One row a take, metric, and combination of the analyzers and normalizers that the metric is made of."""
        for take in takes:
            yield from _drift_rows(take)
            yield from _text_rows(take)
            yield from _timed_rows(take)
            yield from _silence_rows(take)


def _drift_rows(take: AnalyzedTake) -> Iterator[Score]:
    voices = take.analyzers_of("activity")
    for name, kind, drift in (
        ("speaker_drift", "speaker", _speaker_drift),
        ("level_drift", "loudness", partial(_track_drift, level_curve)),
        ("pitch_drift", "pitch", partial(_track_drift, pitch_curve)),
    ):
        analyzers = take.analyzers_of(kind)
        for analyzer, activity in product(analyzers, voices):
            yield drift(take, f"{name}/{analyzer.id}/{activity.id}", analyzer, activity)
        if not analyzers or not voices:
            yield absent(take, name, "activity" if analyzers else kind)


def _speaker_drift(take: AnalyzedTake, metric_id: str, encoder: AnalyzerInfo, activity: AnalyzerInfo) -> Score:
    metric_id += "/to-start" if take.take.reference_audio is None else "/to-reference"
    windows, voice = measured(take, metric_id, encoder), measured(take, metric_id, activity)
    if isinstance(windows, Score):
        return windows
    if isinstance(voice, Score):
        return voice
    reference = reference_feature(take, encoder)
    if reference is None and take.take.reference_audio is not None:
        answer = take.reference.get(encoder.id)
        why = answer.reason if isinstance(answer, Failure) else "no answer"
        return failed(take, metric_id, f"{encoder.name}, of the reference recording: {why}")
    return _drift(take, metric_id, lambda: speaker_curve(windows, voice, reference), _unlikeness)


def _track_drift(
    curve_of: Callable[[Feature, Feature, float], Curve],
    take: AnalyzedTake,
    metric_id: str,
    analyzer: AnalyzerInfo,
    activity: AnalyzerInfo,
) -> Score:
    track, voice = measured(take, metric_id, analyzer), measured(take, metric_id, activity)
    if isinstance(track, Score):
        return track
    if isinstance(voice, Score):
        return voice
    duration_s = take.take.duration_s or 0.0
    return _drift(take, metric_id, lambda: curve_of(track, voice, duration_s), _distance_from_median)


def _drift(
    take: AnalyzedTake, metric_id: str, curve_of: Callable[[], Curve], badness: Callable[[Curve], FloatArray]
) -> Score:
    """The row of a curve, which is made only for takes that are long enough."""
    if (take.take.duration_s or 0.0) < MIN_DURATION_S:
        return skipped(take, metric_id, f"under {MIN_DURATION_S:g} s of audio, too short to drift")
    curve = curve_of()
    if len(curve.values) < MIN_WINDOWS:
        return skipped(take, metric_id, f"fewer than {MIN_WINDOWS} windows can be used, too few to drift")
    drift = measure_drift(curve, badness(curve))
    return replace(scored(take, metric_id, abs(drift.slope), curve=curve.values), detail=write_detail(drift))


def _distance_from_median(curve: Curve) -> FloatArray:
    import numpy as np

    values = np.asarray(curve.values)
    distance: FloatArray = np.abs(values - np.median(values))
    return distance


def _unlikeness(curve: Curve) -> FloatArray:
    import numpy as np

    return -np.asarray(curve.values)


def _text_rows(take: AnalyzedTake) -> Iterator[Score]:
    recognizers = take.analyzers_of("transcript")
    for name, rate in (
        ("error_by_position", _error_by_position),
        ("tail_error", _tail_error),
        ("sentences_skipped", _sentences_skipped),
        ("sentences_repeated", _sentences_repeated),
    ):
        weight = float(take.reference_words) if rate is _tail_error else 1.0
        for recognizer, normalizer in product(recognizers, take.normalizers):
            metric_id = f"{name}/{recognizer.id}/{normalizer}"
            row = unheard(take, metric_id, recognizer, weight=weight)
            alignment = alignment_of(take, recognizer, normalizer)
            if row is not None:
                yield row
            elif alignment is None:
                yield failed(take, metric_id, f"{recognizer.name} has no alignment by {normalizer}", weight=weight)
            else:
                yield rate(take, metric_id, alignment)
        if not recognizers:
            yield absent(take, name, "transcript", weight=weight)


def _error_by_position(take: AnalyzedTake, metric_id: str, alignment: Alignment) -> Score:
    if len(alignment.reference) < MIN_WORDS:
        return skipped(take, metric_id, f"the text has under {MIN_WORDS} words, too few to tell where errors are")
    if not alignment.hypothesis:
        return skipped(take, metric_id, "nothing was recognized")
    growth = sentences.error_growth(alignment)
    return scored(take, metric_id, growth, curve=sentences.errors_by_tenth(alignment))


def _tail_error(take: AnalyzedTake, metric_id: str, alignment: Alignment) -> Score:
    weight = float(len(alignment.reference))
    if not alignment.reference:
        return skipped(take, metric_id, f"the text has no words after {alignment.normalizer}", weight=weight)
    if not alignment.hypothesis:
        return skipped(take, metric_id, "nothing was recognized", weight=weight)
    start = sentences.tail_start(alignment)
    n_words = len(alignment.hypothesis) - start
    row = scored(take, metric_id, n_words / len(alignment.reference), weight=weight)
    if n_words == 0:
        return row
    when = "" if alignment.hypothesis_times is None else f" at {alignment.hypothesis_times[start][0]:.2f} s"
    return replace(row, detail=f"{n_words} words after the text's end{when}")


def _sentences_skipped(take: AnalyzedTake, metric_id: str, alignment: Alignment) -> Score:
    if not alignment.sentences:
        return skipped(take, metric_id, "the text's sentences can't be told apart after normalization")
    found = sentences.skipped_sentences(alignment, take.take.duration_s or 0.0)
    return replace(scored(take, metric_id, len(found)), detail=_places(found))


def _sentences_repeated(take: AnalyzedTake, metric_id: str, alignment: Alignment) -> Score:
    if not alignment.sentences:
        return skipped(take, metric_id, "the text's sentences can't be told apart after normalization")
    if not alignment.hypothesis:
        return skipped(take, metric_id, "nothing was recognized")
    found = sentences.repeated_sentences(alignment)
    return replace(scored(take, metric_id, len(found)), detail=_places(found))


def _places(found: Sequence[sentences.Place]) -> str:
    return "; ".join(
        f"sentence {place.sentence}" + ("" if place.time_s is None else f" at {place.time_s:.2f} s") for place in found
    )


def _silence_rows(take: AnalyzedTake) -> Iterator[Score]:
    voices = take.analyzers_of("activity")
    for activity in voices:
        yield _longest_silence(take, f"longest_silence_s/{activity.id}", activity)
    if not voices:
        yield absent(take, "longest_silence_s", "activity")


def _timed_rows(take: AnalyzedTake) -> Iterator[Score]:
    recognizers, voices = take.analyzers_of("transcript"), take.analyzers_of("activity")
    for name, rate in (("rate_drift", _rate_drift), ("pause_at_borders", _pause_at_borders)):
        for recognizer, activity, normalizer in product(recognizers, voices, take.normalizers):
            metric_id = f"{name}/{recognizer.id}/{activity.id}/{normalizer}"
            row = unheard(take, metric_id, recognizer) or unheard(take, metric_id, activity)
            alignment, voice = alignment_of(take, recognizer, normalizer), feature(take, activity)
            if row is not None:
                yield row
            elif alignment is None or voice is None:
                yield failed(take, metric_id, f"{recognizer.name} has no alignment by {normalizer}")
            elif alignment.hypothesis_times is None:
                yield skipped(take, metric_id, f"{recognizer.name} gives no word times")
            else:
                yield rate(take, metric_id, alignment, voice)
        if not recognizers or not voices:
            yield absent(take, name, "activity" if recognizers else "transcript")


def _rate_drift(take: AnalyzedTake, metric_id: str, alignment: Alignment, voice: Feature) -> Score:
    duration_s = take.take.duration_s or 0.0
    return _drift(take, metric_id, lambda: rate_curve(alignment, voice, duration_s), _distance_from_median)


def _longest_silence(take: AnalyzedTake, metric_id: str, activity: AnalyzerInfo) -> Score:
    row = unheard(take, metric_id, activity)
    voice = feature(take, activity)
    if row is not None or voice is None:
        return row or failed(take, metric_id, f"{activity.name} gave something else than activity")
    if len(voice.values["start_s"]) == 0:
        return skipped(take, metric_id, "there is no voice")
    silences = silences_between(voice)
    if not silences:
        return scored(take, metric_id, 0.0)
    longest = max(silences, key=lambda silence: silence.duration_s)
    return replace(scored(take, metric_id, longest.duration_s), detail=f"at {longest.start_s:.2f} s")


def _pause_at_borders(take: AnalyzedTake, metric_id: str, alignment: Alignment, voice: Feature) -> Score:
    n_borders = len(alignment.sentences) - 1
    if n_borders < 1:
        return skipped(take, metric_id, "the text has one sentence, so no borders between sentences")
    pauses = border_pauses(alignment, voice)
    if not pauses:
        return skipped(take, metric_id, "no border between sentences has a recognized word on both sides")
    share = sum(pause >= PAUSE_S for pause in pauses) / len(pauses)
    detail = f"{len(pauses)} of {n_borders} borders between sentences were found"
    return replace(scored(take, metric_id, share), detail=detail)
