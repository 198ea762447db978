"""Recordings that were made elsewhere: a folder of files named by item, or a table of paths."""

from __future__ import annotations

import csv
import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from voxeval.audio import EXTENSIONS, find_recording, read_audio
from voxeval.errors import AudioError, MissingDependencyError, SpeechError, UsageError
from voxeval.systems.content import file_hash
from voxeval.types import LANGUAGES, Audio, Request, SystemInfo, Usage

if TYPE_CHECKING:
    from collections.abc import Iterator


class Row(BaseModel):
    """One recording of a table. What is not given fits any request."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: str = Field(min_length=1)
    path: Path  # relative to the table's folder
    language: str | None = None
    voice: str | None = None
    seed: int | None = None
    total_s: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    first_audio_s: float | None = Field(default=None, gt=0, allow_inf_nan=False)

    def fits(self, request: Request) -> bool:
        """Whether this is the recording of a request."""
        voice = request.voice.name if request.voice is not None else None
        return (
            self.item == request.item.id
            and self.language in (None, request.item.language)
            and (self.voice is None or voice is None or self.voice == voice)
            and self.seed in (None, request.seed)
        )


class FolderSystem:
    """Hands out recordings as they are. It is not timed: only a table can say how long they took to make."""

    recorded = True

    def __init__(self, *, path: Path | None = None, table: Path | None = None) -> None:
        if (path is None) == (table is None):
            raise UsageError("folder: expected either path=FOLDER or table=FILE (.csv, .tsv, .jsonl or .parquet)")
        if path is not None and not path.is_dir():
            raise UsageError(f"folder: {path} is not a folder; expected one with <language>/<item>.wav or <item>.wav")
        if table is not None and not table.is_file():
            raise UsageError(f"folder: table {table} is not a file; expected .csv, .tsv, .jsonl or .parquet")
        self._path, self._table = path, table
        self._usage = Usage()

    @cached_property
    def info(self) -> SystemInfo:
        """What is known of the recordings; the fingerprint is of their contents, so all of them are read."""
        return SystemInfo(
            name="folder",
            version="",
            fingerprint=self._fingerprint(),
            voices=self._voices(),
            deterministic=all(row.seed is None for row in self._all_rows()),
            note="recordings made elsewhere",
        )

    def speak(self, request: Request) -> Iterator[Audio]:
        """The recording of the item, in one piece. Raises SpeechError where there is none or it can't be read whole."""
        self._usage = Usage()
        if self._table is not None:
            row = self._row(request)
            self._usage = Usage(total_s=row.total_s, first_audio_s=row.first_audio_s)
            recording = self._table.parent / row.path
        else:
            recording = self._file(request)
        try:
            audio = read_audio(recording)
        except AudioError as error:
            raise SpeechError(str(error)) from error
        yield audio

    def usage(self) -> Usage:
        """The times that the table gives for the last request."""
        return self._usage

    def _file(self, request: Request) -> Path:
        assert self._path is not None
        stems = (self._path / request.item.language / request.item.id, self._path / request.item.id)
        for stem in stems:
            if (found := find_recording(stem)) is not None:
                return found
        looked = " or ".join(f"{stem}{{{','.join(EXTENSIONS)}}}" for stem in stems)
        raise SpeechError(f"no recording of item {request.item.id!r}; looked for {looked}")

    def _row(self, request: Request) -> Row:
        row = next((row for row in self._rows.get(request.item.id, ()) if row.fits(request)), None)
        if row is None:
            voice = f" in voice {request.voice.name!r}" if request.voice is not None else ""
            raise SpeechError(
                f"{self._table} has no row for item {request.item.id!r} in language {request.item.language!r}{voice} "
                f"with seed {request.seed}"
            )
        return row

    @cached_property
    def _rows(self) -> dict[str, list[Row]]:
        """Rows of the table by item. Raises UsageError where a row is not as it should be."""
        rows: dict[str, list[Row]] = {}
        seen: dict[tuple[str, str | None, str | None, int | None], int] = {}
        if self._table is None:
            return rows
        for number, raw in _read_table(self._table):
            try:
                row = Row.model_validate({key: value for key, value in raw.items() if value not in (None, "")})
            except ValidationError as error:
                problem = error.errors()[0]
                raise UsageError(
                    f"{self._table}, row {number}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}; expected "
                    f"the columns item and path, and where known {', '.join(list(Row.model_fields)[2:])}"
                ) from error
            key = (row.item, row.language, row.voice, row.seed)
            if key in seen:
                raise UsageError(
                    f"{self._table}, row {number}: row {seen[key]} has the same item, language, voice and seed "
                    f"({row.item!r}); expected one recording each"
                )
            seen[key] = number
            rows.setdefault(row.item, []).append(row)
        return rows

    def _all_rows(self) -> list[Row]:
        return [row for rows in self._rows.values() for row in rows]

    def _voices(self) -> dict[str, tuple[str, ...]] | None:
        """Voices that the table names, by language, in its order; None where it names none."""
        voices: dict[str, dict[str, None]] = {}
        for row in self._all_rows():
            if row.voice is not None:
                for language in (row.language,) if row.language is not None else LANGUAGES:
                    voices.setdefault(language, {})[row.voice] = None
        return {language: tuple(names) for language, names in voices.items()} or None

    def _fingerprint(self) -> str:
        """Hash of names and contents; a recording that is missing or unreadable counts as such."""
        if self._table is not None:
            root = self._table.parent
            files = [self._table, *(root / row.path for row in self._all_rows())]
        else:
            assert self._path is not None
            root = self._path
            files = sorted(file for file in root.rglob("*") if file.suffix in EXTENSIONS)
        digest = hashlib.sha256()
        for file in files:
            try:
                content = file_hash(file)
            except OSError:
                content = "unreadable"
            name = file.relative_to(root) if file.is_relative_to(root) else file
            digest.update(f"{name.as_posix()}\0{content}\n".encode())
        return digest.hexdigest()[:16]


def _read_table(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows of a table with their numbers in the file, from 1. Raises UsageError where it can't be read."""
    ending = path.suffix.lower()
    try:
        if ending in (".csv", ".tsv"):
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(
                    file, delimiter="\t" if ending == ".tsv" else ",", restkey="more cells than columns"
                )
                yield from enumerate(reader, start=1)
        elif ending == ".jsonl":
            lines = path.read_text(encoding="utf-8-sig").splitlines()
            yield from ((number, _object(line)) for number, line in enumerate(lines, start=1) if line.strip())
        elif ending == ".parquet":
            yield from enumerate(_read_parquet(path), start=1)
        else:
            raise UsageError(f"folder: table {path} ends in {ending!r}; expected .csv, .tsv, .jsonl or .parquet")
    except (OSError, UnicodeDecodeError, csv.Error, json.JSONDecodeError, TypeError) as error:
        raise UsageError(f"folder: table {path} can't be read ({error}); expected a table in UTF-8") from error


def _object(line: str) -> dict[str, Any]:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise TypeError(f"a line is {row!r}, not an object")
    return row


def _read_parquet(path: Path) -> list[dict[str, Any]]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingDependencyError("reading Parquet needs pyarrow; add it with: pip install pyarrow") from error
    try:
        rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
    except pyarrow.ArrowInvalid as error:
        raise UsageError(f"folder: table {path} is not Parquet ({error})") from error
    return rows
