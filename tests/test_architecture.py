"""Who may import whom, what may load when, and names that a file can't have: read from the source."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "voxeval"

VALUES = {"types", "errors"}
# Unit -> the other units that it may import. A unit is a module or package of voxeval.
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "types": {"errors"},
    **dict.fromkeys(("plugins", "audio", "text", "suite", "store", "stats"), VALUES),
    **{unit: VALUES | {"audio"} for unit in ("analyzers", "systems")},
    "metrics": VALUES | {"audio", "text"},
    "importing": VALUES | {"store"},
    "runner": VALUES | {"plugins", "audio", "text", "suite", "store", "analyzers", "systems", "metrics"},
    "validity": VALUES,
    "summary": VALUES | {"store", "stats", "validity"},
    "leaderboard": VALUES | {"store", "summary", "stats", "validity"},
    "gate": VALUES | {"store", "summary", "stats", "validity"},
    "report": VALUES | {"store", "summary", "stats", "validity", "leaderboard", "audio"},
}
# The front: what a person or program calls. It may import anything, and nothing else may import it.
FRONT = {"__init__", "cli", "demo", "doctor", "inspection", "terminal"}

PRODUCING = {"suite", "importing", "systems", "analyzers", "metrics", "runner"}
COMPARING = {"validity", "summary", "stats", "leaderboard", "gate", "report"}

HEAVY = {
    "jinja2", "jiwer", "librosa", "num2words", "numba", "numpy", "onnxruntime", "pandas", "plotly", "pocketsphinx",
    "psutil",
    "pyarrow", "pyloudnorm", "resemblyzer", "scipy", "silero_vad", "soundfile", "soxr", "speechbrain", "speechmos",
    "swift_f0", "torch", "torchaudio", "whisper",
}  # fmt: skip
FORBIDDEN_NAMES = {"base", "common", "helpers", "misc", "util", "utils"}


@dataclass(frozen=True)
class Import:
    """One imported module, and where."""

    module: str
    path: Path
    line: int
    at_load: bool  # when the file is loaded: neither in a function nor for the type checker only
    relative: bool

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.module}"


def sources(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imports_of(path: Path) -> list[Import]:
    return list(_imports(ast.parse(path.read_text(encoding="utf-8")), path, at_load=True))


def _imports(node: ast.AST, path: Path, *, at_load: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, path, child.lineno, at_load, relative=False)
        elif isinstance(child, ast.ImportFrom):
            base = child.module or ""
            # `from voxeval import x` and `from voxeval.report import x` may name modules
            modules = {_module_or(base, alias.name) for alias in child.names}
            for module in sorted(modules):
                yield Import(module, path, child.lineno, at_load, relative=child.level > 0)
        elif isinstance(child, ast.If) and ast.unparse(child.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            for statement in child.body:
                yield from _imports(ast.Module([statement], []), path, at_load=False)
            for statement in child.orelse:
                yield from _imports(ast.Module([statement], []), path, at_load=at_load)
        else:
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, path, at_load=at_load and not function)


def _module_or(base: str, name: str) -> str:
    inner = ROOT.joinpath(*base.split("."), name)
    return f"{base}.{name}" if inner.with_suffix(".py").is_file() or (inner / "__init__.py").is_file() else base


def unit_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def unit_of_file(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


EVERYTHING = [found for path in sources(PACKAGE) for found in imports_of(path)]
OURS = [found for found in EVERYTHING if found.module.split(".")[0] == "voxeval"]


def listing(found: list[Import]) -> str:
    return "\n".join(map(str, found))


# --- who imports whom ------------------------------------------------------------------------------------------------


def test_every_unit_has_its_place() -> None:
    units = {unit_of_file(path) for path in sources(PACKAGE)}
    assert units <= MAY_IMPORT.keys() | FRONT, "a new module or package: say in MAY_IMPORT what it may import"


def test_units_import_only_what_they_may() -> None:
    wrong = [
        found
        for found in OURS
        if (unit := unit_of_file(found.path)) not in FRONT and unit_of(found.module) not in MAY_IMPORT[unit] | {unit}
    ]
    assert not wrong, listing(wrong)


def test_the_two_halves_meet_only_at_what_neither_of_them_owns() -> None:
    """Also through others: nothing that one half reaches belongs to the other."""
    reached: dict[str, set[str]] = defaultdict(set)
    for found in OURS:
        reached[unit_of_file(found.path)].add(unit_of(found.module))

    def closure(start: set[str]) -> set[str]:
        seen: set[str] = set()
        todo = set(start)
        while todo:
            unit = todo.pop()
            seen.add(unit)
            todo |= reached[unit] - seen
        return seen

    assert not closure(PRODUCING) & COMPARING
    assert not closure(COMPARING) & PRODUCING


@pytest.mark.parametrize("group", ["metrics", "systems"])
def test_no_metric_imports_a_metric_and_no_system_a_system(group: str) -> None:
    """What several of them need is a module without an entry point."""
    plugins = plugin_modules(group)
    wrong = [found for found in OURS if found.path in plugins.values() and found.module in plugins]
    assert not wrong, listing(wrong)


def plugin_modules(group: str) -> dict[str, Path]:
    """Modules named by our entry points, with their files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    modules = [target.partition(":")[0] for target in project["entry-points"][f"voxeval.{group}"].values()]
    found = {module: ROOT.joinpath(*module.split(".")).with_suffix(".py") for module in modules}
    assert all(path.is_file() for path in found.values()), f"an entry point of {group} leads nowhere"
    return found


def test_only_reference_files_know_the_reference_model() -> None:
    wrong = [
        found
        for found in EVERYTHING
        if found.module.split(".")[0] == "reference_model" and found.path.stem != "reference"
    ]
    assert not wrong, listing(wrong)


def test_the_reference_model_knows_nothing_of_voxeval() -> None:
    found = [found for path in sources(ROOT / "reference_model") for found in imports_of(path)]
    wrong = [one for one in found if one.module.split(".")[0] == "voxeval"]
    assert not wrong, listing(wrong)


def test_the_espeak_worker_imports_the_standard_library_only() -> None:
    """It loads a library under the GPL; nothing of voxeval may run in that process."""
    worker = imports_of(PACKAGE / "systems" / "espeak_worker.py")
    assert worker
    wrong = [found for found in worker if found.relative or found.module.split(".")[0] not in sys.stdlib_module_names]
    assert not wrong, listing(wrong)


def test_only_the_espeak_files_know_the_espeak_library() -> None:
    places = {found.path.stem for found in EVERYTHING if found.module.split(".")[0] == "espeakng_loader"}
    assert places <= {"espeak_engine"}


# --- what may load when ----------------------------------------------------------------------------------------------


def test_no_heavy_library_is_imported_at_module_level() -> None:
    wrong = [found for found in EVERYTHING if found.at_load and found.module.split(".")[0] in HEAVY]
    assert not wrong, listing(wrong)


def test_importing_every_module_loads_no_heavy_library_and_prints_nothing() -> None:
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sources(PACKAGE)]
    modules = [module.removesuffix(".__init__") for module in modules]
    program = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program, *modules], capture_output=True, text=True, check=True, cwd=ROOT
    )
    (line,) = done.stdout.splitlines()
    loaded = set(line.split())
    assert set(modules) <= loaded
    assert not HEAVY & loaded
    assert not done.stderr


def test_modules_do_nothing_when_they_are_imported() -> None:
    """A bare call at module level is a registration or a change of the environment; the CLI ties commands together."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"
        for path in sources(PACKAGE)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and path.name != "cli.py"
    ]
    assert not wrong, "\n".join(wrong)


# --- names -----------------------------------------------------------------------------------------------------------


def test_imports_are_absolute() -> None:
    wrong = [found for found in EVERYTHING if found.relative]
    assert not wrong, listing(wrong)


def test_no_file_is_named_for_anything_and_everything() -> None:
    wrong = [path for path in sources(PACKAGE) if path.stem in FORBIDDEN_NAMES]
    assert not wrong
