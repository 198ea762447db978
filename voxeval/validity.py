"""Whether a recognizer may judge some speech: whose numbers decide, and whose are indicative only, and why.

A recognizer is measured on kinds of speech: on people, and on engines, each by name. Where it was not measured on a
system's own kind, one that has heard people is believed. One that has learned from a single engine alone is not, unless
it was measured on other speech in that language and did well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voxeval.types import LANGUAGE_NAMES, VALID_CER

if TYPE_CHECKING:
    import pandas as pd

PEOPLE = "people"
MARK = "≈"  # stands beside what is indicative only


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What decides how far a recognizer can be believed."""

    name: str
    floors: Sequence[Mapping[str, Any]]  # with the fields of `Floor`, as they stand in run.json
    trained_on: str  # the engine that it has learned from alone; empty: it has heard people

    def why_indicative(self, language: str, kind: str) -> str | None:
        """Why what it says of a system in a language is indicative only, without its own name; None where it is not.

        `kind` is what the system is: PEOPLE, the name of its engine, or empty where that is not known.
        """
        measured = [floor for floor in self.floors if floor["language"] == language]
        own = [floor for floor in measured if kind and kind_of(floor) == kind]
        if own:
            worst = _worst(own)
            return f"gets {_wrong(worst, ' itself')}" if worst["cer"] > VALID_CER else None
        if not self.trained_on:
            return None
        others = [floor for floor in measured if kind_of(floor) not in {"", self.trained_on}]
        learned = f"has learned from {self.trained_on} alone, and"
        if not others:
            return f"{learned} no other speech could be measured"
        worst = _worst(others)
        return f"{learned} gets {_wrong(worst)}" if worst["cer"] > VALID_CER else None


def judge_of(analyzer: Mapping[str, Any]) -> Judge:
    """The judge that an analyzer's entry in run.json describes."""
    return Judge(name=analyzer["name"], floors=analyzer["floors"], trained_on=analyzer.get("trained_on", ""))


def kind_of(floor_or_system: Mapping[str, Any]) -> str:
    """PEOPLE, the engine's name, or empty for an engine that is not known; of a floor or system as in run.json."""
    return PEOPLE if floor_or_system["human"] else str(floor_or_system.get("engine", ""))


def told(recognizer: str, reasons: Mapping[str, str]) -> str:
    """One sentence, without its full stop, on what is indicative: reasons by language, those that agree together."""
    languages: dict[str, list[str]] = {}
    for language, reason in reasons.items():
        languages.setdefault(reason, []).append(LANGUAGE_NAMES.get(language, language))
    parts = [f"{reason} in {spelled(sorted(names))}" for reason, names in languages.items()]
    return f"{recognizer} {'; it '.join(parts)}"


def spelled(names: Sequence[str]) -> str:
    """Names as a sentence has them: "Arabic, Dutch and Hindi"."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


# --- what a summary has marked ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One recognizer's numbers of one system that are indicative only."""

    recognizer: str
    system: str
    reasons: Mapping[str, str]  # language -> why


def doubts(info: Mapping[str, Any], summary: pd.DataFrame) -> tuple[Doubt, ...]:
    """What a summary marks as indicative: one doubt a recognizer and system, from run.json and the rows by language."""
    if "indicative" not in summary:  # of a run from before there were marks
        return ()
    judges = {analyzer["id"]: judge_of(analyzer) for analyzer in info["analyzers"]}
    kinds = {system["label"]: kind_of(system) for system in info["systems"]}
    marked = summary[summary["indicative"].notna() & (summary["language"] != "all")]
    found: dict[tuple[str, str], dict[str, str]] = {}
    for system, language, metric_id in (
        marked[["system", "language", "metric_id"]].drop_duplicates().itertuples(index=False, name=None)
    ):
        for part in metric_id.split("/"):
            reason = judges[part].why_indicative(language, kinds[system]) if part in judges else None
            if reason is not None:
                found.setdefault((part, system), {})[language] = reason
    return tuple(
        Doubt(recognizer=judges[part].name, system=system, reasons=dict(sorted(reasons.items())))
        for (part, system), reasons in found.items()
    )


def sentences(found: Iterable[Doubt]) -> tuple[str, ...]:
    """Each reason once, with all the systems that it holds for."""
    systems: dict[tuple[str, str], list[str]] = {}
    for doubt in found:
        names = systems.setdefault((doubt.recognizer, told("it", doubt.reasons)), [])
        if doubt.system not in names:
            names.append(doubt.system)
    return tuple(f"what {recognizer} heard of {spelled(names)}: {why}." for (recognizer, why), names in systems.items())


def _worst(floors: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return max(floors, key=lambda floor: float(floor["cer"]))


def _wrong(floor: Mapping[str, Any], itself: str = "") -> str:
    speech = "human speech" if floor["human"] else f"{floor['engine']}{itself}"
    return f"{100 * floor['cer']:.0f} % of the characters of {speech} wrong"
