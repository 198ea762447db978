"""Who speaks: GE2E embeddings (L. Wan et al. 2018, arXiv:1710.10467) from Resemblyzer, whose package holds the weights.

Shapes: S samples, P partials of 1.6 s, W windows, D = 256 width of an embedding.
"""

from __future__ import annotations

import warnings
from importlib import util
from typing import TYPE_CHECKING, Any

from voxeval.analyzers.clipwise import each, is_silent
from voxeval.analyzers.device import Device, torch_device
from voxeval.analyzers.identity import files_hash, fingerprint, installed, package_folder
from voxeval.analyzers.windows import window_bounds
from voxeval.audio import resample
from voxeval.errors import MissingDependencyError
from voxeval.types import AnalyzerInfo, Audio, Failure, Feature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voxeval.types import Clip, FloatArray, Heard

CODE_VERSION = 1
SAMPLE_RATE = 16_000
MIN_S = 0.5
WINDOW_S = 5.0
HOP_S = 2.5
PARTIALS_PER_S = 1.3  # Resemblyzer's own defaults
MIN_COVERAGE = 0.75
BATCH_PARTIALS = 64  # bounds the memory of an hour of audio
QUIET_DBFS = -30.0  # what is quieter is raised to this, as in training; louder stays
ADD = "pip install 'voxeval[ge2e]' (needs a C compiler)"


class Ge2e:
    """Speaker embeddings of a recording and of windows of 5 s every 2.5 s along it.

    The network hears partials of 1.6 s, one every 0.77 s, each once. The whole is their mean, as Resemblyzer makes it;
    a window is the mean of the partials that lie within it. Silence is not cut out first, so that times stay true.
    Partials of digital silence are left out, and so are windows with nothing else.
    """

    def __init__(self, *, device: Device = "auto") -> None:
        self._device: Device = device
        folder = package_folder("resemblyzer")
        weights = "missing" if folder is None else files_hash([folder / "pretrained.pt"])
        version = installed("Resemblyzer")
        options = (WINDOW_S, HOP_S, PARTIALS_PER_S, MIN_COVERAGE, QUIET_DBFS)
        self.info = AnalyzerInfo(
            name="ge2e",
            feature="speaker",
            fingerprint=fingerprint("ge2e", CODE_VERSION, version, weights, options),
            version=f"Resemblyzer {version}",
        )
        self._model: Any = None

    def problem(self) -> str | None:
        """What is missing here and the command that adds it; None where all is there."""
        if package_folder("resemblyzer") is None or util.find_spec("webrtcvad") is None:
            return f"GE2E speaker embeddings need Resemblyzer, which is not installed; run: {ADD}"
        if util.find_spec("pkg_resources") is None:
            return f"Resemblyzer needs a setuptools under version 81, for its pkg_resources; run: {ADD}"
        return None

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        """Features of kind `speaker`. Digital silence and clips under 0.5 s are Failures."""
        return each(clips, self._listen, min_s=MIN_S)

    def _listen(self, audio: Audio) -> Heard:
        import numpy as np

        samples = resample(audio, SAMPLE_RATE)
        if is_silent(samples):
            return Failure(reason="the audio is digital silence; nobody speaks in it")
        starts_s, ends_s, partials = self._partials(_raised(samples))
        duration_s = len(samples) / SAMPLE_RATE
        windows, bounds = [], []
        for start_s, end_s in window_bounds(duration_s, WINDOW_S, HOP_S):
            inside = (starts_s >= start_s) & (np.minimum(ends_s, duration_s) <= end_s)
            if inside.any():
                windows.append(_unit(partials[inside].mean(axis=0)))
                bounds.append((start_s, end_s))
        return Feature(
            kind="speaker",
            values={
                "embedding": _unit(partials.mean(axis=0)),  # (D,)
                "windows": np.concatenate(windows),  # (W*D,)
                "start_s": np.array([start_s for start_s, _ in bounds], dtype=np.float32),
                "end_s": np.array([end_s for _, end_s in bounds], dtype=np.float32),
            },
        )

    def _partials(self, samples: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Start and end in seconds (P,) and embeddings (P, D) of the partials that are not silent."""
        import numpy as np
        import torch

        model = self._load()
        audible, mel_slices = [], []
        wave_slices, all_mel_slices = model.compute_partial_slices(len(samples), PARTIALS_PER_S, MIN_COVERAGE)
        for wave, mel in zip(wave_slices, all_mel_slices, strict=True):
            if not is_silent(samples[wave]):
                audible.append(wave)
                mel_slices.append(mel)
        padded = np.pad(samples, (0, max(0, wave_slices[-1].stop - len(samples))))
        spectrum = self._spectrum(padded)  # (frames, 40)
        mels = torch.from_numpy(np.stack([spectrum[mel] for mel in mel_slices]))  # (P, 160, 40)
        with torch.inference_mode():
            embeddings = [model(batch.to(model.device)).cpu() for batch in mels.split(BATCH_PARTIALS)]
        starts_s = np.array([wave.start / SAMPLE_RATE for wave in audible])
        ends_s = np.array([wave.stop / SAMPLE_RATE for wave in audible])
        return starts_s, ends_s, torch.cat(embeddings).numpy()

    def _spectrum(self, samples: FloatArray) -> FloatArray:
        from resemblyzer import wav_to_mel_spectrogram

        spectrum: FloatArray = wav_to_mel_spectrogram(samples)
        return spectrum

    def _load(self) -> Any:
        if self._model is None:
            if (problem := self.problem()) is not None:
                raise MissingDependencyError(problem)
            with warnings.catch_warnings():
                # Resemblyzer's imports are deprecated ones (pkg_resources, scipy.ndimage.morphology); not ours to mend.
                warnings.simplefilter("ignore")
                import resemblyzer
            self._model = resemblyzer.VoiceEncoder(torch_device(self._device), verbose=False).eval()
        return self._model


def _raised(samples: FloatArray) -> FloatArray:
    """The samples with a level of at least -30 dBFS: the network hears power, not its logarithm."""
    import numpy as np

    level_db = 10.0 * float(np.log10(np.mean(samples.astype(np.float64) ** 2)))
    gain = 10.0 ** (max(0.0, QUIET_DBFS - level_db) / 20.0)
    return (samples * gain).astype(np.float32)


def _unit(vector: FloatArray) -> FloatArray:
    import numpy as np

    unit: FloatArray = (vector / np.linalg.norm(vector)).astype(np.float32)
    return unit
