"""Which Whisper model is meant, and what is known of it before it is loaded."""

from __future__ import annotations

import hashlib
import os
import pickle
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from voxeval.analyzers.identity import installed
from voxeval.errors import MissingDependencyError, PluginError

EXPECTED = "expected a .pt file with 'dims' and 'model_state_dict', as openai-whisper publishes them"
# What torch and Whisper raise over files that are cut, corrupt, of another kind, or not to be had (as URLError).
NOT_A_MODEL = (OSError, RuntimeError, TypeError, KeyError, EOFError, pickle.UnpicklingError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A model, by what its file says."""

    name: str  # letters, digits and .+_- only, as it goes into metric ids
    path: Path  # where it is, or would be once downloaded
    sha256: str
    languages: tuple[str, ...]


def find_weights(model: str) -> Weights:
    """Name, place, hash and languages of a model by name or path, without loading it."""
    if installed("openai-whisper") is None:
        raise MissingDependencyError("openai-whisper is not installed; run: pip install openai-whisper")
    from whisper import _MODELS, available_models
    from whisper.tokenizer import LANGUAGES

    if model in _MODELS:
        url = _MODELS[model]
        cache = Path(os.getenv("XDG_CACHE_HOME", Path.home() / ".cache")) / "whisper"  # where load_model() looks
        english = model.endswith(".en")
        return Weights(
            name=f"whisper-{url.split('/')[-1].removesuffix('.pt')}",
            path=cache / url.split("/")[-1],
            sha256=url.split("/")[-2],  # which load_model() checks
            languages=("en",) if english else tuple(LANGUAGES)[:99],  # the hundredth is in the newest models only
        )
    path = Path(model)
    if not path.is_file():
        raise MissingDependencyError(
            f"Whisper has no model {model!r}, and there is no such file; "
            f"expected the path of a .pt file, or one of {', '.join(available_models())}"
        )
    state = path.stat()
    vocabulary, sha256 = _vocabulary_and_hash(path.resolve(), state.st_size, state.st_mtime_ns)
    return Weights(
        name=_safe_name(path.stem),
        path=path,
        sha256=sha256,
        languages=tuple(LANGUAGES)[: vocabulary - 51_766] if vocabulary >= 51_865 else ("en",),
    )


@cache
def _vocabulary_and_hash(path: Path, _size: int, _changed_ns: int) -> tuple[int, str]:
    """Read a file of gigabytes once in a process, and again where size or time say that it is another one."""
    vocabulary = _vocabulary(path)
    with path.open("rb") as file:  # without the file's name, so that a model has one id by name and by path
        return vocabulary, hashlib.file_digest(file, "sha256").hexdigest()


def _vocabulary(path: Path) -> int:
    """Read the size of the vocabulary, which tells multilingual models (51865 and more) from English ones."""
    import torch

    try:
        # On the device "meta" tensors have shapes but no values, so that nothing large is read.
        return int(torch.load(path, map_location="meta", weights_only=True)["dims"]["n_vocab"])
    except NOT_A_MODEL as error:
        raise PluginError(f"{path} is not a Whisper model ({type(error).__name__}); {EXPECTED}") from error


def _safe_name(stem: str) -> str:
    name = "".join(letter if letter.isascii() and (letter.isalnum() or letter in ".+_-") else "-" for letter in stem)
    return name if name.lower().startswith("whisper") else f"whisper-{name}"
