"""How a voice moves: its pitch, its pace and its pauses. None of these has a better direction."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from voxeval.metrics.hearing import rows_of_feature
from voxeval.metrics.voice import MIN_VOICE_S, span_s, stretches_of, voiced_s
from voxeval.types import AnalyzedTake, Feature, MetricInfo, Score

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxeval.types import FloatArray

MIN_VOICED_FRAMES = 10
SEMITONES = 12  # in an octave


class Prosody:
    """Median and range of the pitch, characters a second of speech, and the share of pauses."""

    needs: tuple[str, ...] = ("pitch", "activity")
    infos: tuple[MetricInfo, ...] = (
        MetricInfo(
            name="f0_median_hz",
            unit="Hz",
            better="none",
            formula=f"median F0 of the voiced frames; takes with fewer than {MIN_VOICED_FRAMES} are skipped; weight 1",
            source="voxeval",
        ),
        MetricInfo(
            name="f0_range_st",
            unit="semitones",
            better="none",
            formula="12 · log2(90th percentile / 10th percentile) of the F0 of the voiced frames; takes with fewer "
            f"than {MIN_VOICED_FRAMES} are skipped; weight 1",
            source="voxeval",
        ),
        MetricInfo(
            name="speaking_rate",
            unit="characters/s",
            better="none",
            formula="characters of the normalized text, with one space between words / seconds of voice; takes with "
            f"less than {MIN_VOICE_S} s of voice are skipped; weight 1",
            source="voxeval, from voice activity",
        ),
        MetricInfo(
            name="pause_share",
            unit="1",
            better="none",
            formula="silence between the first voice and the last / time between the first voice and the last; takes "
            f"with less than {MIN_VOICE_S} s of voice are skipped; weight 1",
            source="voxeval, from voice activity",
        ),
    )

    def score(self, takes: Sequence[AnalyzedTake]) -> Iterator[Score]:
        """One row a take, metric and analyzer; the speaking rate's id names the normalizer of the text as well."""
        yield from rows_of_feature(takes, "f0_median_hz", "pitch", _median_hz)
        yield from rows_of_feature(takes, "f0_range_st", "pitch", _range_st)
        normalizers = takes[0].normalizers[:1] if takes else ()
        ending = "".join(f"/{name}" for name in normalizers)
        yield from rows_of_feature(takes, "speaking_rate", "activity", _speaking_rate, ending=ending)
        yield from rows_of_feature(takes, "pause_share", "activity", _pause_share)


def _voiced_hz(pitch: Feature) -> FloatArray | None:
    """F0 of the voiced frames, (T,); None where there are too few to say anything."""
    import numpy as np

    f0_hz = np.asarray(pitch.values["f0_hz"], dtype=np.float64)
    voiced = f0_hz[np.isfinite(f0_hz) & (f0_hz > 0)]
    return voiced if len(voiced) >= MIN_VOICED_FRAMES else None


def _median_hz(take: AnalyzedTake, pitch: Feature) -> float | str:
    import numpy as np

    del take
    voiced = _voiced_hz(pitch)
    return "hardly any voiced frames" if voiced is None else float(np.median(voiced))


def _range_st(take: AnalyzedTake, pitch: Feature) -> float | str:
    import numpy as np

    del take
    voiced = _voiced_hz(pitch)
    if voiced is None:
        return "hardly any voiced frames"
    low, high = np.percentile(voiced, [10, 90])
    return SEMITONES * math.log2(high / low)


def _speaking_rate(take: AnalyzedTake, activity: Feature) -> float | str:
    seconds = voiced_s(stretches_of(activity))
    return take.reference_characters / seconds if seconds >= MIN_VOICE_S else "no voice in the take"


def _pause_share(take: AnalyzedTake, activity: Feature) -> float | str:
    del take
    stretches = stretches_of(activity)
    if voiced_s(stretches) < MIN_VOICE_S:
        return "no voice in the take"
    return max(0.0, 1.0 - voiced_s(stretches) / span_s(stretches))
