"""espeak-ng, in nine languages: formant synthesis that runs anywhere."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from functools import cached_property
from typing import TYPE_CHECKING

from voxeval.errors import SpeechError, UnsupportedError, UsageError
from voxeval.systems.content import file_hash
from voxeval.systems.espeak_engine import Worker, engine_version, installed_engine
from voxeval.types import Audio, Request, SystemInfo, Usage

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE_VERSION = 2  # of the worker and the rules on texts below: raised when the same request would sound otherwise
RATE, RATE_LOW, RATE_HIGH = 175, 80, 450  # words a minute: the library's own default and its limits
PITCH, PITCH_HIGH = 50, 99
# Unicode's normal form puts a vowel mark before the shadda; espeak-ng then drops the vowel (heard in 1.51 and 1.52).
VOWEL_BEFORE_SHADDA = re.compile("([\u064b-\u0650])\u0651")
# A control character would end the text (NUL) or begin a command to the engine (Ctrl-A).
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class EspeakSystem:
    """Speaks through one worker program, started with the first request and again where it died."""

    recorded = False

    def __init__(
        self,
        *,
        voice: str | None = None,  # a preset, as "en-us" or "en-us+f3"; the system then speaks its language only
        variant: str | None = None,  # of all presets, as "f3"
        rate: int | None = None,  # words a minute
        pitch: int | None = None,  # 0 to 99
        timeout_s: float = 60.0,  # for one request
    ) -> None:
        if rate is not None and not RATE_LOW <= rate <= RATE_HIGH:
            raise UsageError(f"espeak: rate={rate}; expected {RATE_LOW} to {RATE_HIGH} words a minute")
        if pitch is not None and not 0 <= pitch <= PITCH_HIGH:
            raise UsageError(f"espeak: pitch={pitch}; expected 0 to {PITCH_HIGH}")
        if not timeout_s > 0:
            raise UsageError(f"espeak: timeout_s={timeout_s}; expected a number of seconds above 0")
        self._engine = installed_engine()
        self._rate, self._pitch, self._timeout_s = rate or RATE, PITCH if pitch is None else pitch, timeout_s
        preset, own_variant = self._parsed(voice) if voice is not None else (None, None)
        if own_variant and variant:
            raise UsageError(f"espeak: voice={voice} and variant={variant} name two variants; expected one")
        self._preset, self._variant = preset, own_variant or self._known_variant(variant)
        self._worker: Worker | None = None
        self._usage = Usage(threads=1)

    @cached_property
    def info(self) -> SystemInfo:
        """All presets of the nine languages, or those of the one voice that was asked for."""
        suffix = f"+{self._variant}" if self._variant else ""
        voices = {
            language: tuple(f"{preset}{suffix}" for preset in presets if self._preset in (None, preset))
            for language, presets in self._engine.voices.items()
        }
        voices = {language: presets for language, presets in voices.items() if presets}
        engine = [file_hash(self._engine.library), self._engine.package]
        options = [self._preset, self._variant, self._rate, self._pitch]
        digest = hashlib.sha256(json.dumps([CODE_VERSION, engine, options]).encode())
        return SystemInfo(
            name="espeak",
            version=f"{engine_version()} (espeakng-loader {self._engine.package})",
            fingerprint=digest.hexdigest()[:16],
            languages=tuple(voices),
            voices=voices,
            streaming=True,
            deterministic=True,
            needs_diacritics=True,
            engine="espeak-ng",
        )

    def load(self) -> None:
        """Start the worker."""
        if self._worker is None or not self._worker.alive:
            self.close()
            self._worker = Worker(self._engine)

    def speak(self, request: Request) -> Iterator[Audio]:
        """Chunks of about 0.1 s at 22,050 Hz, as they come.

        Raises SpeechError where the engine fails, takes too long or finds nothing to speak, UnsupportedError where it
        has no such voice.
        """
        import numpy as np

        self._usage = Usage(threads=1)
        voice = self._voice(request)
        self.load()
        worker = self._worker
        assert worker is not None
        text = VOWEL_BEFORE_SHADDA.sub("\u0651\\1", CONTROL.sub(" ", request.text))
        began = time.monotonic()
        limit = threading.Timer(self._timeout_s, worker.signal_end)
        limit.start()
        answered = heard = False
        try:
            worker.send({"text": text, "voice": voice, "rate": self._rate, "pitch": self._pitch})
            while not answered:
                kind, payload = worker.receive()
                if kind == b"A":
                    samples = np.frombuffer(payload, dtype=np.int16).astype(np.float32) / 32768.0  # (S,)
                    heard = heard or bool(samples.any())
                    yield Audio(samples, worker.sample_rate)
                    continue
                answered = True
                if kind != b"E":
                    raise SpeechError(f"espeak-ng did not speak {request.text!r}: {payload.decode()}")
                self._usage = Usage(threads=1, **json.loads(payload))
            if not heard:
                raise SpeechError(f"espeak-ng found nothing to speak in {request.text!r}; expected words or numbers")
        except SpeechError as error:
            if not answered and time.monotonic() - began >= self._timeout_s:
                raise SpeechError(
                    f"espeak-ng took more than {self._timeout_s:g} s; allow more with timeout_s="
                ) from error
            raise
        finally:
            limit.cancel()
            if not answered:  # what is left in the pipe must not be heard as the answer to the next request
                self.close()

    def usage(self) -> Usage:
        """CPU time of the last request, and the peak memory of the process that spoke it."""
        return self._usage

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def _voice(self, request: Request) -> str:
        """The engine's name for the voice of a request. Raises UnsupportedError where there is none."""
        language, locale = request.item.language, request.item.locale.lower()
        presets = self._engine.voices.get(language, {})
        if not presets or (self._preset and self._preset not in presets):
            raise UnsupportedError(f"espeak speaks {', '.join(self.info.languages or ())} here, not {language!r}")
        if request.voice is None:
            preset, variant = self._preset or (locale if locale in presets else next(iter(presets))), None
        elif request.voice.audio is not None:
            raise UnsupportedError(f"espeak can't clone a voice ({request.voice.name}); it has {', '.join(presets)}")
        else:
            try:
                preset, variant = self._parsed(request.voice.name)
            except UsageError as error:
                raise UnsupportedError(str(error)) from error
        if preset not in presets:
            raise UnsupportedError(
                f"espeak: voice {preset!r} does not speak {language!r}; these do: {', '.join(presets)}"
            )
        variant = variant or self._variant
        return presets[preset] + (f"+{variant}" if variant else "")

    def _parsed(self, voice: str) -> tuple[str, str | None]:
        """Preset and variant of a name as "en-us+f3". Raises UsageError where one of them is not there."""
        name, _, variant = voice.partition("+")
        preset = name.lower()
        if self._engine.language_of(preset) is None:
            known = "; ".join(f"{code}: {', '.join(presets)}" for code, presets in self._engine.voices.items())
            raise UsageError(f"espeak has no voice {name!r}; it has {known}")
        return preset, self._known_variant(variant or None)

    def _known_variant(self, variant: str | None) -> str | None:
        if variant is not None and variant not in self._engine.variants:
            raise UsageError(f"espeak has no variant {variant!r}; it has {', '.join(self._engine.variants)}")
        return variant
