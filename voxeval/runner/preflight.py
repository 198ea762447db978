"""Everything that a run needs, looked at before anything is spoken; all problems are told at once."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voxeval.errors import MissingDependencyError, PreflightError, UsageError, VoxevalError
from voxeval.plugins import Spec, create, listed
from voxeval.runner.cache import AnalysisCache, cache_folder
from voxeval.runner.config import DEFAULT_RECOGNIZER, DEFAULT_SPEAKER_ENCODER, Listening, RunConfig
from voxeval.runner.plan import CHARACTERS_PER_S, HUMAN, Plan, PlannedSystem, make_plan, parse_voices
from voxeval.store import storage_errors
from voxeval.suite import load_suite
from voxeval.text.protocols import ALWAYS, Protocol, protocol
from voxeval.types import Analyzer, Closes, Metric, Suite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BYTES_PER_S = 48_000.0  # of 24 kHz audio with 16 bits, before FLAC makes it about half


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """The analyzers and metrics of a run."""

    analyzers: tuple[Analyzer, ...]
    metrics: Mapping[str, Metric]  # by module
    wanted: Mapping[str, set[str]]  # suite name -> metric names
    protocols: Mapping[str, tuple[Protocol, ...]]  # suite name -> other ways of counting its word errors
    notes: tuple[str, ...] = ()  # what is left out, and why


class Problems:
    """What is wrong so far. Used as a block, it takes in errors and goes on."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def __enter__(self) -> Problems:
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        if isinstance(error, PreflightError):
            self.found += error.problems
            return True
        if isinstance(error, VoxevalError) and error.exit_code == VoxevalError.exit_code:
            self.found.append(str(error))
            return True
        return False

    def raise_all(self) -> None:
        """Raise PreflightError where there are any."""
        if self.found:
            raise PreflightError(list(dict.fromkeys(self.found)))


def check_run(config: RunConfig) -> tuple[Plan, Listeners, list[str]]:
    """The plan and the listeners of a run, and warnings about its suites.

    Raises PreflightError with all that stands in the way, StorageError where the folder can't be written.
    """
    problems = Problems()
    suites, warnings = _suites(config, problems)
    systems = _systems(config, suites, problems)
    with problems:
        voices = parse_voices(config.voices)
    listeners = None
    with problems:
        asked = {suite.name: suite.metrics for suite in suites}
        protocols = {suite.name: suite.protocols for suite in suites}
        # without a suite: what was named is looked at
        listeners = check_listeners(config.listening, asked or {"": ()}, protocols)
    problems.raise_all()
    plan = make_plan(suites, systems, voices=voices, seeds=config.seeds, pieces=config.pieces)
    with problems:
        _check_folder(out_folder(config, suites), plan)
    problems.raise_all()
    AnalysisCache(cache_folder()).close()  # it must open now, not after everything was spoken
    assert listeners is not None, "a problem would have been raised"
    return plan, listeners, warnings


def out_folder(config: RunConfig, suites: Sequence[Suite]) -> Path:
    """Where the run goes: `--out`, or runs/ and the suites' names."""
    return config.out or Path("runs") / "+".join(suite.name for suite in suites)


def _suites(config: RunConfig, problems: Problems) -> tuple[list[Suite], list[str]]:
    suites: list[Suite] = []
    warnings: list[str] = []
    for reference in config.suites:
        with problems:
            suite, odd = load_suite(reference, config.languages)
            suites.append(_limited(suite, config.limit))
            warnings += [str(warned) for warned in odd]
    names = [suite.name for suite in suites]
    problems.found += [f"two suites are called {name!r}; rename one" for name in set(names) if names.count(name) > 1]
    return suites, warnings


def _limited(suite: Suite, limit: int | None) -> Suite:
    from dataclasses import replace

    if limit is None:
        return suite
    kept = [[item for item in suite.items if item.language == language][:limit] for language in suite.languages]
    return replace(suite, items=tuple(item for items in kept for item in items))


def _systems(config: RunConfig, suites: Sequence[Suite], problems: Problems) -> list[PlannedSystem]:
    labels = [spec.label for spec in config.systems]
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        problems.found.append(f"two systems are labelled {label!r}; tell them apart with label=, as label={label}-b")
    if HUMAN in labels:
        problems.found.append(f"the label {HUMAN!r} is kept for human recordings; choose another with label=")
    systems: list[PlannedSystem] = []
    for spec in config.systems:
        with problems:
            system = _planned(spec)
            languages = {language for suite in suites for language in suite.languages}
            known = system.info.languages
            if known is not None and languages and not languages & set(known):
                raise UsageError(
                    f"{spec.label} speaks {', '.join(known)}, and none of the suites' {', '.join(sorted(languages))}"
                )
            systems.append(system)
    return systems


def _planned(spec: Spec) -> PlannedSystem:
    system = create("systems", spec)
    try:
        trouble = problem_of(system)
        if trouble:
            raise MissingDependencyError(f"{spec.label}: {trouble}")
        recorded = bool(getattr(system, "recorded", False))
        return PlannedSystem(label=spec.label, spec=spec, info=system.info, recorded=recorded)
    finally:
        if isinstance(system, Closes):
            system.close()


def problem_of(plugin: object) -> str | None:
    """What a plugin says is missing for it to work here; None where all is there, or it does not say."""
    ask = getattr(plugin, "problem", None)
    return ask() if callable(ask) else None


# --- listeners -------------------------------------------------------------------------------------------------------


def check_listeners(
    listening: Listening, suite_metrics: Mapping[str, Sequence[str]], suite_protocols: Mapping[str, Sequence[str]]
) -> Listeners:
    """The metrics that are asked for and the analyzers that they need. Raises PreflightError with all problems.

    An analyzer goes in where a metric needs a feature of its name; recognizers and the speaker encoder are chosen.
    """
    problems = Problems()
    with problems:
        _check_device(listening.device)
    modules, broken = _metric_modules()
    wanted: dict[str, set[str]] = {}
    for suite, suite_asks in suite_metrics.items():
        asked = listening.metrics or suite_asks
        problems.found += [why for name, why in broken.items() if name in asked or not asked]
        with problems:
            wanted[suite] = _metric_names(modules, [name for name in asked if name not in broken])
    all_wanted = set().union(*wanted.values())
    order = [name for asked in suite_metrics.values() for name in asked if name in modules]
    used = {
        name: modules[name]
        for name in dict.fromkeys([*order, *modules])  # as the suites list them, so that tables do too
        if all_wanted & {info.name for info in modules[name].infos}
    }
    needs = list(dict.fromkeys(need for module in used.values() for need in module.needs))
    analyzers, notes = _analyzers(needs, listening, problems)
    protocols = {}
    for suite in suite_metrics:
        with problems:
            asked = (*ALWAYS, *suite_protocols.get(suite, ()), *listening.protocols)
            protocols[suite] = tuple(dict.fromkeys(protocol(name) for name in asked))
    problems.raise_all()
    return Listeners(analyzers=tuple(analyzers), metrics=used, wanted=wanted, protocols=protocols, notes=tuple(notes))


def _check_device(device: str) -> None:
    """Raise UsageError where a GPU is asked for that is not there."""
    if device == "cuda":
        import torch

        if not torch.cuda.is_available():
            raise UsageError("--device cuda was asked for and torch sees no GPU here; use --device cpu or auto")


def check_names(metrics: Sequence[str], protocols: Sequence[str]) -> None:
    """Raise UsageError where one of these is no metric module or metric, or no protocol."""
    modules, broken = _metric_modules()
    _metric_names(modules, [name for name in metrics if name not in broken])
    for name in protocols:
        protocol(name)


def _metric_modules() -> tuple[dict[str, Metric], dict[str, str]]:
    """The installed metric modules by name, and why some do not load: a fault only where they are asked for."""
    modules: dict[str, Metric] = {}
    broken: dict[str, str] = {}
    for name in dict.fromkeys(row.name for row in listed("metrics")):
        try:
            modules[name] = create("metrics", Spec(name=name))
        except VoxevalError as error:
            broken[name] = str(error)
    return modules, broken


def _metric_names(modules: Mapping[str, Metric], asked: Sequence[str]) -> set[str]:
    """The metrics that are meant; one over all languages stands for the metric that it is made from."""
    names = {name: {info.name for info in module.infos} for name, module in modules.items()}
    every = set().union(*names.values())
    infos = [info for module in modules.values() for info in module.infos]
    names |= {info.across.metric: {info.name} for info in infos if info.across is not None}
    found: set[str] = set()
    for name in asked:
        if name not in names and name not in every:
            raise UsageError(
                f"there is no metric {name!r}; there are the modules {', '.join(sorted(modules))} "
                f"and the metrics {', '.join(sorted(every | (set(names) - set(modules))))}"
            )
        found |= names.get(name, set()) | ({name} & every)
    return found or every


def _analyzers(needs: Sequence[str], listening: Listening, problems: Problems) -> tuple[list[Analyzer], list[str]]:
    analyzers: list[Analyzer] = []
    notes: list[str] = []
    installed = {row.name for row in listed("analyzers")}
    for need in needs:
        if need == "transcript":
            specs, named = listening.recognizers or (DEFAULT_RECOGNIZER,), bool(listening.recognizers)
        elif need == "speaker":
            specs, named = (listening.speaker_encoder or DEFAULT_SPEAKER_ENCODER,), bool(listening.speaker_encoder)
        else:
            specs, named = ((Spec(name=need, label=need, text=need),) if need in installed else ()), False
        for spec in specs:
            with problems:
                analyzer = create("analyzers", spec, device=listening.device, offline=listening.offline)
                trouble = problem_of(analyzer)
                if trouble and named:
                    raise MissingDependencyError(f"{spec.text or spec.name}: {trouble}")
                if trouble:
                    notes.append(f"Nothing here uses {spec.name}: {trouble}")
                    continue
                gives = analyzer.info.feature
                if gives != need:
                    name = spec.text or spec.name
                    raise UsageError(f"{name} gives the feature {gives!r}, and {need!r} is needed here")
                analyzers.append(analyzer)
    ids = [analyzer.info.id for analyzer in analyzers]
    problems.found += [f"{name} is asked for twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    return analyzers, notes


# --- the folder ------------------------------------------------------------------------------------------------------


def _check_folder(folder: Path, plan: Plan) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; expected a folder to write the run to: choose another --out")
    ours = any((folder / name).exists() for name in ("run.json", "journal.jsonl", ".lock"))
    if folder.is_dir() and not ours and any(folder.iterdir()):
        raise UsageError(f"{folder} holds other files and is no run; choose an empty or new folder with --out")
    needed = _bytes_needed(plan)
    there = next(place for place in (folder, *folder.absolute().parents) if place.is_dir())
    with storage_errors(folder):
        free = shutil.disk_usage(there).free
    if free < needed:
        raise UsageError(
            f"{folder} has {free / 1e6:.0f} MB free and the run may need {needed / 1e6:.0f} MB; "
            "free some space or choose another --out"
        )
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass


def _bytes_needed(plan: Plan) -> float:
    seconds = sum(len(entry.request.text) / CHARACTERS_PER_S for entry in plan.entries if not entry.skip)
    return seconds * BYTES_PER_S + 1e6
