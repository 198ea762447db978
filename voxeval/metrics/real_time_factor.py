"""How fast a system speaks: real-time factors, the wait for the first audio, gaps, and memory."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from voxeval.metrics.hearing import absent, measured
from voxeval.metrics.scoring import scored, skipped, unspoken
from voxeval.metrics.voice import MIN_VOICE_S, span_s, stretches_of, voiced_s
from voxeval.types import AnalyzedTake, AnalyzerInfo, MetricInfo, Score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

PERCENTILES = ("mean", "p50", "p90", "p95", "p99")
CLOCK = "the clock runs from the request to the last audio, model loading and warm-up apart"


@dataclass(frozen=True, slots=True)
class Timed:
    """A number and what it averages over."""

    value: float
    weight: float = 1.0


class RealTimeFactor:
    """Times of takes that were timed with nothing else running, by concurrency."""

    needs: tuple[str, ...] = ("activity",)
    infos: tuple[MetricInfo, ...] = (
        MetricInfo(
            name="rtf",
            unit="ratio",
            better="lower",
            statistics=PERCENTILES,
            formula=f"total_s / length of the take; weight 1; {CLOCK}",
            source="mean of ratios, as in sglang and vllm-omni (audio_rtf)",
        ),
        MetricInfo(
            name="rtf_total",
            unit="ratio",
            better="lower",
            formula="total_s / length of the take; weight: the length, so that the mean is all time / all audio; "
            f"{CLOCK}",
            source="ratio of sums: the inverse of the RTFx of open_asr_leaderboard and open-tts-leaderboard",
        ),
        MetricInfo(
            name="rtf_voiced",
            unit="ratio",
            better="lower",
            statistics=PERCENTILES,
            formula="total_s / time from the first voice to the last, so that silence at the ends buys no speed; takes "
            f"with less than {MIN_VOICE_S} s of voice are skipped; weight 1; {CLOCK}",
            source="voxeval, from voice activity",
        ),
        MetricInfo(
            name="first_audio_s",
            unit="s",
            better="lower",
            statistics=("p50", "p90", "p95", "mean"),
            formula="time from the request to the first audio; a system that does not stream has total_s; weight 1",
            source="audio_ttfp of vllm-omni, TTFA elsewhere",
        ),
        MetricInfo(
            name="total_s",
            unit="s",
            better="lower",
            statistics=("p50", "p90", "p95", "mean"),
            formula=f"time from the request to the last audio; weight 1; {CLOCK}",
            source="e2el of vllm-omni",
        ),
        MetricInfo(
            name="underrun_s",
            unit="s",
            better="lower",
            statistics=("mean", "p95", "max"),
            formula="the longest wait of a player that starts with the first chunk: the largest of 0 and, over the "
            "chunks, (its time - the first chunk's time) - length of the audio before it; one chunk: 0; weight 1",
            source="max_underrun_s of vllm-omni; a take is called continuous up to 0.1 s there",
        ),
        MetricInfo(
            name="characters_per_s",
            unit="characters/s",
            better="higher",
            formula="characters of the normalized text, with one space between words / total_s; weight: total_s, so "
            "that the mean is all characters / all time",
            source="the throughput of the Voxtral TTS paper (arXiv 2603.25551), in normalized characters",
        ),
        MetricInfo(
            name="peak_memory_mb",
            unit="MB",
            better="lower",
            statistics=("max",),
            formula="largest resident memory of the system's own process up to the end of the take; skipped where that "
            "can't be seen, as on a server; weight 1",
            source="voxeval",
        ),
    )

    def score(self, takes: Sequence[AnalyzedTake]) -> Iterator[Score]:
        """One row a take and metric; rtf_voiced: one a voice activity analyzer. Ids name the concurrency."""
        for take in takes:
            for name, measure in MEASURES.items():
                yield _timed(take, name, measure)
            yield _memory(take)
            if not take.analyzers_of("activity"):
                yield absent(take, "rtf_voiced", "activity")
            for analyzer in take.analyzers_of("activity"):
                yield _voiced(take, analyzer)


def _total_s(take: AnalyzedTake) -> Timed | str:
    total_s = take.take.clock.total_s
    return "recordings have no clock" if total_s is None else Timed(total_s)


def _rtf(take: AnalyzedTake) -> Timed | str:
    total_s, duration_s = take.take.clock.total_s, take.take.duration_s
    if total_s is None:
        return "recordings have no clock"
    return Timed(total_s / duration_s) if duration_s else "the length of the take is not known"


def _rtf_total(take: AnalyzedTake) -> Timed | str:
    ratio = _rtf(take)
    return ratio if isinstance(ratio, str) else Timed(ratio.value, weight=take.take.duration_s or 0.0)


def _first_audio_s(take: AnalyzedTake) -> Timed | str:
    first_audio_s = take.take.clock.first_audio_s
    if first_audio_s is None:
        no_clock = take.take.clock.total_s is None
        return "recordings have no clock" if no_clock else "the time of the first audio was not reported"
    return Timed(first_audio_s)


def _underrun_s(take: AnalyzedTake) -> Timed | str:
    clock, sample_rate = take.take.clock, take.take.sample_rate
    if not clock.chunk_times_s or not sample_rate:
        return "recordings have no clock" if clock.total_s is None else "the times of the chunks were not reported"
    assert len(clock.chunk_times_s) == len(clock.chunk_samples), "every chunk has a time and a length"
    before = accumulate(clock.chunk_samples[:-1], initial=0)  # samples that came before each chunk
    waits_s = [
        (time_s - clock.chunk_times_s[0]) - samples / sample_rate
        for time_s, samples in zip(clock.chunk_times_s, before, strict=True)
    ]
    return Timed(max(waits_s))  # the first chunk's is 0


def _characters_per_s(take: AnalyzedTake) -> Timed | str:
    total_s = take.take.clock.total_s
    if total_s is None:
        return "recordings have no clock"
    return Timed(take.reference_characters / total_s, weight=total_s) if total_s > 0 else "the clock says 0 s"


MEASURES: Mapping[str, Callable[[AnalyzedTake], Timed | str]] = {
    "rtf": _rtf,
    "rtf_total": _rtf_total,
    "first_audio_s": _first_audio_s,
    "total_s": _total_s,
    "underrun_s": _underrun_s,
    "characters_per_s": _characters_per_s,
}


def _timed(take: AnalyzedTake, name: str, measure: Callable[[AnalyzedTake], Timed | str]) -> Score:
    metric_id = _id(take, name)
    row = unspoken(take, metric_id) or _shared(take, metric_id)
    if row is not None:
        return row
    timed = measure(take)
    if isinstance(timed, str):
        return skipped(take, metric_id, timed)
    return scored(take, metric_id, timed.value, weight=timed.weight)


def _voiced(take: AnalyzedTake, analyzer: AnalyzerInfo) -> Score:
    metric_id = f"{_id(take, 'rtf_voiced')}/{analyzer.id}"
    row = unspoken(take, metric_id) or _shared(take, metric_id)
    if row is not None:
        return row
    if take.take.clock.total_s is None:
        return skipped(take, metric_id, "recordings have no clock")
    activity = measured(take, metric_id, analyzer)
    if isinstance(activity, Score):
        return activity
    stretches = stretches_of(activity)
    if voiced_s(stretches) < MIN_VOICE_S:
        return skipped(take, metric_id, "no voice in the take")
    return scored(take, metric_id, take.take.clock.total_s / span_s(stretches))


def _memory(take: AnalyzedTake) -> Score:
    """The row of the peak memory, which other work beside it does not change."""
    metric_id = _id(take, "peak_memory_mb")
    row = unspoken(take, metric_id)
    if row is not None:
        return row
    peak_mb = take.take.clock.peak_memory_mb
    if peak_mb is None:
        return skipped(take, metric_id, "no process of the system's own was seen")
    return scored(take, metric_id, peak_mb)


def _shared(take: AnalyzedTake, metric_id: str) -> Score | None:
    if take.take.clock.timing != "shared":
        return None
    return skipped(take, metric_id, "not timed alone: several requests at a time, or timing was off")


def _id(take: AnalyzedTake, name: str) -> str:
    clock = take.take.clock
    return f"{name}/c{clock.concurrency}" + ("/reported" if clock.timing == "reported" else "")
