"""Makes `import torchaudio` work where its compiled library does not fit the installed torch.

torchaudio 2.11 loads its compiled library as soon as it is imported. That fails where torch is a CPU build (the wheel
on PyPI is a CUDA build) or has another CUDA version, and everything that imports torchaudio fails with it, as
speechbrain does. The Python parts are all that speaker encoders use, and they work without the library.

This is the one module that changes what other imports see, and only when `ensure_torchaudio` is called.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

from voxeval.errors import MissingDependencyError


def ensure_torchaudio() -> None:
    """Import torchaudio, without its compiled library where that does not load. Call it before speechbrain.

    Raises MissingDependencyError where torchaudio is not installed.
    """
    try:
        importlib.import_module("torchaudio")
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            "torchaudio is not installed; run: pip install 'torchaudio>=2.11,<2.12'"
        ) from error
    except (OSError, RuntimeError, ImportError):
        _forget_torchaudio()
        sys.modules["torchaudio._extension"] = _absent_extension()
        importlib.import_module("torchaudio")


def _forget_torchaudio() -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "torchaudio"]:
        del sys.modules[name]


def _absent_extension() -> ModuleType:
    """Stand-in for torchaudio._extension that reports the compiled parts as absent."""

    def unchanged(function: Any) -> Any:
        return function

    module: Any = ModuleType("torchaudio._extension")
    module._IS_TORCHAUDIO_EXT_AVAILABLE = False
    module._IS_ALIGN_AVAILABLE = False
    module._check_cuda_version = lambda: None
    module.fail_if_no_align = unchanged
    return module  # type: ignore[no-any-return]
