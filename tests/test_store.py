from __future__ import annotations

import json
import os
import resource
import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import make_take
from tests.strategies import quick, takes
from voxeval.errors import RunError, StorageError
from voxeval.store import (
    FORMAT,
    TABLES,
    Run,
    read_takes,
    remove_leftovers,
    schema,
    take_from_row,
    take_row,
    write_bytes,
    write_json,
    write_table,
)


@quick
@given(takes)
def test_a_take_survives_its_row(take):
    assert take_from_row(json.loads(json.dumps(take_row(take), ensure_ascii=False))) == take


# --- whole files -----------------------------------------------------------------------------------------------------


def test_a_file_that_cannot_be_finished_leaves_the_old_one_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "takes.parquet"
    write_bytes(path, b"old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"takes.parquet can't be written: the disk is full.*run the same command"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_limit_on_the_size_of_files_is_a_full_disk(tmp_path):
    """In a process of its own, since the limit stays."""
    child = os.fork()
    if child == 0:  # pragma: no cover - the child
        code = 1
        try:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
            write_bytes(tmp_path / "a.parquet", b"x" * 2000)
        except StorageError:
            code = 0 if not list(tmp_path.iterdir()) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_leftovers_of_a_kill_are_removed_and_nothing_else(tmp_path):
    (tmp_path / "audio").mkdir()
    kept = ["run.json", ".lock", "takes.parquet", ".mine", "journal.jsonl", "audio/a.flac", ".takes.parquet.notours"]
    gone = [".takes.parquet.ab12_x9z", ".run.json.abcdefgh", "audio/.a.flac.00000000"]
    for name in kept + gone:
        (tmp_path / name).touch()
    remove_leftovers(tmp_path)
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(tmp_path / name for name in kept)


def test_the_leftovers_are_those_that_are_made(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda descriptor: os._exit(9))
    for name in ("summary.parquet", "run.json", "audio/ab.flac"):
        child = os.fork()
        if child == 0:  # pragma: no cover - the child is killed while it writes
            write_bytes(tmp_path / name, b"half")
        os.waitpid(child, 0)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 3
    remove_leftovers(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_table_has_its_columns(tmp_path, table):
    write_json(tmp_path / "run.json", {"format": FORMAT, "systems": []})
    write_table(tmp_path, table, [])
    frame = Run(tmp_path).table(table)
    assert list(frame.columns) == schema(table).names
    assert len(frame) == 0


@quick
@given(st.lists(takes, max_size=3))
def test_takes_survive_parquet(tmp_path, told):
    write_table(tmp_path, "takes", [take_row(take) for take in told])
    assert read_takes(tmp_path) == told
    assert [path.name for path in tmp_path.iterdir()] == ["takes.parquet"]


# --- reading ---------------------------------------------------------------------------------------------------------


def test_a_folder_that_is_no_run_says_so(tmp_path):
    with pytest.raises(RunError, match="is not a run folder"):
        Run(tmp_path)
    with pytest.raises(RunError, match=r"no takes\.parquet"):
        read_takes(tmp_path)
    write_json(tmp_path / "run.json", {"format": 0})
    with pytest.raises(RunError, match="run format 0"):
        Run(tmp_path)
    write_json(tmp_path / "run.json", {"format": FORMAT})
    with pytest.raises(RunError, match=r"scores\.parquet is missing"):
        _ = Run(tmp_path).scores


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_a_broken_run_json_is_a_run_error(tmp_path, content):
    (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(RunError, match=r"run\.json"):
        Run(tmp_path)


def test_a_broken_table_is_a_run_error(tmp_path):
    write_json(tmp_path / "run.json", {"format": FORMAT})
    (tmp_path / "takes.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(RunError, match=r"takes\.parquet"):
        _ = Run(tmp_path).takes
    with pytest.raises(RunError, match=r"takes\.parquet"):
        read_takes(tmp_path)


def test_a_run_may_be_read_as_one_of_its_systems(tmp_path):
    folder = tmp_path / "a:b"  # a colon of its own
    folder.mkdir()
    takes = [make_take(system=system) for system in ("one", "two", "two")]
    write_table(folder, "takes", [take_row(take) for take in takes])
    write_json(folder / "run.json", {"format": FORMAT, "systems": [{"label": "one"}, {"label": "two"}]})
    assert len(Run(folder).takes) == 3
    two = Run(f"{folder}:two")
    assert two.systems == ("two",)
    assert list(two.takes["system"]) == ["two", "two"]
    with pytest.raises(RunError, match="has no system 'three'; it has: one, two"):
        Run(f"{folder}:three")
    with pytest.raises(RunError, match="is not a run folder"):
        Run(f"{tmp_path}/nowhere:two")
