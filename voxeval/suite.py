"""Suites: where they are, how they are read, and what is wrong with them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voxeval.errors import SuiteError
from voxeval.types import LANGUAGES, Item, Suite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pydantic import BaseModel

TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-[A-Za-z0-9]{5,8})*")
SCRIPTS = {"ar": "ARABIC", "hi": "DEVANAGARI"}  # every other language of ours is written in Latin letters
ORDINARY_MARKS = set(" .,;:!?…¿¡'\"’‘‚“”„«»‹›()[]-–—،؛؟।॥\n\u200c\u200d\u202f\u00a0")


@dataclass(frozen=True, slots=True)
class Warned:
    """Something odd in a suite: an error under `suite check --strict`."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


# --- where suites are ------------------------------------------------------------------------------------------------


def suite_folders() -> dict[str, Path]:
    """Name -> folder of the suites that come with voxeval: in the package, else in the checkout beside it."""
    package = Path(__file__).parent
    for root in (package / "suites", package.parent / "suites"):
        if root.is_dir():
            return {path.parent.name: path.parent for path in sorted(root.glob("*/suite.yaml"))}
    return {}


def load_suite(reference: str, languages: Sequence[str] = ()) -> tuple[Suite, list[Warned]]:
    """The suite of a name, a folder, or one .csv or .jsonl file; and what is odd in it.

    `languages` keeps the items in these languages only; where a file has no column `language`, it names the one.
    Raises SuiteError, naming file and line.
    """
    path = Path(reference)
    if path.is_file():
        suite, warned = _load_file(path, languages)
    elif (path / "suite.yaml").is_file():
        suite, warned = _load_folder(path)
    elif reference in suite_folders():
        suite, warned = _load_folder(suite_folders()[reference])
    else:
        names = ", ".join(suite_folders()) or "none"
        raise SuiteError(
            f"there is no suite {reference!r}: expected one of {names}, a folder with a suite.yaml, "
            "or a .csv or .jsonl file with the columns id (or file), text and language"
        )
    return _only(suite, languages), warned


def _only(suite: Suite, languages: Sequence[str]) -> Suite:
    from dataclasses import replace

    unknown = sorted(set(languages) - set(suite.languages))
    if unknown:
        raise SuiteError(
            f"suite {suite.name} has no items in {', '.join(unknown)}; it has: {', '.join(suite.languages)}"
        )
    items = tuple(item for item in suite.items if not languages or item.language in languages)
    return replace(suite, items=items)


# --- reading ---------------------------------------------------------------------------------------------------------


def _load_folder(folder: Path) -> tuple[Suite, list[Warned]]:
    import yaml

    path = folder / "suite.yaml"
    try:
        header = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SuiteError(f"{path}: can't be read as YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(header, dict):
        raise SuiteError(f"{path}: expected keys as name, version, license and description, got {header!r}")
    checked = _checked(_models()[0], header, str(path))
    files = sorted((folder / "items").glob("*.jsonl"))
    if not files:
        raise SuiteError(f"{folder}: has no items/<language>.jsonl; expected one file a language")
    items: list[Item] = []
    for file in files:
        items += _items(_json_lines(file), language=file.stem, folder=folder)
    return _suite(checked, items, folder)


def _load_file(path: Path, languages: Sequence[str]) -> tuple[Suite, list[Warned]]:
    rows: Iterable[tuple[str, dict[str, Any]]]
    if path.suffix == ".jsonl":
        rows = _json_lines(path)
    elif path.suffix in {".csv", ".tsv"}:
        rows = _csv_lines(path)
    else:
        raise SuiteError(f"{path}: expected a .csv or .jsonl file, or a folder with a suite.yaml")
    only = languages[0] if len(languages) == 1 else None
    missing: list[Warned] = []
    table = (_from_table(where, row, only, path.parent, missing) for where, row in rows)
    items = list(_items(table, None, path.parent))
    header = {
        "name": re.sub(r"[^A-Za-z0-9.+_-]+", "-", path.stem) or "own",
        "version": "0",
        "license": "unknown",
        "description": f"Read from {path.name}.",
    }
    suite, odd_items = _suite(_checked(_models()[0], header, str(path)), items, path)
    return suite, [*missing, *odd_items]


def _from_table(
    where: str, row: dict[str, Any], only: str | None, folder: Path, missing: list[Warned]
) -> tuple[str, dict[str, Any]]:
    """A row of somebody's own table as an item: `file` gives the id and, where it exists, a human recording.

    What is named and is not there goes to `missing`.
    """
    row = {key: value for key, value in row.items() if value not in (None, "")}
    file = row.pop("file", None)
    if file is not None:
        row.setdefault("id", Path(str(file)).stem)
        if "reference_audio" not in row and (folder / str(file)).is_file():
            row |= {"reference_audio": str(file), "reference_text": row.get("text")}
        elif "reference_audio" not in row:
            missing.append(Warned(where, f"there is no recording {folder / str(file)}: no human reading of this text"))
    if "language" not in row:
        if only is None:
            raise SuiteError(f"{where}: no `language`; add the column, or name the one language with --languages")
        row["language"] = only
    for name in ("spoken", "keywords"):  # a table has no lists
        if isinstance(row.get(name), str):
            row[name] = [part.strip() for part in row[name].split("|") if part.strip()]
    return where, row


def _json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(_text(path).split("\n"), start=1):  # other separators may stand inside a text
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise SuiteError(f"{where}: is not JSON ({error.msg} at column {error.colno}): {line[:60]!r}") from error
        if not isinstance(row, dict):
            raise SuiteError(f"{where}: expected one JSON object, got {line[:60]!r}")
        yield where, row


def _csv_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(_text(path), newline=""), delimiter="\t" if path.suffix == ".tsv" else ",")
    columns = reader.fieldnames or []
    if "text" not in columns or not {"id", "file"} & set(columns):
        raise SuiteError(f"{path}:1: expected the columns id (or file), text and language, got {', '.join(columns)}")
    if len(set(columns)) < len(columns):
        raise SuiteError(f"{path}:1: names a column twice: {', '.join(columns)}")
    try:
        for row in reader:
            where = f"{path}:{reader.line_num}"
            if None in row or None in row.values():
                raise SuiteError(f"{where}: has not {len(columns)} fields as the first line; quote texts with commas")
            yield where, dict(row)
    except csv.Error as error:
        raise SuiteError(
            f"{path}:{reader.line_num}: can't be read as a table ({error}); is a quote not closed?"
        ) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SuiteError(f"{path}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8") from error


def _items(rows: Iterable[tuple[str, dict[str, Any]]], language: str | None, folder: Path) -> Iterator[Item]:
    model = _models()[1]
    seen: dict[tuple[str, str], str] = {}
    for where, row in rows:
        known = {} if language is None else {"language": language}
        item = _item(_checked(model, {**known, **row}, where), where, folder)
        if language is not None and item.language != language:
            raise SuiteError(f"{where}: language {item.language!r} in the file of {language!r}")
        earlier = seen.setdefault((item.language, item.id), where)
        if earlier != where:
            raise SuiteError(f"{where}: id {item.id!r} was used before, at {earlier}; ids are unique in a language")
        yield item


def _item(row: Any, where: str, folder: Path) -> Item:
    locale = row.locale or row.language
    for name, tag in (("language", row.language), ("locale", locale)):
        if not TAG.fullmatch(tag):
            raise SuiteError(f"{where}: {name} {tag!r} is not a BCP-47 tag; write for example 'pt-BR'")
    language = row.language.split("-")[0]
    if locale.split("-")[0] != language:
        raise SuiteError(f"{where}: locale {locale!r} is not one of language {row.language!r}")
    spoken = (row.spoken,) if isinstance(row.spoken, str) else tuple(row.spoken or ())
    for name, text in (("text", row.text), *(("spoken", reading) for reading in spoken)):
        if not any(character.isalnum() for character in text):
            raise SuiteError(f"{where}: {name} {text!r} has no word in it; expected something to say")
    reference = None if row.reference_audio is None else folder / row.reference_audio
    if reference is not None and not reference.is_file():
        raise SuiteError(f"{where}: reference_audio {reference} does not exist")
    return Item(
        id=row.id,
        language=language,
        text=row.text,
        spoken=spoken,
        category=row.category,
        cluster=row.cluster or row.id,
        keywords=tuple(row.keywords),
        locale=locale if row.locale else row.language,
        voice=row.voice,
        reference_audio=reference,
        reference_text=row.reference_text,
        speech_text=row.speech_text,
    )


def _suite(header: Any, items: list[Item], path: Path) -> tuple[Suite, list[Warned]]:
    if not items:
        raise SuiteError(f"{path}: has no items; expected at least one text")
    suite = Suite(
        name=header.name,
        version=header.version,
        license=header.license,
        description=header.description,
        metrics=tuple(header.metrics),
        parallel=header.parallel,
        thresholds=header.thresholds,
        protocols=tuple(header.protocols),
        items=tuple(items),
        content_hash=_content_hash(items),
    )
    return suite, list(odd(suite))


def _content_hash(items: Iterable[Item]) -> str:
    """SHA-256 over all that can change a score; the order of items does not."""
    rows = []
    for item in items:
        audio = item.reference_audio
        sound = hashlib.sha256(audio.read_bytes()).hexdigest() if audio else None
        fields = [getattr(item, name) for name in Item.__dataclass_fields__ if name != "reference_audio"]
        rows.append(json.dumps([*fields, sound], ensure_ascii=False))
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()


# --- what is checked -------------------------------------------------------------------------------------------------


def _models() -> tuple[type[BaseModel], type[BaseModel]]:
    """The shapes of suite.yaml and of an item, made when first needed: pydantic is slow to import."""
    from pydantic import BaseModel, ConfigDict, Field

    forbid = ConfigDict(extra="forbid", str_strip_whitespace=True)
    name = Field(pattern=r"^[^\s/\\]+$", max_length=200)

    class SuiteFile(BaseModel):
        model_config = forbid
        name: str = Field(pattern=r"^[A-Za-z0-9.+_-]+$")
        version: str
        license: str
        description: str
        metrics: list[str] = []
        protocols: list[str] = []
        parallel: bool = False
        thresholds: dict[str, float] = {}

    class ItemLine(BaseModel):
        model_config = forbid
        id: str = name
        language: str
        text: str = Field(min_length=1)
        spoken: str | list[str] | None = None
        category: str = Field(default="general", min_length=1)
        cluster: str | None = None
        keywords: list[str] = []
        locale: str | None = None
        voice: str | None = None
        reference_audio: str | None = None
        reference_text: str | None = None
        speech_text: str | None = None

    return SuiteFile, ItemLine


def _checked(model: type[BaseModel], row: Mapping[str, Any], where: str) -> Any:
    from pydantic import ValidationError

    try:
        return model(**row)
    except ValidationError as error:
        problems = "; ".join(_problem(detail, model) for detail in error.errors())
        raise SuiteError(f"{where}: {problems}") from error


def _problem(detail: Mapping[str, Any], model: type[BaseModel]) -> str:
    where = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return f"unknown key {where!r}; there are: {', '.join(model.model_fields)}"
    if detail["type"] == "missing":
        return f"key {where!r} is missing or empty"
    if detail["type"] == "string_type" and not isinstance(detail["input"], list | dict):
        return f"{where} is {detail['input']!r} and not text: put it in quotes"
    return f"{where} is {str(detail['input'])[:60]!r}: {detail['msg']}"


def odd(suite: Suite) -> Iterator[Warned]:
    """What is allowed but seldom meant: unspoken digits and symbols, another script, repeated texts."""
    counts = Counter((item.language, item.text) for item in suite.items)
    for language in sorted(set(suite.languages) - set(LANGUAGES)):
        yield Warned(f"{suite.name}/{language}", f"is none of the languages that voxeval knows: {', '.join(LANGUAGES)}")
    for item in suite.items:
        where = f"{suite.name}/{item.language}/{item.id}"
        signs = sorted({sign for sign in item.text if _needs_reading(sign)})
        if signs and not item.spoken:
            yield Warned(where, f"has {' '.join(signs)} and no `spoken`: readings differ, write the one you expect")
        share = max(script_share(text, item.language) for text in (item.text, *item.spoken))
        if share < 0.5:
            yield Warned(where, f"only {share:.0%} of its letters are in the script of {item.language!r}")
        if counts[item.language, item.text] > 1:
            yield Warned(where, f"its text occurs {counts[item.language, item.text]} times: {item.text[:40]!r}")


def _needs_reading(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] == "N" or (category[0] in "SP" and sign not in ORDINARY_MARKS)


def script_share(text: str, language: str) -> float:
    """Share of the letters of a text that belong to its language's script; 1 where it has no letters."""
    letters = [character for character in text if character.isalpha()]
    script = SCRIPTS.get(language, "LATIN")
    mine = sum(unicodedata.name(letter, "").startswith(script) for letter in letters)
    return mine / len(letters) if letters else 1.0
