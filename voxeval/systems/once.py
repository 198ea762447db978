"""A program that is run for one text, and the recording that it leaves."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voxeval.audio import read_audio
from voxeval.errors import AudioError, SpeechError
from voxeval.systems.process import Limits, Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voxeval.types import Audio


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a program left behind, having ended well."""

    stdout: bytes
    log_tail: str  # the end of its stderr, as a clause for an error message
    cpu_s: float | None
    peak_memory_mb: float | None


def run_once(
    argv: Sequence[str], *, cwd: Path | None, stdin: bytes | None, out: Path | None, limits: Limits
) -> Outcome:
    """What the program left; nothing of its stdout is kept where it writes to the file `out`.

    Raises SpeechError where it can't start, takes too long, writes too much or ends with another code than 0.
    """
    deadline = time.monotonic() + limits.timeout_s
    program = Program(argv, cwd=cwd, stdin=stdin is not None, limits=limits)
    program.out = out
    try:
        if stdin is not None:
            program.write(stdin, last=True)
        printed = _output(program, deadline, keep=out is None)
        code = program.wait(deadline)
    except TimeoutError as error:
        raise SpeechError(
            f"{program.name} took more than {limits.timeout_s:g} s and was ended; allow more with timeout_s="
            f"{program.log_tail}"
        ) from error
    finally:
        program.kill()
    if code != 0:
        raise SpeechError(f"{program.name} ended with exit code {code}; expected 0{program.log_tail}")
    return Outcome(
        stdout=printed, log_tail=program.log_tail, cpu_s=program.cpu_s, peak_memory_mb=program.peak_memory_mb
    )


def recording(source: Path | bytes, limits: Limits, log_tail: str) -> Audio:
    """The recording in a file, or in what was printed. Raises SpeechError where it is none, or not a whole one."""
    place = "stdout" if isinstance(source, bytes) else "the file {out}"
    if source == b"" or (isinstance(source, Path) and not source.is_file()):
        raise SpeechError(f"the program ended well but left nothing in {place}; expected a WAV{log_tail}")
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.output_bytes:
        raise SpeechError(
            f"the program left {size / 1e6:.1f} MB in {place}; expected at most {limits.output_bytes / 1e6:g} MB; "
            "allow more with max_output_mb="
        )
    try:
        return read_audio(source if isinstance(source, bytes) else source.read_bytes())
    except AudioError as error:
        raise SpeechError(f"the program left no recording in {place}: {error}{log_tail}") from error


def _output(program: Program, deadline: float, *, keep: bool) -> bytes:
    limit = program.limits.output_bytes
    pieces: list[bytes] = []
    size = 0
    while data := program.read(deadline):
        size += len(data)
        if size > limit:
            raise SpeechError(
                f"{program.name} wrote more than {limit / 1e6:g} MB to stdout and was ended; allow more "
                f"with max_output_mb={program.log_tail}"
            )
        if keep:
            pieces.append(data)
    return b"".join(pieces)
