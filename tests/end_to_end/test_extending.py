"""The package of docs/extending.md, taken from the page, installed and run as the page says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from voxeval.store import Run

if TYPE_CHECKING:
    import pandas as pd

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PITCHES_HZ = {"beeps": 440, "high": 880}

pytestmark = pytest.mark.slow


def files_of_page() -> dict[str, str]:
    """Path -> content of the code blocks that begin with `# path`."""
    blocks = [match.group(2) for match in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))]
    return {block.splitlines()[0].removeprefix("# "): block for block in blocks if block.startswith("# ")}


def commands_of_page() -> list[list[str]]:
    shell = [match.group(2) for match in BLOCK.finditer(PAGE.read_text(encoding="utf-8")) if match.group(1) == "sh"]
    return [shlex.split(line) for block in shell for line in block.splitlines()]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as a reader would write it."""
    folder = tmp_path_factory.mktemp("voxeval-beeps")
    for name, content in files_of_page().items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def installed(package: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process that has the package installed, beside the tests' own packages."""
    target = tmp_path_factory.mktemp("installed")
    offline = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet"]
    subprocess.run([sys.executable, "-m", "pip", "install", *offline, "--target", target, package], check=True)
    cache = tmp_path_factory.mktemp("cache")
    found = os.pathsep.join(part for part in (str(target), os.environ.get("PYTHONPATH", "")) if part)
    return {**os.environ, "PYTHONPATH": found, "VOXEVAL_CACHE": str(cache)}


def voxeval(arguments: list[str], environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from voxeval.cli import main; main()"]
    return subprocess.run(
        [*program, *arguments], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def run(installed: dict[str, str], package: Path) -> Run:
    (command,) = [command for command in commands_of_page() if command[:2] == ["voxeval", "run"]]
    done = voxeval(command[1:], installed, package)
    assert done.returncode == 0, done.stderr
    assert "crossings_hz" in done.stdout
    return Run(package / command[command.index("--out") + 1])


def scores(run: Run, system: str, metric: str) -> pd.DataFrame:
    rows: pd.DataFrame = run.scores
    return rows[(rows["system"] == system) & (rows["metric"] == metric)]


def test_the_page_has_all_files_of_the_package() -> None:
    files = files_of_page()
    assert set(files) == {
        "pyproject.toml",
        "voxeval_beeps/__init__.py",
        "voxeval_beeps/system.py",
        "voxeval_beeps/analyzer.py",
        "voxeval_beeps/metric.py",
    }


def test_the_plugins_are_listed_with_their_package(installed: dict[str, str], package: Path) -> None:
    for kind, name in (("systems", "beeps"), ("analyzers", "zcr"), ("metrics", "delivery")):
        lines = voxeval(["list", kind], installed, package).stdout.splitlines()
        assert [line.split()[:2] for line in lines if line.startswith(f"{name} ")] == [[name, "voxeval-beeps"]]


def test_a_wrong_option_of_the_system_is_refused(installed: dict[str, str], package: Path) -> None:
    done = voxeval(["run", "smoke", "--system", "beeps:pitch=3"], installed, package)
    assert done.returncode == 2
    assert "there is no option 'pitch'; there are: pitch_hz, beep_s" in done.stderr


def test_beeps_cross_zero_twice_a_period_but_for_the_pauses(run: Run) -> None:
    texts = run.takes.set_index(["system", "item"])["text"]
    for system, pitch_hz in PITCHES_HZ.items():
        rows = scores(run, system, "crossings_hz")
        assert len(rows) == 3
        assert set(rows["status"]) == {"ok"}
        for row in rows.itertuples():
            words = texts[system, row.item].split()
            letters = sum(character.isalpha() for character in "".join(words))
            beeping = letters / (letters + len(words))
            assert row.value == pytest.approx(2 * pitch_hz * beeping, rel=0.02)


def test_words_a_minute_have_a_row_for_every_take(run: Run) -> None:
    speech = scores(run, "espeak", "words_per_minute")
    assert set(speech["status"]) == {"ok"}
    assert speech["value"].between(100, 300).all()
    beeps = scores(run, "beeps", "words_per_minute")
    assert list(beeps["status"]) == ["skipped"] * 3
    assert set(beeps["detail"]) == {"there is no voice in the take"}


def test_the_summary_and_run_json_know_the_metric(run: Run) -> None:
    summary = run.summary
    rows = summary[(summary["system"] == "high") & (summary["metric"] == "crossings_hz")]
    assert set(rows["statistic"]) == {"mean", "max"}
    declared = {metric["name"]: metric["module"] for metric in run.info["metrics"]}
    assert declared == {"words_per_minute": "delivery", "crossings_hz": "delivery"}
    assert "zcr" in {analyzer["feature"] for analyzer in run.info["analyzers"]}


def test_the_page_on_the_run_folder_names_the_keys_of_run_json(run: Run) -> None:
    page = (PAGE.parent / "run-folder.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(\w+)` \|", page.partition("## run.json")[2], re.MULTILINE))
    assert documented == set(run.info)


def test_the_page_on_the_run_folder_names_its_files(run: Run) -> None:
    page = (PAGE.parent / "run-folder.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([\w.]+/?)` \|", page.partition("\n## ")[0], re.MULTILINE))
    files = {path.name + "/" * path.is_dir() for path in run.path.iterdir() if not path.name.startswith(".")}
    assert documented == files
