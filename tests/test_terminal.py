"""The table after a run, and what it says beside the numbers."""

from __future__ import annotations

import pytest

from tests.report.report_runs import doubted, make_run
from voxeval.store import Run
from voxeval.terminal import cell, run_table


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return run_table(Run(make_run(tmp_path_factory.mktemp("runs") / "plain", n_items=8)))


@pytest.fixture(scope="module")
def doubtful(tmp_path_factory):
    return run_table(Run(doubted(make_run(tmp_path_factory.mktemp("runs") / "doubted", n_items=8))))


def line_of(table, metric):
    return next(line for line in table.splitlines() if line.split()[:1] == [metric])


def test_what_is_indicative_carries_a_mark_and_its_reason_stands_below_once(doubtful):
    assert line_of(doubtful, "wer").count("≈") == 2  # human and espeak-f3, but not espeak
    assert "≈" not in line_of(doubtful, "voice_consistency")
    reason = (
        "≈ indicative only: what pocketsphinx heard of human and espeak-f3: it has learned from espeak-ng's "
        "speech, and no other speech could be measured in English."
    )
    assert doubtful.splitlines().count(reason) == 1
    assert doubtful.count("indicative") == 1


def test_nothing_is_said_of_marks_where_there_are_none(plain):
    assert "≈" not in plain
    assert "indicative" not in plain


def test_floors_of_one_kind_are_told_together(plain, doubtful):
    told = "pocketsphinx errs on 12% of the words of espeak-ng in 9 languages: read its rates against that."
    assert told in doubtful
    told = "errs on 29% of the words of 32 LJSpeech recordings, 90% of the words of espeak-ng, 32 sentences: read"
    assert told in plain


def test_a_cell_has_its_interval_and_its_mark():
    row = {"value": 0.25, "low": 0.2, "high": 0.3, "indicative": None}
    assert cell(row) == "0.25 [0.2, 0.3]"
    assert cell(row | {"indicative": "so it is"}) == "≈0.25 [0.2, 0.3]"
    assert cell(row | {"indicative": "so it is", "low": None}) == "≈0.25"
