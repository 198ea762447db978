"""What a report says at a glance, and how its listeners hear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voxeval.report.sources import Source, Speaker
from voxeval.types import LANGUAGE_NAMES

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The head of the page."""

    title: str
    speakers: tuple[Speaker, ...]
    suites: Mapping[str, Mapping[str, Any]]
    languages: tuple[str, ...]
    n_takes: int
    n_spoken: int
    n_failed: int
    n_skipped: int
    hours: str
    recognizers: tuple[Mapping[str, Any], ...]
    timing: tuple[str, ...]
    finished: str
    notes: tuple[str, ...]


def overview(
    sources: Sequence[Source], found: tuple[Speaker, ...], about: Mapping[str, Mapping[str, Any]], takes: pd.DataFrame
) -> Overview:
    """Which systems, which suites, how many takes, heard by whom, and when."""
    rivals = [speaker.label for speaker in found if not speaker.human] or [speaker.label for speaker in found]
    analyzers = {a["id"]: a for source in sources for a in source.run.info.get("analyzers", [])}
    notes = list(dict.fromkeys(note for source in sources for note in source.run.info.get("notes", [])))
    if not any(speaker.human for speaker in found) and not any("human" in note for note in notes):
        notes.insert(0, "No human recordings of these texts: what the recognizer misses on them is unknown.")
    return Overview(
        title=_title(rivals),
        speakers=found,
        suites=about,
        languages=tuple(sorted({language for suite in about.values() for language in suite["languages"]})),
        n_takes=len(takes),
        n_spoken=int((takes["status"] == "ok").sum()),
        n_failed=int((takes["status"] == "failed").sum()),
        n_skipped=int((takes["status"] == "skipped").sum()),
        hours=_spoken(float(takes["duration_s"].sum())),
        recognizers=tuple(a for a in analyzers.values() if a["feature"] == "transcript"),
        timing=tuple(dict.fromkeys(str(source.run.info.get("timing", "")) for source in sources)),
        finished=max(str(source.run.info.get("finished", "")) for source in sources)[:16].replace("T", " "),
        notes=tuple(notes),
    )


def language_name(code: str) -> str:
    """The language in English, or its tag."""
    return LANGUAGE_NAMES.get(code, code)


def _title(rivals: list[str]) -> str:
    if len(rivals) > 3:
        return f"{len(rivals)} systems"
    return " and ".join([", ".join(rivals[:-1]), rivals[-1]]) if len(rivals) > 1 else rivals[0]


def _spoken(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
