"""espeak-ng as the training's voice: its programs, voices and variants."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference_model.alphabet import LANGUAGES

OWNERS = ("a", "b", "held-out")
_PROGRAM = Path(__file__).with_name("espeak_program.py")
# Voices that are whispered, hoarse beyond understanding or no voice at all would teach noise.
_NOT_SPEECH = {"fast", "caleb", "iven", "iven2", "iven3", "iven4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What espeak-ng is asked to say, and how."""

    text: str
    voice: str  # the engine's own name, as "gmw/en-US+f3"
    rate: int  # words a minute
    pitch: int  # 0 to 99
    range: int  # 0 to 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What it said: samples in [-1, 1] and the beginnings of words and phonemes in seconds."""

    samples: NDArray[np.float32]  # (S,)
    sample_rate: int
    words: tuple[tuple[int, int, float], ...]  # first character, number of characters, start_s
    phonemes: tuple[tuple[str, float], ...]  # mnemonic ("" and "_:" are pauses), start_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """The engine that the wheel `espeakng-loader` brings."""

    library: Path
    data: Path
    voices: Mapping[str, tuple[str, ...]]  # language -> engine's voice names; all languages of the engine
    variants: tuple[str, ...]


@cache
def installed() -> Installed:
    """The engine's files, the library not loaded."""
    import espeakng_loader

    data = Path(espeakng_loader.get_data_path())
    voices: dict[str, tuple[str, ...]] = {}
    for file in sorted((data / "lang").glob("*/*")):
        tags = [
            line.split()[1] for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("language ")
        ]
        if tags:
            language = tags[0].split("-")[0]
            voices[language] = (*voices.get(language, ()), f"{file.parent.name}/{file.name}")
    variants = tuple(sorted(file.name for file in (data / "voices" / "!v").iterdir() if file.name not in _NOT_SPEECH))
    return Installed(library=Path(espeakng_loader.get_library_path()), data=data, voices=voices, variants=variants)


def share(name: str) -> str:
    """Whose this voice variant or text is: "a", "b" or "held-out"; the same on every machine.

    The two networks learn from disjoint variants and disjoint texts, and are measured on what neither has met.
    """
    tenth = zlib.crc32(name.encode()) % 10
    return "held-out" if tenth < 1 else "a" if tenth % 2 else "b"


def check_owner(owner: str) -> None:
    """Raise ValueError for an owner that `share` never names."""
    if owner not in OWNERS:
        raise ValueError(f"nothing belongs to {owner!r}; expected one of {', '.join(OWNERS)}")


def variants_of(owner: str) -> tuple[str, ...]:
    """The variants that a network may learn from, or the held-out ones; "" is the plain voice, which is everybody's.

    Raises ValueError for an owner that `share` never names.
    """
    check_owner(owner)
    mine = tuple(variant for variant in installed().variants if share(variant) == owner)
    return mine if owner == "held-out" else ("", *mine)


def named(voice: str, variant: str) -> str:
    """The engine's name of a voice in a variant; "" is the plain voice."""
    return f"{voice}+{variant}" if variant else voice


class Speaker:
    """A running espeak-ng program; it is started again where it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._sample_rate = 0

    def _start(self) -> subprocess.Popen[bytes]:
        engine = installed()
        argv = [sys.executable, "-I", str(_PROGRAM), str(engine.library), str(engine.data)]
        process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert process.stdout is not None
        ready = process.stdout.readline()
        if not ready:
            process.kill()
            raise RuntimeError(f"espeak-ng does not start; to see why, run: {shlex.join(argv)}")
        self._sample_rate = int(json.loads(ready)["sample_rate"])
        return process

    def speak(self, prompt: Prompt) -> Utterance | None:
        """The spoken prompt; None where the engine refused it or died of it."""
        if self._process is None or self._process.poll() is not None:
            self._process = self._start()
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        request = {name: getattr(prompt, name) for name in ("text", "voice", "rate", "pitch", "range")}
        try:
            stdin.write(json.dumps(request).encode() + b"\n")
            stdin.flush()
            line = stdout.readline()
            head: dict[str, Any] = json.loads(line) if line else {"error": "ended"}
            if "error" in head:
                return None
            audio = stdout.read(2 * head["samples"])
        except (BrokenPipeError, json.JSONDecodeError):
            self.close()
            return None
        if len(audio) < 2 * head["samples"]:
            return None
        return Utterance(
            samples=np.frombuffer(audio, np.int16).astype(np.float32) / np.float32(32768),
            sample_rate=self._sample_rate,
            words=tuple((position, length, ms / 1000) for position, length, ms in head["words"]),
            phonemes=tuple((name, ms / 1000) for name, ms in head["phonemes"]),
        )

    def pronounce(self, words: Sequence[str], voice: str) -> list[str]:
        """How the engine says each word by itself, in its own mnemonics. Raises RuntimeError where it does not."""
        if self._process is None or self._process.poll() is not None:
            self._process = self._start()
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"pronounce": list(words), "voice": voice}).encode() + b"\n")
        stdin.flush()
        answer = json.loads(stdout.readline() or b"null")
        if not isinstance(answer, list):
            raise RuntimeError(f"espeak-ng pronounced nothing with the voice {voice!r}: {answer}")
        return [str(said) for said in answer]

    def close(self) -> None:
        """End the program."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def nine_voices() -> Mapping[str, tuple[str, ...]]:
    """The engine's voices of the nine languages."""
    return {
        language: tuple(
            voice for voice in installed().voices[language] if voice != "gmw/en-Shaw"
        )  # reads Shavian letters
        for language in LANGUAGES
    }
