"""How loud a recording is, after ITU-R BS.1770-4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voxeval.analyzers.clipwise import each
from voxeval.analyzers.identity import fingerprint, installed
from voxeval.types import AnalyzerInfo, Audio, Feature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voxeval.types import Clip, Heard

CODE_VERSION = 1
BLOCK_S = 0.4  # the standard's gating block, also the window of the level track
HOP_S = 0.1  # 75 % overlap
FLOOR_LUFS = -70.0  # the standard's absolute gate
# Of pyloudnorm's filters the ones that have the standard's own coefficients at 48 kHz: a sine of 997 Hz and full scale
# then reads -3.01 LUFS, and within 0.04 of that from 8 to 96 kHz. Its default filters read -3.05 to -3.19.
FILTERS = "DeMan"


class Loudness:
    """Integrated loudness of a mono recording, and its course in windows of 0.4 s every 0.1 s.

    Nothing reads less than -70 LUFS, where the standard's absolute gate is: silence is -70, never minus infinity.
    """

    def __init__(self) -> None:
        version = installed("pyloudnorm")
        self.info = AnalyzerInfo(
            name="loudness",
            feature="loudness",
            fingerprint=fingerprint("loudness", CODE_VERSION, version, FILTERS, BLOCK_S, HOP_S, FLOOR_LUFS),
            version=f"ITU-R BS.1770-4, pyloudnorm {version}",
        )

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        """Features of kind `loudness`: `lufs` (1,), `level_lufs` (T,), window t from 0.1 t to 0.1 t + 0.4 s."""
        return each(clips, _listen, min_s=BLOCK_S)


def _listen(audio: Audio) -> Heard:
    import numpy as np
    import pyloudnorm

    meter = pyloudnorm.Meter(audio.sample_rate, filter_class=FILTERS, block_size=BLOCK_S, overlap=1 - HOP_S / BLOCK_S)
    # Whole blocks only, as the standard has it; pyloudnorm would count a last block that is up to an eighth empty.
    hops = int((audio.duration_s - BLOCK_S) / HOP_S + 1e-9)
    whole = audio.samples[: round((BLOCK_S + hops * HOP_S) * audio.sample_rate)].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):  # silence has no logarithm, and gets the floor
        lufs = float(meter.integrated_loudness(whole))
    levels = np.asarray(meter.blockwise_loudness, dtype=np.float64)  # (T,)
    return Feature(
        kind="loudness",
        values={
            "lufs": np.array([max(lufs, FLOOR_LUFS)], dtype=np.float32),
            "level_lufs": np.maximum(levels, FLOOR_LUFS).astype(np.float32),
        },
        hop_s=HOP_S,
    )
