"""The runs of one report, under names that can't be mixed up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voxeval.errors import UsageError
from voxeval.store import Run

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One run, and what its systems and suites are called in this report."""

    run: Run
    name: str
    systems: Mapping[str, str]  # label in the run -> label in the report
    suites: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A system as the report shows it."""

    label: str
    human: bool
    host: str  # where its times were taken
    about: Mapping[str, Any]  # its entry in run.json


def read_sources(references: Sequence[Path | str]) -> tuple[Source, ...]:
    """The runs, with names made unique. Raises UsageError where there is none, or the same one twice."""
    if not references:
        raise UsageError("no run was given; expected one or more run folders, as `voxeval report runs/smoke --out out`")
    runs = [Run(reference) for reference in references]
    places = [run.path.resolve() for run in runs]
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice is not None:
        raise UsageError(f"{twice} was given twice; name every run folder once")
    names = _run_names(places)
    labels = [label for run in runs for label in run.systems]
    return tuple(
        Source(
            run=run,
            name=name,
            systems={label: label if labels.count(label) == 1 else f"{name}:{label}" for label in run.systems},
            suites={suite["name"]: _suite_name(suite, runs) for suite in run.info["suites"]},
        )
        for run, name in zip(runs, names, strict=True)
    )


def speakers(sources: Sequence[Source]) -> tuple[Speaker, ...]:
    """All systems of the report: human rows first, then in the order of the runs."""
    found = [
        Speaker(
            label=source.systems[system["label"]],
            human=bool(system.get("human")),
            host=str(source.run.info.get("host", "")),
            about=system,
        )
        for source in sources
        for system in source.run.info["systems"]
    ]
    return tuple(sorted(found, key=lambda speaker: not speaker.human))


def suites(sources: Sequence[Source]) -> dict[str, Mapping[str, Any]]:
    """Suites by the name that the report gives them; the same suite of two runs is one."""
    return {source.suites[suite["name"]]: suite for source in sources for suite in source.run.info["suites"]}


def gather(sources: Sequence[Source], table: str) -> pd.DataFrame:
    """One table of all runs, with the report's names and the column `run`: the index of the source."""
    import pandas as pd

    frames = []
    for index, source in enumerate(sources):
        frame = source.run.table(table).copy()
        frame["system"] = frame["system"].map(lambda label, names=source.systems: names.get(label, label))
        frame["suite"] = frame["suite"].map(lambda name, names=source.suites: names.get(name, name))
        frame["run"] = index
        frames.append(frame)
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    return pd.concat(filled, ignore_index=True)


def _run_names(places: list[Path]) -> list[str]:
    """Folder names; where two are equal, with as many parents as it takes."""
    depth = 1
    while depth < 12 and len({_tail(place, depth) for place in places}) < len(places):
        depth += 1
    return [_tail(place, depth) for place in places]


def _tail(place: Path, depth: int) -> str:
    return "/".join(place.parts[-depth:])


def _suite_name(suite: Mapping[str, Any], runs: Sequence[Run]) -> str:
    """The suite's name; with its hash, where another run has other content under the same name."""
    hashes = {other["content_hash"] for run in runs for other in run.info["suites"] if other["name"] == suite["name"]}
    return suite["name"] if len(hashes) == 1 else f"{suite['name']} ({suite['content_hash'][:6]})"
