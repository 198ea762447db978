"""Speaks with espeak-ng: a program of its own, which voxeval starts and talks to through pipes.

espeak-ng is under GPL-3 and voxeval under Apache-2.0. So no voxeval process loads the library: this program does, and
it imports nothing of voxeval and nothing beyond the standard library. It is run by its path:

    python -I espeak_worker.py LIBRARY DATA

A request on stdin is a length (4 bytes, big-endian) and as many bytes of JSON: text, voice (as "gmw/en-US+f3"), rate in
words a minute, pitch from 0 to 99; or phonemes (a list of texts) and voice. Answers on stdout are frames: a letter, a
length (4 bytes, big-endian) and as many bytes.

    R  ready, once: JSON with version and sample_rate
    A  audio: signed 16-bit samples of this machine's byte order, as soon as they are made
    P  the phonemes that were asked for: JSON, a list a text, in IPA without stress
    E  end of a request: JSON with cpu_s and peak_memory_mb
    X  the request, or the start, failed: the reason as text
"""

import ctypes
import json
import os
import re
import struct
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

CHUNK_MS = 100  # short enough that a listener could start at once, long enough that pipes cost nothing
SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: audio goes to the callback, in the calling thread
DO_NOT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT: report missing data instead of ending the process
UTF_8 = 1  # espeakCHARS_UTF8, and neither espeakSSML nor espeakPHONEMES: "<" and "[[" are characters like others
FROM_CHARACTER = 1  # POS_CHARACTER
IPA = 2  # espeakPHONEMES_IPA
SEPARATED = ord("|") << 8  # phoneme mode: the character that stands between phonemes
SEED = 1  # any fixed number
RATE, PITCH = 1, 3  # espeakRATE, espeakPITCH

Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Engine:
    """The library, made ready; `audio` is called with bytes of samples and returns whether to go on."""

    def __init__(self, library: str, data: str) -> None:
        self.lib = ctypes.CDLL(library)
        self.lib.espeak_Info.restype = ctypes.c_char_p
        self.lib.espeak_Info.argtypes = [ctypes.c_void_p]
        self.lib.espeak_Synth.argtypes = [
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        ]
        self.lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.lib.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
        self.lib.espeak_SetSynthCallback.restype = None
        self.lib.espeak_ng_SetRandSeed.restype = None
        self.lib.espeak_ng_SetRandSeed.argtypes = [ctypes.c_long]
        self.sample_rate = int(self.lib.espeak_Initialize(SYNCHRONOUS, CHUNK_MS, os.fsencode(data), DO_NOT_EXIT))
        if self.sample_rate <= 0:
            raise OSError(f"espeak-ng does not start with the data in {data}")
        # The start draws a seed from the time of day, which would be heard in every voice with breath or roughness.
        self.lib.espeak_ng_SetRandSeed(SEED)
        self.version = self.lib.espeak_Info(None).decode()
        self.frames: BinaryIO | None = None
        self._callback = Callback(self._on_audio)  # kept here: the library holds no reference of its own
        self.lib.espeak_SetSynthCallback(self._callback)

    def _on_audio(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int | None) -> int:
        if not samples or count <= 0 or self.frames is None:
            return 0
        try:
            write_frame(self.frames, b"A", ctypes.string_at(samples, count * 2))
        except OSError:
            return 1  # nobody listens any more: stop speaking
        return 0

    def choose(self, voice: str) -> None:
        """Take a voice. Raises ValueError for one that espeak-ng does not know."""
        if self.lib.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng does not know the voice {voice!r}")

    def phonemes(self, text: str, voice: str) -> list[str]:
        """What the voice would say, in IPA, stress left out; words that it reads as another language are left out."""
        self.choose(voice)
        rest = ctypes.c_char_p(text.encode())
        clauses = []
        while rest.value:  # each call reads a clause and moves on behind it
            said = self.lib.espeak_TextToPhonemes(ctypes.byref(rest), UTF_8, IPA | SEPARATED)
            clauses.append((said or b"").decode("utf-8", "replace"))
        # "(en)wɜːd(fr)": a switch to another language and back
        native = re.sub(r"\([a-z-]+\).*?\([a-z-]+\)", " ", " ".join(clauses))
        found = (sign.strip().lstrip("ˈˌ").rstrip("-") for sign in native.replace(" ", "|").split("|"))
        return [sign for sign in found if sign]

    def speak(self, text: str, voice: str, rate: int, pitch: int, frames: BinaryIO) -> None:
        """Send the text as audio frames. Raises ValueError where espeak-ng refuses."""
        self.choose(voice)
        for parameter, value in ((RATE, rate), (PITCH, pitch)):
            if self.lib.espeak_SetParameter(parameter, value, 0) != 0:
                raise ValueError(f"espeak-ng refuses the value {value} of parameter {parameter}")
        encoded = text.encode()
        self.frames = frames
        status = self.lib.espeak_Synth(encoded, len(encoded) + 1, 0, FROM_CHARACTER, 0, UTF_8, None, None)
        if status != 0:
            raise ValueError(f"espeak-ng could not speak (status {status})")


def peak_memory_mb() -> float | None:
    """High-water mark of this process; None where the system does not tell it.

    Not from getrusage: its ru_maxrss begins with the size of the process that started this one.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return None
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else None


def write_frame(out: BinaryIO, kind: bytes, payload: bytes) -> None:
    """Send one answer at once."""
    out.write(kind + struct.pack(">I", len(payload)) + payload)
    out.flush()


def answer(engine: Engine, request: dict[str, Any], out: BinaryIO) -> int:
    """Speak one request in this process, a fresh copy of the worker that ends afterwards.

    The library carries the phase of its waves and its random numbers from one utterance into the next, so in one
    process the sound of a text would depend on what was spoken before. A copy made before the first utterance knows of
    none.
    """
    try:
        if "phonemes" in request:
            said = [engine.phonemes(text, request["voice"]) for text in request["phonemes"]]
            write_frame(out, b"P", json.dumps(said).encode())
            return 0
        engine.speak(frames=out, **request)
        cost = {"cpu_s": time.process_time(), "peak_memory_mb": peak_memory_mb()}
        write_frame(out, b"E", json.dumps(cost).encode())
    except ValueError as error:
        write_frame(out, b"X", str(error).encode())
    except OSError:
        pass  # nobody listens any more
    return 0


def main() -> int:
    """Answer requests until stdin ends."""
    # The library may print; frames go to a copy of stdout, and everything else that is printed to stderr.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        engine = Engine(sys.argv[1], sys.argv[2])
    except (OSError, AttributeError) as error:
        write_frame(out, b"X", str(error).encode())
        return 1
    write_frame(out, b"R", json.dumps({"version": engine.version, "sample_rate": engine.sample_rate}).encode())
    requests = sys.stdin.buffer
    while len(head := requests.read(4)) == 4:
        request = json.loads(requests.read(struct.unpack(">I", head)[0]))
        child = os.fork()
        if child == 0:
            os._exit(answer(engine, request, out))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status != 0:
            write_frame(out, b"X", f"espeak-ng ended with status {status} (negative: a signal)".encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
