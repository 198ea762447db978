"""How far long work is: bars on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

Step = Callable[..., None]  # step(seconds of audio, what="")
LINE_EVERY_S = 10.0
FEW = 20  # steps that say nothing yet of how long the others take


class Progress:
    """Tells on stderr; stdout stays free for results."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet

    def say(self, text: str) -> None:
        """One line."""
        if not self.quiet:
            print(text, file=sys.stderr, flush=True)  # noqa: T201 - this is where voxeval speaks

    def warn(self, warnings: Sequence[str], most: int = 5) -> None:
        """The first warnings, and how many more there are."""
        for warning in warnings[:most]:
            self.say(f"warning: {warning}")
        if len(warnings) > most:
            self.say(f"warning: and {len(warnings) - most} more; `voxeval suite check` lists them all")

    @contextmanager
    def phase(self, name: str, total: int) -> Iterator[Step]:
        """A part of the work with so many steps; yields what is to be called at each."""
        if self.quiet or total == 0:
            yield lambda *_: None
        elif sys.stderr.isatty():
            with self._bar(name, total) as step:
                yield step
        else:
            yield _Lines(self, name, total).step

    @contextmanager
    def _bar(self, name: str, total: int) -> Iterator[Step]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        columns = (
            TextColumn("{task.description:<8}"), BarColumn(), MofNCompleteColumn(),
            TextColumn("{task.fields[audio]}"), TimeRemainingColumn(), TextColumn("[dim]{task.fields[what]}"),
        )  # fmt: skip
        with Bars(*columns, console=Console(stderr=True)) as bars:
            task = bars.add_task(name, total=total, audio="", what="")
            heard_s = 0.0

            def step(seconds: float, what: str = "") -> None:
                nonlocal heard_s
                heard_s += seconds
                bars.update(task, advance=1, audio=f"{heard_s:.0f} s of audio", what=what)

            yield step
            bars.update(task, completed=total, what="")


class _Lines:
    def __init__(self, progress: Progress, name: str, total: int) -> None:
        self.progress, self.name, self.total = progress, name, total
        self.done, self.audio_s = 0, 0.0
        self.start = self.last = time.monotonic()

    def step(self, seconds: float, what: str = "") -> None:
        self.done += 1
        self.audio_s += seconds
        now = time.monotonic()
        if self.done == self.total or now - self.last >= LINE_EVERY_S:
            self.last = now
            left_s = (now - self.start) / self.done * (self.total - self.done)
            left = f", about {left_s:.0f} s left" if self.done > FEW and left_s > 1 else ""
            self.progress.say(
                f"{self.name}: {self.done} of {self.total}, {self.audio_s:.0f} s of audio{left}"
                + (f" ({what})" if what else "")
            )
