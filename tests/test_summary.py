from __future__ import annotations

import pandas as pd
import pytest

from tests.fakes import make_item, make_take
from voxeval.store import FORMAT, Run, take_row, write_json, write_table
from voxeval.summary import summarize

COVERAGE = {
    "metric": "coverage", "rule": "share_of_languages", "unit": "1", "better": "higher", "threshold": 0.9,
    "formula": "f", "source": "s",
}  # fmt: skip
GAP = COVERAGE | {"metric": "gap", "rule": "range_over_floor", "better": "lower"}


def declared(name: str, *, statistics=("mean",), if_failed=None, across=None, per_take=True) -> dict:
    return {
        "name": name, "module": "m", "unit": "1", "better": "lower", "statistics": list(statistics),
        "if_failed": if_failed, "formula": "f", "source": "s", "across": across, "per_take": per_take,
        "rests_on": [],
    }  # fmt: skip


def make_run(folder, rows, metrics, *, parallel=False, floors=(), humans=(), trained_on="", engines=()):
    """A run folder with these scores.

    A row is a dict with value (a number, or None with a status) and, where they differ from the defaults, language,
    category, cluster, weight, status, take_status, system and metric_id.
    """
    takes, scores = [], []
    for number, row in enumerate(rows):
        item = make_item(id=f"item-{number}", language=row.get("language", "en"), category=row.get("category", "c"))
        status = row.get("status", "ok")
        take_status = row.get("take_status", "ok")
        take = make_take(item, status=take_status, system=row.get("system", "a"))
        takes.append(take_row(take))
        metric_id = row.get("metric_id", "m/x")
        scores.append(
            {
                "suite": take.suite,
                "language": item.language,
                "item": item.id,
                "system": take.system,
                "voice": take.voice,
                "seed": 0,
                "category": item.category,
                "cluster": row.get("cluster", item.id),
                "metric": metric_id.split("/")[0],
                "metric_id": metric_id,
                "value": row["value"],
                "weight": row.get("weight", 1.0),
                "curve": [],
                "unit": "1",
                "better": "lower",
                "status": status,
                "detail": "",
            }
        )
    write_table(folder, "takes", takes)
    write_table(folder, "scores", scores)
    labels = dict.fromkeys(take["system"] for take in takes)
    info = {
        "format": FORMAT,
        "metrics": metrics,
        "suites": [{"name": "fake-suite", "parallel": parallel}],
        "systems": [
            {"label": label, "human": label in humans, "engine": dict(engines).get(label, "")} for label in labels
        ],
        "analyzers": [{"id": "x", "name": "ear", "floors": list(floors), "trained_on": trained_on}],
    }
    write_json(folder / "run.json", info)
    summarize(folder)
    return Run(folder).summary


def cell(summary, *, metric="m", language="en", category="all", statistic="mean", system="a"):
    rows = summary[
        (summary["metric"] == metric)
        & (summary["language"] == language)
        & (summary["category"] == category)
        & (summary["statistic"] == statistic)
        & (summary["system"] == system)
    ]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_corpus_rate_is_the_mean_weighted_by_words(tmp_path):
    rows = [{"value": 0.5, "weight": 2.0}, {"value": 0.0, "weight": 8.0}]
    found = cell(make_run(tmp_path, rows, [declared("m")]))
    assert found["value"] == pytest.approx(0.1)
    assert (found["n_items"], found["n_clusters"], found["n_languages"]) == (2, 2, 1)
    assert found[["low", "high"]].isna().all()


def test_a_failed_take_counts_as_declared_with_its_weight_and_value_ok_leaves_it_out(tmp_path):
    rows = [
        {"value": 0.0, "weight": 6.0},
        {"value": None, "weight": 4.0, "status": "failed", "take_status": "failed"},
        {"value": None, "weight": 9.0, "status": "skipped"},
    ]
    found = cell(make_run(tmp_path, rows, [declared("m", if_failed=1.0)]))
    assert found["value"] == pytest.approx(0.4)
    assert found["value_ok"] == 0.0
    assert (found["n_items"], found["n_failed"], found["n_skipped"]) == (3, 1, 1)


def test_a_failed_analysis_never_counts_against_the_system(tmp_path):
    rows = [{"value": 0.25}, {"value": None, "status": "failed", "take_status": "ok"}]
    found = cell(make_run(tmp_path, rows, [declared("m", if_failed=1.0)]))
    assert found["value"] == found["value_ok"] == 0.25
    assert found["n_failed"] == 1


def test_failed_takes_are_left_out_where_nothing_is_declared(tmp_path):
    rows = [{"value": 0.25}, {"value": None, "status": "failed", "take_status": "failed"}]
    assert cell(make_run(tmp_path, rows, [declared("m")]))["value"] == 0.25


def test_all_languages_is_the_unweighted_mean_of_languages_and_all_categories_are_pooled(tmp_path):
    rows = [
        {"value": 1.0, "language": "en", "category": "c"},
        {"value": 0.0, "language": "en", "category": "d"},
        {"value": 0.0, "language": "en", "category": "d"},
        {"value": 0.5, "language": "de", "category": "d"},
    ]
    summary = make_run(tmp_path, rows, [declared("m")])
    assert cell(summary)["value"] == pytest.approx(1 / 3)
    assert cell(summary, category="d")["value"] == 0.0
    assert cell(summary, language="all")["value"] == pytest.approx((1 / 3 + 0.5) / 2)
    assert cell(summary, language="all", category="d")["value"] == pytest.approx(0.25)
    assert cell(summary, language="all")["n_languages"] == 2


def test_quantiles_and_maxima(tmp_path):
    rows = [{"value": float(value)} for value in range(11)] + [{"value": 50.0, "language": "de"}]
    summary = make_run(tmp_path, rows, [declared("m", statistics=("mean", "p50", "p90", "max"))])
    assert cell(summary, statistic="p50")["value"] == 5.0
    assert cell(summary, statistic="p90")["value"] == 9.0
    assert cell(summary, statistic="max")["value"] == 10.0
    assert cell(summary, statistic="max", language="all")["value"] == 50.0
    low, high = cell(summary, statistic="p50")[["low", "high"]]
    assert 1 <= low <= 5 <= high <= 9


def test_takes_of_one_cluster_are_one(tmp_path):
    """Twenty seeds of two items are two clusters: too few to say anything of other items."""
    rows = [{"value": float(number % 2), "cluster": f"c{number % 2}"} for number in range(40)]
    found = cell(make_run(tmp_path, rows, [declared("m")]))
    assert found["n_clusters"] == 2
    assert found[["low", "high"]].isna().all()


def test_parallel_items_share_their_clusters_across_languages(tmp_path):
    rows = [
        {"value": float(number), "cluster": f"c{number}", "language": language}
        for number in range(10)
        for language in ("de", "en", "fr")
    ]
    (tmp_path / "apart").mkdir()
    together = cell(make_run(tmp_path, rows, [declared("m")], parallel=True), language="all")
    apart = cell(make_run(tmp_path / "apart", rows, [declared("m")], parallel=False), language="all")
    assert (together["n_clusters"], apart["n_clusters"]) == (10, 30)
    ratio = (together["high"] - together["low"]) / (apart["high"] - apart["low"])
    assert ratio == pytest.approx(3**0.5, rel=0.15)


def test_coverage_is_the_share_of_languages_over_the_threshold(tmp_path):
    rows = [{"value": 1.0, "language": "en"}] * 10 + [{"value": 1.0, "language": "de"}] * 8
    rows += [{"value": 0.0, "language": "de"}] * 2
    found = cell(make_run(tmp_path, rows, [declared("m", across=COVERAGE)]), metric="coverage", language="all")
    assert found["value"] == 0.5
    assert found["metric_id"] == "coverage/x"
    assert found["low"] <= 0.5 <= found["high"]


def test_a_language_that_the_system_does_not_speak_is_not_covered(tmp_path):
    rows = [{"value": 1.0}] * 10
    rows += [
        {"value": None, "status": "skipped", "take_status": "skipped", "language": language} for language in "abcd"
    ]
    found = cell(make_run(tmp_path, rows, [declared("m", across=COVERAGE)]), metric="coverage", language="all")
    assert found["value"] == pytest.approx(1 / 5)
    assert found["n_languages"] == 1


def test_coverage_is_unknown_where_a_language_was_spoken_and_not_judged(tmp_path):
    rows = [{"value": 1.0}] * 10 + [{"value": None, "status": "skipped", "language": "de"}]
    found = cell(make_run(tmp_path, rows, [declared("m", across=COVERAGE)]), metric="coverage", language="all")
    assert found[["value", "value_ok", "low", "high"]].isna().all()


def test_value_ok_of_coverage_leaves_failed_takes_out(tmp_path):
    failed = {"value": None, "status": "failed", "take_status": "failed"}
    rows = [{"value": 1.0}] * 7 + [failed] * 3
    metrics = [declared("m", if_failed=0.0, across=COVERAGE)]
    found = cell(make_run(tmp_path, rows, metrics), metric="coverage", language="all")
    assert (found["value"], found["value_ok"]) == (0.0, 1.0)


def test_a_failed_take_counts_nothing_in_a_language_that_nobody_can_judge(tmp_path):
    """PocketSphinx knows no German: that one German take failed says nothing of the German WER."""
    skipped = {"value": None, "status": "skipped", "language": "de"}
    rows = [{"value": 0.5}, skipped, skipped, skipped | {"status": "failed", "take_status": "failed"}]
    summary = make_run(tmp_path, rows, [declared("m", if_failed=1.0)])
    assert pd.isna(cell(summary, language="de")["value"])
    assert cell(summary, language="de")["n_failed"] == 1
    assert cell(summary, language="all")["value"] == 0.5


def test_a_failed_take_counts_nothing_where_the_recognizer_failed_on_all_others(tmp_path):
    broken = {"value": None, "status": "failed", "take_status": "ok"}
    lost = {"value": None, "status": "failed", "take_status": "failed"}
    rows = [broken, broken, lost, {"value": 0.5, "system": "b"}]
    summary = make_run(tmp_path, rows, [declared("m", if_failed=1.0)])
    assert pd.isna(cell(summary)["value"])
    assert cell(summary)["n_failed"] == 3


def test_a_system_whose_takes_all_failed_counts_as_declared_whoever_runs_beside_it(tmp_path):
    lost = {"value": None, "status": "failed", "take_status": "failed"}
    for name, others in (("alone", []), ("beside", [{"value": None, "status": "skipped", "system": "b"}])):
        (tmp_path / name).mkdir()
        assert cell(make_run(tmp_path / name, [lost, *others], [declared("m", if_failed=1.0)]))["value"] == 1.0


def test_values_that_takes_share_get_no_interval(tmp_path):
    rows = [{"value": 0.1 * number} for number in range(20)]
    (tmp_path / "own").mkdir()
    shared = cell(make_run(tmp_path, rows, [declared("m", per_take=False)]))
    own = cell(make_run(tmp_path / "own", rows, [declared("m")]))
    assert shared[["low", "high"]].isna().all()
    assert own["low"] < own["value"] < own["high"]


def test_the_language_gap_is_over_the_floor_of_human_speech(tmp_path):
    """German is 0.3 over its floor and English 0.1: raw rates would have called them equal."""
    rows = [
        {"value": 0.5, "language": "en"},
        {"value": 0.5, "language": "de"},
        {"value": 0.9, "language": "fr"},
        {"value": 0.2, "language": "de", "system": "human"},
    ]
    floors = [{"language": "en", "human": True, "m": 0.4}, {"language": "de", "human": True, "m": 0.45}]
    summary = make_run(tmp_path, rows, [declared("m", across=GAP)], floors=floors, humans=["human"])
    found = cell(summary, metric="gap", language="all")
    assert found["value"] == pytest.approx(0.2)
    assert found["n_languages"] == 2  # French has no floor to compare with


def test_nothing_that_counts_is_null_and_never_zero(tmp_path):
    summary = make_run(tmp_path, [{"value": None, "status": "skipped"}], [declared("m", across=COVERAGE)])
    assert cell(summary)[["value", "value_ok", "low", "high"]].isna().all()
    assert cell(summary, metric="coverage", language="all")[["value", "low"]].isna().all()


# --- indicative ------------------------------------------------------------------------------------------------------


def heard_by_a_pupil_of_one_engine(folder, rows, metrics=None, *, humans=(), trained_on="espeak-ng"):
    """A run whose recognizer `x` has learned from espeak-ng alone; the system `a` is espeak-ng, others are unknown."""
    floors = [
        {"language": language, "human": False, "engine": engine, "wer": cer, "cer": cer, "m": cer}
        for language, engine, cer in (("de", "espeak-ng", 0.1), ("en", "espeak-ng", 0.2), ("en", "flite", 0.05))
    ]
    metrics = metrics or [declared("m") | {"rests_on": ["words"]}]
    engines = {"a": "espeak-ng"}
    return make_run(folder, rows, metrics, humans=humans, floors=floors, trained_on=trained_on, engines=engines)


def why(found):
    """The reason of a cell, or None: pandas holds a null among texts as NaN."""
    return None if pd.isna(found["indicative"]) else found["indicative"]


EVERYBODY = [
    {"value": 0.5, "system": system, "language": language}
    for system in ("a", "b", "human")
    for language in ("en", "de", "fr")
]
LEARNED = "ear has learned from espeak-ng's speech, and no other speech could be measured in"


def test_numbers_that_a_recognizer_can_not_judge_are_indicative_with_the_reason(tmp_path):
    summary = heard_by_a_pupil_of_one_engine(tmp_path, EVERYBODY, humans=["human"])
    found = {
        (system, language): why(cell(summary, system=system, language=language))
        for system in ("a", "b", "human")
        for language in ("en", "de", "fr", "all")
    }
    assert found == {
        ("a", "en"): None,
        ("a", "de"): None,
        ("a", "fr"): f"{LEARNED} French",
        ("a", "all"): f"{LEARNED} French",
        ("b", "en"): None,
        ("b", "de"): f"{LEARNED} German",
        ("b", "fr"): f"{LEARNED} French",
        ("b", "all"): f"{LEARNED} French and German",
        ("human", "en"): None,
        ("human", "de"): f"{LEARNED} German",
        ("human", "fr"): f"{LEARNED} French",
        ("human", "all"): f"{LEARNED} French and German",
    }


def test_every_statistic_and_category_is_marked_alike(tmp_path):
    rows = [{"value": 0.5, "system": "b", "language": "de", "category": name} for name in ("c", "d")]
    metric = declared("m", statistics=("mean", "p50")) | {"rests_on": ["words"]}
    summary = heard_by_a_pupil_of_one_engine(tmp_path, rows, [metric])
    assert len(summary) == 12  # de and all, three categories, two statistics
    assert set(summary["indicative"]) == {f"{LEARNED} German"}


@pytest.mark.parametrize("row", [{"metric_id": "m/y"}, {}])
def test_numbers_that_rest_on_no_words_of_it_are_not_marked(tmp_path, row):
    rests = bool(row)  # on words, but of another recognizer; or heard by this one, but not on its words
    rows = [{"value": 0.5, "system": "b", "language": "de", **row}]
    summary = heard_by_a_pupil_of_one_engine(tmp_path, rows, [declared("m") | {"rests_on": ["words"] if rests else []}])
    assert summary["indicative"].isna().all()


def test_a_number_of_the_language_is_marked_where_identification_was_not_measured(tmp_path):
    """Its floors say how well it spells espeak-ng, and nothing of how often it names the language."""
    rows = [{"value": 0.5, "system": "a", "language": "de"}]
    for rests_on in (["words"], ["language"], ["words", "language"]):
        folder = tmp_path / "-".join(rests_on)
        folder.mkdir()
        summary = heard_by_a_pupil_of_one_engine(folder, rows, [declared("m") | {"rests_on": rests_on}])
        expected = f"{LEARNED} German" if "language" in rests_on else None
        assert why(cell(summary, system="a", language="de")) == expected


def test_a_recognizer_that_has_heard_people_is_believed(tmp_path):
    assert heard_by_a_pupil_of_one_engine(tmp_path, EVERYBODY, trained_on="")["indicative"].isna().all()


def test_what_has_no_value_needs_no_mark_and_its_language_is_not_named(tmp_path):
    rows = [{"value": 0.5, "language": "de", "system": "b"}]
    rows += [{"value": None, "status": "skipped", "language": "fr", "system": "b"}]
    summary = heard_by_a_pupil_of_one_engine(tmp_path, rows)
    assert why(cell(summary, language="fr", system="b")) is None
    assert cell(summary, language="all", system="b")["indicative"] == f"{LEARNED} German"


def test_what_is_made_across_languages_is_marked_as_they_are(tmp_path):
    metrics = [declared("m", across=COVERAGE) | {"rests_on": ["words"]}]
    summary = heard_by_a_pupil_of_one_engine(tmp_path, EVERYBODY, metrics)
    for system, languages in (("a", "French"), ("b", "French and German")):
        found = cell(summary, metric="coverage", language="all", system=system)
        assert found["indicative"] == f"{LEARNED} {languages}"


def test_the_language_gap_of_a_known_engine_is_over_the_floor_on_its_own_speech(tmp_path):
    """0.4 over the floor in German and 0.3 in English; French has no floor, and is no reason to doubt it."""
    metrics = [declared("m", across=GAP) | {"rests_on": ["words"]}]
    summary = heard_by_a_pupil_of_one_engine(tmp_path, EVERYBODY, metrics)
    found = cell(summary, metric="gap", language="all", system="a")
    assert found["value"] == pytest.approx(0.1)
    assert (found["n_languages"], found["metric_id"], why(found)) == (2, "gap/x/over-espeak-ng", None)
    other = cell(summary, metric="gap", language="all", system="b")
    assert pd.isna(other["value"])  # no floor on people, and those of engines are not its own
    assert other["metric_id"] == "gap/x"


def test_floors_on_people_and_on_an_engine_are_never_mixed(tmp_path):
    """The human row has English alone, and espeak-ng's own floors are in two languages: those are taken, and whole."""
    metrics = [declared("m", across=GAP) | {"rests_on": ["words"]}]
    rows = [*EVERYBODY[:6], {"value": 0.01, "language": "en", "system": "human"}]
    summary = heard_by_a_pupil_of_one_engine(tmp_path, rows, metrics, humans=["human"])
    assert cell(summary, metric="gap", language="all", system="a")["value"] == pytest.approx(0.1)
    (tmp_path / "one").mkdir()
    english = [row for row in rows if row["language"] != "de"]
    summary = heard_by_a_pupil_of_one_engine(tmp_path / "one", english, metrics, humans=["human"])
    found = cell(summary, metric="gap", language="all", system="a")
    assert found["metric_id"] == "gap/x"  # one floor of its own makes no range
    assert pd.isna(found["value"])
