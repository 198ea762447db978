"""The melody of speech: F0 and voicing, by SwiftF0 (L. Nieradzik 2025, arXiv:2508.18440; MIT licence)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voxeval.analyzers.clipwise import cores, each
from voxeval.analyzers.identity import RESAMPLING, files_hash, fingerprint, installed, package_folder
from voxeval.audio import resample
from voxeval.errors import MissingDependencyError
from voxeval.types import AnalyzerInfo, Audio, Feature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voxeval.types import Clip, Heard

CODE_VERSION = 1
SAMPLE_RATE = 16_000
HOP_S = 0.016  # 256 samples
MIN_S = 0.128  # one analysis window of 2048 samples
F0_MIN_HZ = 60.0  # under the lowest male voices, over mains hum
F0_MAX_HZ = 500.0  # over the highest points of female speech; children and song can go beyond
VOICED_CONFIDENCE = 0.5  # what the network is calibrated to


class SwiftPitch:
    """F0 every 16 ms between 60 and 500 Hz, NaN where unvoiced. Chosen by benchmarks/pitch_trackers.py."""

    def __init__(self) -> None:
        folder = package_folder("swift_f0")
        weights = "missing" if folder is None else files_hash([folder / "model.onnx"])
        version = installed("swift-f0")
        options = (F0_MIN_HZ, F0_MAX_HZ, VOICED_CONFIDENCE)
        self.info = AnalyzerInfo(
            name="swift-f0",
            feature="pitch",
            fingerprint=fingerprint("pitch", CODE_VERSION, version, weights, RESAMPLING, options),
            version=f"swift-f0 {version}",
        )
        self._detector: Any = None

    def problem(self) -> str | None:
        """Say what is missing here, and the command that adds it; None where all is there."""
        if installed("swift-f0") is None:
            return "swift-f0 is not installed; run: pip install swift-f0"
        return None

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        """Features of kind `pitch`: `f0_hz` (T,), frames 16 ms apart, the first centred on the first sample."""
        self._load()
        return each(clips, self._listen, min_s=MIN_S, threads=cores())

    def _listen(self, audio: Audio) -> Heard:
        import numpy as np

        pitch = self._load().detect(resample(audio, SAMPLE_RATE), SAMPLE_RATE, F0_MIN_HZ, F0_MAX_HZ)
        f0_hz = np.where(pitch.confidence >= VOICED_CONFIDENCE, pitch.pitch_hz, np.nan)  # (T,)
        return Feature(kind="pitch", values={"f0_hz": f0_hz.astype(np.float32)}, hop_s=HOP_S)

    def _load(self) -> Any:
        if self._detector is None:
            try:
                import swift_f0
            except ModuleNotFoundError as error:
                raise MissingDependencyError(self.problem() or str(error)) from error
            # One thread that sleeps between calls: more threads cost CPU time and give little (benchmarks/).
            self._detector = swift_f0.SwiftF0(threads=1, spin=False)
        return self._detector
