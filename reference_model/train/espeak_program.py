"""Speaks for training with espeak-ng and tells when each word and phoneme begins: a program of its own.

espeak-ng is under GPL-3, so nothing else here loads it, and this program imports nothing beyond the standard library.
It is run by its path:

    python -I espeak_program.py LIBRARY DATA

A request is one line of JSON: text, voice (as "gmw/en-US+f3"), rate in words a minute, pitch and range from 0 to 99.
An answer is one line of JSON: samples (how many follow as signed 16-bit), words ([position, length] in characters of
the text, then milliseconds) and phonemes (espeak-ng's mnemonic, milliseconds), or error. A request of a voice and a
list of words under "pronounce" is answered with their pronunciations, in espeak-ng's mnemonics. The first line tells
the sample rate.
"""

import ctypes
import json
import os
import sys
from typing import Any

SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS
PHONEME_EVENTS = 1  # espeakINITIALIZE_PHONEME_EVENTS
DO_NOT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT
UTF_8, FROM_CHARACTER = 1, 1
SEPARATED = ord("\t") << 8  # phoneme mode: mnemonics with tabs between them
RATE, PITCH, RANGE = 1, 3, 4
WORD, PHONEME = 1, 7


class Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h, the union at its end as its eight bytes."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("name", ctypes.c_char * 8),
    ]


Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


class Speaker:
    """The library with its callback; one utterance at a time."""

    def __init__(self, library: str, data: str) -> None:
        self.lib = ctypes.CDLL(library)
        self.lib.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int,
            ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        self.lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.lib.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
        flags = PHONEME_EVENTS | DO_NOT_EXIT
        self.sample_rate = int(self.lib.espeak_Initialize(SYNCHRONOUS, 2000, os.fsencode(data), flags))
        if self.sample_rate <= 0:
            raise OSError(f"espeak-ng does not start with the data in {data}")
        self.lib.espeak_ng_SetRandSeed.argtypes = [ctypes.c_long]
        self.lib.espeak_ng_SetRandSeed(1)  # of breath and whisper; the library takes the time of day
        self._callback = Callback(self._heard)  # kept: the library holds no reference of its own
        self.lib.espeak_SetSynthCallback(self._callback)
        self.voice = ""

    def _heard(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self.audio.append(ctypes.string_at(samples, count * 2))
        index = 0
        while events and events[index].type:
            event = events[index]
            if event.type == WORD:
                self.words.append((event.text_position - 1, event.length, event.audio_position))
            elif event.type == PHONEME:
                self.phonemes.append((event.name.decode("utf-8", "replace"), event.audio_position))
            index += 1
        return 0

    def pronounce(self, texts: list[str], voice: str) -> list[str]:
        """The mnemonics of each text, tabs between them, clauses on lines. Raises ValueError for an unknown voice."""
        self._choose(voice)
        found = []
        for given in texts:
            text = ctypes.c_char_p(given.encode())
            clauses = []
            while text.value:  # each call reads a clause and moves on behind it
                said = self.lib.espeak_TextToPhonemes(ctypes.byref(text), UTF_8, SEPARATED)
                clauses.append((said or b"").decode("utf-8", "replace").strip())
            found.append("\n".join(clauses))
        return found

    def _choose(self, voice: str) -> None:
        if voice != self.voice and self.lib.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"no voice {voice}")
        self.voice = voice

    def speak(self, text: str, voice: str, rate: int, pitch: int, range: int) -> None:  # noqa: A002 - its own name
        """Fill audio, words and phonemes. Raises ValueError where the engine refuses."""
        self.audio: list[bytes] = []
        self.words: list[tuple[int, int, int]] = []
        self.phonemes: list[tuple[str, int]] = []
        self._choose(voice)
        for parameter, value in ((RATE, rate), (PITCH, pitch), (RANGE, range)):
            self.lib.espeak_SetParameter(parameter, value, 0)
        encoded = text.encode()
        if self.lib.espeak_Synth(encoded, len(encoded) + 1, 0, FROM_CHARACTER, 0, UTF_8, None, None) != 0:
            raise ValueError("espeak-ng could not speak")


def main() -> int:
    """Answer requests until stdin ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # the library may print
    speaker = Speaker(sys.argv[1], sys.argv[2])
    out.write(json.dumps({"sample_rate": speaker.sample_rate}).encode() + b"\n")
    out.flush()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            if "pronounce" in request:
                out.write(json.dumps(speaker.pronounce(request["pronounce"], request["voice"])).encode() + b"\n")
                out.flush()
                continue
            speaker.speak(**request)
        except ValueError as error:
            out.write(json.dumps({"error": str(error)}).encode() + b"\n")
            out.flush()
            continue
        audio = b"".join(speaker.audio)
        head = {"samples": len(audio) // 2, "words": speaker.words, "phonemes": speaker.phonemes}
        out.write(json.dumps(head).encode() + b"\n" + audio)
        out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
