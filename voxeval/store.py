"""The run folder: Parquet tables, run.json and the audio. All that is compared is read through here.

Files are written whole beside their place and renamed into it, so a reader never sees half of one.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import os
import re
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voxeval.errors import RunError, StorageError
from voxeval.types import Clock, Item, Take, TakeKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd
    import pyarrow as pa

TABLES = ("takes", "transcripts", "alignments", "effects", "features", "scores", "summary")
ROW_GROUP = 5_000  # rows held as Python values at once
FORMAT = 2  # of the run folder; a folder of another format is refused

LEFTOVER = re.compile(r"\..+\.(parquet|json|flac)\.[a-z0-9_]{8}")  # as `write_bytes` names a file before it is whole
FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_KEY = {"suite": "str", "language": "str", "item": "str", "system": "str", "voice": "str", "seed": "int"}
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "takes": {
        "suite": "str",
        "suite_version": "str",
        "item": "str",
        "language": "str",
        "locale": "str",
        "category": "str",
        "cluster": "str",
        "text": "str",
        "text_given": "str",
        "spoken": "strs",
        "keywords": "strs",
        "system": "str",
        "system_key": "str",
        "voice": "str",
        "seed": "int",
        "request_key": "str",
        "pieces": "int",
        "reference_audio": "str",
        "reference_sha256": "str",
        "audio_sha256": "str",
        "audio_path": "str",
        "sample_rate": "int",
        "duration_s": "float",
        "timing": "str",
        "load_s": "float",
        "first_audio_s": "float",
        "total_s": "float",
        "cpu_s": "float",
        "chunk_times_s": "floats",
        "chunk_samples": "ints",
        "concurrency": "int",
        "threads": "int",
        "host": "str",
        "peak_memory_mb": "float",
        "status": "str",
        "detail": "str",
    },
    "transcripts": {
        **_KEY,
        "recognizer": "str",
        "text": "str",
        "words": "words",
        "heard_language": "str",
        "heard_language_probability": "float",
        "confidence": "float",
    },
    "alignments": {
        **_KEY,
        "recognizer": "str",
        "normalizer": "str",
        "reference": "str",
        "hypothesis": "str",
        "operations": "edits",
    },
    "effects": {
        **_KEY,
        "recognizer": "str",
        "kind": "str",
        "name": "str",
        "errors": "int",
        "words": "int",
    },
    "features": {**_KEY, "analyzer": "str", "kind": "str", "hop_s": "float", "values": "arrays"},
    "scores": {
        **_KEY,
        "category": "str",
        "cluster": "str",
        "metric": "str",
        "metric_id": "str",
        "value": "float",
        "weight": "float",
        "curve": "floats",
        "unit": "str",
        "better": "str",
        "status": "str",
        "detail": "str",
    },
    "summary": {
        "system": "str",
        "suite": "str",
        "language": "str",
        "category": "str",
        "metric": "str",
        "metric_id": "str",
        "statistic": "str",
        "value": "float",
        "value_ok": "float",
        "low": "float",
        "high": "float",
        "n_items": "int",
        "n_failed": "int",
        "n_skipped": "int",
        "n_clusters": "int",
        "n_languages": "int",
        "unit": "str",
        "better": "str",
        "indicative": "str",
    },
}


def schema(table: str) -> pa.Schema:
    """The columns of a table, in order."""
    import pyarrow as pa

    index = pa.int32()
    ranges = [(name, index) for name in ("ref_start", "ref_end", "hyp_start", "hyp_end")]
    times = [(name, pa.float64()) for name in ("start_s", "end_s", "confidence")]
    types = {
        "str": pa.string(),
        "int": pa.int64(),
        "float": pa.float64(),
        "strs": pa.list_(pa.string()),
        "ints": pa.list_(pa.int64()),
        "floats": pa.list_(pa.float64()),
        "words": pa.list_(pa.struct([("text", pa.string()), *times])),
        "edits": pa.list_(pa.struct([("kind", pa.string()), *ranges])),
        "arrays": pa.map_(pa.string(), pa.list_(pa.float64())),
    }
    return pa.schema([(name, types[kind]) for name, kind in _COLUMNS[table].items()])


# --- whole files -----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn a full disk, a missing permission or another fault of the file system into a StorageError."""
    try:
        yield
    except OSError as error:
        full = error.errno in FULL_DISK
        why = "the disk is full" if full else (error.strerror or str(error))
        todo = "free some space" if full else "make the folder writable"
        raise StorageError(
            f"{path} can't be written: {why}; what was finished is kept: {todo}, then run the same command again"
        ) from error


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole, then rename it into place. Raises StorageError."""
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def remove_leftovers(folder: Path) -> None:
    """Delete half-written files of a run that was killed; to be called by the one process that holds the folder."""
    with storage_errors(folder):
        for place in (folder, folder / "audio"):
            for path in place.glob(".*") if place.is_dir() else ():
                if LEFTOVER.fullmatch(path.name):
                    path.unlink(missing_ok=True)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a JSON file whole."""
    write_bytes(path, (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode())


def write_table(folder: Path, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one Parquet table of a run folder whole, with the columns of its schema; rows are taken in as they come."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = schema(table)
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, columns, compression="zstd") as writer:
        remaining = iter(rows)
        while batch := list(itertools.islice(remaining, ROW_GROUP)):
            writer.write_table(pa.Table.from_pylist(batch, schema=columns))
    write_bytes(folder / f"{table}.parquet", sink.getvalue().to_pybytes())


# --- reading ---------------------------------------------------------------------------------------------------------


class Run:
    """A run folder, read lazily: `run.takes`, `run.scores` ... are pandas frames, `run.info` is run.json.

    `FOLDER:SYSTEM`, split at the last colon, is the run as if it had this one system.
    Raises RunError where the folder is no finished run, or has no such system.
    """

    def __init__(self, reference: Path | str) -> None:
        self.path, self.system = split_reference(reference)
        self._frames: dict[str, pd.DataFrame] = {}
        if not (self.path / "run.json").is_file():
            raise RunError(f"{self.path} is not a run folder (it has no run.json); expected what `voxeval run` made")
        self.info: dict[str, Any] = _read_info(self.path / "run.json")
        if self.info.get("format") != FORMAT:
            raise RunError(
                f"{self.path} has run format {self.info.get('format')!r}, this voxeval reads {FORMAT}; "
                "read it with the version that run.json names, or run again"
            )
        if self.system is not None:
            if self.system not in self.systems:
                raise RunError(f"{self.path} has no system {self.system!r}; it has: {', '.join(self.systems)}")
            self.info["systems"] = [entry for entry in self.info["systems"] if entry["label"] == self.system]

    def table(self, name: str) -> pd.DataFrame:
        """One table as a pandas frame; map columns are dicts of lists."""
        import pyarrow.parquet as pq

        if name not in self._frames:
            path = self.path / f"{name}.parquet"
            if not path.is_file():
                raise RunError(f"{path} is missing: the run did not finish; run the same command again to finish it")
            with _reading(path):
                frame = pq.read_table(path).to_pandas(maps_as_pydicts="strict")
            if self.system is not None:
                frame = frame[frame["system"] == self.system].reset_index(drop=True)
            self._frames[name] = frame
        return self._frames[name]

    takes = property(lambda self: self.table("takes"), doc="One row a planned take.")
    transcripts = property(lambda self: self.table("transcripts"), doc="One row a take and recognizer.")
    alignments = property(lambda self: self.table("alignments"), doc="One row a take, recognizer and normalizer.")
    effects = property(lambda self: self.table("effects"), doc="One row a take, recognizer and other way of counting.")
    features = property(lambda self: self.table("features"), doc="One row a take and analyzer.")
    scores = property(lambda self: self.table("scores"), doc="One row a take and metric id.")
    summary = property(lambda self: self.table("summary"), doc="One row a system, suite, language and metric.")

    @property
    def systems(self) -> tuple[str, ...]:
        """Labels of the systems, in the order of the command; `human` first where there is one."""
        return tuple(system["label"] for system in self.info["systems"])

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})" if self.system is None else f"Run('{self.path}:{self.system}')"


def split_reference(reference: Path | str) -> tuple[Path, str | None]:
    """The folder, and the system where one is named after the last colon; a folder that is there is never split."""
    folder, colon, system = str(reference).rpartition(":")
    if not colon or Path(reference).exists() or not Path(folder).is_dir():
        return Path(reference), None
    return Path(folder), system


def read_takes(folder: Path) -> list[Take]:
    """The takes of a run, in plan order."""
    import pyarrow.parquet as pq

    path = folder / "takes.parquet"
    if not path.is_file():
        raise RunError(f"{folder} has no takes.parquet; expected a run folder that `voxeval run` finished")
    with _reading(path):
        return [take_from_row(row) for row in pq.read_table(path).to_pylist()]


def _read_info(path: Path) -> dict[str, Any]:
    try:
        info = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RunError(f"{path} is not JSON ({error}); run the same command again to write it anew") from error
    if not isinstance(info, dict):
        raise RunError(f"{path} is not one JSON object; run the same command again to write it anew")
    return info


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn a damaged table into a RunError."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowInvalid, KeyError) as error:
        raise RunError(f"{path} can't be read ({error}); run the same command again to write it anew") from error


# --- takes as rows ---------------------------------------------------------------------------------------------------


def key_row(key: TakeKey) -> dict[str, Any]:
    """The columns by which a row belongs to its take."""
    return asdict(key)


def take_row(take: Take) -> dict[str, Any]:
    """A take as a row of takes.parquet and of the journal."""
    item = take.item
    return {
        **{name: getattr(take, name) for name in _TAKE_FIELDS},
        **asdict(take.clock),
        "item": item.id,
        "language": item.language,
        "locale": item.locale,
        "category": item.category,
        "cluster": item.cluster,
        "text": item.text,
        "spoken": list(item.spoken),
        "keywords": list(item.keywords),
        "chunk_times_s": list(take.clock.chunk_times_s),
        "chunk_samples": list(take.clock.chunk_samples),
    }


def take_from_row(row: Mapping[str, Any]) -> Take:
    """The take that a row describes."""
    item = Item(
        id=row["item"],
        language=row["language"],
        locale=row["locale"],
        category=row["category"],
        cluster=row["cluster"],
        text=row["text"],
        spoken=tuple(row["spoken"]),
        keywords=tuple(row["keywords"]),
    )
    clock = {name: row[name] for name in _CLOCK_FIELDS}
    clock["chunk_times_s"] = tuple(row["chunk_times_s"])
    clock["chunk_samples"] = tuple(row["chunk_samples"])
    return Take(item=item, clock=Clock(**clock), **{name: row[name] for name in _TAKE_FIELDS})


_CLOCK_FIELDS = tuple(Clock.__dataclass_fields__)
_TAKE_FIELDS = tuple(name for name in Take.__dataclass_fields__ if name not in {"item", "clock"})
