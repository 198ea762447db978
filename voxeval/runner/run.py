"""The main path: plan -> synthesize -> analyze -> score -> store."""

from __future__ import annotations

import datetime
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from voxeval.errors import RunError, UsageError
from voxeval.plugins import parse_spec
from voxeval.runner.analyze import Analyses, analyze
from voxeval.runner.cache import AnalysisCache, cache_folder
from voxeval.runner.preflight import Listeners, check_listeners, check_run, out_folder
from voxeval.runner.record import Scored, describe_run, describe_scoring, tables
from voxeval.runner.score import score, with_what_was_heard
from voxeval.runner.synthesize import synthesize
from voxeval.store import Run, read_takes, remove_leftovers, storage_errors, write_json, write_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from voxeval.runner.config import Listening, RunConfig
    from voxeval.runner.progress import Progress
    from voxeval.types import AnalyzedTake, Score, Take


def run(config: RunConfig, progress: Progress, finish: Callable[[Path], None]) -> Path:
    """Speak, listen, score and store what is missing; the folder then shows this plan.

    `finish` makes the summary from the folder's tables, before another process may write there.
    Raises PreflightError before anything is made; StorageError and KeyboardInterrupt leave what was finished.
    """
    started = _now()
    plan, listeners, warnings = check_run(config)
    folder = out_folder(config, plan.suites)
    progress.warn(warnings)
    with _alone_in(folder):
        remove_leftovers(folder)
        with progress.phase("speak", len(plan.entries)) as step:
            spoken = synthesize(
                plan, folder, jobs=config.jobs, timed=config.timed, tick=lambda take: step(take.duration_s or 0.0)
            )
        analyses, heard, rows = _listen_and_score(spoken.takes, folder, listeners, progress)
        info = describe_run(config, plan, listeners, spoken, analyses, started=started, finished=_now())
        _store(folder, heard, rows, listeners, info)
        finish(folder)
    return folder


def score_again(
    folder: Path, listening: Listening, progress: Progress, finish: Callable[[Path], None], command: Sequence[str] = ()
) -> Path:
    """Listen to and score the takes of a run that is there already; nothing is spoken.

    Recognizers, speaker encoder and metrics that are not named are those of the run.
    """
    if (system := Run(folder).system) is not None:  # a folder that is none is told before it is held
        raise UsageError(f"scoring again takes all systems of a run; leave out ':{system}'")
    with _alone_in(folder):
        earlier = Run(folder).info
        takes = read_takes(folder)
        listening = _as_before(listening, earlier["options"])
        listeners = check_listeners(
            listening,
            {suite["name"]: suite["metrics"] for suite in earlier["suites"]},
            {suite["name"]: suite["protocols"] for suite in earlier["suites"]},
        )
        analyses, heard, rows = _listen_and_score(takes, folder, listeners, progress)
        scored = Scored(finished=_now(), command=tuple(command))
        info = describe_scoring(earlier, listening, listeners, analyses, scored=scored)
        _store(folder, heard, rows, listeners, info)
        finish(folder)
    return folder


def _as_before(listening: Listening, options: Mapping[str, Any]) -> Listening:
    encoder = options["speaker_encoder"]
    return replace(
        listening,
        recognizers=listening.recognizers or tuple(parse_spec(text) for text in options["recognizers"]),
        speaker_encoder=listening.speaker_encoder or (parse_spec(encoder) if encoder else None),
        metrics=listening.metrics or tuple(options["metrics"]),
        protocols=listening.protocols or tuple(options["protocols"]),
    )


def _listen_and_score(
    takes: Sequence[Take], folder: Path, listeners: Listeners, progress: Progress
) -> tuple[Analyses, list[AnalyzedTake], list[Score]]:
    cache = AnalysisCache(cache_folder())
    try:
        audible = sum(take.status == "ok" for take in takes)
        with progress.phase("listen", audible * len(listeners.analyzers)) as step:
            analyses = analyze(
                takes, folder, listeners.analyzers, cache, tick=lambda name, seconds: step(seconds, name)
            )
    finally:
        cache.close()
    infos = [analyzer.info for analyzer in listeners.analyzers]
    heard = with_what_was_heard(takes, analyses, infos, listeners.protocols)
    return analyses, heard, score(heard, listeners.metrics, listeners.wanted)


def _store(
    folder: Path, takes: Sequence[AnalyzedTake], rows: Sequence[Score], listeners: Listeners, info: Mapping[str, Any]
) -> None:
    """Write the tables and run.json. The summary goes first: while the others change, the folder is no whole run."""
    with storage_errors(folder):
        (folder / "summary.parquet").unlink(missing_ok=True)
    for name, content in tables(takes, rows, listeners).items():
        write_table(folder, name, content)
    write_json(folder / "run.json", info)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the run folder against a second process. Raises RunError where another one has it."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise RunError(f"{folder} is being written by another process; wait for it, or choose another --out") from error
    try:
        yield
    finally:
        lock.release()


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
