"""What a file of recognizer weights says of itself, read without loading the network.

A file is safetensors in half precision; its metadata holds one JSON document under `recognizer`: the format, the
network's name and sizes, the alphabet, how it was trained, and how well it hears which speech.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

FORMAT = 1
WEIGHTS = Path(__file__).with_name("weights") / "ctc-synthetic-a.safetensors"  # what `Recognizer.load()` loads
KEY = "recognizer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One line of the validity table: how well a kind of speech was heard after training, greedy, language given."""

    language: str
    engine: str  # as "espeak-ng"; empty for people
    speech: str  # in words: how many sentences of which voices
    cer: float  # character errors / characters, over all sentences
    wer: float
    identified: float  # share whose most probable language, of the nine and `other`, was right
    confidence: float  # mean over sentences
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the file says."""

    name: str
    network: Mapping[str, Any]  # sizes
    alphabet: tuple[str, ...]
    trained_on: str  # the one engine that it learned from, beside recordings where `training` names some
    delay_s: float = 0.0  # by which a word's first letter comes after the word's beginning, the median
    training: Mapping[str, Any] = field(default_factory=dict)
    validity: tuple[Measured, ...] = ()


def read_about(path: Path) -> About:
    """Read the metadata. Raises FileNotFoundError, and ValueError where the file holds no recognizer of this format."""
    if not path.is_file():
        raise FileNotFoundError(f"there are no recognizer weights at {path}; expected a .safetensors file")
    try:
        with safe_open(path, "numpy") as file:
            written = (file.metadata() or {}).get(KEY)
    except SafetensorError as error:
        raise ValueError(f"{path} is not a safetensors file ({error}); expected a recognizer's weights") from error
    try:
        found = json.loads(written or "null")
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise ValueError(f"no format {FORMAT}")
        return About(
            name=str(found["name"]),
            network=dict(found["network"]),
            alphabet=tuple(found["alphabet"]),
            trained_on=str(found["trained_on"]),
            delay_s=float(found["delay_s"]),
            training=dict(found["training"]),
            validity=tuple(Measured(**row) for row in found["validity"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} holds no recognizer of format {FORMAT} ({type(error).__name__}: {error}); "
            "expected a file that Recognizer.save wrote"
        ) from error
