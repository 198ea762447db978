"""Systems, analyzers and metrics by name: entry points, specifications and their options."""

from __future__ import annotations

import importlib.metadata
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voxeval.errors import PluginError, UsageError, VoxevalError

KINDS = ("systems", "analyzers", "metrics")
LABEL = re.compile(r"[A-Za-z0-9.+_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What a user named: a plugin with its options."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""  # of a system, in tables; the name, where not given
    text: str = ""  # as the user wrote it


@dataclass(frozen=True, slots=True)
class Listed:
    """An installed plugin, not imported."""

    name: str
    target: str
    package: str


def listed(kind: str) -> list[Listed]:
    """The installed plugins of a kind ("systems", "analyzers", "metrics"), by name; nothing is imported."""
    entries = importlib.metadata.entry_points(group=f"voxeval.{kind}")
    rows = [Listed(entry.name, entry.value, entry.dist.name if entry.dist else "?") for entry in entries]
    return sorted(set(rows), key=lambda row: (row.name, row.package))


def load(kind: str, name: str) -> Callable[..., Any]:
    """The factory behind a name.

    Raises PluginError where the name is unknown, stands for two different things, or fails to load.
    """
    found = {entry.value: entry for entry in importlib.metadata.entry_points(group=f"voxeval.{kind}", name=name)}
    if not found:
        names = ", ".join(sorted({row.name for row in listed(kind)})) or "none is installed"
        raise PluginError(f"there is no {kind.removesuffix('s')} {name!r}; there are: {names}")
    if len(found) > 1:
        targets = " and ".join(sorted(found))
        raise PluginError(f"{kind.removesuffix('s')} {name!r} is claimed by {targets}; uninstall one of the packages")
    (entry,) = found.values()
    try:
        factory: Callable[..., Any] = entry.load()
    except Exception as error:  # noqa: BLE001 - a plugin's module may raise anything while it is imported
        raise PluginError(f"{kind.removesuffix('s')} {name!r} ({entry.value}) does not load: {error}") from error
    return factory


def create(kind: str, spec: Spec, **extra: Any) -> Any:
    """The plugin made with its options, checked against the annotations of its factory.

    `extra` are options of the whole run (as `device`), handed over where the factory takes them.
    Raises PluginError for unknown options and wrong values, and what the factory itself raises.
    """
    from pydantic import ConfigDict, ValidationError, create_model

    factory = load(kind, spec.name)
    parameters = _parameters(factory)
    fields: dict[str, Any] = {
        name: (
            Any if parameter.annotation is inspect.Parameter.empty else parameter.annotation,
            ... if parameter.default is inspect.Parameter.empty else parameter.default,
        )
        for name, parameter in parameters.items()
    }
    model = create_model("Options", __config__=ConfigDict(extra="forbid", arbitrary_types_allowed=True), **fields)
    given = {**{name: value for name, value in extra.items() if name in parameters}, **spec.options}
    try:
        checked = model(**given)
    except ValidationError as error:
        problems = "; ".join(_problem(detail, parameters) for detail in error.errors())
        raise PluginError(f"{kind.removesuffix('s')} {spec.text or spec.name!r}: {problems}") from error
    try:
        return factory(**{name: getattr(checked, name) for name in parameters})
    except VoxevalError:
        raise
    except Exception as error:  # noqa: BLE001 - a plugin's constructor may raise anything
        raise PluginError(f"{kind.removesuffix('s')} {spec.name!r} can't be made: {error}") from error


def _parameters(factory: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    return {
        name: parameter
        for name, parameter in inspect.signature(factory, eval_str=True).parameters.items()
        if parameter.kind in {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    }


def _problem(detail: Mapping[str, Any], parameters: Mapping[str, inspect.Parameter]) -> str:
    where = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return f"there is no option {where!r}; there are: {', '.join(parameters) or 'none'}"
    if detail["type"] == "missing":
        return f"option {where!r} is needed: write {where}=..."
    return f"option {where!r} is {detail['input']!r}: {detail['msg']}"


# --- specifications --------------------------------------------------------------------------------------------------


def parse_spec(text: str) -> Spec:
    """A specification `NAME`, `NAME:key=value,key=value` (YAML scalars or flow lists), or the path of a .yaml file.

    In a file, `name:` is the plugin and every other key an option. `label=` names the system in tables.
    Raises UsageError where it can't be read.
    """
    import yaml

    if text.endswith((".yaml", ".yml")):
        return _spec_from_file(Path(text))
    name, _, rest = text.partition(":")
    options: dict[str, Any] = {}
    for part in split_options(rest):
        key, equals, value = part.partition("=")
        if not equals:
            raise UsageError(_spec_help(text, f"{part!r} is not key=value"))
        try:
            options[key.strip()] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            problem = str(error).replace("\n", " ")
            raise UsageError(_spec_help(text, f"the value of {key.strip()!r} is not YAML ({problem})")) from error
    return _with_label(name.strip(), options, text)


def split_options(text: str) -> list[str]:
    """The parts between commas, but for commas inside quotes and brackets."""
    parts, depth, quote, start = [], 0, "", 0
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def _spec_from_file(path: Path) -> Spec:
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror}); expected a YAML file with `name:`") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(content, dict) or not isinstance(content.get("name"), str):
        raise UsageError(f"{path} has no `name:`; expected for example `name: espeak` and one option a line")
    options = {str(key): value for key, value in content.items() if key != "name"}
    return _with_label(content["name"], options, str(path))


def _with_label(name: str, options: dict[str, Any], text: str) -> Spec:
    label = str(options.pop("label", name))
    if not name:
        raise UsageError(_spec_help(text, "it names nothing"))
    if not LABEL.fullmatch(label):
        raise UsageError(f"label {label!r} in {text!r} has other characters than letters, digits and . + _ -")
    return Spec(name=name, options=options, label=label, text=text)


def _spec_help(text: str, problem: str) -> str:
    return f"{text!r} can't be read: {problem}; expected NAME, NAME:key=value,key=value or a .yaml file"
