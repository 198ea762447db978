"""What the rules of the normalizer did: word errors as they are, without each rule, and as others count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voxeval.report.sources import Source

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One way of counting: word error rates by language; None where it changes nothing or does not apply."""

    name: str
    what: str
    touched: int | None  # takes that the rule changed; None where that is no question
    rates: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The ways of counting of one run and recognizer."""

    run: str
    recognizer: str
    languages: tuple[str, ...]
    whole: Line
    rules: tuple[Line, ...]
    protocols: tuple[Line, ...]


def audits(sources: Sequence[Source]) -> Iterator[Audit]:
    """One audit a run and recognizer; none where a run has no transcripts."""
    for source in sources:
        table = source.run.effects
        for recognizer, mine in table.groupby("recognizer", sort=False):
            yield _audit(source, str(recognizer), mine)


def _audit(source: Source, recognizer: str, table: pd.DataFrame) -> Audit:
    info = source.run.info
    languages = tuple(sorted(table["language"].unique()))
    whole = table[table["kind"] == "whole"]
    key = ["suite", "language", "item", "system", "voice", "seed"]
    base = whole.set_index(key)[["errors", "words"]]
    averages: Mapping[str, Any] = {each["name"]: each["average"] for each in info["protocols_known"]}
    rules, protocols = [], []
    for name, what in info["rules"].items():
        mine = table[(table["kind"] == "rule") & (table["name"] == name)]
        if len(mine):
            # elsewhere the rule changes nothing: there the errors stay as they are
            without = base.copy()
            without.update(mine.set_index(key)[["errors", "words"]])
            there = set(mine["language"])
            rates = tuple(_rate(without, language, "corpus") if language in there else None for language in languages)
            rules.append(Line(name=name, what=what, touched=len(mine), rates=rates))
    for name in table[table["kind"] == "protocol"]["name"].unique():
        mine = table[(table["kind"] == "protocol") & (table["name"] == name)].set_index(key)
        there = set(mine.index.get_level_values("language"))
        average = averages.get(name.replace("-text@", "@"), "corpus")
        rates = tuple(_rate(mine, language, average) if language in there else None for language in languages)
        what = "mean of the items' rates" if average == "mean" else "errors over words"
        protocols.append(Line(name=name, what=what, touched=None, rates=rates))
    return Audit(
        run=source.name,
        recognizer=recognizer,
        languages=languages,
        whole=Line(
            name=str(whole["name"].iloc[0]),
            what="as counted in this report",
            touched=None,
            rates=tuple(_rate(base, language, "corpus") for language in languages),
        ),
        rules=tuple(rules),
        protocols=tuple(protocols),
    )


def _rate(table: pd.DataFrame, language: str, average: str) -> float | None:
    """Word error rate of a language's takes with words; failed takes have no transcript and are not among them."""
    mine = table[(table.index.get_level_values("language") == language) & (table["words"] > 0)]
    if not len(mine):
        return None
    if average == "mean":
        return float((mine["errors"] / mine["words"]).mean())
    return float(mine["errors"].sum() / mine["words"].sum())
