"""What documents say is so: made pages are fresh, links lead somewhere, commands exist, licences are named."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

from voxeval.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)|<(?:img|a|source)[^>]*?(?:src|href|srcset)=\"([^\"]+)\"")
SHELL = {"sh", "bash", "shell", "console", ""}
# Places that are the same on every machine; any other absolute path is somebody's own.
COMMON_PLACES = {"/bin", "/dev", "/etc", "/no", "/path", "/proc", "/sys", "/usr"}
MACHINE_PATH = re.compile(r"(?:^|(?<=[\s\"'`=(]))(/[A-Za-z]+)/[\w.-]+")


def documents() -> list[Path]:
    return files_of_repository("*.md")


def files_of_repository(*patterns: str) -> list[Path]:
    """Those that git knows or would add; everything where this is no checkout."""
    if not (ROOT / ".git").exists():
        return sorted(path for pattern in patterns for path in ROOT.rglob(pattern) if path.is_file())
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in sorted(set(listed.split("\0")) - {""}) if (ROOT / name).is_file()]


def generator() -> ModuleType:
    """docs/generate.py, which is a script and no part of the package."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def where(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_are_documents() -> None:
    """The tests below look at them."""
    assert {"README.md", "CONTRIBUTING.md", "THIRD_PARTY.md", "docs/metrics.md"} <= {
        where(path) for path in documents()
    }


# --- pages made from the code ----------------------------------------------------------------------------------------


def test_pages_made_from_the_code_are_fresh() -> None:
    for path, text in generator().pages().items():
        assert path.read_text(encoding="utf-8") == text, f"{where(path)} is not what the code says: run `make docs`"


def test_every_description_of_a_column_is_of_a_column() -> None:
    made = generator()
    columns = {(table, field.name) for table in made.TABLES for field in made.schema(table)}
    known = {name for _, name in columns} | {f"{table}.{name}" for table, name in columns}
    assert not set(made.COLUMNS) - known


# --- links -----------------------------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """The names that a page's headings get on GitHub."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#{1,6} +(.+?) *$", text, re.MULTILINE)
    kept = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    return set(kept) | set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))


def broken_links(path: Path) -> Iterator[str]:
    text = re.sub(r"`[^`\n]*`", "", FENCE.sub("", path.read_text(encoding="utf-8")))
    for match in LINK.finditer(text):
        target = match.group(1) or match.group(2)
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        leads_to = (path.parent / file).resolve() if file else path
        if not leads_to.is_relative_to(ROOT) or not leads_to.exists():
            yield f"{where(path)}: {target} leads nowhere"
        elif anchor and leads_to.suffix == ".md" and anchor not in anchors(leads_to):
            yield f"{where(path)}: {target}: there is no such heading"


def test_relative_links_lead_somewhere() -> None:
    broken = [problem for path in documents() for problem in broken_links(path)]
    assert not broken, "\n".join(broken)


def test_a_broken_link_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text('# One\n[a](gone.md) [b](#one) [c](#two) [d](page.md#one) <img src="no.png"> [e](https://x.org)\n')
    found = [problem.split(": ", 1)[1].split()[0].rstrip(":") for problem in broken_links(page)]
    assert found == ["gone.md", "#two", "no.png"]


# --- commands --------------------------------------------------------------------------------------------------------


def shell_lines(path: Path) -> Iterator[str]:
    """Commands in the shell blocks of a page, one a line, continued lines joined."""
    for match in FENCE.finditer(path.read_text(encoding="utf-8")):
        if match.group(1) in SHELL:
            for line in match.group(2).replace("\\\n", " ").splitlines():
                yield line.strip().removeprefix("$ ")


def voxeval_arguments(line: str) -> list[str] | None:
    """What follows `voxeval` in a command line; None where the line is another command's."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return None
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):  # variables set for this command
        words = words[1:]
    if not words or words[0].rpartition("/")[2] != "voxeval":
        return None
    operators = [index for index, word in enumerate(words) if word in {"&&", "||", "|", ";", ">"}]
    return words[1 : operators[0]] if operators else words[1:]


def parse(arguments: list[str]) -> None:
    """Read a whole command as the CLI would, without running it. Raises what the CLI raises."""
    command: Any = typer.main.get_command(app)
    context = command.make_context("voxeval", list(arguments))
    while hasattr(command, "resolve_command"):
        rest = [*getattr(context, "_protected_args", ()), *context.args]
        name, command, rest = command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)


def options_of(arguments: list[str]) -> set[str]:
    """All options of the command that is named. Raises KeyError where there is none."""
    command: Any = typer.main.get_command(app)
    known = {option for parameter in command.params for option in parameter.opts}
    for word in arguments:
        if not hasattr(command, "commands"):
            break
        if not word.startswith("-"):
            command = command.commands[word]
            known |= {option for parameter in command.params for option in parameter.opts}
    return known | {"-h", "--help"}


def commands_of_documents() -> list[tuple[str, str]]:
    """Page and line of every voxeval command in a shell block, but for those that only ask for help."""
    return [
        (where(path), line)
        for path in documents()
        for line in shell_lines(path)
        if (arguments := voxeval_arguments(line)) is not None and not {"--help", "--version"} & set(arguments)
    ]


def test_documents_show_commands() -> None:
    """The next test looks at them."""
    assert {"README.md", "docs/extending.md"} <= {page for page, _ in commands_of_documents()}


@pytest.mark.parametrize(("page", "line"), commands_of_documents())
def test_commands_in_documents_can_be_typed(page: str, line: str) -> None:
    del page  # in the test's name
    arguments = voxeval_arguments(line)
    assert arguments
    parse(arguments)


def test_commands_in_running_text_exist() -> None:
    wrong = []
    for path in documents():
        for code in re.findall(r"`(voxeval [a-z][^`\n]*)`", FENCE.sub("", path.read_text(encoding="utf-8"))):
            arguments = voxeval_arguments(code) or []
            options = {word.partition("=")[0] for word in arguments if re.match(r"--?[a-z]", word)}
            try:
                unknown = options - options_of(arguments)
            except KeyError as error:
                unknown = {str(error)}
            wrong += [f"{where(path)}: `{code}`: there is no {name}" for name in sorted(unknown)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("line", ["voxeval run smoke", "voxeval run smoke --system espeak --sytem x", "voxeval fly"])
def test_a_command_that_can_not_be_typed_is_seen(line: str) -> None:
    with pytest.raises(Exception, match=r"(?i)missing|no such"):
        parse(voxeval_arguments(line) or [])


def test_make_targets_in_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        f"{where(path)}: make {target}": target
        for path in documents()
        for target in re.findall(r"(?:`|^)make ([a-z-]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named
    assert not [place for place, target in named.items() if target not in targets]


# --- no machine but the reader's -------------------------------------------------------------------------------------


def test_nothing_in_the_repository_names_a_path_of_one_machine() -> None:
    endings = ("md", "py", "toml", "yaml", "yml", "txt", "j2", "js", "css")
    texts = files_of_repository(*(f"*.{ending}" for ending in endings), "Makefile", ".ci/*")
    found = [
        f"{where(path)}:{number}: {match.group(0)}"
        for path in texts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in MACHINE_PATH.finditer(line)
        if match.group(1) not in COMMON_PLACES
    ]
    assert not found, "\n".join(found)


def test_documents_do_not_lead_out_of_the_repository() -> None:
    found = [
        f"{where(path)}: {match}"
        for path in documents()
        for match in re.findall(r"(?:\.\./)+[\w./-]+", path.read_text(encoding="utf-8"))
        if not (path.parent / match).resolve().is_relative_to(ROOT)
    ]
    assert not found, "\n".join(found)


# --- licences --------------------------------------------------------------------------------------------------------


def project() -> dict[str, Any]:
    content: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return content["project"]


def plain_name(requirement: str) -> str:
    return re.split(r"[<>=!~;\[ ]", requirement)[0].lower().replace("_", "-")


def licences() -> dict[str, str]:
    """Package -> licence, from the tables of libraries in THIRD_PARTY.md."""
    tables = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8").partition("## Libraries")[2]
    return {name.lower(): licence for name, licence in re.findall(r"^\| ([\w-]+) \| ([^|]+) \|", tables, re.MULTILINE)}


def extras_for_users() -> list[str]:
    extras = project()["optional-dependencies"]
    return [requirement for name in extras if name != "dev" for requirement in extras[name]]


def test_every_dependency_has_its_licence_in_third_party() -> None:
    needed = project()["dependencies"] + extras_for_users()
    assert {plain_name(requirement) for requirement in needed} <= licences().keys()


def test_third_party_names_no_library_that_is_not_used() -> None:
    used = {plain_name(requirement) for requirement in project()["dependencies"] + extras_for_users()}
    assert licences().keys() - {"package"} <= used | {"webrtcvad"}


def test_the_licences_are_those_that_installed_packages_state() -> None:
    compared = 0
    for name, licence in licences().items():
        if name == "package":
            continue
        try:
            stated = importlib.metadata.metadata(name).json.get("license_expression")
        except importlib.metadata.PackageNotFoundError:
            continue  # an extra that is not installed
        if stated:
            compared += 1
            ours = set(re.findall(r"[\w.+-]+", licence))
            assert ours & set(str(stated).split()), f"{name} states {stated!r}, THIRD_PARTY.md {licence!r}"
    assert compared >= 5


def test_our_own_licence_is_apache_2_whole() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert project()["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in text
    assert all(f"\n   {number}. " in text for number in range(1, 10))
    assert "END OF TERMS AND CONDITIONS" in text
