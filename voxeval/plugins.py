"""Systems, analyzers and metrics by name: entry points, specifications and their options."""

from __future__ import annotations

import importlib.metadata
import inspect
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voxeval.errors import PluginError, UsageError, VoxevalError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KINDS = ("systems", "analyzers", "metrics")
LABEL = re.compile(r"[A-Za-z0-9.+_-]+")
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
QUOTED = r"""(?<=[=,\[{:])\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')"""
TOKEN = re.compile(rf"{QUOTED}|(?P<sign>[\[\]{{}},])", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What a user named: a plugin with its options."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    main: str = ""  # what stands alone after the colon, as in whisper:base: the value of the plugin's first option
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
    except Exception as error:
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
    given = {**{name: value for name, value in extra.items() if name in parameters}, **_options(kind, spec, parameters)}
    try:
        checked = model(**given)
    except ValidationError as error:
        problems = "; ".join(_problem(detail, parameters) for detail in error.errors())
        raise PluginError(f"{kind.removesuffix('s')} {spec.text or spec.name!r}: {problems}") from error
    try:
        return factory(**{name: getattr(checked, name) for name in parameters})
    except VoxevalError:
        raise
    except Exception as error:
        raise PluginError(f"{kind.removesuffix('s')} {spec.name!r} can't be made: {error}") from error


def _options(kind: str, spec: Spec, parameters: Mapping[str, inspect.Parameter]) -> Mapping[str, Any]:
    """The options by name; what stands alone after the colon belongs to the first one."""
    if not spec.main:
        return spec.options
    first = next(iter(parameters), None)
    if first is None or first in spec.options:
        why = "it takes no options" if first is None else f"{first}= is given too"
        raise PluginError(f"{kind.removesuffix('s')} {spec.text or spec.name!r}: {spec.main!r} has no place, {why}")
    return {first: spec.main, **spec.options}


def _parameters(factory: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    try:
        signature = inspect.signature(factory, eval_str=True)
    except (NameError, TypeError, ValueError) as error:
        raise PluginError(
            f"the options of {factory!r} can't be read ({error}); its annotations must be importable"
        ) from error
    return {
        name: parameter
        for name, parameter in signature.parameters.items()
        if parameter.kind in {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    }


def _problem(detail: Mapping[str, Any], parameters: Mapping[str, inspect.Parameter]) -> str:
    where = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return f"there is no option {where!r}; there are: {', '.join(parameters) or 'none'}"
    if detail["type"] == "missing":
        return f"option {where!r} is needed: write {where}=..."
    quoted = "; put it in quotes" if detail["type"] == "string_type" and not isinstance(detail["input"], list) else ""
    return f"option {where!r} is {detail['input']!r}: {detail['msg']}{quoted}"


# --- specifications --------------------------------------------------------------------------------------------------


def parse_spec(text: str) -> Spec:
    """A specification `NAME`, `NAME:key=value,key=value` (YAML scalars or flow lists), or the path of a .yaml file.

    In a file, `name:` is the plugin and every other key an option. `label=` names the system in tables. In place of the
    first `key=value` a value alone may stand, as in `whisper:base`, for the plugin's first option.
    Raises UsageError where it can't be read.
    """
    if text.endswith((".yaml", ".yml")) and (":" not in text or Path(text).is_file()):
        return _spec_from_file(Path(text))
    name, _, rest = text.partition(":")
    options: dict[str, Any] = {}
    main = ""
    for index, part in enumerate(split_options(rest)):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if index == 0 and key and not (equals and KEY.fullmatch(key)):
            main = part
        elif not equals or not KEY.fullmatch(key):
            raise UsageError(_spec_help(text, f"{part!r} is not key=value"))
        elif key in options:
            raise UsageError(_spec_help(text, f"{key}= is given twice"))
        else:
            options[key] = _yaml_value(text, key, value)
    return _with_label(name.strip(), options, text, main)


def _yaml_value(text: str, key: str, value: str) -> Any:
    import yaml

    try:
        return _as_written(value) if key == "label" else yaml.safe_load(value)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that is none
        problem = " ".join(str(error).split())
        raise UsageError(_spec_help(text, f"the value of {key!r} is not YAML ({problem})")) from error


def _as_written(text: str) -> Any:
    """YAML with nothing but texts in it: the label 010 is no number, and the label no is no truth value."""
    import yaml

    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - this loader makes texts only


def split_options(text: str) -> list[str]:
    """The parts between commas, but for commas inside quotes and brackets.

    As in YAML, a quote or bracket counts where a value begins; inside a word, as in `it's`, it is a letter like others.
    """
    parts, depth, start = [], 0, 0
    for match in TOKEN.finditer(text):
        sign = match["sign"]
        if sign in {"[", "{"} and (depth > 0 or _begins_a_value(text, match.start())):
            depth += 1
        elif sign in {"]", "}"} and depth > 0:
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(text[start : match.start()])
            start = match.end()
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def _begins_a_value(text: str, index: int) -> bool:
    return text[:index].rstrip()[-1:] in {"", "=", ","}


def _spec_from_file(path: Path) -> Spec:
    import yaml

    try:
        written = path.read_text(encoding="utf-8-sig")
        content = yaml.safe_load(written)
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror}); expected a YAML file with `name:`") from error
    except (yaml.YAMLError, ValueError) as error:
        raise UsageError(f"{path} is not YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(content, dict) or not isinstance(content.get("name"), str):
        raise UsageError(f"{path} has no `name:`; expected for example `name: espeak` and one option a line")
    options = {str(key): value for key, value in content.items() if key != "name"}
    if "label" in options:
        options["label"] = _as_written(written)["label"]
    return _with_label(content["name"], options, str(path))


def _with_label(name: str, options: dict[str, Any], text: str, main: str = "") -> Spec:
    label = options.pop("label", name)
    if not name:
        raise UsageError(_spec_help(text, "it names nothing"))
    if not isinstance(label, str) or not LABEL.fullmatch(label):
        raise UsageError(f"label {label!r} in {text!r} has other characters than letters, digits and . + _ -")
    return Spec(name=name, options=options, main=main, label=label, text=text)


def _spec_help(text: str, problem: str) -> str:
    return f"{text!r} can't be read: {problem}; expected NAME, NAME:key=value,key=value or a .yaml file"
