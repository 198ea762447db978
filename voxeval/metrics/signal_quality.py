"""The recording as a signal: noise, clipping, silence at its ends, loudness and bandwidth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from voxeval.metrics.hearing import rows_of_feature
from voxeval.metrics.voice import stretches_of
from voxeval.types import AnalyzedTake, Feature, MetricInfo, Score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

DNSMOS = (
    "DNSMOS (Reddy et al. 2021; P.835: Reddy et al. 2022), trained on listeners' ratings of noise suppressors' output, "
    "not of synthetic speech: it hears noise and artefacts and says nothing of naturalness"
)


def _dnsmos(name: str, what: str) -> MetricInfo:
    return MetricInfo(
        name=name,
        unit="points of 1 to 5",
        better="higher",
        formula=f"the rating that DNSMOS predicts of {what}, mean of its windows; weight 1",
        source=DNSMOS,
    )


class SignalQuality:
    """DNSMOS, clipping, silence at the ends, loudness and bandwidth, as the run's analyzers measured them."""

    needs: tuple[str, ...] = ("dnsmos", "signal", "loudness", "activity")
    infos: tuple[MetricInfo, ...] = (
        _dnsmos("dnsmos_ovrl", "the recording overall (P.835 OVRL)"),
        _dnsmos("dnsmos_sig", "the speech signal alone (P.835 SIG)"),
        _dnsmos("dnsmos_bak", "how little background noise intrudes (P.835 BAK)"),
        _dnsmos("dnsmos_p808", "the recording overall (P.808)"),
        MetricInfo(
            name="clipped_share",
            unit="1",
            better="lower",
            formula="samples in runs of at least 3 that all have exactly the recording's highest or lowest value, "
            "where that is at least 0.1 of full scale / samples; weight 1",
            source="voxeval",
        ),
        MetricInfo(
            name="leading_silence_s",
            unit="s",
            better="none",
            formula="time from the start of the take to its first voice; takes without voice are skipped; weight 1",
            source="voxeval, from voice activity",
        ),
        MetricInfo(
            name="trailing_silence_s",
            unit="s",
            better="none",
            formula="time from the last voice to the end of the take; takes without voice are skipped; weight 1",
            source="voxeval, from voice activity",
        ),
        MetricInfo(
            name="loudness_lufs",
            unit="LUFS",
            better="none",
            formula="integrated loudness of the take; silence reads -70, where the absolute gate is; weight 1",
            source="ITU-R BS.1770-4",
        ),
        MetricInfo(
            name="bandwidth_hz",
            unit="Hz",
            better="none",
            formula="the highest frequency at which the mean power spectrum is within 50 dB of its peak above 50 Hz; "
            "weight 1",
            source="voxeval",
        ),
    )

    def score(self, takes: Sequence[AnalyzedTake]) -> Iterator[Score]:
        """One row a take, metric and analyzer."""
        for info in self.infos:
            kind, value = MEASURES[info.name]
            yield from rows_of_feature(takes, info.name, kind, value)


def _single(key: str, none: str) -> Callable[[AnalyzedTake, Feature], float | str]:
    """Reads a feature's one number; `none` says what it means where that is not finite."""

    def value(take: AnalyzedTake, heard: Feature) -> float | str:
        del take
        number = float(heard.values[key][0])
        return number if math.isfinite(number) else none

    return value


def _leading_silence_s(take: AnalyzedTake, activity: Feature) -> float | str:
    del take
    stretches = stretches_of(activity)
    return max(0.0, stretches[0][0]) if stretches else "no voice in the take"


def _trailing_silence_s(take: AnalyzedTake, activity: Feature) -> float | str:
    stretches = stretches_of(activity)
    if take.take.duration_s is None:
        return "the length of the take is not known"
    return max(0.0, take.take.duration_s - stretches[-1][1]) if stretches else "no voice in the take"


# name of the metric -> kind of feature, and how to read it
MEASURES: Mapping[str, tuple[str, Callable[[AnalyzedTake, Feature], float | str]]] = {
    "dnsmos_ovrl": ("dnsmos", _single("ovrl", "DNSMOS gave no number")),
    "dnsmos_sig": ("dnsmos", _single("sig", "DNSMOS gave no number")),
    "dnsmos_bak": ("dnsmos", _single("bak", "DNSMOS gave no number")),
    "dnsmos_p808": ("dnsmos", _single("p808", "DNSMOS gave no number")),
    "clipped_share": ("signal", _single("clipped_share", "the take has no samples to count")),
    "leading_silence_s": ("activity", _leading_silence_s),
    "trailing_silence_s": ("activity", _trailing_silence_s),
    "loudness_lufs": ("loudness", _single("lufs", "too quiet or too short to have a loudness")),
    "bandwidth_hz": ("signal", _single("bandwidth_hz", "silence has no bandwidth")),
}
