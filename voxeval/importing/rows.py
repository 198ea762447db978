"""What the readers of all formats share: rows, remarks, and text files of any usual encoding."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voxeval.errors import SuiteError

# English names of languages, as lists have them for folder names, to primary tags.
TAGS = {
    "arabic": "ar", "cantonese": "yue", "chinese": "zh", "czech": "cs", "dutch": "nl", "english": "en", "finnish": "fi",
    "french": "fr", "german": "de", "greek": "el", "hindi": "hi", "indonesian": "id", "italian": "it", "japanese": "ja",
    "korean": "ko", "polish": "pl", "portuguese": "pt", "romanian": "ro", "russian": "ru", "spanish": "es",
    "thai": "th", "turkish": "tr", "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One item as a list has it."""

    where: str  # file and line
    id: str
    language: str
    text: str
    spoken: tuple[str, ...] = ()
    category: str = "general"
    voice: str | None = None
    audio: Path | None = None  # of a person: of the voice to clone, or of this very text
    audio_text: str | None = None  # what is said in it
    more: dict[str, Any] = field(default_factory=dict)  # further keys of an item


Remark = Callable[[str], None]  # is told of what was found amiss, and how it was taken


def text_of(path: Path, remark: Remark) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or Windows-1252. Raises SuiteError where it can't be read."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SuiteError(f"{path}: can't be read: {error.strerror}") from error
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        remark(f"{path}: is UTF-16; it was read as that")
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        remark(f"{path}: is not UTF-8; it was read as Windows-1252: look at its accents")
        return raw.decode("cp1252", errors="replace")


def lines_of(path: Path, remark: Remark) -> Iterator[tuple[str, str]]:
    """Lines that hold something, each with file and number; line ends of any system."""
    for number, line in enumerate(text_of(path, remark).replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if line.strip():
            yield f"{path}:{number}", line


def json_lines_of(path: Path, remark: Remark) -> Iterator[tuple[str, dict[str, Any]]]:
    """The JSON objects of a file, one a line. Lines that are none are left out, and told."""
    for where, line in lines_of(path, remark):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            remark(f"{where}: is not JSON ({error.msg}); left out")
            continue
        if isinstance(row, dict):
            yield where, row
        else:
            remark(f"{where}: is no JSON object; left out")


def files_of(path: Path, pattern: str, what: str) -> list[Path]:
    """The file itself, or the files of this pattern under a folder. Raises SuiteError where there is none."""
    if path.is_file():
        return [path]
    found = sorted(path.glob(pattern)) if path.is_dir() else []
    if not found:
        raise SuiteError(f"{path}: expected {what}")
    return found


def recording(path: Path, where: str, remark: Remark) -> Path | None:
    """The recording, where it is there; else what is missing is told."""
    if path.is_file():
        return path
    remark(f"{where}: there is no recording {path}; the item has none")
    return None
