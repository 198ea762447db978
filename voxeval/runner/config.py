"""What a run is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voxeval.plugins import Spec

DEFAULT_RECOGNIZER = Spec(name="ctc-synthetic-a", label="ctc-synthetic-a", text="ctc-synthetic-a")
DEFAULT_SPEAKER_ENCODER = Spec(name="ge2e", label="ge2e", text="ge2e")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Who listens, and what is made of it: enough to score takes that are there already."""

    recognizers: tuple[Spec, ...] = ()  # empty: the embedded one
    speaker_encoder: Spec | None = None  # None: the embedded one
    metrics: tuple[str, ...] = ()  # metric modules or metrics; empty: what the suites ask for
    protocols: tuple[str, ...] = ()  # other ways of counting word errors, beside those that the suites ask for
    device: str = "auto"  # "auto", "cpu" or "cuda"
    offline: bool = False  # refuse what would need the network


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """One run: suites, systems, and how they are spoken and heard."""

    suites: tuple[str, ...]
    systems: tuple[Spec, ...]
    out: Path | None = None  # None: runs/ + the suites' names
    languages: tuple[str, ...] = ()  # empty: all
    limit: int | None = None  # the first items of each language; None: all
    seeds: int = 1
    voices: str | None = None  # names between commas, or a folder of recordings
    pieces: bool = False  # speak in pieces what a system does not hold whole
    jobs: int = 1  # requests at a time; above 1 the clock is shared
    timed: bool = True
    listening: Listening = Listening()
    command: tuple[str, ...] = ()  # as typed, for run.json
