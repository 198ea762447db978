"""The espeak-ng that is installed, and the worker program that runs it.

The library is under GPL-3, so no voxeval process loads it: `espeak_worker.py`, a program that imports nothing of
voxeval, does, and is talked to through pipes.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import struct
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from voxeval.errors import MissingDependencyError, SpeechError
from voxeval.types import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORKER = Path(__file__).with_name("espeak_worker.py")
PHONEME_VOICES = {"pt": "pt-br"}  # whose sounds stand for the language, where it is not the default's
DEFAULTS = {"en": "en-us", "fr": "fr-fr"}  # elsewhere the voice that is named like the language


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What the wheel brings: the library, its data, and the voices in them."""

    library: Path
    data: Path
    package: str  # version of the wheel
    voices: Mapping[str, Mapping[str, str]]  # language -> preset, the default first -> the engine's own name for it
    variants: tuple[str, ...]

    def language_of(self, preset: str) -> str | None:
        """The language that has this preset."""
        return next((language for language, presets in self.voices.items() if preset in presets), None)


@cache
def installed_engine() -> Engine:
    """The engine that is installed, its library not loaded. Raises MissingDependencyError where there is none."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        import espeakng_loader

        package = version("espeakng-loader")
        library, data = Path(espeakng_loader.get_library_path()), Path(espeakng_loader.get_data_path())
    except (ImportError, PackageNotFoundError, RuntimeError) as error:
        raise MissingDependencyError(
            f"espeak needs the package espeakng-loader ({error}); add it with: pip install espeakng-loader"
        ) from error
    found: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for file in sorted((data / "lang").glob("*/*")):
        tags = [
            line.split()[1] for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("language ")
        ]
        if tags and (language := tags[0].split("-")[0]) in found:
            found[language][tags[0]] = f"{file.parent.name}/{file.name}"
    for language, presets in found.items():
        default = DEFAULTS.get(language, language)
        found[language] = {default: presets[default]} | presets
    # The engine ignores a variant that it does not know, without a word; it knows them by these file names.
    variants = tuple(sorted(file.name for file in (data / "voices" / "!v").iterdir()))
    return Engine(library=library, data=data, package=package, voices=found, variants=variants)


class Worker:
    """The running worker program."""

    def __init__(self, engine: Engine) -> None:
        self._argv = [sys.executable, "-I", str(WORKER), str(engine.library), str(engine.data)]
        self._process = subprocess.Popen(
            self._argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that a worker is ended together with what it started
        )
        try:
            kind, payload = self.receive()
        except SpeechError:
            self.kill()
            raise
        if kind != b"R":
            self.kill()
            raise SpeechError(f"espeak-ng did not start: {payload.decode()}; try: pip install -U espeakng-loader")
        ready = json.loads(payload)
        self.version = str(ready["version"])
        self.sample_rate = int(ready["sample_rate"])

    @property
    def alive(self) -> bool:
        """Whether it can take a request."""
        return self._process.poll() is None

    def send(self, request: Mapping[str, str | int | Sequence[str]]) -> None:
        """Hand over a request. Raises SpeechError where the worker is gone."""
        assert self._process.stdin is not None
        message = json.dumps(request).encode()
        try:
            self._process.stdin.write(struct.pack(">I", len(message)) + message)
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise self._gone() from error

    def receive(self) -> tuple[bytes, bytes]:
        """The next frame: its letter and its content. Raises SpeechError where the worker is gone."""
        assert self._process.stdout is not None
        head = self._process.stdout.read(5)
        if len(head) < 5:
            raise self._gone()
        size = struct.unpack(">I", head[1:])[0]
        payload = self._process.stdout.read(size)
        if len(payload) < size:
            raise self._gone()
        return head[:1], payload

    def signal_end(self) -> None:
        """End the worker and the utterance it is at; whoever is reading finds the end of the stream."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def kill(self) -> None:
        """End the worker, and let go of its pipes."""
        self.signal_end()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what was not sent to a dead worker stays unsent
                if pipe is not None:
                    pipe.close()

    def _gone(self) -> SpeechError:
        self.signal_end()
        status = self._process.wait()
        return SpeechError(
            f"the espeak-ng worker ended (status {status}) before it had spoken; to see whether it starts at all, run: "
            f"{shlex.join(self._argv)}"
        )


def phonemes(texts: Sequence[str], language: str) -> list[tuple[str, ...]]:
    """The phonemes of each text, in IPA and without stress, as the language's voice says them.

    Raises MissingDependencyError where there is no engine, SpeechError where it does not answer.
    """
    engine = installed_engine()
    voices = engine.voices[language]
    worker = Worker(engine)
    try:
        worker.send(
            {
                "phonemes": list(texts),
                "voice": voices.get(PHONEME_VOICES.get(language, ""), next(iter(voices.values()))),
            }
        )
        kind, payload = worker.receive()
    finally:
        worker.kill()
    if kind != b"P":
        raise SpeechError(f"espeak-ng gave no phonemes in {language}: {payload.decode()}")
    return [tuple(said) for said in json.loads(payload)]


@cache
def engine_version() -> str:
    """The engine's own version, as a worker tells it."""
    worker = Worker(installed_engine())
    worker.kill()
    return worker.version
