"""Single takes: their texts and scores, and which of them get a player, a spectrogram and an alignment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from voxeval.report.columns import Column
from voxeval.report.numbers import clean

if TYPE_CHECKING:
    import pandas as pd

KEY = ["suite", "language", "item", "system", "voice", "seed", "run"]
WORST = 8  # takes a suite, system and headline metric that get a player
MANY_TAKES = 2_000  # from here on, only headline metrics are carried for every take


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Rows of the takes table that get a player, the most wanted first."""

    samples: tuple[int, ...]  # of one item a suite and language, by all systems
    worst: tuple[int, ...]
    rest: tuple[int, ...]

    def within(self, limit: int) -> tuple[int, ...]:
        """The first so many of them, each once."""
        return tuple(dict.fromkeys((*self.samples, *self.worst, *self.rest)))[:limit]


def numbered(takes: pd.DataFrame) -> dict[tuple[Any, ...], int]:
    """Row of the takes table, by key."""
    return {key: row for row, key in enumerate(takes[KEY].itertuples(index=False, name=None))}


def choose(takes: pd.DataFrame, scores: pd.DataFrame, columns: Sequence[Column]) -> Chosen:
    """The worst takes of every system and headline metric, and one item a language by every system."""
    rows = numbered(takes)
    spoken = takes["audio_path"].notna() & (takes["status"] == "ok")
    ok = scores[scores["status"] == "ok"]
    ranks: list[list[int]] = []
    for column in {column.metric_id: column for column in columns if column.headline}.values():
        if column.better == "none":
            continue
        of_metric = ok[ok["metric_id"] == column.metric_id].sort_values("value", ascending=column.better == "higher")
        for _, group in of_metric.groupby(["suite", "system"], sort=False):
            ranks.append(
                [rows[key] for key in group.head(WORST)[KEY].itertuples(index=False, name=None) if key in rows]
            )
    worst = [row for rank in range(WORST) for ranked in ranks for row in ranked[rank : rank + 1] if spoken.iloc[row]]
    rest = [row for row in range(len(takes)) if spoken.iloc[row]]
    return Chosen(samples=tuple(_samples(takes, spoken)), worst=tuple(worst), rest=tuple(rest))


def take_rows(takes: pd.DataFrame, transcripts: pd.DataFrame, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """What the explorer shows of every take, in the order of the takes table."""
    heard: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in transcripts.to_dict("records"):
        entry = {"recognizer": row["recognizer"], "text": row["text"], "language": row["heard_language"]}
        heard.setdefault(tuple(row[name] for name in KEY), []).append(
            {name: value if isinstance(value, str) else None for name, value in entry.items()}
        )
    return [
        {
            "suite": row["suite"],
            "system": row["system"],
            "language": row["language"],
            "locale": row["locale"],
            "item": row["item"],
            "category": row["category"],
            "voice": row["voice"],
            "seed": int(row["seed"]),
            "text": row["text"],
            "given": row["text_given"] if row["text_given"] != row["text"] else "",
            "status": row["status"],
            "detail": row["detail"] or "",
            "duration": clean(row["duration_s"]),
            "path": row["audio_path"] if isinstance(row["audio_path"], str) else "",
            "run": int(row["run"]),
            "heard": heard.get(tuple(row[name] for name in KEY), []),
        }
        for row in takes.to_dict("records")
    ]


def take_values(takes: pd.DataFrame, scores: pd.DataFrame, columns: Sequence[Column]) -> dict[str, Any]:
    """By metric id: one value a take (null where there is none), and the reasons of those that have none."""
    carried = columns if len(takes) < MANY_TAKES else [column for column in columns if column.headline]
    rows = numbered(takes)
    found: dict[str, Any] = {}
    ids = dict.fromkeys(column.metric_id for column in carried)
    groups = dict(iter(scores.groupby("metric_id", sort=False)))
    for metric_id in ids:
        if metric_id not in groups:
            continue  # a metric across languages has no value a take
        values: list[float | None] = [None] * len(takes)
        reasons: list[str] = []
        why: dict[int, int] = {}
        group = groups[metric_id]
        keys = group[KEY].itertuples(index=False, name=None)
        for key, value, status, detail in zip(keys, group["value"], group["status"], group["detail"], strict=True):
            row = rows.get(key)
            if row is None:
                continue
            if status == "ok":
                values[row] = float(f"{value:.5g}")
            else:
                reason = f"{status}: {detail}" if detail else str(status)
                if reason not in reasons:
                    reasons.append(reason)
                why[row] = reasons.index(reason)
        found[metric_id] = {"values": values, "why": why, "reasons": reasons}
    return found


def alignments(table: pd.DataFrame, rows: Mapping[tuple[Any, ...], int], shown: Iterable[int]) -> dict[int, list[Any]]:
    """By row of the takes table: reference against what each recognizer heard, as pairs of words with their kind."""
    wanted = set(shown)
    found: dict[int, list[Any]] = {}
    for record in table.to_dict("records"):
        row = rows.get(tuple(record[name] for name in KEY))
        if row in wanted and row is not None:
            found.setdefault(row, []).append(
                {
                    "recognizer": record["recognizer"],
                    "normalizer": record["normalizer"],
                    "pairs": pairs(record["reference"], record["hypothesis"], record["operations"]),
                }
            )
    return found


def pairs(reference: str, hypothesis: str, operations: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """[kind, reference word, heard word] for every place of an alignment; kind is "=", "~", "-" or "+"."""
    said, heard = reference.split(), hypothesis.split()
    signs = {"equal": "=", "substitute": "~", "delete": "-", "insert": "+"}
    found: list[list[str]] = []
    for edit in operations:
        left = said[edit["ref_start"] : edit["ref_end"]]
        right = heard[edit["hyp_start"] : edit["hyp_end"]]
        found.extend([signs[edit["kind"]], *words] for words in zip_longest(left, right, fillvalue=""))
    return found


def _samples(takes: pd.DataFrame, spoken: pd.Series[bool]) -> Iterable[int]:
    """Rows of one item a suite and language: the first that most systems spoke."""
    numbered_takes = takes.assign(row=range(len(takes)))[spoken]
    for _, group in numbered_takes.groupby(["suite", "language"], sort=False):
        systems = group.groupby("item", sort=False)["system"].nunique()
        item = systems.index[int(systems.to_numpy().argmax())]
        yield from group[group["item"] == item].drop_duplicates("system")["row"]
