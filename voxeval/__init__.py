"""Evaluation of text-to-speech: is this system better than that one, for whom, and are you sure.

From Python:

    import voxeval

    run = voxeval.run("smoke", systems=["espeak"], languages=["en", "de"], out="runs/try")
    run.summary  # a pandas frame, as are run.takes, run.scores, ...
    voxeval.write_report([run.path], "reports/try")
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voxeval.runner.config import Listening
    from voxeval.store import Run

__all__ = ["Run", "read", "run", "score", "write_report"]


def run(  # noqa: PLR0913 - these are the options of `voxeval run`, each with its default
    *suites: str,
    systems: str | Sequence[str],
    out: str | Path | None = None,
    languages: str | Sequence[str] = (),
    limit: int | None = None,
    seeds: int = 1,
    voices: str | None = None,
    pieces: bool = False,
    recognizers: str | Sequence[str] = (),
    speaker_encoder: str | None = None,
    metrics: str | Sequence[str] = (),
    protocols: str | Sequence[str] = (),
    jobs: int = 1,
    device: str = "auto",
    timing: bool = True,
    offline: bool = False,
    quiet: bool = True,
    command: Sequence[str] = (),
) -> Run:
    """Speak suites with systems, listen, score and store; the same as `voxeval run`, whose options these are.

    Raises a VoxevalError (`voxeval.errors`) that says what was got, what was expected and what to do.
    """
    from voxeval.errors import UsageError
    from voxeval.plugins import parse_spec
    from voxeval.runner.config import RunConfig
    from voxeval.runner.progress import Progress
    from voxeval.runner.run import run as run_all
    from voxeval.store import Run
    from voxeval.summary import summarize

    specs = tuple(parse_spec(system) for system in ([systems] if isinstance(systems, str) else systems))
    if not specs or not suites:
        raise UsageError("a run needs at least one suite and one system, as voxeval.run('smoke', systems=['espeak'])")
    config = RunConfig(
        suites=tuple(suites),
        systems=specs,
        out=None if out is None else Path(out),
        languages=_names(languages),
        limit=limit,
        seeds=seeds,
        voices=voices,
        pieces=pieces,
        jobs=jobs,
        timed=timing,
        listening=_listening(recognizers, speaker_encoder, metrics, protocols, device, offline),
        command=tuple(command),
    )
    return Run(run_all(config, Progress(quiet=quiet), finish=summarize))


def score(  # noqa: PLR0913 - these are the options of `voxeval score`, each with its default
    folder: str | Path,
    *,
    recognizers: str | Sequence[str] = (),
    speaker_encoder: str | None = None,
    metrics: str | Sequence[str] = (),
    protocols: str | Sequence[str] = (),
    device: str = "auto",
    offline: bool = False,
    quiet: bool = True,
    command: Sequence[str] = (),
) -> Run:
    """Listen to and score what is recorded in a run folder, without speaking; the same as `voxeval score`.

    Recognizers, speaker encoder and metrics that are not named are those of the run.
    """
    from voxeval.runner.progress import Progress
    from voxeval.runner.run import score_again
    from voxeval.store import Run
    from voxeval.summary import summarize

    listening = _listening(recognizers, speaker_encoder, metrics, protocols, device, offline)
    return Run(score_again(Path(folder), listening, Progress(quiet=quiet), finish=summarize, command=command))


def read(folder: str | Path) -> Run:
    """A run that is there already. Raises RunError where the folder is none."""
    from voxeval.store import Run

    return Run(folder)


def write_report(runs: Sequence[str | Path], out: str | Path, *, single_file: bool = False) -> Path:
    """Write report.html for one or more run folders into `out`; gives its path."""
    from voxeval.report import write_report as write

    return write([Path(folder) for folder in runs], Path(out), single_file=single_file)


def _names(given: str | Sequence[str]) -> tuple[str, ...]:
    """Names, also where they stand in one text between commas."""
    return tuple(name.strip() for name in given.split(",") if name.strip()) if isinstance(given, str) else tuple(given)


def _listening(
    recognizers: str | Sequence[str],
    speaker_encoder: str | None,
    metrics: str | Sequence[str],
    protocols: str | Sequence[str],
    device: str,
    offline: bool,
) -> Listening:
    from voxeval.plugins import parse_spec
    from voxeval.runner.config import Listening

    return Listening(
        recognizers=tuple(
            parse_spec(recognizer) for recognizer in ([recognizers] if isinstance(recognizers, str) else recognizers)
        ),
        speaker_encoder=parse_spec(speaker_encoder) if speaker_encoder else None,
        metrics=_names(metrics),
        protocols=_names(protocols),
        device=device,
        offline=offline,
    )


def __getattr__(name: str) -> Any:
    if name == "Run":  # so that importing voxeval stays light
        from voxeval.store import Run

        return Run
    raise AttributeError(f"module 'voxeval' has no attribute {name!r}")
