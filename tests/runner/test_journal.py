from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import make_item, make_take
from tests.strategies import quick, takes
from voxeval.errors import StorageError
from voxeval.runner.journal import Journal


@quick
@given(st.lists(takes, max_size=4))
def test_the_journal_gives_back_what_it_was_told(tmp_path, told):
    path = tmp_path / "journal.jsonl"
    path.unlink(missing_ok=True)
    journal = Journal(path)
    for take in told:
        journal.append(take)
    assert list(journal.read()) == told


@quick
@given(st.data())
def test_a_journal_torn_anywhere_loses_the_torn_line_at_most_and_goes_on(tmp_path, data):
    path = tmp_path / "journal.jsonl"
    path.unlink(missing_ok=True)
    told = [make_take(make_item("a\u2028b\u0085ü", id=f"item-{number}")) for number in range(3)]
    for take in told:
        Journal(path).append(take)
    whole = path.read_bytes()
    kept = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:kept])
    finished = whole[:kept].count(b"\n")
    read = list(Journal(path).read())
    assert read[:finished] == told[:finished]
    assert len(read) <= finished + 1  # a last line that lacks nothing but its end is whole
    later = make_take(make_item(id="later"))
    Journal(path).append(later)
    assert list(Journal(path).read()) == [*read, later]


@pytest.mark.parametrize("line", ["", "3", "null", "[]", '"x"', "{}", '{"item": 1}', "\ufffd", "{" * 50])
def test_lines_that_are_no_takes_are_passed_over(tmp_path, line):
    path = tmp_path / "journal.jsonl"
    Journal(path).append(make_take())
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    Journal(path).append(make_take(make_item(id="two")))
    assert [take.item.id for take in Journal(path).read()] == ["item-1", "two"]


def test_a_journal_that_is_not_there_is_empty(tmp_path):
    assert list(Journal(tmp_path / "journal.jsonl").read()) == []


def test_a_full_disk_is_told_and_nothing_before_is_lost(tmp_path, monkeypatch):
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append(make_take())

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="disk is full"):
        journal.append(make_take(make_item(id="two")))
    assert next(iter(journal.read())) == make_take()
