"""Let systems speak what is missing, one request or several at a time, and note every take when it is done."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from voxeval.audio import holds
from voxeval.runner.journal import Journal
from voxeval.runner.speaker import Speaker
from voxeval.store import write_bytes
from voxeval.types import Take, TakeKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from voxeval.runner.plan import Entry, Plan, PlannedSystem


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """All takes of the plan, in its order, and how many of them were made now."""

    takes: tuple[Take, ...]
    synthesized: int
    reused: int


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
        there = take.audio_path is not None and holds(folder / take.audio_path, take.duration_s, take.sample_rate)
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
        with Speaker(planned, concurrency=jobs, timed=timed) as speaker:
            speaker.warm_up(entries)
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
