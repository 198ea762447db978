"""What works on this machine, what is missing, and the command that adds it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from voxeval.errors import UsageError, VoxevalError
from voxeval.plugins import Spec, create, listed, load
from voxeval.types import LANGUAGES, Analyzer, Closes


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
    """Who would hear each language without being named."""
    from voxeval.runner.config import DEFAULT_RECOGNIZER

    recognizer: Analyzer = create("analyzers", DEFAULT_RECOGNIZER)
    info = recognizer.info
    for language in LANGUAGES:
        if info.languages is None or language in info.languages:
            yield Check(f"recognition of {language}", True, info.id)
        else:
            better = "name one with --recognizer whisper:NAME or whisper:PATH.pt"
            yield Check(f"recognition of {language}", False, f"{info.name} does not know it; {better}")
