"""What works on this machine, what is missing, and the command that adds it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass

from voxeval.errors import UsageError, VoxevalError
from voxeval.plugins import Spec, create, listed, load
from voxeval.types import LANGUAGES, Analyzer, AnalyzerInfo, Closes
from voxeval.validity import PEOPLE, judge_of, kind_of, spelled


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    what: str
    works: bool
    detail: str = ""


def checks() -> Iterator[Check]:
    """All checks, one by one; no model is loaded and nothing is fetched."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check(f"Python {version}", sys.version_info >= (3, 11), "" if sys.version_info >= (3, 11) else "needs 3.11")
    yield _cache()
    yield _gpu()
    yield from _suites()
    for kind in ("systems", "analyzers", "metrics"):
        for row in listed(kind):
            yield _plugin(kind, row.name)
    yield from _listening()


def _cache() -> Check:
    from voxeval.runner.cache import AnalysisCache, cache_folder

    folder = cache_folder()
    try:
        AnalysisCache(folder).close()
    except VoxevalError as error:
        return Check("cache of analyses", False, str(error))
    return Check("cache of analyses", True, str(folder))


def _gpu() -> Check:
    import torch

    if torch.cuda.is_available():
        return Check("GPU", True, torch.cuda.get_device_name(0))
    return Check(f"torch {torch.__version__}", True, "no GPU: models run on the processor")


def _suites() -> Iterator[Check]:
    from voxeval.suite import load_suite, suite_folders

    for name in suite_folders():
        try:
            suite, _ = load_suite(name)
        except VoxevalError as error:
            yield Check(f"suite {name}", False, str(error))
        else:
            yield Check(f"suite {name}", True, f"{len(suite.items)} items in {', '.join(suite.languages)}")


def _plugin(kind: str, name: str) -> Check:
    what = f"{kind.removesuffix('s')} {name}"
    try:
        needed = [
            parameter.name
            for parameter in inspect.signature(load(kind, name)).parameters.values()
            if parameter.default is inspect.Parameter.empty
            and parameter.kind in {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
        ]
        if needed:
            return Check(what, True, f"loads; used with {name}:" + ",".join(f"{option}=..." for option in needed))
        made = create(kind, Spec(name=name))
        trouble = made.problem() if hasattr(made, "problem") else None
        if isinstance(made, Closes):
            made.close()
    except UsageError as error:  # it can't be made without options
        return Check(what, True, f"loads; {error}")
    except VoxevalError as error:
        return Check(what, False, str(error))
    return Check(what, trouble is None, trouble or "")


def _listening() -> Iterator[Check]:
    """Who would hear each language without being named, on what it was measured, and what it is no judge of."""
    from voxeval.runner.config import DEFAULT_RECOGNIZER

    recognizer: Analyzer = create("analyzers", DEFAULT_RECOGNIZER)
    info = recognizer.info
    others = [other for other in _recognizers() if other.id != info.id]
    for language in LANGUAGES:
        if info.languages is None or language in info.languages:
            yield Check(f"recognition of {language}", True, heard_by(info, language, others))
        else:
            better = "name one with --recognizer whisper:NAME or whisper:PATH.pt"
            yield Check(f"recognition of {language}", False, f"{info.name} does not know it; {better}")


def _recognizers() -> Iterator[AnalyzerInfo]:
    """Those that are installed and need no options."""
    for row in listed("analyzers"):
        with suppress(VoxevalError):
            analyzer: Analyzer = create("analyzers", Spec(name=row.name))
            if analyzer.info.feature == "transcript":
                yield analyzer.info


def heard_by(info: AnalyzerInfo, language: str, others: Sequence[AnalyzerInfo] = ()) -> str:
    """Which recognizer, its character error rates in this language, and of which speech it is indicative only.

    Of the `others`, those are named that were measured on people in this language and are not indicative for them.
    """
    known = asdict(info)
    judge = judge_of(known)
    mine = [floor for floor in known["floors"] if floor["language"] == language]
    measured: dict[str, list[float]] = {}
    for floor in mine:
        measured.setdefault(kind_of(floor) or str(floor["speech"]), []).append(100 * floor["cer"])
    rates = [f"{_range(found)} % on {kind}" for kind, found in measured.items()]
    kinds = [*dict.fromkeys(kind for floor in mine if (kind := kind_of(floor))), ""]
    doubtful = [kind or "other systems" for kind in kinds if judge.why_indicative(language, kind)]
    parts = [f"{info.id}: " + (f"CER {', '.join(rates)}" if rates else "never measured in it")]
    if doubtful:
        sure = [other.name for other in others if _hears_people(other, language)]
        better = " or ".join(f"--recognizer {name}" for name in (*sure, "whisper:large-v3"))
        parts += [f"indicative for {spelled(doubtful)}", f"better: {better}"]
    return "; ".join(parts)


def _range(rates: Sequence[float]) -> str:
    low, high = f"{min(rates):.0f}", f"{max(rates):.0f}"
    return low if low == high else f"{low} to {high}"


def _hears_people(info: AnalyzerInfo, language: str) -> bool:
    measured = any(floor.human and floor.language == language for floor in info.floors)
    return measured and judge_of(asdict(info)).why_indicative(language, PEOPLE) is None
