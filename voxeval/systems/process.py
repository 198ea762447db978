"""A program that somebody else wrote, run so that it can't block, flood, outstay or litter.

One loop feeds stdin, reads stdout and keeps the end of stderr, so no pipe can fill up unread. The program leads a
process group of its own, which is ended as a whole. POSIX only.
"""

from __future__ import annotations

import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voxeval.errors import SpeechError

if TYPE_CHECKING:
    from collections.abc import Sequence

PIECE = 1 << 16  # bytes; what a pipe holds
LOG_TAIL = 2000  # bytes of stderr worth quoting
LOOK_S = 0.01  # how often memory and exit are looked at while nothing comes


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may take."""

    timeout_s: float
    output_bytes: int  # on stdout, or in the file that it leaves


class Program:
    """A running program. Times given to it are of `time.monotonic()`."""

    def __init__(self, argv: Sequence[str], *, cwd: Path | None, stdin: bool, limits: Limits) -> None:
        try:
            self._process = subprocess.Popen(
                argv,
                cwd=cwd,
                stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:  # ValueError: a NUL in an argument
            raise SpeechError(f"{argv[0]} can't be started: {error}") from error
        self.name = Path(argv[0]).name
        self.limits = limits
        self.out: Path | None = None  # the file that it is writing: watched while it grows
        self._sampled_memory_mb: float | None = None
        self._unsent = b""
        self._close_stdin = False
        self._killed = False
        self._next_sample = 0.0
        self._log = b""
        self._cost: resource.struct_rusage | None = None
        self._selector = selectors.DefaultSelector()
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, selectors.EVENT_READ)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def log_tail(self) -> str:
        """The end of what it wrote to stderr, as a clause for an error message."""
        said = self._log.decode(errors="replace").strip()
        return f"; its stderr ends with: {said}" if said else "; it wrote nothing to stderr"

    def write(self, data: bytes, *, last: bool = False) -> None:
        """Send bytes to stdin, while `read` is called; close it after the last ones."""
        pipe = self._process.stdin
        assert pipe is not None
        os.set_blocking(pipe.fileno(), False)
        self._unsent += data
        self._close_stdin = last
        if pipe.fileno() not in self._selector.get_map():
            self._selector.register(pipe, selectors.EVENT_WRITE)

    def read(self, deadline: float) -> bytes:
        """The next bytes of stdout, empty when there are no more.

        Raises TimeoutError at the deadline, and SpeechError where the file `out` outgrows the limit.
        """
        stdout = self._process.stdout
        while True:
            ended = self.exited()  # asked first: what it wrote before its end is still to be read
            ready = self._pump(deadline)
            if stdout in ready:
                assert stdout is not None
                data = os.read(stdout.fileno(), PIECE)
                if not data:
                    self._selector.unregister(stdout)
                return data
            if ended and not ready:  # a descendant may still keep the pipe open: nothing is owed by the program
                return b""

    def exited(self) -> bool:
        """Whether it has ended; if so, its exit code and cost are known from now on."""
        if self._process.returncode is None:
            self._reap(os.WNOHANG)
        return self._process.returncode is not None

    def wait(self, deadline: float) -> int:
        """Its exit code (negative: the signal that ended it). Raises TimeoutError at the deadline."""
        while not self.exited():
            self._pump(deadline)
        while self._selector.get_map() and self._process.stderr in self._pump(deadline):
            pass  # the rest of stderr comes in
        return self._process.returncode

    def kill(self) -> None:
        """End it with all that it started, and let go of its pipes; does nothing the second time."""
        if self._killed:  # by now its number may be another's
            return
        self._killed = True
        with suppress(ProcessLookupError, PermissionError):  # PermissionError: macOS, of a group of zombies
            os.killpg(self.pid, signal.SIGKILL)
        if self._process.returncode is None:
            self._reap(0)
        self._selector.close()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    @property
    def cpu_s(self) -> float | None:
        """CPU seconds of the program and the children that it waited for; None while it runs."""
        return None if self._cost is None else self._cost.ru_utime + self._cost.ru_stime

    @property
    def peak_memory_mb(self) -> float | None:
        """Its high-water mark; None where it could not be seen.

        On exit the kernel tells it, but starting from the size of the process that started the program: a figure that
        is not above our own says nothing, and what was sampled counts.
        """
        unit = 1 if sys.platform == "darwin" else 1024  # bytes of ru_maxrss
        ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if self._cost is not None and self._cost.ru_maxrss > ours:
            return self._cost.ru_maxrss * unit / 2**20
        return self._sampled_memory_mb

    def _reap(self, options: int) -> None:
        with suppress(ChildProcessError):
            pid, status, cost = os.wait4(self.pid, options)
            if pid == self.pid:
                self._process.returncode = os.waitstatus_to_exitcode(status)
                self._cost = cost

    def _pump(self, deadline: float) -> list[object]:
        """Wait a moment for the pipes, serve stdin and stderr; the pipes that were ready."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if self._selector.get_map():
            ready: list[object] = [key.fileobj for key, _ in self._selector.select(min(left, LOOK_S))]
        else:  # all closed: it is about to exit
            time.sleep(min(left, LOOK_S / 10))
            ready = []
        if time.monotonic() >= self._next_sample:
            self._sample_memory()
            self._check_file()
            self._next_sample = time.monotonic() + LOOK_S
        if self._process.stdin in ready:
            self._feed()
        if self._process.stderr in ready:
            self._listen()
        return ready

    def _feed(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        try:
            self._unsent = self._unsent[os.write(pipe.fileno(), self._unsent[:PIECE]) :]
        except BlockingIOError:
            return
        except BrokenPipeError:  # it does not want the text; its exit code and its output will tell
            self._unsent = b""
        if not self._unsent:
            self._selector.unregister(pipe)
            if self._close_stdin:
                pipe.close()

    def _listen(self) -> None:
        pipe = self._process.stderr
        assert pipe is not None
        data = os.read(pipe.fileno(), PIECE)
        if not data:
            self._selector.unregister(pipe)
        self._log = (self._log + data)[-LOG_TAIL:]

    def _check_file(self) -> None:
        if self.out is None or not self.out.is_file() or self.out.stat().st_size <= self.limits.output_bytes:
            return
        raise SpeechError(
            f"{self.name} wrote more than {self.limits.output_bytes / 1e6:g} MB to the file {{out}} and was ended; "
            f"allow more with max_output_mb={self.log_tail}"
        )

    def _sample_memory(self) -> None:
        with suppress(OSError):
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
            lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
            if lines:  # a zombie has none
                self._sampled_memory_mb = int(lines[0].split()[1]) / 1024
