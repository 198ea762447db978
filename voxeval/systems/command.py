"""Any program that speaks: run for every text (mode=once), or kept running and talked to in JSON lines (mode=lines).

Takes are spoken anew when the fingerprint changes. It sees argv, mode and version=, and the contents of every file that
argv names, alone or after a "=" as in --ckpt=model.pt, and of all files below every folder that argv names, unless the
current folder lies in it; relative paths are relative to cwd=. Whatever else changes the sound (an imported module, a
file that a configuration names, an environment variable, a server) it can't see: say so with another version=.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import shutil
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from voxeval.errors import SpeechError, UnsupportedError, UsageError
from voxeval.systems.content import file_hash, files_below
from voxeval.systems.lines import Conversation, RefusalError
from voxeval.systems.once import recording, run_once
from voxeval.systems.process import Limits, Program
from voxeval.types import LANGUAGES, Audio, Request, SystemInfo, Usage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PLACEHOLDER = re.compile(r"\{(text|language|voice|seed|out)\}")
MOST_FILES = 1000  # below one folder: a model has fewer, and a home folder is none


class CommandSystem:
    """Runs a program, never through a shell."""

    recorded = False

    def __init__(  # noqa: PLR0913 - each argument is an option that people write
        self,
        *,
        argv: list[str],  # with {text} {language} {voice} {seed} {out}
        mode: Literal["once", "lines"] = "once",
        timeout_s: float = 120.0,  # for one request
        max_output_mb: float = 200.0,  # for one request
        languages: list[str] | None = None,
        voices: list[str] | None = None,  # presets of every language, the default first
        cloning: bool = False,  # {voice} may be the path of a recording
        streaming: bool = False,
        deterministic: bool = False,
        cwd: Path | None = None,
        version: str = "",  # to be changed with whatever the fingerprint can't see
        needs_diacritics: bool = False,
        max_duration_s: float | None = None,
    ) -> None:
        if not argv:
            raise UsageError('command: argv is empty; write for example argv=[flite,-t,"{text}",-o,"{out}"]')
        if not timeout_s > 0 or not max_output_mb > 0:
            raise UsageError(
                f"command: timeout_s={timeout_s}, max_output_mb={max_output_mb}; expected numbers greater than 0"
            )
        if cwd is not None and not cwd.is_dir():
            raise UsageError(f"command: cwd={cwd} is not a folder")
        if mode == "lines" and any(PLACEHOLDER.search(part) for part in argv):
            raise UsageError("command: mode=lines sends text, voice and seed as JSON; argv takes no placeholders there")
        if streaming and mode == "once":
            raise UsageError("command: streaming=true needs mode=lines; a WAV is read when it is whole")
        self._cwd = None if cwd is None else cwd.resolve()
        self._argv = [_program(argv[0], self._cwd), *argv[1:]]
        self._written = argv
        self._mode = mode
        self._limits = Limits(timeout_s=timeout_s, output_bytes=int(max_output_mb * 1e6))
        self._languages = tuple(languages) if languages is not None else None
        self._voices = tuple(voices) if voices else None
        self._cloning, self._streaming, self._deterministic = cloning, streaming, deterministic
        self._version, self._needs_diacritics, self._max_duration_s = version, needs_diacritics, max_duration_s
        self._conversation: Conversation | None = None
        self._requests = 0
        self._usage = Usage()

    @cached_property
    def info(self) -> SystemInfo:
        """What the options say, and a fingerprint of the program with the files and folders named in argv.

        Raises UsageError where one of them can't be read, or a folder holds too many files.
        """
        presets = dict.fromkeys(self._languages or LANGUAGES, self._voices) if self._voices else None
        digest = hashlib.sha256(json.dumps([self._written, self._mode, self._version]).encode())
        for path in self._files():
            try:
                digest.update(f"{path.name}\0{file_hash(path)}\n".encode())
            except OSError as error:
                raise UsageError(f"command: {path} can't be read ({error.strerror}); argv names it") from error
        return SystemInfo(
            name="command",
            version=self._version,
            fingerprint=digest.hexdigest()[:16],
            languages=self._languages,
            voices=presets,
            cloning=self._cloning,
            streaming=self._streaming,
            deterministic=self._deterministic,
            needs_diacritics=self._needs_diacritics,
            max_duration_s=self._max_duration_s,
        )

    def speak(self, request: Request) -> Iterator[Audio]:
        """One chunk with mode=once, all that the program sends with mode=lines.

        Raises SpeechError, quoting the program's stderr, and UnsupportedError outside of what the options say.
        """
        self._usage = Usage()
        self._check(request)
        with tempfile.TemporaryDirectory(prefix="voxeval-") as folder:
            out = Path(folder) / "speech.wav"
            if self._mode == "lines":
                yield from self._spoken_in_lines(request, out)
            else:
                yield self._spoken_once(request, out)

    def usage(self) -> Usage:
        """CPU time and peak memory of the program, for the last request."""
        return self._usage

    def close(self) -> None:
        """End the program, where it stays."""
        if self._conversation is not None:
            self._conversation.program.kill()
            self._conversation = None

    def _files(self) -> Iterator[Path]:
        """The files that argv names, and those below the folders that it names."""
        for part in self._argv:
            for name in filter(None, (part, part.partition("=")[2])):
                path = _existing((self._cwd or Path.cwd()) / name)
                if path is None:
                    continue
                if path.is_file():
                    yield path
                elif path.is_dir() and not Path.cwd().is_relative_to(path):  # there, the run itself is made
                    yield from self._below(path)

    def _below(self, folder: Path) -> Sequence[Path]:
        """All files below a folder, or none where they are too many and `version` stands for them."""
        files = list(itertools.islice(files_below(folder), MOST_FILES + 1))
        if len(files) <= MOST_FILES:
            return [path for path in files if path.is_file()]  # a dangling link is none
        if self._version:
            return ()
        raise UsageError(
            f"command: argv names the folder {folder}, which holds more than {MOST_FILES} files, too many to notice a "
            "change in one; name the files that matter, or say version=, another one with every change"
        )

    def _check(self, request: Request) -> None:
        language, voice = request.item.language, request.voice
        if self._languages is not None and language not in self._languages:
            raise UnsupportedError(f"command was said to speak {', '.join(self._languages)}, not {language!r}")
        if voice is None:
            return
        if voice.audio is not None and not self._cloning:
            raise UnsupportedError(
                f"command was not said to clone voices ({voice.name}); if it does, write cloning=true"
            )
        if voice.audio is None and self._voices and voice.name not in self._voices:
            raise UnsupportedError(f"command was said to have the voices {', '.join(self._voices)}, not {voice.name!r}")

    def _spoken_once(self, request: Request, out: Path) -> Audio:
        values = {
            "text": request.text,
            "language": request.item.language,
            "voice": _voice(request),
            "seed": str(request.seed),
            "out": str(out),
        }
        used = {name for part in self._argv for name in PLACEHOLDER.findall(part)}
        argv = [PLACEHOLDER.sub(lambda match: values[match[1]], part) for part in self._argv]
        outcome = run_once(
            argv,
            cwd=self._cwd,
            stdin=None if "text" in used else request.text.encode(),
            out=out if "out" in used else None,
            limits=self._limits,
        )
        self._usage = Usage(cpu_s=outcome.cpu_s, peak_memory_mb=outcome.peak_memory_mb)
        return recording(out if "out" in used else outcome.stdout, self._limits, outcome.log_tail)

    def _running(self) -> Conversation:
        """The program that stays, started with the first request and again where it ended.

        It is no `load()`: nothing says when such a program has loaded, so that time is not told apart from speech.
        """
        if self._conversation is None or self._conversation.program.exited():
            self.close()
            self._conversation = Conversation(Program(self._argv, cwd=self._cwd, stdin=True, limits=self._limits))
        return self._conversation

    def _spoken_in_lines(self, request: Request, out: Path) -> Iterator[Audio]:
        import psutil

        conversation = self._running()
        program = conversation.program
        program.out = out
        self._requests += 1
        message = {
            "id": str(self._requests),
            "text": request.text,
            "language": request.item.language,
            "voice": _voice(request) or None,
            "seed": request.seed,
            "out": str(out),
        }
        usable = spoken = False
        try:
            before = psutil.Process(program.pid).cpu_times()
            for chunk in conversation.speak(message):
                spoken = True
                yield chunk
            usable = True
            after = psutil.Process(program.pid).cpu_times()
            cpu_s = max(0.0, (after.user - before.user) + (after.system - before.system))  # in steps of 10 ms
            self._usage = Usage(cpu_s=cpu_s, peak_memory_mb=program.peak_memory_mb)
        except RefusalError:
            usable = True
            raise
        except TimeoutError as error:
            raise SpeechError(
                f"{program.name} took more than {self._limits.timeout_s:g} s for one request and was ended; allow more "
                f"with timeout_s={program.log_tail}"
            ) from error
        except psutil.Error as error:
            raise SpeechError(f"{program.name} ended between two requests ({error}){program.log_tail}") from error
        finally:
            if not usable:  # given up or broken: it must not go on in the background, the next request starts it anew
                self.close()
        if not spoken:
            yield recording(out, self._limits, program.log_tail)


def _voice(request: Request) -> str:
    if request.voice is None:
        return ""
    return str(request.voice.audio.resolve()) if request.voice.audio is not None else request.voice.name


def _existing(path: Path) -> Path | None:
    """Where a file or folder really lies; None where there is none, and for what is a text and no path."""
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # a text may be too long for a path or hold a NUL
        return None


def _program(name: str, cwd: Path | None) -> str:
    """The full path of a program. Raises UsageError where there is none."""
    found = shutil.which(str((cwd or Path.cwd()) / name) if os.sep in name else name)
    if found is None:
        raise UsageError(
            f"command: there is no program {name!r} here, or it is not executable; install it so that it is on PATH, "
            "or give its full path as the first element of argv"
        )
    return str(Path(found).absolute())
