"""DNSMOS: how disturbed a recording would sound to listeners, as noise suppression is judged.

P.835 and P.808 networks of C. Reddy, V. Gopal and R. Cutler (arXiv:2110.01763, arXiv:2010.15258), MIT licence, taken
from inside the speechmos package. They were trained on noisy calls, not on synthetic speech: no measure of naturalness.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voxeval.analyzers.clipwise import cores, each
from voxeval.analyzers.identity import RESAMPLING, files_hash, fingerprint, installed, package_folder
from voxeval.analyzers.mel import log_mel
from voxeval.audio import resample
from voxeval.errors import MissingDependencyError
from voxeval.types import AnalyzerInfo, Audio, Failure, Feature

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from voxeval.types import Clip, FloatArray, Heard

CODE_VERSION = 2
SAMPLE_RATE = 16_000
WINDOW_SAMPLES = 144_160  # 9.01 s
WINDOW_HOP = 16_000  # 1 s
MAX_WINDOWS = 3
MIN_S = 0.5
SILENCE_DBFS = -70.0  # the networks give silence 1.84, which means nothing
P808_CUT = 160  # the P.808 network hears the window without its last 10 ms
# What turns the P.835 network's answers into its scale, highest power first; not the personalized variant:
# get_polyfit_val in DNSMOS/dnsmos_local.py of github.com/microsoft/DNS-Challenge.
CALIBRATION = {
    "sig": (-0.08397278, 1.22083953, 0.0052439),
    "bak": (-0.13166888, 1.60915514, -0.39604546),
    "ovrl": (-0.06766283, 1.11546468, 0.04602535),
}
NETWORKS = ("sig_bak_ovr.onnx", "model_v8.onnx")  # P.835, P.808


class Dnsmos:
    """Mean over at most three windows of 9.01 s: the first, the middle and the last of those that the original hears.

    The original hears a window every second, and doubles what is shorter than one until one fits. Each costs 0.4 CPU
    seconds. Where it hears up to three, the numbers are the original's own: recordings of 9.01 to 13 s, of 4.51 to
    6.5 s, of 2.26 to 3.25 s and so on by halves. Elsewhere single recordings differ: five of LJSpeech, cut to 6.5 to
    8.9 s, by at most 0.03 in OVRL and 0.045 in P.808; three stretches of it of 24 to 26 s by at most 0.10 and 0.05.
    """

    def __init__(self) -> None:
        package = package_folder("speechmos")
        self._folder: Path | None = package / "dnsmos_models" if package is not None else None
        weights = "missing" if self._folder is None else files_hash([self._folder / name for name in NETWORKS])
        self.info = AnalyzerInfo(
            name="dnsmos",
            feature="dnsmos",
            fingerprint=fingerprint("dnsmos", CODE_VERSION, weights, _options()),
            version=f"speechmos {installed('speechmos')}, at most {MAX_WINDOWS} windows of 9.01 s",
        )
        self._sessions: tuple[Any, Any] | None = None

    def problem(self) -> str | None:
        """Say what is missing here, and the command that adds it; None where all is there."""
        if installed("onnxruntime") is None:
            return "onnxruntime is not installed; run: pip install onnxruntime"
        if self._folder is None or not all((self._folder / name).is_file() for name in NETWORKS):
            return "the DNSMOS networks, which are inside speechmos, are not installed; run: pip install speechmos"
        return None

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        """Features of kind `dnsmos`: `ovrl`, `sig`, `bak`, `p808` (1,) each, nominally 1 to 5. Silence is skipped."""
        self._load()
        return each(clips, self._listen, min_s=MIN_S, threads=cores())

    def _listen(self, audio: Audio) -> Heard:
        import numpy as np

        samples = np.clip(resample(audio, SAMPLE_RATE), -1.0, 1.0).astype(np.float32)
        if np.sqrt(np.mean(samples.astype(np.float64) ** 2)) < 10 ** (SILENCE_DBFS / 20):
            return Failure(reason=f"silence: the audio is quieter than {SILENCE_DBFS:g} dBFS", skipped=True)
        heard = [self._hear(window) for window in windows(samples)]
        values = {name: np.array([np.mean([one[name] for one in heard])], dtype=np.float32) for name in heard[0]}
        return Feature(kind="dnsmos", values=values)

    def _hear(self, window: FloatArray) -> dict[str, float]:
        import numpy as np

        p835, p808 = self._load()
        answers = p835.run(None, {"input_1": window[None]})[0][0]  # (3,): sig, bak, ovrl
        bands = log_mel(window[:-P808_CUT], sample_rate=SAMPLE_RATE, window=321, hop=160, bands=120)  # (T, 120)
        scaled = ((bands + 40.0) / 40.0)[None]  # (1, T, 120), -1 to 1
        scores = {
            name: float(np.polyval(polynomial, answer))
            for (name, polynomial), answer in zip(CALIBRATION.items(), answers, strict=True)
        }
        return {**scores, "p808": float(p808.run(None, {"input_1": scaled})[0][0, 0])}

    def _load(self) -> tuple[Any, Any]:
        if self._sessions is None:
            if (problem := self.problem()) is not None or self._folder is None:
                raise MissingDependencyError(problem or "")
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1  # the networks are small: more threads only wait for each other
            p835, p808 = (
                onnxruntime.InferenceSession(self._folder / name, options, providers=["CPUExecutionProvider"])
                for name in NETWORKS
            )
            self._sessions = (p835, p808)
        return self._sessions


def windows(samples: FloatArray) -> list[FloatArray]:
    """One to three stretches of 9.01 s of (S,) samples at 16 kHz: of the original's windows, see Dnsmos."""
    import numpy as np

    while len(samples) < WINDOW_SAMPLES:
        samples = np.concatenate([samples, samples])
    # The original counts whole seconds before it takes off the window, and so passes over the last that would fit.
    count = max(1, len(samples) // SAMPLE_RATE - 9)
    chosen = range(count) if count <= MAX_WINDOWS else (round(part * (count - 1) / 2) for part in range(MAX_WINDOWS))
    return [samples[index * WINDOW_HOP : index * WINDOW_HOP + WINDOW_SAMPLES] for index in chosen]


def _options() -> tuple[object, ...]:
    return (WINDOW_SAMPLES, WINDOW_HOP, MAX_WINDOWS, P808_CUT, RESAMPLING, sorted(CALIBRATION.items()))
