"""One system on the clock: made, loaded, warmed up and spoken with, whatever its code raises."""

from __future__ import annotations

import itertools
import platform
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from voxeval.audio import encode_flac, joined, pcm_hash, read_audio
from voxeval.errors import StorageError, UnsupportedError, VoxevalError
from voxeval.plugins import create
from voxeval.store import FULL_DISK
from voxeval.types import Audio, Clock, Closes, KnowsUsage, LoadsFirst, Request, System, Take, Usage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxeval.runner.plan import Entry, PlannedSystem
    from voxeval.types import Timing

WARM_UPS = 2


class HumanRecordings:
    """The recordings of the suites, as a system."""

    def __init__(self, planned: PlannedSystem) -> None:
        self.info = planned.info

    def speak(self, request: Request) -> Iterator[Audio]:
        """Yield the item's recording."""
        assert request.item.reference_audio is not None, "the plan lists items with recordings only"
        yield read_audio(request.item.reference_audio)


class Speaker:
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

    def __enter__(self) -> Speaker:
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
        for entry in itertools.islice(itertools.cycle(entries[:WARM_UPS]), WARM_UPS):
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
        costs: list[Usage] = []
        start = time.perf_counter()
        try:
            for request in entry.requests:
                for chunk in self.system.speak(request):
                    if len(chunk.samples):
                        times.append(time.perf_counter() - start)
                        chunks.append(chunk)
                costs.append(self.system.usage() if isinstance(self.system, KnowsUsage) else Usage())
            total_s = time.perf_counter() - start
            audio = joined(chunks)
            clock = self._clock(timing, times, [len(chunk.samples) for chunk in chunks], total_s, _together(costs))
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

    def _clock(self, timing: Timing, times: list[float], samples: list[int], total_s: float, usage: Usage) -> Clock:
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


def _together(costs: Sequence[Usage]) -> Usage:
    """What a take's requests cost together."""
    if len(costs) == 1:
        return costs[0]
    times = [cost.cpu_s for cost in costs if cost.cpu_s is not None]
    peaks = [cost.peak_memory_mb for cost in costs if cost.peak_memory_mb is not None]
    return replace(
        costs[-1],
        cpu_s=sum(times) if len(times) == len(costs) else None,
        peak_memory_mb=max(peaks, default=None),
    )


def _told(error: Exception, planned: PlannedSystem) -> str:
    """What a system raised, as the detail of a row. Raises StorageError where the disk is full: no row can be kept."""
    if isinstance(error, StorageError):
        raise error
    if isinstance(error, OSError) and error.errno in FULL_DISK:
        raise StorageError(
            f"{planned.label} found the disk full ({error}); free some space, then run the same command again"
        ) from error
    return str(error) if isinstance(error, VoxevalError) else f"{type(error).__name__}: {error}"
