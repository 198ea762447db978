"""What stands in a cell: the number, its interval, its reason, and who is marked as best."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxeval.report.cells import Book, Cell, mark_best
from voxeval.report.columns import Column
from voxeval.report.items import pairs
from voxeval.report.numbers import clean, interval, number, with_unit
from voxeval.report.sources import Speaker
from voxeval.report.timing import buffers, clocked


def cell(value, low=None, high=None, n_languages=1):
    return Cell(
        value=value, low=low, high=high, text="", sign="", interval="", reason="", without_failed="",
        n_items=9, n_failed=0, n_skipped=0, n_languages=n_languages,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.2891, "1", "28.9 %"),
        (0.0, "1", "0.0 %"),
        (-0.00001, "1", "0.0 %"),
        (1.079, "1", "107.9 %"),
        (0.0123, "s", "0.012 s"),
        (1.5, "s", "1.50 s"),
        (0.0345, "ratio", "0.035 ×"),
        (0.9174, "cosine", "0.917"),
        (-21.44, "LUFS", "−21.4 LUFS"),
        (12345.6, "Hz", "12,346 Hz"),
        (0.0, "sentences", "0 sentences"),
        (7.2, "sparks", "7.20 sparks"),
        (None, "1", "–"),
        (float("nan"), "s", "–"),
    ],
)
def test_numbers_are_written_by_their_unit(value, unit, text):
    assert with_unit(value, unit) == text


def test_an_interval_that_is_not_there_says_why():
    assert interval(0.1, 0.25, "1") == "10.0 to 25.0"
    assert interval(None, None, "1") == "too few items"
    assert interval(float("nan"), float("nan"), "s") == "too few items"
    assert interval(None, None, "MB", sampled=False) == "no interval"


def test_null_nan_and_infinity_are_no_numbers():
    assert [clean(value) for value in (None, float("nan"), float("inf"), 1, np.float64(2.5))] == [
        None, None, None, 1.0, 2.5,
    ]  # fmt: skip


def best_of(cells, better="lower", rivals=None):
    return [name for name, found in mark_best(cells, better, rivals or list(cells)).items() if found.best]


def test_best_is_marked_only_where_intervals_are_apart():
    apart = {"a": cell(0.1, 0.05, 0.15), "b": cell(0.3, 0.2, 0.4)}
    assert best_of(apart) == ["a"]
    assert best_of(apart, "higher") == ["b"]
    assert best_of(apart, "none") == []
    assert best_of({"a": cell(0.1, 0.05, 0.25), "b": cell(0.3, 0.2, 0.4)}) == []
    assert best_of({"a": cell(0.1), "b": cell(0.3, 0.2, 0.4)}) == []
    assert best_of({"a": cell(0.1, 0.05, 0.15)}) == []
    assert best_of({"a": cell(0.1, 0.05, 0.15), "b": cell(None)}) == []


def test_what_is_indicative_only_is_no_rival():
    cells = {"a": cell(0.1, 0.05, 0.15), "b": cell(0.3, 0.2, 0.4)}
    for name, doubtful in cells.items():
        assert best_of({**cells, name: replace(doubtful, indicative="heard by a pupil")}) == []


def test_one_language_is_no_rival_of_nine():
    assert best_of({"english": cell(0.05, 0.04, 0.06, 1), "all nine": cell(0.12, 0.1, 0.14, 9)}) == []
    assert best_of({"a": cell(0.05, 0.04, 0.06, 9), "b": cell(0.12, 0.1, 0.14, 9)}) == ["a"]


def test_the_human_row_neither_wins_nor_takes_the_mark_away():
    cells = {"human": cell(0.01, 0.0, 0.02), "a": cell(0.1, 0.05, 0.15), "b": cell(0.3, 0.2, 0.4)}
    assert best_of(cells, rivals=["a", "b"]) == ["a"]


ESTIMATE = st.tuples(*[st.floats(-10, 10)] * 3).map(sorted)


@given(st.lists(ESTIMATE, min_size=2, max_size=5), st.sampled_from(["lower", "higher"]))
def test_at_most_one_is_best_and_its_interval_overlaps_no_other(estimates, better):
    cells = {str(place): cell(value, low, high) for place, (low, value, high) in enumerate(estimates)}
    found = best_of(cells, better)
    assert len(found) <= 1
    for name in found:
        for other in set(cells) - {name}:
            assert cells[name].high < cells[other].low or cells[name].low > cells[other].high


WER = Column(
    metric="wer", metric_id="wer/x@1/corpus", statistic="mean", unit="1", better="lower", family="intelligibility",
    label="WER", basis="x", headline=True, own=True, sampled=True,
)  # fmt: skip
PLACE = {"suite": "s", "language": "en", "category": "all", "system": "a", "metric_id": WER.metric_id}


def test_a_cell_counts_failures_and_gives_the_reason_for_no_value():
    row = {**PLACE, "statistic": "mean", "value": 0.5, "value_ok": 0.4, "low": np.nan, "high": np.nan}
    counts = {"n_items": 10, "n_failed": 2, "n_skipped": 1, "n_languages": 1}
    empty = {**row, **counts, "language": "fr", "value": np.nan, "value_ok": np.nan}
    details = ["knows only English", "knows only English", "no words"]
    scores = [{**PLACE, "language": "fr", "status": "skipped", "detail": detail} for detail in details]
    book = Book(pd.DataFrame([{**row, **counts}, empty]), pd.DataFrame(scores), {})
    found = book.cell("s", "en", "a", WER)
    assert (found.text, found.sign, found.interval, found.n_failed) == ("50.0", "%", "too few items", 2)
    assert found.without_failed == "40.0 %"
    found = book.cell("s", "fr", "a", WER)
    assert (found.value, found.text, found.interval) == (None, "–", "")
    assert found.reason == "knows only English (so 2 of 3 takes, the others for other reasons)"
    assert book.cell("s", "de", "a", WER).reason == "not measured"


@pytest.mark.parametrize(("given", "indicative"), [("so it is", "so it is"), (None, ""), (np.nan, "")])
def test_a_cell_says_why_it_is_indicative(given, indicative):
    row = {**PLACE, "statistic": "mean", "value": 0.5, "indicative": given}
    nothing = pd.DataFrame(columns=["suite", "language", "system", "metric_id", "status", "detail"])
    assert Book(pd.DataFrame([row]), nothing, {}).cell("s", "en", "a", WER).indicative == indicative


def test_an_alignment_becomes_pairs_of_words():
    kinds = [("equal", 0, 1, 0, 1), ("substitute", 1, 2, 1, 2), ("delete", 2, 3, 2, 2), ("insert", 3, 3, 2, 4)]
    names = ("kind", "ref_start", "ref_end", "hyp_start", "hyp_end")
    edits = [dict(zip(names, kind, strict=True)) for kind in kinds]
    assert pairs("a b c", "a x d e", edits) == [
        ["=", "a", "a"], ["~", "b", "x"], ["-", "c", ""], ["+", "", "d"], ["+", "", "e"],
    ]  # fmt: skip


def takes(**fields):
    values = {
        "suite": "s", "language": "en", "item": "1", "system": "a", "status": "ok", "timing": "exclusive", "host": "h",
        "concurrency": 1, "sample_rate": 100, "duration_s": 4.0, "first_audio_s": 1.0, "total_s": 3.0,
        "chunk_times_s": [1.0, 2.0, 6.0], "chunk_samples": [100, 200, 100],
    }  # fmt: skip
    return pd.DataFrame([values | fields])


@pytest.mark.parametrize(
    ("timing", "meaning"), [("shared", "not a measurement of speed"), ("reported", "measured elsewhere")]
)
def test_clocks_that_are_not_exclusive_say_so(timing, meaning):
    speaker = Speaker(label="a", human=False, host="h", about={"streaming": True, "load_s": 0.5})
    (row,) = clocked(takes(timing=timing), [speaker])
    assert row.timing == timing
    assert meaning in row.meaning
    assert row.rtf == ("0.750 ×", "0.750 ×")
    assert row.load == "0.500 s"


def test_the_buffer_grows_with_chunks_and_runs_dry_when_they_are_late():
    (course,) = buffers(takes())
    (line,) = course["systems"]
    at = dict(zip(line["t"], line["buffer"], strict=True))

    def near(time):
        return at[min(at, key=lambda known: abs(known - time))]

    assert near(0.5) == 0
    assert near(2.1) == pytest.approx(1.9, abs=0.05)  # 3 s came, 1.1 s were played
    assert near(5.9) <= 0  # the last second comes 2 s late


def test_number_is_the_start_of_with_unit():
    assert with_unit(0.5, "s").startswith(number(0.5, "s"))
