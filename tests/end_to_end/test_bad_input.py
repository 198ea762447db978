"""Recordings and programs that are not as they should be, through the real systems: correct rows, or failed ones."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

import voxeval
import voxeval.errors
from tests.fakes import install_fakes, write_suite

VOXEVAL = Path(sys.executable).with_name("voxeval")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder to work in, where the fake analyzer and metric are installed for this process too."""
    environment = install_fakes(tmp_path / "fakes")
    monkeypatch.syspath_prepend(str(tmp_path / "fakes"))
    monkeypatch.setenv("VOXEVAL_CACHE", environment["VOXEVAL_CACHE"])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def spoken_by(system, **options):
    defaults = {"out": "run", "metrics": ["fake"], "timing": False}
    return voxeval.run("texts", systems=[system], **(defaults | options))


def states(frame, column="status"):
    return dict(zip(frame["item"], frame[column], strict=True))


def tone(seconds, rate, level=0.5):
    return level * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)


def test_a_folder_of_odd_recordings_gives_correct_rows(desk):
    folder = desk / "recordings" / "en"
    folder.mkdir(parents=True)
    sound = tone(0.5, 16_000)
    soundfile.write(folder / "plain.wav", sound, 16_000)
    soundfile.write(folder / "low.wav", tone(0.5, 8_000), 8_000)
    soundfile.write(folder / "high.wav", tone(0.5, 96_000), 96_000, subtype="PCM_24")
    soundfile.write(folder / "stereo.wav", np.stack([sound, np.zeros_like(sound)], axis=1), 16_000)
    soundfile.write(folder / "loud.wav", 3 * sound, 16_000, subtype="FLOAT")
    soundfile.write(folder / "empty.wav", np.zeros(0), 16_000)
    soundfile.write(folder / "nan.wav", np.where(np.arange(8000) == 9, np.nan, sound), 16_000, subtype="FLOAT")
    (folder / "corrupt.wav").write_bytes(b"RIFF\x00\x00\x00\x00WAVEfmt and nothing more")
    (folder / "text.wav").write_text("this is no recording")
    (folder / "nothing.wav").touch()
    names = [path.stem for path in sorted(folder.iterdir())]
    write_suite(desk / "texts", {"en": [{"id": name, "text": f"the {name} one"} for name in [*names, "missing"]]})
    made = spoken_by("folder:path=recordings")
    takes = made.takes.set_index("item")
    good = ["high", "loud", "low", "plain", "stereo"]
    assert sorted(takes.index[takes["status"] == "ok"]) == good
    assert set(takes["status"]) == {"ok", "failed"}
    assert takes.loc[good, "sample_rate"].to_dict() == {
        "high": 96_000, "loud": 16_000, "low": 8_000, "plain": 16_000, "stereo": 16_000,
    }  # fmt: skip
    assert takes.loc[good, "duration_s"].to_list() == pytest.approx([0.5] * 5)
    assert set(takes["timing"]) == {"reported"}
    for name, why in (
        ("empty", "0 samples"),
        ("nan", "1 samples that are NaN"),
        ("corrupt", "can't be read as audio"),
        ("text", "can't be read as audio"),
        ("nothing", "can't be read as audio"),
        ("missing", "no recording of item 'missing'"),
    ):
        assert why in takes.loc[name, "detail"]
    stereo, _ = soundfile.read(made.path / takes.loc["stereo", "audio_path"])
    np.testing.assert_allclose(stereo, sound / 2, atol=2**-14)
    loud, _ = soundfile.read(made.path / takes.loc["loud", "audio_path"])
    assert np.abs(loud).max() == pytest.approx(1.0, abs=1e-4)
    lengths = made.scores[made.scores["metric"] == "fake_length"].set_index("item")
    assert lengths.loc["high", "value"] == 48_000
    assert set(lengths.loc[["empty", "nan", "corrupt", "text", "nothing", "missing"], "status"]) == {"failed"}


PROGRAM = """
import os, sys, time, wave
text, out = sys.argv[1:]
if "hang" in text: time.sleep(60)
if "flood" in text:
    with open(out, "wb") as file:
        for _ in range(400): file.write(bytes(1 << 16))
    time.sleep(60)
if "chatter" in text:
    for _ in range(200): print("x" * 100_000)
if "grumble" in text:
    for _ in range(200): print("y" * 100_000, file=sys.stderr)
if "die" in text: sys.exit("I can't say that")
if "mute" in text: sys.exit(0)
with wave.open(out, "wb") as file:
    file.setparams((1, 2, 16000, 0, "NONE", ""))
    file.writeframes(bytes(4000) if "half" not in text else bytes(4000))
if "half" in text: os.truncate(out, 1000)
"""


def test_programs_that_hang_flood_and_die_fail_their_own_takes(desk):
    (desk / "speak.py").write_text(PROGRAM)
    words = ["hang", "flood", "chatter", "grumble", "die", "mute", "half", "fine"]
    write_suite(desk / "texts", {"en": [{"id": word, "text": f"please {word} now"} for word in words]})
    argv = f'[{sys.executable},speak.py,"{{text}}","{{out}}"]'
    began = time.monotonic()
    made = spoken_by(f"command:argv={argv},timeout_s=3,max_output_mb=1")
    assert time.monotonic() - began < 40
    assert states(made.takes) == {
        "hang": "failed", "flood": "failed", "chatter": "failed", "grumble": "ok",
        "die": "failed", "mute": "failed", "half": "failed", "fine": "ok",
    }  # fmt: skip
    details = states(made.takes, "detail")
    for word, why in (
        ("hang", "took more than 3 s"),
        ("flood", "wrote more than 1 MB"),
        ("chatter", "wrote more than 1 MB to stdout"),
        ("die", "I can't say that"),
        ("mute", "left nothing in the file"),
        ("half", "half a WAV"),
    ):
        assert why in details[word], details[word]


def test_a_missing_program_is_refused_before_the_run(desk):
    write_suite(desk / "texts", {"en": [{"text": "hello"}]})
    with pytest.raises(voxeval.errors.PreflightError, match="there is no program 'no-such-tts' here"):
        spoken_by('command:argv=[no-such-tts,"{text}"]')
    assert not (desk / "run").exists()


def test_ones_own_recordings_in_one_command_and_as_the_human_row(desk):
    for number in range(3):
        soundfile.write(desk / f"clip{number}.wav", tone(0.3 + 0.1 * number, 22_050), 22_050)
    rows = "".join(f'clip{number}.wav,"Words, number {word}."\n' for number, word in enumerate(["one", "two", "three"]))
    (desk / "mine.csv").write_bytes(("\ufefffile,text\r\n" + rows.replace("\n", "\r\n")).encode())
    made = voxeval.run(
        "mine.csv", systems=["folder:path=."], languages=["en"], out="run", metrics=["fake_length"], timing=False
    )
    assert made.systems == ("human", "folder")
    takes = made.takes
    assert takes["system"].to_list() == ["human"] * 3 + ["folder"] * 3
    assert takes["audio_sha256"][:3].to_list() == takes["audio_sha256"][3:].to_list()
    assert made.summary["system"].iloc[0] == "human"
    assert set(takes["status"]) == {"ok"}


# --- as processes ----------------------------------------------------------------------------------------------------


SLOW_PROGRAM = """
import pathlib, sys, time, wave
text, out = sys.argv[1:]
with open("log.txt", "a") as file: print(text, file=file)
while text.count("so") > 1 and pathlib.Path("hold").exists(): time.sleep(0.02)
with wave.open(out, "wb") as file:
    file.setparams((1, 2, 16000, 0, "NONE", ""))
    file.writeframes(bytes(range(200)) * (20 + len(text)))
"""


def slow_command(desk, count=8):
    """A command line whose second text takes until the file `hold` is gone; log.txt lists what was spoken."""
    (desk / "hold").touch()
    (desk / "slow.py").write_text(SLOW_PROGRAM)
    write_suite(desk / "texts", {"en": [{"text": "so " * (number + 1)} for number in range(count)]})
    argv = f'command:argv=[{sys.executable},slow.py,"{{text}}","{{out}}"]'
    return [str(VOXEVAL), "run", "texts", "--system", argv, "--metrics", "fake", "--no-timing", "--out", "run"]


def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}


def wait_for(path, lines, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if path.is_file() and len(path.read_text().splitlines()) >= lines:
            return
        time.sleep(0.02)
    pytest.fail(f"{path} did not get {lines} lines within {seconds} s")


@pytest.mark.slow
def test_a_second_process_is_refused_and_an_interrupt_is_resumable(desk):
    command = slow_command(desk)
    first = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(desk / "log.txt", 2)
    second = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert second.returncode == 2, second.stderr
    assert "is being written by another process" in second.stderr
    first.send_signal(signal.SIGINT)
    _, told = first.communicate(timeout=60)
    assert first.returncode == 130, told
    assert "run the same command again" in told
    assert "Traceback" not in told
    assert (desk / "run" / "journal.jsonl").read_text().count("\n") == 1
    (desk / "hold").unlink()
    again = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    counts = voxeval.read("run").info["counts"]
    assert (counts["reused"], counts["synthesized"]) == (1, 7)
    assert len((desk / "log.txt").read_text().splitlines()) == 2 + 7


FULL_DISK = """
mount -t tmpfs -o size=4m tmpfs "$1" || exit 99
shift
"$@"
code=$?
cp -r disk/. kept/
exit $code
"""


def namespaces_work(desk):
    try:
        (desk / "probe").mkdir()
        done = subprocess.run(
            ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(desk / "probe")],
            capture_output=True, check=False,
        )  # fmt: skip
    except OSError:
        return False
    return done.returncode == 0


@pytest.mark.slow
def test_a_full_disk_ends_with_74_and_the_same_command_with_room_finishes(desk):
    if not namespaces_work(desk):
        pytest.skip("mounting a small tmpfs in a namespace of one's own is not allowed here")
    (desk / "disk").mkdir()
    (desk / "kept").mkdir()
    generator = np.random.default_rng(3)
    texts = [{"id": f"t{number}", "text": "hello there"} for number in range(8)]
    write_suite(desk / "texts", {"en": texts})
    (desk / "recordings").mkdir()
    for row in texts:  # noise does not compress: about 1 MB each, and 4 MiB in all
        soundfile.write(desk / "recordings" / f"{row['id']}.wav", generator.uniform(-1, 1, 500_000), 16_000)
    command = [str(VOXEVAL), "run", "texts", "--system", "folder:path=recordings", "--metrics", "fake", "--out"]
    full = subprocess.run(
        ["unshare", "-rm", "sh", "-c", FULL_DISK, "sh", "disk", *command, "disk/run"],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert full.returncode == 74, full.stderr
    assert "the disk is full" in full.stderr
    assert "Traceback" not in full.stderr
    finished = (desk / "kept" / "run" / "journal.jsonl").read_text().count("\n")
    assert 1 <= finished < 8
    done = subprocess.run([*command, "kept/run"], env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    counts = voxeval.read("kept/run").info["counts"]
    assert (counts["reused"], counts["synthesized"]) == (finished, 8 - finished)


@pytest.mark.slow
def test_a_limit_on_file_size_ends_with_74_and_without_it_the_run_finishes(desk):
    write_suite(desk / "texts", {"en": [{"id": "small", "text": "one"}, {"id": "big", "text": "two"}]})
    (desk / "recordings").mkdir()
    generator = np.random.default_rng(3)
    for name, count in (("small", 1_000), ("big", 400_000)):
        soundfile.write(desk / "recordings" / f"{name}.wav", generator.uniform(-1, 1, count), 16_000)
    command = [str(VOXEVAL), "run", "texts", "--system", "folder:path=recordings", "--metrics", "fake", "--out", "run"]
    limited = subprocess.run(
        command, env=environment(), capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )  # fmt: skip
    assert limited.returncode == 74, limited.stderr
    assert "the disk is full" in limited.stderr
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert voxeval.read("run").info["counts"]["reused"] == 1
