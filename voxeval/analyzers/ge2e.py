"""Who speaks: GE2E embeddings (L. Wan et al. 2018, arXiv:1710.10467) from Resemblyzer, whose package holds the weights.

Shapes: S samples, P partials of 1.6 s, W windows, D = 256 width of an embedding.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib import util
from typing import TYPE_CHECKING, Any

from voxeval.analyzers.clipwise import each, is_silent
from voxeval.analyzers.device import Device, one_thread, torch_device
from voxeval.analyzers.identity import RESAMPLING, files_hash, fingerprint, installed, package_folder
from voxeval.analyzers.windows import window_bounds
from voxeval.audio import resample
from voxeval.errors import MissingDependencyError
from voxeval.types import AnalyzerInfo, Audio, Failure, Feature

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from voxeval.types import Clip, FloatArray, Heard

CODE_VERSION = 2
SAMPLE_RATE = 16_000
MIN_S = 0.5
WINDOW_S = 5.0
HOP_S = 2.5
PARTIALS_PER_S = 1.3  # Resemblyzer's own defaults
MIN_COVERAGE = 0.75
BATCH_PARTIALS = 64  # bounds the memory of an hour of audio
LEVEL_DBFS = -25.0  # of every recording
LEVEL_SPAN_DB = 10.0  # a partial is moved this far at most, so that the noise of a pause does not become loud
ADD = "pip install 'voxeval[ge2e]' (needs a C compiler)"


class Ge2e:
    """Speaker embeddings of a recording and of windows of 5 s every 2.5 s along it.

    The network hears partials of 1.6 s, one every 0.77 s, each once. The whole is their mean, as Resemblyzer makes it;
    a window is the mean of the partials that lie within it. Silence is not cut out first, so that times stay true.
    Partials of digital silence are left out, and so are windows with nothing else.

    The network hears power, not its logarithm, so a softer half would look like another speaker. Recordings are set to
    -25 dBFS and each partial to the recording's mean power. On halves of 126 LibriSpeech recordings the equal-error
    rate stays what it is without this (0.8 %), and a softer second half no longer counts.
    """

    def __init__(self, *, device: Device = "auto") -> None:
        self._device: Device = device
        folder = package_folder("resemblyzer")
        weights = "missing" if folder is None else files_hash([folder / "pretrained.pt"])
        version = installed("Resemblyzer")
        options = (WINDOW_S, HOP_S, PARTIALS_PER_S, MIN_COVERAGE, LEVEL_DBFS, LEVEL_SPAN_DB)
        self.info = AnalyzerInfo(
            name="ge2e",
            feature="speaker",
            fingerprint=fingerprint("ge2e", CODE_VERSION, version, weights, RESAMPLING, options),
            version=f"Resemblyzer {version}",
        )
        self._model: Any = None

    def problem(self) -> str | None:
        """Say what is missing here, and the command that adds it; None where all is there."""
        if package_folder("resemblyzer") is None or util.find_spec("webrtcvad") is None:
            return f"GE2E speaker embeddings need Resemblyzer, which is not installed; run: {ADD}"
        if util.find_spec("pkg_resources") is None:
            return f"Resemblyzer needs a setuptools under version 81, for its pkg_resources; run: {ADD}"
        return None

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        """Features of kind `speaker`. Digital silence and clips under 0.5 s are skipped."""
        self._load()
        cut = each(clips, self._cut, min_s=MIN_S)
        embeddings = self._embed([partials.mels for partials in cut if isinstance(partials, _Partials)])
        return [one if isinstance(one, Failure) else _feature(one, embeddings.pop(0)) for one in cut]

    def _cut(self, audio: Audio) -> _Partials | Failure:
        import numpy as np
        from resemblyzer import wav_to_mel_spectrogram

        samples = resample(audio, SAMPLE_RATE)
        if is_silent(samples):
            return Failure(reason="the audio is digital silence; nobody speaks in it", skipped=True)
        waves, mels = self._load().compute_partial_slices(len(samples), PARTIALS_PER_S, MIN_COVERAGE)
        audible = [index for index, wave in enumerate(waves) if not is_silent(samples[wave])]
        leveled = samples * _gain([samples[waves[index]] for index in audible])
        spectrum = wav_to_mel_spectrogram(np.pad(leveled, (0, max(0, waves[-1].stop - len(samples)))))  # (frames, 40)
        return _Partials(
            mels=_evened(np.stack([spectrum[mels[index]] for index in audible])),
            start_s=np.array([waves[index].start / SAMPLE_RATE for index in audible]),
            end_s=np.array([min(waves[index].stop, len(samples)) / SAMPLE_RATE for index in audible]),
            duration_s=len(samples) / SAMPLE_RATE,
        )

    def _embed(self, clips: list[FloatArray]) -> list[FloatArray]:
        """Embeddings (P, D) of the partials (P, 160, 40) of each clip.

        The partials of all clips go through the network together, on one core: its 160 steps are so small that cores
        wait for each other at each. On a busy machine of two cores, two took ten times the CPU time of one.
        """
        import numpy as np
        import torch

        if not clips:
            return []
        model = self._load()
        together = torch.from_numpy(np.concatenate(clips))  # (P of all, 160, 40)
        with torch.inference_mode(), one_thread():
            batches = [model(batch.to(model.device)).cpu() for batch in torch.split(together, BATCH_PARTIALS)]
        embeddings = torch.cat(batches).numpy()  # (P of all, D)
        borders = np.cumsum([len(mels) for mels in clips])[:-1]
        return list(np.split(embeddings, borders))

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Partials:
    """What the network hears of one clip."""

    mels: FloatArray  # (P, 160, 40)
    start_s: FloatArray  # (P,)
    end_s: FloatArray  # (P,), not beyond the end of the clip
    duration_s: float


def _feature(partials: _Partials, embeddings: FloatArray) -> Feature:
    """Whole and windows from the embeddings (P, D) of the partials."""
    import numpy as np

    windows, bounds = [], []
    for start_s, end_s in window_bounds(partials.duration_s, WINDOW_S, HOP_S):
        inside = (partials.start_s >= start_s) & (partials.end_s <= end_s)  # (P,)
        if inside.any():
            windows.append(_unit(embeddings[inside].mean(axis=0)))
            bounds.append((start_s, end_s))
    return Feature(
        kind="speaker",
        values={
            "embedding": _unit(embeddings.mean(axis=0)),  # (D,)
            "windows": np.concatenate(windows),  # (W*D,)
            "start_s": np.array([start_s for start_s, _ in bounds], dtype=np.float32),
            "end_s": np.array([end_s for _, end_s in bounds], dtype=np.float32),
        },
    )


def _gain(partials: list[FloatArray]) -> np.float32:
    """What the samples are multiplied by, so that these stretches of them, not silent, are at -25 dBFS on average."""
    import numpy as np

    power = float(np.mean([np.mean(samples.astype(np.float64) ** 2) for samples in partials]))
    return np.float32(10.0 ** (LEVEL_DBFS / 20.0) / power**0.5)


def _evened(mels: FloatArray) -> FloatArray:
    """The mel powers (P, 160, 40) with each partial at the mean power of all, as far as 10 dB allow."""
    import numpy as np

    powers = mels.sum(axis=(1, 2), dtype=np.float64)  # (P,)
    most = 10.0 ** (LEVEL_SPAN_DB / 10.0)
    gains = np.clip(powers.mean() / np.maximum(powers, np.finfo(np.float64).tiny), 1.0 / most, most)
    evened: FloatArray = (mels * gains[:, None, None]).astype(np.float32)
    return evened


def _unit(vector: FloatArray) -> FloatArray:
    import numpy as np

    unit: FloatArray = (vector / np.linalg.norm(vector)).astype(np.float32)
    return unit
