"""Let systems speak what is missing, with a stopwatch, and note every take when it is done."""

from __future__ import annotations

import itertools
import platform
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from voxeval.audio import encode_flac, joined, pcm_hash, read_audio
from voxeval.errors import StorageError, UnsupportedError, VoxevalError
from voxeval.plugins import create
from voxeval.runner.journal import Journal
from voxeval.store import FULL_DISK, write_bytes
from voxeval.types import Audio, Clock, Closes, KnowsUsage, LoadsFirst, Request, System, Take, TakeKey, Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from voxeval.runner.plan import Entry, Plan, PlannedSystem
    from voxeval.types import Timing

WARM_UPS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """All takes of the plan, in its order, and how many of them were made now."""

    takes: tuple[Take, ...]
    synthesized: int
    reused: int


class HumanRecordings:
    """The recordings of the suites, as a system."""

    def __init__(self, planned: PlannedSystem) -> None:
        self.info = planned.info

    def speak(self, request: Request) -> Iterator[Audio]:
        """Yield the item's recording."""
        assert request.item.reference_audio is not None, "the plan lists items with recordings only"
        yield read_audio(request.item.reference_audio)


def synthesize(
    plan: Plan, folder: Path, *, jobs: int, timed: bool, tick: Callable[[Take], None] = lambda take: None
) -> Synthesis:
    """Speak what the journal does not have yet. `tick` is told of every take, reused ones too.

    Raises StorageError where the disk is full; all takes finished before are in the journal.
    """
    journal = Journal(folder / "journal.jsonl")
    finished = _finished(journal, folder)
    done: dict[TakeKey, Take] = {}
    pending: list[Entry] = []
    for entry in plan.entries:
        wanted = entry.take(status="skipped", detail=entry.skip)
        earlier = finished.get(_identity(wanted))
        if entry.skip:
            done[wanted.key] = wanted
        elif earlier is not None:
            done[wanted.key] = _with_today(earlier, wanted)
        else:
            pending.append(entry)
            continue
        tick(done[wanted.key])
    reused = sum(take.status == "ok" for take in done.values())
    for system in plan.systems:
        entries = [entry for entry in pending if entry.system.label == system.label]
        if entries:
            for take in _speak_all(system, entries, folder, journal, jobs=jobs, timed=timed):
                done[take.key] = take
                tick(take)
    takes = tuple(done[entry.take(status="skipped").key] for entry in plan.entries)
    made = {entry.take(status="skipped").key for entry in pending}
    synthesized = sum(take.status != "skipped" for take in takes if take.key in made)
    return Synthesis(takes=takes, synthesized=synthesized, reused=reused)


def _finished(journal: Journal, folder: Path) -> dict[tuple[object, ...], Take]:
    """What was spoken before and is still there, or refused by its system; failures are tried again."""
    takes: dict[tuple[object, ...], Take] = {}
    for take in journal.read():
        there = take.audio_path is not None and (folder / take.audio_path).is_file()
        if take.status == "skipped" or (take.status == "ok" and there):
            takes[_identity(take)] = take
    return takes


def _identity(take: Take) -> tuple[object, ...]:
    return (take.key, take.system_key, take.request_key)


def _with_today(earlier: Take, wanted: Take) -> Take:
    """The sound and clock of an earlier take under today's item, whose readings or category may have changed."""
    from dataclasses import replace

    return replace(
        earlier,
        item=wanted.item,
        suite_version=wanted.suite_version,
        reference_audio=wanted.reference_audio,
        reference_sha256=wanted.reference_sha256,
    )


def _speak_all(
    planned: PlannedSystem, entries: Sequence[Entry], folder: Path, journal: Journal, *, jobs: int, timed: bool
) -> Iterator[Take]:
    """The takes of one system, each written down before it is handed on."""
    workers = min(jobs, len(entries))
    queue = _SharedQueue(entries)

    def work() -> Iterator[Take]:
        with _Speaker(planned, concurrency=jobs, timed=timed) as speaker:
            speaker.warm_up(entries[:WARM_UPS])
            for entry in queue:
                take, recording = speaker.take(entry)
                if recording is not None and take.audio_path is not None:
                    write_bytes(folder / take.audio_path, recording)
                with queue.lock:
                    journal.append(take)
                yield take

    if workers == 1:  # in this thread: nothing else runs, and an interrupt arrives at once
        yield from work()
    else:
        yield from _in_threads(work, queue, workers)


class _SharedQueue:
    """Entries handed to one worker each, until they run out or one worker gives up."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.lock = threading.Lock()
        self.stopped = False
        self._left = iter(entries)

    def __iter__(self) -> Iterator[Entry]:
        while (entry := self._next()) is not None:
            yield entry

    def _next(self) -> Entry | None:
        with self.lock:
            return None if self.stopped else next(self._left, None)


def _in_threads(work: Callable[[], Iterator[Take]], queue: _SharedQueue, workers: int) -> Iterator[Take]:
    made: SimpleQueue[Take | None] = SimpleQueue()

    def drain() -> None:
        try:
            for take in work():
                made.put(take)
        except BaseException:
            queue.stopped = True
            raise
        finally:
            made.put(None)

    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(drain) for _ in range(workers)]
        try:
            for _ in range(workers):
                while (take := made.get()) is not None:
                    yield take
        finally:
            queue.stopped = True
        for future in futures:
            future.result()


def _told(error: Exception, planned: PlannedSystem) -> str:
    """What a system raised, as the detail of a row. Raises StorageError where the disk is full: no row can be kept."""
    if isinstance(error, StorageError):
        raise error
    if isinstance(error, OSError) and error.errno in FULL_DISK:
        raise StorageError(
            f"{planned.label} found the disk full ({error}); free some space, then run the same command again"
        ) from error
    return str(error) if isinstance(error, VoxevalError) else f"{type(error).__name__}: {error}"


class _Speaker:
    """One instance of a system, spoken with one request at a time."""

    def __init__(self, planned: PlannedSystem, *, concurrency: int, timed: bool) -> None:
        self.planned = planned
        self.concurrency = concurrency
        self.timed = timed and concurrency == 1 and not planned.recorded
        self.system: System | None = None
        self.load_s: float | None = None  # None: nothing says when it had loaded
        self.broken = ""  # why the system was not made or did not load: its takes fail, the other systems go on
        self.cold = False  # it failed last, and may have to start anew before it speaks again
        self.spoken_well: Entry | None = None  # the last one

    def __enter__(self) -> _Speaker:
        """Make and load the system, on the clock."""
        start = time.perf_counter()
        try:
            self.system = create("systems", self.planned.spec) if self.planned.spec else HumanRecordings(self.planned)
            if isinstance(self.system, LoadsFirst):
                self.system.load()
                self.load_s = time.perf_counter() - start
        except Exception as error:  # noqa: BLE001 - the border: a system's code may raise anything, and the run goes on
            step = "was not made" if self.system is None else "did not load"
            self.broken = f"the system {step}: {_told(error, self.planned)}"
        return self

    def __exit__(self, *_: object) -> None:
        if isinstance(self.system, Closes):
            self.system.close()

    def warm_up(self, entries: Sequence[Entry]) -> None:
        """Speak some requests without a clock, so that what is done only once is not timed."""
        if not self.timed:
            return
        for entry in itertools.islice(itertools.cycle(entries), WARM_UPS):
            self._speak(entry)

    def take(self, entry: Entry) -> tuple[Take, bytes | None]:
        """Speak one request; whatever happens becomes a take. Its recording comes with it, as FLAC.

        After a failure, what last went well is spoken once more before the clock is started again, so that a restart is
        nobody's latency. Where that fails too, or nothing went well yet, the clock of this take does not count.
        """
        if self.timed and self.cold and self.spoken_well is not None:
            again, self.spoken_well = self.spoken_well, None
            self._speak(again)
        return self._speak(entry)

    def _speak(self, entry: Entry) -> tuple[Take, bytes | None]:
        timing = self._timing()
        if self.system is None or self.broken:
            return entry.take(status="failed", detail=self.broken, clock=self._clock_of_nothing(timing)), None
        times: list[float] = []
        chunks: list[Audio] = []
        start = time.perf_counter()
        try:
            for chunk in self.system.speak(entry.request):
                if len(chunk.samples):
                    times.append(time.perf_counter() - start)
                    chunks.append(chunk)
            total_s = time.perf_counter() - start
            audio = joined(chunks)
            clock = self._clock(timing, times, [len(chunk.samples) for chunk in chunks], total_s)
            recording = encode_flac(audio)
        except UnsupportedError as error:
            return entry.take(status="skipped", detail=str(error)), None
        except Exception as error:  # noqa: BLE001 - the border: a system's code may raise anything, and the run goes on
            self.cold = True
            detail = _told(error, self.planned)
            return entry.take(status="failed", detail=detail, clock=self._clock_of_nothing(timing)), None
        self.cold, self.spoken_well = False, entry
        name = pcm_hash(audio)
        return entry.take(
            status="ok",
            audio_sha256=name,
            audio_path=f"audio/{name}.flac",
            sample_rate=audio.sample_rate,
            duration_s=audio.duration_s,
            clock=clock,
        ), recording

    def _timing(self) -> Timing:
        if self.planned.recorded:
            return "reported"
        return "exclusive" if self.timed and not self.cold else "shared"

    def _clock(self, timing: Timing, times: list[float], samples: list[int], total_s: float) -> Clock:
        usage = self.system.usage() if isinstance(self.system, KnowsUsage) else Usage()
        if timing == "reported":
            first_audio_s = usage.total_s if usage.first_audio_s is None else usage.first_audio_s
            return Clock(
                timing=timing, total_s=usage.total_s, first_audio_s=first_audio_s, chunk_samples=tuple(samples),
                host=platform.node(),
            )  # fmt: skip
        return Clock(
            timing=timing,
            load_s=self.load_s,
            first_audio_s=times[0] if self.planned.info.streaming else total_s,
            total_s=total_s,
            cpu_s=usage.cpu_s,
            chunk_times_s=tuple(times),
            chunk_samples=tuple(samples),
            concurrency=self.concurrency,
            threads=usage.threads,
            host=platform.node(),
            peak_memory_mb=usage.peak_memory_mb,
        )

    def _clock_of_nothing(self, timing: Timing) -> Clock:
        return Clock(timing=timing, load_s=self.load_s, concurrency=self.concurrency, host=platform.node())
