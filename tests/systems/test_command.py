from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Literal, get_type_hints

import numpy as np
import psutil
import pytest
import soundfile

from voxeval.audio import joined
from voxeval.errors import SpeechError, UnsupportedError, UsageError
from voxeval.systems.command import CommandSystem
from voxeval.types import Audio, Item, LoadsFirst, Request, Voice

# Programs that the tests run begin with this: `wav` makes a WAV of a constant, `say` writes it to stdout.
PRELUDE = """
import base64, json, os, struct, subprocess, sys, time

def wav(count=800, declared=None, value=1000):
    data = struct.pack("<h", value) * count
    size = len(data) if declared is None else declared
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", (36 + size) & 0xFFFFFFFF, b"WAVE",
                       b"fmt ", 16, 1, 1, 16000, 32000, 2, 16, b"data", size)
    return head + data

def say(data):
    sys.stdout.buffer.write(data)
    sys.stdout.flush()

"""
# A program that stays: answers each line with `answer(request)`, which gives the messages.
STAYING = """
def chunk(request, count=400, rate=16000):
    pcm = base64.b64encode(struct.pack("<h", 16384) * count).decode()
    return {"id": request["id"], "pcm_s16le": pcm, "sample_rate": rate}

def ok(request):
    return {"id": request["id"], "ok": True}

def stay(answer):
    for line in sys.stdin:
        for message in answer(json.loads(line)):
            print(json.dumps(message) if isinstance(message, dict) else message, flush=True)

"""


@pytest.fixture
def script(tmp_path):
    def write(body: str, name: str = "program.py") -> str:
        path = tmp_path / name
        path.write_text(PRELUDE + STAYING + body, encoding="utf-8")
        return str(path)

    return write


def request(text: str = "Hello", *, voice: Voice | None = None, seed: int = 0, language: str = "en") -> Request:
    item = Item(id="one", language=language, text=text, cluster="one", locale=language)
    return Request(item=item, text=text, voice=voice, seed=seed, key="k")


def spoken(system: CommandSystem, *args: str, **kwargs: object) -> Audio:
    return joined(list(system.speak(request(*args, **kwargs))))


def python(path: str, *arguments: str, **options: object) -> CommandSystem:
    return CommandSystem(argv=[sys.executable, "-I", path, *arguments], **options)


def failure(system: CommandSystem, *args: str) -> str:
    """The message of a request that must fail, without leaving a process behind."""
    before = {child.pid for child in psutil.Process().children()}
    with pytest.raises(SpeechError) as caught:
        spoken(system, *args)
    system.close()
    assert {child.pid for child in psutil.Process().children()} <= before
    return str(caught.value)


# --- once ------------------------------------------------------------------------------------------------------------


def test_text_goes_to_stdin_and_a_wav_comes_from_stdout(script):
    system = python(script("text = sys.stdin.buffer.read().decode()\nsay(wav(len(text) * 100))"))
    audio = spoken(system, "नमस्ते")
    assert (len(audio.samples), audio.sample_rate) == (600, 16_000)
    np.testing.assert_allclose(audio.samples, 1000 / 32768)


def test_placeholders_are_replaced_literally_and_once(script, tmp_path):
    path = script(
        "open(sys.argv[1], 'w').write(json.dumps([sys.argv[3:], sys.stdin.read()]))\n"
        "open(sys.argv[2], 'wb').write(wav())"
    )
    seen = tmp_path / "seen.json"
    arguments = ["{text}", "--l={language}", "{voice}", "{seed}", "{other} {}", "$HOME;`ls` {text}"]
    system = python(path, str(seen), "{out}", *arguments)
    spoken(system, 'a "{voice}" {out}', voice=Voice(name="anna"), seed=7, language="nl")
    argv, stdin = json.loads(seen.read_text())
    text = 'a "{voice}" {out}'
    assert argv == [text, "--l=nl", "anna", "7", "{other} {}", f"$HOME;`ls` {text}"]
    assert stdin == ""


def test_a_cloned_voice_is_the_path_of_its_recording(script, tmp_path):
    path = script("open(sys.argv[1], 'w').write(sys.argv[2])\nsay(wav())")
    recording = tmp_path / "me.wav"
    system = python(path, str(tmp_path / "seen"), "{voice}", cloning=True)
    spoken(system, voice=Voice(name="me", audio=recording))
    assert (tmp_path / "seen").read_text() == str(recording)


@pytest.mark.parametrize("format_", ["WAV", "FLAC", "OGG"])
def test_the_file_may_be_anything_that_can_be_read(script, tmp_path, format_):
    source = tmp_path / "source"
    tone = 0.3 * np.sin(np.arange(24_000) / 10)
    soundfile.write(source, np.stack([tone, tone], axis=1), 24_000, format=format_)
    system = python(script("import shutil\nshutil.copy(sys.argv[1], sys.argv[2])"), str(source), "{out}")
    audio = spoken(system)
    assert (audio.samples.shape, audio.sample_rate) == ((24_000,), 24_000)


@pytest.mark.parametrize("declared", [0x7FFFF000, 0xFFFFFFFF, 0x7FFFFFFF])
def test_a_header_of_unknown_length_is_fine(script, declared):
    assert len(spoken(python(script(f"say(wav(500, declared={declared}))"))).samples) == 500


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("time.sleep(60)", r"more than 0.6 s"),
        ("os.close(1); os.close(2); time.sleep(60)", r"more than 0.6 s"),
        ("subprocess.Popen(['sleep', '60']); time.sleep(60)", r"more than 0.6 s"),
        ("while True: say(b'x' * 65536)", r"more than 1 MB to stdout"),
        ("sys.stderr.write('y' * 3_000_000 + ' the end'); sys.exit(3)", r"exit code 3.*the end$"),
        ("sys.exit('no model')", r"exit code 1.*no model$"),
        ("os.kill(os.getpid(), 11)", r"exit code -11"),
        ("pass", r"left nothing in stdout.*nothing to stderr"),
        ("say(b'not a WAV at all')", r"left no recording in stdout"),
        ("say(wav(0))", r"0 samples"),
        ("say(wav(800)[:900])", r"half a WAV.*744"),
        ("say(wav(800)[:30])", r"left no recording"),
        ("say(wav(800)[:6])", r"left no recording"),
    ],
)
def test_a_bad_program_is_a_clear_error(script, body, message):
    system = python(script(body), timeout_s=0.6, max_output_mb=1.0)
    began = time.monotonic()
    said = failure(system)
    assert time.monotonic() - began < 5.0
    assert re.search(message, said, re.DOTALL), said
    assert len(said) < 3_000


def test_a_program_that_leaves_no_file(script):
    assert "left nothing in the file {out}" in failure(python(script("print('done')"), "{out}"))


def test_a_file_that_grows_without_end_is_stopped_while_it_grows(script):
    body = "file = open(sys.argv[1], 'wb')\nwhile True: file.write(b'x' * 65536); time.sleep(0.001)"
    began = time.monotonic()
    assert "more than 1 MB to the file {out}" in failure(
        python(script(body), "{out}", timeout_s=30.0, max_output_mb=1.0)
    )
    assert time.monotonic() - began < 5.0


def test_much_on_all_pipes_at_once_does_not_block(script):
    body = (
        "sys.stderr.write('log ' * 250_000)\nsay(wav(400_000))\ntext = sys.stdin.read()\n"
        "sys.stderr.write(str(len(text)))"
    )
    assert len(spoken(python(script(body), timeout_s=20.0), "word " * 100_000).samples) == 400_000


def test_a_program_that_does_not_read_its_text_is_fine(script):
    assert len(spoken(python(script("os.close(0); say(wav(300))")), "word " * 100_000).samples) == 300


def test_what_a_descendant_does_is_not_waited_for_and_it_is_ended(script, tmp_path):
    body = "child = subprocess.Popen(['sleep', '60'])\nopen(sys.argv[1], 'w').write(str(child.pid))\nsay(wav(300))"
    began = time.monotonic()
    assert len(spoken(python(script(body), str(tmp_path / "pid"), timeout_s=30.0)).samples) == 300
    assert time.monotonic() - began < 5.0
    pid = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 2.0
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the descendant lives on"
        time.sleep(0.01)


def test_usage_of_one_run(script):
    body = (
        "block = bytearray(120_000_000)\nend = time.process_time() + 0.15\n"
        "while time.process_time() < end: pass\nsay(wav())"
    )
    system = python(script(body))
    spoken(system)
    usage = system.usage()
    assert 0.15 <= usage.cpu_s < 1.5
    assert 115.0 < usage.peak_memory_mb < 400.0


def test_the_memory_of_our_own_process_is_not_charged_to_the_program(script):
    if not Path("/proc/self/status").exists():
        pytest.skip("needs /proc to see the memory of a running program")
    ours = np.ones(40_000_000)  # 320 MB
    system = python(script("time.sleep(0.1)\nsay(wav())"))
    spoken(system)
    assert system.usage().peak_memory_mb < 60.0
    assert ours[0] == 1.0


# --- options ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"argv": []}, "argv is empty"),
        ({"argv": ["no-such-program-here"]}, "no program 'no-such-program-here'.*PATH"),
        ({"argv": ["./no-such-program-here"]}, "no program"),
        ({"argv": ["sh"], "timeout_s": 0.0}, "greater than 0"),
        ({"argv": ["sh"], "cwd": Path("/no/such/folder")}, "not a folder"),
        ({"argv": ["sh", "{text}"], "mode": "lines"}, "no placeholders"),
        ({"argv": ["sh"], "streaming": True}, "mode=lines"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(UsageError, match=message):
        CommandSystem(**options)


def test_a_program_is_found_from_its_folder(tmp_path, script):
    script("say(wav(250))", "say.py")
    starter = tmp_path / "say.sh"
    starter.write_text(f"#!/bin/sh\nexec {sys.executable} say.py\n")
    starter.chmod(0o755)
    assert len(spoken(CommandSystem(argv=["./say.sh"], cwd=tmp_path)).samples) == 250


def test_what_was_not_said_of_a_program_is_unsupported(script):
    system = python(script("say(wav())"), languages=["en"], voices=["anna"])
    assert system.info.voices == {"en": ("anna",)}
    for wanted in (
        request(language="fr"),
        request(voice=Voice(name="bert")),
        request(voice=Voice(name="me", audio=Path("me.wav"))),
    ):
        with pytest.raises(UnsupportedError):
            next(system.speak(wanted))
    assert len(spoken(system, voice=Voice(name="anna")).samples) == 800


def test_the_fingerprint_follows_the_content_of_the_program(script):
    path = script("say(wav())")
    first = python(path).info.fingerprint
    assert python(path).info.fingerprint == first
    script("say(wav(801))")
    changed = python(path).info.fingerprint
    assert len({first, changed, python(path, "-v").info.fingerprint, python(path, version="2").info.fingerprint}) == 4


@pytest.mark.parametrize("written", ["model.pt", "--ckpt=model.pt"])
@pytest.mark.parametrize("relative", [True, False])
def test_a_model_of_the_same_size_and_name_is_another_system(script, tmp_path, written, relative):
    model = tmp_path / "model.pt"
    argument = written if relative else written.replace("model.pt", str(model))
    prints = []
    for content in (b"one", b"two", b"one"):
        model.write_bytes(content * 100)
        os.utime(model, ns=(0, len(prints)))  # a copy may keep its time; here each is another file
        prints.append(python(script("say(wav())"), argument, cwd=tmp_path).info.fingerprint)
    assert prints[0] == prints[2] != prints[1]


def test_a_model_of_any_size_is_read_whole(script, tmp_path):
    model = tmp_path / "model.pt"
    prints = []
    for last in (b"a", b"b"):
        with model.open("wb") as file:
            file.seek(65 << 20)
            file.write(last)
        prints.append(python(script("say(wav())"), str(model)).info.fingerprint)
    assert prints[0] != prints[1]


def test_the_files_of_a_model_folder_count_and_what_comes_and_goes_does_not(script, tmp_path):
    folder = tmp_path / "model"
    (folder / "deep").mkdir(parents=True)

    def fingerprint():
        return python(script("say(wav())"), f"--model={folder}").info.fingerprint

    (folder / "deep" / "weights").write_bytes(b"one")
    first = fingerprint()
    for passing in (".cache", "__pycache__"):
        (folder / passing).mkdir()
        (folder / passing / "any").write_bytes(b"anything")
    (folder / ".lock").touch()
    assert fingerprint() == first
    (folder / "deep" / "weights").write_bytes(b"two!")
    assert fingerprint() != first


def test_a_folder_of_too_many_files_needs_a_version(script, tmp_path, monkeypatch):
    monkeypatch.setattr("voxeval.systems.command.MOST_FILES", 2)
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(3):
        (folder / str(number)).touch()
    with pytest.raises(UsageError, match=r"many, which holds more than 2 files.*version="):
        _ = python(script("say(wav())"), str(folder)).info
    one, two = (python(script("say(wav())"), str(folder), version=version).info.fingerprint for version in "12")
    assert one != two


def test_the_folder_that_a_run_is_made_in_is_not_looked_into(script, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = script("say(wav())")
    before = python(path, "--root=.", str(tmp_path.parent)).info.fingerprint
    (tmp_path / "take.flac").touch()
    assert python(path, "--root=.", str(tmp_path.parent)).info.fingerprint == before


@pytest.mark.parametrize("text", ["x" * 300, "a" * 9000, "=", "a=", "what a\0b"])
def test_texts_in_argv_are_no_files(script, text):
    assert python(script("say(wav())"), text).info.fingerprint


# --- lines -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def lines(script):
    systems = []

    def start(body: str, **options: object) -> CommandSystem:
        systems.append(python(script(body), mode="lines", **options))
        return systems[-1]

    yield start
    for system in systems:
        system.close()


def test_chunks_come_as_they_are_made(lines):
    system = lines(
        "def answer(r):\n    yield 'a log line'\n    yield chunk(r)\n    time.sleep(0.3)\n    yield chunk(r, 200)\n"
        "    yield ok(r)\nstay(answer)",
        streaming=True,
    )
    chunks, times = [], []
    for chunk in system.speak(request()):
        chunks.append(chunk)
        times.append(time.monotonic())
    assert [len(chunk.samples) for chunk in chunks] == [400, 200]
    assert times[1] - times[0] > 0.2
    np.testing.assert_array_equal(chunks[0].samples, np.float32(0.5))
    assert chunks[0].sample_rate == 16_000


def test_the_program_stays_and_gets_all_of_the_request(lines, tmp_path):
    seen = tmp_path / "seen"
    system = lines(
        f"def answer(r):\n    with open({str(seen)!r}, 'a') as log: log.write(json.dumps([os.getpid(), r]) + chr(10))\n"
        "    open(r['out'], 'wb').write(wav(300))\n    yield ok(r)\nstay(answer)"
    )
    assert len(spoken(system, "olá\nmundo", voice=Voice(name="ana"), seed=3, language="pt").samples) == 300
    assert len(spoken(system, "two").samples) == 300
    (pid, first), (pid_again, second) = (json.loads(line) for line in seen.read_text().splitlines())
    assert pid == pid_again
    assert first["id"] != second["id"]
    assert [first[key] for key in ("text", "language", "voice", "seed")] == ["olá\nmundo", "pt", "ana", 3]
    assert second["voice"] is None
    usage = system.usage()
    assert 0.0 <= usage.cpu_s < 5.0
    if Path("/proc/self/status").exists():
        assert 3.0 < usage.peak_memory_mb < 100.0


def test_a_refusal_is_an_error_and_the_program_stays(lines):
    system = lines(
        "def answer(r):\n    if r['text'] == 'bad':\n        yield {'id': r['id'], 'ok': False, 'error': 'too hard'}\n"
        "    else:\n        yield chunk(r, os.getpid() % 1000 + 1)\n        yield ok(r)\nstay(answer)"
    )
    length = len(spoken(system, "good").samples)
    with pytest.raises(SpeechError, match="did not speak: too hard"):
        spoken(system, "bad")
    assert len(spoken(system, "good").samples) == length


def test_answers_to_others_and_noise_are_log(lines):
    system = lines(
        "def answer(r):\n    yield from ('plain', '[1, 2]', '7', '{}', 'null')\n    yield {'id': 'x', 'ok': False}\n"
        "    yield {'id': r['id'], 'progress': 0.5}\n    yield chunk(r)\n    yield ok(r)\nstay(answer)"
    )
    assert len(spoken(system).samples) == 400


def test_many_chunks_and_a_long_text_do_not_block(lines):
    system = lines(
        "sys.stderr.write('log ' * 100_000)\nprint('log ' * 100_000, flush=True)\n"
        "def answer(r):\n    for _ in range(300): yield chunk(r, 4000)\n    yield ok(r)\nstay(answer)",
        timeout_s=30.0,
    )
    assert len(spoken(system, "word " * 100_000).samples) == 1_200_000


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("time.sleep(60)", "more than 0.6 s"),
        ("def answer(r):\n    yield chunk(r)\n    time.sleep(60)\nstay(answer)", "more than 0.6 s"),
        ("print('loading'); sys.exit('no model')", "exit code 1 before.*loading.*no model"),
        ("def answer(r):\n    yield chunk(r)\n    sys.exit(4)\nstay(answer)", "exit code 4"),
        ("while True: print('x' * 65536)", "more than 1 MB"),
        ("while True: sys.stdout.write('x' * 65536)", "more than 1 MB"),
        ("def answer(r):\n    yield {'id': r['id'], 'pcm_s16le': '!!', 'sample_rate': 8000}\nstay(answer)", "base64"),
        ("def answer(r):\n    yield {'id': r['id'], 'pcm_s16le': 'AAA=', 'sample_rate': '8k'}\nstay(answer)", "'8k'"),
        ("def answer(r):\n    yield {'id': r['id'], 'pcm_s16le': 'AA==', 'sample_rate': 8000}\nstay(answer)", "16-bit"),
        (
            "def answer(r):\n    yield {'id': r['id'], 'pcm_s16le': 5, 'sample_rate': 8000}\nstay(answer)",
            "can't be read",
        ),
        ("def answer(r):\n    yield ok(r)\nstay(answer)", "left nothing in the file"),
        ("def answer(r):\n    yield {'id': r['id'], 'ok': False}\nstay(answer)", "without giving a reason"),
    ],
)
def test_a_bad_staying_program_is_a_clear_error(lines, body, message):
    began = time.monotonic()
    said = failure(lines(body, timeout_s=0.6, max_output_mb=1.0))
    assert time.monotonic() - began < 5.0
    assert re.search(message, said, re.DOTALL), said


def test_a_program_that_died_is_started_again(lines):
    system = lines(
        "def answer(r):\n    yield chunk(r)\n    if r['text'] == 'die': sys.exit(4)\n    yield ok(r)\n"
        "    if r['text'] == 'last': sys.exit(0)\nstay(answer)"
    )
    with pytest.raises(SpeechError, match="exit code 4"):
        spoken(system, "die")
    assert len(spoken(system, "last").samples) == 400
    time.sleep(0.1)
    assert len(spoken(system, "again").samples) == 400


def test_closing_the_iterator_ends_the_program_and_the_next_request_is_clean(lines):
    before = {child.pid for child in psutil.Process().children()}
    system = lines(
        "def answer(r):\n    for _ in range(5): yield chunk(r, 100 * len(r['text']))\n    yield ok(r)\nstay(answer)"
    )
    chunks = system.speak(request("four"))
    next(chunks)
    chunks.close()
    assert {child.pid for child in psutil.Process().children()} <= before
    assert [len(chunk.samples) for chunk in system.speak(request("sevenlt"))] == [700] * 5


def test_nothing_says_how_long_a_program_loaded(lines):
    assert not isinstance(lines("stay(lambda r: [chunk(r), ok(r)])"), LoadsFirst)


def test_options_can_be_checked_against_their_annotations():
    hints = get_type_hints(CommandSystem.__init__)
    assert hints["mode"] == Literal["once", "lines"]
    assert hints["cwd"] == Path | None
