"""Batches in order, made by worker processes beside the training; a worker that dies is started again."""

from __future__ import annotations

import multiprocessing
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from reference_model.train.examples import Batch, Maker, Mix

AHEAD = 2  # batches that a worker is asked for beyond the one it makes
READY = 8  # batches that wait for the training


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    asked: list[tuple[int, float]]  # batches that it has yet to deliver


class Feed:
    """An endless iterator of batches from number `start` on; each is a function of the mix and its number alone."""

    def __init__(self, mix: Mix, *, start: int, ramp: int, workers: int) -> None:
        self.mix, self.ramp = mix, ramp
        self.restarts = 0
        # Spawned, not forked: a forked child of a process that runs threads may hang in a lock that nobody holds.
        self._context = multiprocessing.get_context("spawn")
        self._next = start  # the next number to ask for
        self._wanted = start  # the next number to hand out
        self._held: dict[int, Batch] = {}
        self._ready: queue.Queue[Batch | BaseException] = queue.Queue(READY)
        self._closed = False
        self._workers = [self._started() for _ in range(workers)]
        threading.Thread(target=self._read, daemon=True).start()

    def __iter__(self) -> Iterator[Batch]:
        return self

    def __next__(self) -> Batch:
        """The next batch. Raises what a worker's start raised three times in a row."""
        item = self._ready.get()
        if isinstance(item, BaseException):
            self._ready.put(item)  # it is true for whoever asks again
            raise item
        return item

    def close(self) -> None:
        """End the workers."""
        self._closed = True
        for worker in self._workers:
            worker.process.kill()
            worker.process.join()

    def _started(self, asked: list[tuple[int, float]] | None = None) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self.mix), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours, [])
        for number, progress in asked or []:
            self._ask(worker, number, progress)
        while len(worker.asked) <= AHEAD:
            self._ask(worker, self._next, min(1.0, self._next / self.ramp))
            self._next += 1
        return worker

    def _ask(self, worker: _Worker, number: int, progress: float) -> None:
        worker.asked.append((number, progress))
        with suppress(OSError):  # where it is dead, that is found when it is read from
            worker.connection.send((number, progress))

    def _read(self) -> None:
        deaths = 0
        while not self._closed:
            for connection in wait([worker.connection for worker in self._workers], timeout=1.0):
                worker = next(worker for worker in self._workers if worker.connection is connection)
                try:
                    batch: Batch = worker.connection.recv()
                except (EOFError, OSError) as error:
                    if self._closed:
                        return
                    deaths, self.restarts = deaths + 1, self.restarts + 1
                    if deaths > 3 * len(self._workers):
                        self._ready.put(RuntimeError(f"the speech workers die again and again: {error!r}"))
                        return
                    worker.process.join()
                    self._workers[self._workers.index(worker)] = self._started(worker.asked)
                    continue
                deaths = 0
                worker.asked = [pair for pair in worker.asked if pair[0] != batch.number]
                self._ask(worker, self._next, min(1.0, self._next / self.ramp))
                self._next += 1
                self._held[batch.number] = batch
                while self._wanted in self._held:
                    self._ready.put(self._held.pop(self._wanted))
                    self._wanted += 1


def _work(connection: Any, mix: Mix) -> None:
    """Make the batches that are asked for, until nobody asks."""
    import os
    import signal

    import torch

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: the training ends its workers itself
    torch.set_num_threads(1)
    os.nice(1)
    maker = Maker(mix)
    while True:
        try:
            number, progress = connection.recv()
            connection.send(maker.batch(number, progress))
        except (EOFError, OSError):
            return
