"""A run that is killed again and again and then finished is the run that was never killed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import voxeval
from tests.fakes import install_fakes, write_suite
from voxeval.runner.journal import Journal

VOXEVAL = Path(sys.executable).with_name("voxeval")
N_TEXTS = 30  # two batches of an analyzer
CLOCK = ["load_s", "first_audio_s", "total_s", "cpu_s", "chunk_times_s", "peak_memory_mb"]

PROGRAM = """
import base64, json, os, random, struct, sys, time
for line in sys.stdin:
    asked = json.loads(line)
    with open(os.environ["SPOKEN"], "a") as file: print(asked["text"], file=file)
    noise = random.Random(asked["text"])
    for _ in range(2):
        time.sleep(0.03)
        pcm = struct.pack("<800h", *(noise.randrange(-9000, 9000) for _ in range(800)))
        chunk = {"pcm_s16le": base64.b64encode(pcm).decode(), "sample_rate": 16000}
        print(json.dumps({"id": asked["id"], **chunk}), flush=True)
    print(json.dumps({"id": asked["id"], "ok": True}), flush=True)
"""


class Desk:
    """Two folders with their own cache and logs: one to kill in, one to leave alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = install_fakes(folder / "fakes")
        (folder / "speak.py").write_text(PROGRAM)
        texts = [{"id": f"t{number:02}", "text": f"text number {'x' * number}"} for number in range(N_TEXTS)]
        write_suite(folder / "texts", {"en": texts})

    def log(self, name: str, what: str) -> Path:
        return self.folder / f"{name}-{what}.txt"

    def start(self, name: str) -> subprocess.Popen[str]:
        system = f"command:argv=[{sys.executable},speak.py],mode=lines,streaming=true,deterministic=true"
        return subprocess.Popen(
            [VOXEVAL, "run", "texts", "--system", system, "--metrics", "fake", "--no-timing", "--out", name],
            cwd=self.folder,
            env={
                **self.environment,
                "VOXEVAL_CACHE": str(self.folder / f"{name}-cache"),
                "SPOKEN": str(self.log(name, "spoken")),
                "FAKE_LISTENING": str(self.log(name, "listening")),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, name: str) -> voxeval.Run:
        process = self.start(name)
        _, told = process.communicate(timeout=120)
        assert process.returncode == 0, told
        return voxeval.read(self.folder / name)


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.is_file() else []


def wait_until_longer(path: Path, count: int, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while len(lines(path)) < count:
        assert time.monotonic() < end, f"{path} did not get {count} lines in time"
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11])
def test_killed_five_times_and_finished_equals_never_killed(tmp_path, seed):
    desk = Desk(tmp_path)
    generator = random.Random(seed)
    journal = Journal(tmp_path / "killed" / "journal.jsonl")
    finished_at_kills: list[tuple[int, set[str]]] = []  # lines of the log, texts that had their row
    for what, most_lines, most_s in (("spoken", 9, 0.08),) * 3 + (("listening", 1, 0.35),) * 2:
        log = desk.log("killed", what)
        before = len(lines(log))
        process = desk.start("killed")
        wait_until_longer(log, before + generator.randint(1, most_lines), process)
        time.sleep(generator.uniform(0, most_s))
        process.kill()
        process.communicate()
        assert process.returncode == -9
        time.sleep(0.1)  # the program that spoke sees the end of its pipe, and ends
        finished_at_kills.append(
            (len(lines(desk.log("killed", "spoken"))), {take.item.text for take in journal.read()})
        )
    assert len(finished_at_kills[2][1]) < N_TEXTS, "the first kills should come while it speaks"
    assert len(finished_at_kills[3][1]) == N_TEXTS, "the last ones while it listens"

    killed, whole = desk.finish("killed"), desk.finish("whole")

    log_lines = lines(desk.log("killed", "spoken"))
    for position, finished in finished_at_kills:
        assert not finished & set(log_lines[position:]), "spoken again after its row was written"
    assert len(lines(desk.log("whole", "spoken"))) == N_TEXTS
    assert N_TEXTS <= len(log_lines) <= N_TEXTS + 3  # at most the one that each kill cut off

    counts, untouched = killed.info["counts"], whole.info["counts"]
    assert (untouched["synthesized"], untouched["reused"]) == (N_TEXTS, 0)
    assert (counts["synthesized"], counts["reused"]) == (0, N_TEXTS)
    assert counts["planned"] == N_TEXTS
    assert counts["failed"] == counts["skipped"] == 0
    assert list(untouched["analyzed"].values()) == [N_TEXTS]
    assert sum(counts["analyzed"].values()) + sum(counts["analyses_reused"].values()) == N_TEXTS

    assert set(killed.takes["status"]) == {"ok"}
    pd.testing.assert_frame_equal(killed.takes.drop(columns=CLOCK), whole.takes.drop(columns=CLOCK))
    for table in ("transcripts", "alignments", "features", "scores", "summary"):
        pd.testing.assert_frame_equal(killed.table(table), whole.table(table), check_exact=False, atol=1e-4, rtol=0)
    assert names_in(killed.path) == names_in(whole.path)


def names_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.slow
def test_what_was_spoken_is_kept_by_a_kill_in_the_middle_of_a_row(tmp_path):
    desk = Desk(tmp_path)
    process = desk.start("killed")
    wait_until_longer(desk.log("killed", "spoken"), 4, process)
    process.kill()
    process.communicate()
    journal = tmp_path / "killed" / "journal.jsonl"
    content = journal.read_bytes()
    finished = content.count(b"\n")
    os.truncate(journal, len(content) - 7)
    (tmp_path / "killed" / "audio" / ".half.flac.ab12cd34").write_bytes(b"half a recording")
    made = desk.finish("killed")
    assert made.info["counts"]["reused"] == finished - 1
    assert made.info["counts"]["synthesized"] == N_TEXTS - finished + 1
    assert not [name for name in names_in(made.path) if "half" in name]
