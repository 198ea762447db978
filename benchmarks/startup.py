"""CPU seconds of `voxeval --help` and what else starts fast, beside a bare interpreter; medians of several rounds.

python benchmarks/startup.py --rounds 7
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

VOXEVAL = str(Path(sys.executable).with_name("voxeval"))
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import typer": [sys.executable, "-c", "import typer"],
    "voxeval --help": [VOXEVAL, "--help"],
    "voxeval run --help": [VOXEVAL, "run", "--help"],
    "voxeval list systems": [VOXEVAL, "list", "systems"],
    "voxeval suite check smoke": [VOXEVAL, "suite", "check", "smoke"],
}


def cpu_s(command: list[str]) -> float:
    """User and system time of one process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env={**os.environ, "COLUMNS": "100"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="rounds, after one that is not counted")
    options = parser.parse_args()
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(options.rounds + 1):  # interleaved, so that a slow moment hits all
        for name, command in COMMANDS.items():
            seconds = cpu_s(command)
            if number:
                times[name].append(seconds)
    print("| command | CPU s, median | min | max |")
    print("|---|---:|---:|---:|")
    for name, found in times.items():
        print(f"| `{name}` | {statistics.median(found):.3f} | {min(found):.3f} | {max(found):.3f} |")


if __name__ == "__main__":
    main()
