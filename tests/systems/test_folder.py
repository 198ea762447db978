from __future__ import annotations

import json
from pathlib import Path
from typing import get_type_hints

import numpy as np
import pytest
import soundfile

from voxeval.audio import joined
from voxeval.errors import SpeechError, UsageError
from voxeval.systems.folder import FolderSystem
from voxeval.types import LANGUAGES, Audio, Item, Request, Usage, Voice


def request(item: str = "one", language: str = "en", *, voice: str | None = None, seed: int = 0) -> Request:
    values = Item(id=item, language=language, text="Hello", cluster=item, locale=language)
    return Request(item=values, text="Hello", voice=Voice(name=voice) if voice else None, seed=seed, key="k")


def spoken(system: FolderSystem, *args: str, **kwargs: object) -> Audio:
    return joined(list(system.speak(request(*args, **kwargs))))


def record(path, count=800, rate=16_000, value=0.25, channels=1):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.full((count, channels), value), rate)


def test_recordings_are_found_by_language_first_then_by_item(tmp_path):
    record(tmp_path / "one.wav", 100)
    record(tmp_path / "fr" / "one.flac", 200)
    system = FolderSystem(path=tmp_path)
    assert len(spoken(system, "one", "fr").samples) == 200
    assert len(spoken(system, "one", "en").samples) == 100
    assert system.usage() == Usage()
    assert system.recorded


def test_an_item_without_a_recording_says_where_it_was_looked_for(tmp_path):
    with pytest.raises(SpeechError, match=r"no recording of item 'two'.*en/two.*or.*two.*\.wav"):
        spoken(FolderSystem(path=tmp_path), "two")


@pytest.mark.parametrize("rate", [8_000, 22_050, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_any_rate_and_stereo_are_read(tmp_path, rate, channels):
    record(tmp_path / "one.wav", 960, rate, channels=channels)
    audio = spoken(FolderSystem(path=tmp_path))
    assert (audio.samples.shape, audio.sample_rate) == ((960,), rate)
    np.testing.assert_allclose(audio.samples, 0.25, atol=1e-4)


def test_recordings_that_cannot_be_heard_are_errors(tmp_path):
    (tmp_path / "corrupt.wav").write_bytes(b"RIFF and then nothing sensible")
    record(tmp_path / "empty.wav", 0)
    soundfile.write(tmp_path / "nan.wav", np.array([0.0, np.nan, 0.0]), 16_000, subtype="FLOAT")
    record(tmp_path / "torn.wav", 800)
    (tmp_path / "torn.wav").write_bytes((tmp_path / "torn.wav").read_bytes()[:-600])
    system = FolderSystem(path=tmp_path)
    for item, message in (
        ("corrupt", "can't be read"), ("empty", "0 samples"), ("nan", "NaN"), ("torn", "at least 600 of the bytes")
    ):  # fmt: skip
        with pytest.raises(SpeechError, match=rf"{item}\.wav.*{message}"):
            spoken(system, item)


ROWS = [
    {"item": "one", "path": "a.wav", "language": "en", "voice": "anna", "total_s": 1.5, "first_audio_s": 0.5},
    {"item": "one", "path": "b.wav", "language": "en", "voice": "bert"},
    {"item": "one", "path": "c.wav", "language": "fr", "voice": "chloé"},
    {"item": "two", "path": "sub/d.wav"},
]


@pytest.fixture(params=["csv", "tsv", "jsonl", pytest.param("parquet", marks=pytest.mark.slow)])
def table(request, tmp_path):
    for length, row in enumerate(ROWS, start=1):
        record(tmp_path / row["path"], 100 * length)
    path = tmp_path / f"table.{request.param}"
    columns = ["item", "path", "language", "voice", "total_s", "first_audio_s"]
    if request.param == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    elif request.param == "parquet":
        import pyarrow
        import pyarrow.parquet

        filled = [{column: row.get(column) for column in columns} for row in ROWS]
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(filled), path)
    else:
        separator = "," if request.param == "csv" else "\t"
        lines = [columns] + [[str(row.get(column, "")) for column in columns] for row in ROWS]
        path.write_text("".join(separator.join(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_a_table_names_recordings_by_item_language_and_voice(table):
    system = FolderSystem(table=table)
    assert len(spoken(system, "one", voice="anna").samples) == 100
    assert system.usage() == Usage(total_s=1.5, first_audio_s=0.5)
    assert len(spoken(system, "one", voice="bert").samples) == 200
    assert system.usage() == Usage()
    assert len(spoken(system, "one", "fr", voice="chloé").samples) == 300
    assert len(spoken(system, "two", "hi").samples) == 400
    assert system.info.voices == {"en": ("anna", "bert"), "fr": ("chloé",)}
    assert system.info.deterministic
    with pytest.raises(SpeechError, match=r"no row for item 'one' in language 'en' in voice 'chloé' with seed 0"):
        spoken(system, "one", voice="chloé")


def test_seeds_make_a_system_that_is_not_deterministic(tmp_path):
    record(tmp_path / "a.wav", 100)
    record(tmp_path / "b.wav", 200)
    (tmp_path / "t.csv").write_text("item,path,seed,voice\none,a.wav,0,anna\none,b.wav,1,anna\n")
    system = FolderSystem(table=tmp_path / "t.csv")
    assert not system.info.deterministic
    assert len(spoken(system, seed=1).samples) == 200
    assert system.info.voices == dict.fromkeys(LANGUAGES, ("anna",))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("item\none\n", "row 1: path: Field required; expected the columns item and path"),
        ("item,path,speed\none,a.wav,3\n", "row 1: speed: Extra inputs"),
        ("item,path,total_s\none,a.wav,-1\n", "total_s.*greater than 0"),
        ("item,path,total_s\none,a.wav,nan\n", "total_s.*finite|total_s.*greater"),
        ("item,path,seed\none,a.wav,x\n", "seed.*integer"),
        ("item,path\none,a.wav\none,b.wav\n", "row 2: row 1 has the same item"),
        ("item,path\none,a.wav,more\n", "row 1: more cells than columns"),
    ],
)
def test_a_wrong_table_is_refused_naming_the_row(tmp_path, content, message):
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(UsageError, match=message):
        _ = FolderSystem(table=tmp_path / "t.csv").info


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.jsonl", b"{broken"),
        ("t.jsonl", b"[1]\n"),
        ("t.csv", b"item,path\n\xff\xfe,a\n"),
        pytest.param("t.parquet", b"no", marks=pytest.mark.slow),
        ("t.xls", b""),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=name):
        _ = FolderSystem(table=tmp_path / name).info


def test_wrong_options_are_refused(tmp_path):
    for options, message in (
        ({}, "either path=FOLDER or table=FILE"),
        ({"path": tmp_path, "table": tmp_path / "t.csv"}, "either"),
        ({"path": tmp_path / "none"}, "not a folder"),
        ({"table": tmp_path / "none.csv"}, "not a file"),
    ):
        with pytest.raises(UsageError, match=message):
            FolderSystem(**options)


def test_the_fingerprint_changes_with_a_recording_and_not_with_the_place(tmp_path):
    def fingerprint(folder: str) -> str:
        return FolderSystem(path=tmp_path / folder).info.fingerprint

    for folder in ("a", "b"):
        record(tmp_path / folder / "en" / "one.wav")
        record(tmp_path / folder / "two.wav", value=0.5)
    before = fingerprint("a")
    assert before == fingerprint("b")
    record(tmp_path / "a" / "en" / "one.wav", value=0.26)  # as long as before
    assert fingerprint("a") != before
    (tmp_path / "b" / "two.wav").rename(tmp_path / "b" / "three.wav")
    assert fingerprint("b") not in (before, fingerprint("a"))


def test_the_fingerprint_of_a_table_follows_its_recordings(tmp_path):
    record(tmp_path / "a.wav")
    table = tmp_path / "t.csv"
    table.write_text("item,path\none,a.wav\ntwo,missing.wav\n")
    before = FolderSystem(table=table).info.fingerprint
    assert FolderSystem(table=table).info.fingerprint == before
    record(tmp_path / "a.wav", value=0.5)
    assert FolderSystem(table=table).info.fingerprint != before
    with pytest.raises(SpeechError, match=r"missing\.wav"):
        spoken(FolderSystem(table=table), "two")


def test_options_can_be_checked_against_their_annotations():
    hints = get_type_hints(FolderSystem.__init__)
    assert hints["path"] == hints["table"] == Path | None
