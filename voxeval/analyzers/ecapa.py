"""Who speaks: ECAPA-TDNN embeddings (B. Desplanques et al. 2020, arXiv:2005.07143) through speechbrain.

Shapes: S samples, W windows, D width of an embedding (192 in the model of the hub).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

from voxeval.analyzers.clipwise import each, is_silent
from voxeval.analyzers.device import Device, torch_device
from voxeval.analyzers.identity import RESAMPLING, files_hash, fingerprint, installed
from voxeval.analyzers.torchaudio_compat import ensure_torchaudio
from voxeval.analyzers.windows import window_bounds
from voxeval.audio import resample
from voxeval.errors import MissingDependencyError, PluginError, UsageError
from voxeval.types import AnalyzerInfo, Audio, Failure, Feature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voxeval.types import Clip, FloatArray, Heard

CODE_VERSION = 1
SAMPLE_RATE = 16_000
MIN_S = 0.5
FILES = (
    "hyperparams.yaml",
    "embedding_model.ckpt",
    "mean_var_norm_emb.ckpt",
    "classifier.ckpt",
    "label_encoder.txt",
)


class Ecapa:
    """Speaker embeddings of a recording and of windows along it, each encoded by itself: padding would shift scores.

    `source` is a folder with the files of speechbrain/spkrec-ecapa-voxceleb, or the name of such a model on the Hugging
    Face hub that is in the hub's cache on this machine: nothing is downloaded in the middle of a run, and the
    fingerprint holds the weights. Its hyperparams.yaml can name any Python class: use only folders that you trust.
    The recording is fed at its own level; the features are normalized over time inside the model.
    """

    def __init__(
        self,
        *,
        source: str = "speechbrain/spkrec-ecapa-voxceleb",
        device: Device = "auto",
        window_s: float = 5.0,
        hop_s: float = 2.5,
    ) -> None:
        if not MIN_S <= hop_s <= window_s:
            raise UsageError(f"window_s={window_s:g}, hop_s={hop_s:g}; expected {MIN_S:g} <= hop_s <= window_s")
        self._source = source
        self._device: Device = device
        self._window_s = window_s
        self._hop_s = hop_s
        folder = _folder(source)
        weights = f"missing {source}" if folder is None else files_hash([folder / name for name in FILES])
        version = installed("speechbrain")
        self.info = AnalyzerInfo(
            name="ecapa",
            feature="speaker",
            fingerprint=fingerprint("ecapa", CODE_VERSION, version, weights, RESAMPLING, window_s, hop_s),
            version=f"speechbrain {version}, {source}",
        )
        self._model: Any = None

    def problem(self) -> str | None:
        """Say what is missing here, and the command that adds it; None where all is there."""
        if installed("speechbrain") is None:
            return "speechbrain is not installed; run: pip install 'speechbrain>=1.1,<1.2'"
        folder = _folder(self._source)
        if folder is None:
            return (
                f"the ECAPA model {self._source} is neither a folder nor in the Hugging Face cache of this machine; "
                f"run: hf download {self._source} (needs the network), or give source=FOLDER"
            )
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            return f"{folder} lacks {', '.join(missing)}; expected the files of speechbrain/spkrec-ecapa-voxceleb"
        return None

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        """Features of kind `speaker`. Digital silence and clips under 0.5 s are skipped."""
        return each(clips, self._listen, min_s=MIN_S)

    def _listen(self, audio: Audio) -> Heard:
        import numpy as np

        samples = resample(audio, SAMPLE_RATE)
        if is_silent(samples):
            return Failure(reason="the audio is digital silence; nobody speaks in it", skipped=True)
        whole = self._embedding(samples)
        windows, bounds = [], []
        for start_s, end_s in window_bounds(len(samples) / SAMPLE_RATE, self._window_s, self._hop_s):
            part = samples[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)]
            if not is_silent(part):
                windows.append(whole if len(part) == len(samples) else self._embedding(part))
                bounds.append((start_s, end_s))
        return Feature(
            kind="speaker",
            values={
                "embedding": whole,  # (D,)
                "windows": np.concatenate(windows),  # (W*D,)
                "start_s": np.array([start_s for start_s, _ in bounds], dtype=np.float32),
                "end_s": np.array([end_s for _, end_s in bounds], dtype=np.float32),
            },
        )

    def _embedding(self, samples: FloatArray) -> FloatArray:
        """Encode (S,) samples as an embedding (D,) of unit length."""
        import numpy as np
        import torch

        model = self._load()
        with torch.inference_mode():
            encoded = model.encode_batch(torch.from_numpy(np.ascontiguousarray(samples))[None])  # (1, 1, D)
        vector = encoded[0, 0].float().cpu().numpy()
        unit: FloatArray = (vector / np.linalg.norm(vector)).astype(np.float32)
        return unit

    def _load(self) -> Any:
        if self._model is None:
            folder = _folder(self._source)
            if (problem := self.problem()) is not None or folder is None:
                raise MissingDependencyError(problem or "")
            ensure_torchaudio()
            import torch
            from speechbrain.inference.classifiers import EncoderClassifier
            from speechbrain.utils.fetching import LocalStrategy

            try:
                # speechbrain collects the files in a folder of its own; copies, since links into it would outlive it.
                with tempfile.TemporaryDirectory(prefix="voxeval-ecapa-") as collected:
                    model = EncoderClassifier.from_hparams(
                        source=str(folder),
                        savedir=collected,
                        overrides={"pretrained_path": str(folder)},
                        local_strategy=LocalStrategy.COPY,
                        run_opts={"device": torch_device(self._device)},
                    )
                # Once more and strictly: speechbrain only warns of weights that the file lacks, and keeps random ones.
                weights = torch.load(folder / "embedding_model.ckpt", map_location="cpu", weights_only=True)
                model.mods.embedding_model.load_state_dict(weights, strict=True)
            except (RuntimeError, ValueError, OSError, UnpicklingError) as error:
                reason = " ".join(str(error).split())[:200]
                raise PluginError(
                    f"{folder} can't be loaded as an ECAPA model ({reason}); "
                    "expected the files of speechbrain/spkrec-ecapa-voxceleb, whole and of one model"
                ) from error
            self._model = model
        return self._model


def _folder(source: str) -> Path | None:
    """Where the model lies on this machine, as an absolute path; None where it does not."""
    if Path(source).expanduser().is_dir():
        return Path(source).expanduser().resolve()
    if source.count("/") != 1 or installed("huggingface_hub") is None:
        return None
    import huggingface_hub
    from huggingface_hub.errors import HFValidationError

    try:
        cached = huggingface_hub.try_to_load_from_cache(source, "hyperparams.yaml")
    except HFValidationError:  # looks like a path, and is no name of a model
        return None
    return Path(cached).parent if isinstance(cached, str) else None
