"""A suite's folder from the rows of a list."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voxeval.errors import SuiteError, UsageError
from voxeval.importing.formats import format_of
from voxeval.importing.rows import Remark, Row
from voxeval.store import storage_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a list."""

    folder: Path
    items: int
    with_audio: int
    remarks: tuple[str, ...]


def import_suite(
    form: str,
    path: Path,
    out: Path,
    *,
    language: str = "",
    name: str = "",
    version: str = "0",
    license: str = "",  # noqa: A002
) -> Imported:
    """Write the list as a suite; recordings are copied beside it.

    Raises UsageError for an unknown format and a folder that is not empty, SuiteError where the list can't be read or
    has no items.
    """
    chosen = format_of(form)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is there and not empty; name a new folder with --out")
    if not path.exists():
        raise SuiteError(f"{path}: is not there; expected {chosen.layout}")
    remarks: list[str] = []
    rows = list(_usable(chosen.read(path, language, remarks.append), remarks.append))
    if not rows:
        told = "; ".join(remarks[:3])
        raise SuiteError(f"{path}: has no items; expected {chosen.layout}" + (f" ({told})" if told else ""))
    with storage_errors(out):
        out.mkdir(parents=True, exist_ok=True)
        sounds = _copied([row.audio for row in rows if row.audio is not None], out)
        files: dict[str, list[str]] = {}
        for row in rows:
            files.setdefault(row.language.split("-")[0], []).append(json.dumps(_item(row, sounds), ensure_ascii=False))
        (out / "items").mkdir(exist_ok=True)
        for tag, lines in files.items():
            (out / "items" / f"{tag}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        header = {
            "name": name or re.sub(r"[^A-Za-z0-9.+_-]+", "-", out.resolve().name),
            "version": version,
            "license": license or chosen.license,
            "description": f"Imported from {path.name}, in the layout of {chosen.name}.",
            "protocols": list(chosen.protocols),
            "parallel": False,
        }
        # The header last: without it the folder is no suite yet.
        (out / "suite.yaml").write_text(_yaml(header), encoding="utf-8")
    return Imported(
        folder=out,
        items=len(rows),
        with_audio=sum(row.audio is not None for row in rows),
        remarks=tuple(remarks),
    )


def _usable(rows: Iterable[Row], remark: Remark) -> Iterator[Row]:
    """Rows with words and with ids of their own in a language; the same row twice is one."""
    from dataclasses import replace

    seen: dict[tuple[str, str], Row] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for given in rows:
        name = re.sub(r"[\s/\\]+", "_", given.id.strip())[:200]
        if not name or not any(sign.isalnum() for sign in given.text):
            remark(f"{given.where}: has no {'id' if not name else 'word in its text'}; left out")
            continue
        row = replace(given, id=name)
        key = (row.language.split("-")[0], name)
        if key not in seen:
            seen[key], counts[key] = row, 1
            yield row
        elif replace(seen[key], where="") == replace(row, where=""):
            remark(f"{row.where}: is the same as {seen[key].where}; left out")
        else:
            counts[key] += 1
            other = f"{name}-{counts[key]}"
            remark(f"{row.where}: the id {name!r} was used at {seen[key].where}; it is {other!r} here")
            yield replace(row, id=other)


def _item(row: Row, sounds: dict[Path, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"id": row.id, "text": row.text}
    if row.spoken:
        found["spoken"] = list(row.spoken)
    if row.category != "general":
        found["category"] = row.category
    if row.voice:
        found["voice"] = row.voice
    if "-" in row.language:
        found["locale"] = row.language
    if row.audio is not None:
        found["reference_audio"] = sounds[row.audio]
        if row.audio_text:
            found["reference_text"] = row.audio_text
    return found | row.more


def _copied(recordings: list[Path], out: Path) -> dict[Path, str]:
    """Each recording's path in the suite, under a name of its own."""
    places: dict[Path, str] = {}
    taken: set[str] = set()
    for path in dict.fromkeys(recordings):
        name, number = path.name, 1
        while name in taken:
            number += 1
            name = f"{path.stem}-{number}{path.suffix}"
        taken.add(name)
        (out / "audio").mkdir(exist_ok=True)
        shutil.copyfile(path, out / "audio" / name)
        places[path] = f"audio/{name}"
    return places


def _yaml(header: dict[str, Any]) -> str:
    import yaml

    return str(yaml.safe_dump(header, allow_unicode=True, sort_keys=False))
