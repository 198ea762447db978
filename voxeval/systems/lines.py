"""The protocol of `command` with mode=lines: one JSON line in, any number of JSON lines out, from a program that stays.

In   {"id", "text", "language", "voice", "seed", "out"}
Out  {"id", "pcm_s16le": base64, "sample_rate"} for each chunk, then
     {"id", "ok": true}, with the recording in the file at `out` if no chunks came, or {"id", "ok": false, "error"}
Any other line is log, and so is an answer to a request that was given up.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from typing import TYPE_CHECKING, Any

from voxeval.errors import SpeechError
from voxeval.types import Audio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from voxeval.systems.process import Program

LOG_LINES = 5  # worth quoting


class RefusalError(SpeechError):
    """The program said itself that it can't; it is ready for the next request."""


class Conversation:
    """All requests to one running program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._rest = b""  # what came after the last whole line

    def speak(self, message: Mapping[str, Any]) -> Iterator[Audio]:
        """The chunks of one request; none where the recording is in the file at `out`.

        Raises RefusalError where the program says no, and SpeechError where it ends, takes too long, floods or answers
        what can't be read; after that it must not be used again.
        """
        deadline = time.monotonic() + self.program.limits.timeout_s
        self.program.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")
        log: list[str] = []
        for line in self._lines(deadline):
            answer = _answer(line, message["id"])
            if answer is None:
                log = [*log, line.decode(errors="replace").strip()[:200]][-LOG_LINES:]
            elif answer.get("ok") is True:
                return
            elif "ok" in answer:
                reason = answer.get("error") or "without giving a reason"
                raise RefusalError(f"{self.program.name} did not speak: {reason}{self.program.log_tail}")
            else:
                yield _chunk(answer)
        code = self.program.wait(deadline)
        printed = f"; it printed: {' | '.join(log)}" if log else ""
        raise SpeechError(
            f"{self.program.name} ended with exit code {code} before it had answered{printed}{self.program.log_tail}"
        )

    def _lines(self, deadline: float) -> Iterator[bytes]:
        """Lines of stdout to its end. Raises SpeechError over a limit."""
        received, limit = 0, self.program.limits.output_bytes
        while True:
            *lines, self._rest = self._rest.split(b"\n")
            yield from lines
            data = self.program.read(deadline)
            if not data:
                return
            received += len(data)
            if received > limit:
                raise SpeechError(
                    f"{self.program.name} wrote more than {limit / 1e6:g} MB for one request and "
                    f"was ended; expected JSON lines with speech; allow more with max_output_mb={self.program.log_tail}"
                )
            self._rest += data


def _answer(line: bytes, request_id: str) -> dict[str, Any] | None:
    """The message that answers this request; None for any other line."""
    try:
        message = json.loads(line)
    except ValueError:  # not JSON, or not UTF-8
        return None
    ours = isinstance(message, dict) and message.get("id") == request_id and ("ok" in message or "pcm_s16le" in message)
    return message if ours else None


def _chunk(message: Mapping[str, Any]) -> Audio:
    """The sound of one message. Raises SpeechError where there is none in it."""
    import numpy as np

    rate = message.get("sample_rate")
    if not isinstance(rate, int) or isinstance(rate, bool) or rate < 1:
        raise SpeechError(f"a chunk came with sample_rate {rate!r}; expected a whole number of samples a second")
    try:
        pcm = base64.b64decode(message["pcm_s16le"], validate=True)
        samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0  # (S,)
    except (binascii.Error, ValueError, TypeError) as error:
        raise SpeechError(
            f"a chunk can't be read ({error}); expected base64 of 16-bit samples, little-endian"
        ) from error
    return Audio(samples, rate)
