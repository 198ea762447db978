"""Whether a recognizer may judge some speech: whose numbers decide, and whose are indicative only, and why.

A recognizer is measured on kinds of speech: on people, and on engines, each by name. Where it was not measured on a
system's own kind, one that has heard people is believed. One that has learned from a single engine is not, unless it
was measured on other speech in that language and did well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voxeval.types import LANGUAGE_NAMES, VALID_CER, VALID_IDENTIFIED, Listened

if TYPE_CHECKING:
    import pandas as pd

PEOPLE = "people"
MARK = "≈"  # stands beside what is indicative only


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What decides how far a recognizer can be believed."""

    name: str
    floors: Sequence[Mapping[str, Any]]  # with the fields of `Floor`, as they stand in run.json
    trained_on: str  # the one engine that it has learned from; empty: it has heard people of all kinds

    def why_indicative(self, language: str, kind: str, rests_on: Sequence[Listened] = ("words",)) -> str | None:
        """Why what it says of a system in a language is indicative only, without its own name; None where it is not.

        `kind` is what the system is: PEOPLE, the name of its engine, or empty where that is not known; `rests_on` is
        what is made of what it says: of the words, or of which language they are in.
        """
        own, learned = [], []
        for part in rests_on:
            measured = [floor for floor in self.floors if floor["language"] == language and _says(floor, part)]
            mine = [floor for floor in measured if kind and kind_of(floor) == kind]
            if mine:
                own += _faults(mine, part, " itself")
            elif self.trained_on:
                others = [floor for floor in measured if kind_of(floor) not in {"", self.trained_on}]
                learned += _faults(others, part) if others else ["no other speech could be measured"]
        prefix = f"has learned from {self.trained_on}'s speech, and "
        parts = [*own, *([prefix + " and ".join(dict.fromkeys(learned))] if learned else [])]
        return "; it ".join(parts) or None


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
    rests_on = {metric["name"]: metric.get("rests_on", ["words"]) for metric in info["metrics"]}
    found: dict[tuple[str, str], dict[str, list[Listened]]] = {}
    for system, language, metric, metric_id in (
        marked[["system", "language", "metric", "metric_id"]].drop_duplicates().itertuples(index=False, name=None)
    ):
        for judge in set(metric_id.split("/")) & judges.keys():
            found.setdefault((judge, system), {}).setdefault(language, []).extend(rests_on[metric])
    reasons = {
        key: {
            language: why
            for language, parts in sorted(languages.items())
            if (why := judges[key[0]].why_indicative(language, kinds[key[1]], sorted(set(parts), reverse=True)))
        }
        for key, languages in found.items()
    }
    return tuple(
        Doubt(recognizer=judges[judge].name, system=system, reasons=why)
        for (judge, system), why in reasons.items()
        if why
    )


def sentences(found: Iterable[Doubt]) -> tuple[str, ...]:
    """Each reason once, with all the systems that it holds for."""
    systems: dict[tuple[str, str], list[str]] = {}
    for doubt in found:
        names = systems.setdefault((doubt.recognizer, told("it", doubt.reasons)), [])
        if doubt.system not in names:
            names.append(doubt.system)
    return tuple(f"what {recognizer} heard of {spelled(names)}: {why}." for (recognizer, why), names in systems.items())


def _says(floor: Mapping[str, Any], part: Listened) -> bool:
    return part == "words" or floor.get("identified") is not None


def _faults(floors: Sequence[Mapping[str, Any]], part: Listened, itself: str = "") -> list[str]:
    """What the worst of these floors has against the recognizer; nothing where it does well."""
    if part == "words":
        worst = max(floors, key=lambda floor: float(floor["cer"]))
        bad = worst["cer"] > VALID_CER
        fault = f"gets {100 * worst['cer']:.0f} % of the characters of {_speech(worst, itself)} wrong"
    else:
        worst = min(floors, key=lambda floor: float(floor["identified"]))
        bad = worst["identified"] < VALID_IDENTIFIED
        share = f"{100 * worst['identified']:.0f} %"
        fault = f"names the language of {share} of the clips of {_speech(worst, itself)} right"
    return [fault] if bad else []


def _speech(floor: Mapping[str, Any], itself: str) -> str:
    return "human speech" if floor["human"] else f"{floor['engine']}{itself}"
