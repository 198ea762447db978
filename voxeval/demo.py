"""The main job on embedded parts: two voices of espeak-ng, nine languages, all metric families, a report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voxeval.store import Run

SUITES = ("smoke", "longform-smoke")
SYSTEMS = ("espeak:label=espeak", "espeak:variant=f3,rate=150,label=espeak-f3")


def run_demo(out: Path, *, command: Sequence[str] = ()) -> tuple[Run, Path]:
    """Run the demo into `out`/run and its report into `out`/report; gives the run and the page."""
    import voxeval

    made = voxeval.run(*SUITES, systems=SYSTEMS, out=out / "run", offline=True, quiet=False, command=command)
    return made, voxeval.write_report([made.path], out / "report")
