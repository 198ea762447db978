"""Pairs of texts normalized and scored a second: voxeval's own way, Whisper's normalizers, and jiwer alone.

    python benchmarks/normalization.py [--pairs 100000]

Texts of the suites `core` and `hard` in nine languages, each against itself with words dropped, swapped and repeated,
about as a recognizer errs. Every way gets the same pairs, in rounds one after the other, on one thread; CPU time is
this process's own, and peak memory is that of a process of its own for each way. The normalizer remembers the last
10,000 texts, so that a reference that is met again costs nothing, as in a run with several systems.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import jiwer

from voxeval.suite import load_suite
from voxeval.text.align import align
from voxeval.text.normalize import normalizer
from voxeval.text.protocols import protocol
from voxeval.types import Item, Transcript

Pair = tuple[Item, str]
ROUNDS = 5


def pairs(count: int) -> Iterator[Pair]:
    """Items and what was heard of them."""
    rng = random.Random(3)
    items = [item for name in ("core", "hard") for item in load_suite(name)[0].items]
    for _ in range(count):
        item = rng.choice(items)
        words = item.text.split()
        for _ in range(rng.randint(0, 3)):
            place = rng.randrange(len(words))
            kind = rng.randrange(3)
            if kind == 0 and len(words) > 1:
                words.pop(place)
            elif kind == 1:
                words[place] = rng.choice(words)
            else:
                words.insert(place, words[place])
        yield item, " ".join(words)


def ours(item: Item, heard: str) -> float:
    """Normalized, aligned by words and characters, the best of all readings, as in a run."""
    counts = align(item, Transcript(text=heard), recognizer="r", normalizer=normalizer()).words
    return counts.edits / max(1, counts.reference)


def normalized_only(item: Item, heard: str) -> float:
    """The text and what was heard, normalized and not scored."""
    rule = normalizer()
    return float(rule.words(item.text, item.language) == rule.words(heard, item.language))


def whisper(item: Item, heard: str) -> float:
    """Whisper's normalizer on both, then jiwer's word error rate."""
    words = protocol("whisper").words
    left, right = words(item.text, item.language), words(heard, item.language)
    return float(jiwer.wer(" ".join(left), " ".join(right))) if left else 0.0


def whisper_only(item: Item, heard: str) -> float:
    """Whisper's normalizer on both, not scored."""
    words = protocol("whisper").words
    return float(words(item.text, item.language) == words(heard, item.language))


def jiwer_only(item: Item, heard: str) -> float:
    """The word error rate of the texts as they are, by jiwer."""
    return float(jiwer.wer(item.text, heard))


WAYS: dict[str, Callable[[Item, str], float]] = {
    "voxeval-1, normalized": normalized_only,
    "voxeval-1, normalized and scored by words and characters": ours,
    "Whisper's normalizers": whisper_only,
    "Whisper's normalizers and jiwer": whisper,
    "jiwer alone": jiwer_only,
}


def peak_mb(way: str, count: int) -> float:
    """Peak memory of a process that does nothing else."""
    done = subprocess.run(
        [sys.executable, __file__, "--pairs", str(count), "--only", way], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--only", choices=list(WAYS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        for pair in pairs(options.pairs):
            WAYS[options.only](*pair)
        # not ru_maxrss, which begins with the size of the process that started this one
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        print(next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024)
        return
    made = list(pairs(options.pairs))
    share = len(made) // ROUNDS
    spent: dict[str, list[float]] = {way: [] for way in WAYS}
    for work in WAYS.values():  # what is loaded and remembered once is nobody's
        for pair in made[:500]:
            work(*pair)
    for number in range(ROUNDS):
        for way, work in WAYS.items():
            start = time.process_time()
            for pair in made[number * share : (number + 1) * share]:
                work(*pair)
            spent[way].append(time.process_time() - start)
    least = min(share / second for second in spent["jiwer alone"])
    print(f"{options.pairs} pairs, {ROUNDS} rounds; pairs a CPU second, as median (least to most), peak memory")
    for way, seconds in spent.items():
        rates = sorted(share / second for second in seconds)
        print(
            f"{way:58s}{rates[len(rates) // 2]:9.0f} ({rates[0]:.0f} to {rates[-1]:.0f}), "
            f"{rates[len(rates) // 2] / least:.2f} of jiwer alone, {peak_mb(way, min(20_000, options.pairs)):.0f} MB"
        )


if __name__ == "__main__":
    main()
