"""Engines that the training never hears, to measure what it has learned: flite and festival, where they are installed.

Both are free and in Debian; festival's Italian and Hindi voices are packages of their own (festvox-itapc16k,
festvox-italp16k, festvox-hi-nsk; English: festvox-kallpc16k, festvox-us-slt-hts).
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from reference_model.train.augment import Samples, warp


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A voice of another synthesizer."""

    name: str
    language: str
    voice: str
    encoding: str = "utf-8"  # that it reads

    def speak(self, text: str) -> Samples:
        """The text at 16 kHz. Raises RuntimeError where the program fails."""
        with tempfile.TemporaryDirectory() as folder:
            source, sound = Path(folder) / "text", Path(folder) / "sound.wav"
            source.write_bytes(text.encode(self.encoding, "replace"))
            if self.name == "flite":
                argv = ["flite", "-voice", self.voice, str(source), str(sound)]
            else:
                argv = ["text2wave", "-eval", f"(voice_{self.voice})", str(source), "-o", str(sound)]
            done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
            if done.returncode != 0 or not sound.exists():
                raise RuntimeError(f"{' '.join(argv)} ended with {done.returncode}: {done.stderr.strip()[:200]}")
            samples, rate = soundfile.read(sound, dtype="float32")
        return warp(np.ascontiguousarray(samples), rate, 1.0)


def engines() -> Iterator[Engine]:
    """The voices that are installed here."""
    if shutil.which("flite"):
        for voice in ("slt", "rms", "awb", "kal16"):
            yield Engine(name="flite", language="en", voice=voice)
    if shutil.which("text2wave"):
        for language, voice, encoding in (
            ("en", "kal_diphone", "utf-8"),
            ("en", "cmu_us_slt_arctic_hts", "utf-8"),
            ("it", "lp_diphone", "latin-1"),
            ("it", "pc_diphone", "latin-1"),
            ("hi", "hindi_NSK_diphone", "utf-8"),
        ):
            if any(Path("/usr/share/festival/voices").glob(f"*/{voice}")):
                yield Engine(name="festival", language=language, voice=voice, encoding=encoding)
