"""A readable reference of the codec and the flow-matching TTS, and a recognizer: imports nothing of voxeval.

from reference_model import Codec, TTS, load
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reference_model.checkpoint import load
    from reference_model.codec import Codec
    from reference_model.tts import TTS

__all__ = ["TTS", "Codec", "load"]


def __getattr__(name: str) -> Any:
    """The three, loaded when asked for: what only reads a file of weights needs no torch."""
    from importlib import import_module

    home = {"Codec": "codec", "TTS": "tts", "load": "checkpoint"}.get(name)
    if home is None:
        raise AttributeError(f"module 'reference_model' has no attribute {name!r}")
    return getattr(import_module(f"reference_model.{home}"), name)
