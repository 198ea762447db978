"""Hashes of what files and folders hold: whoever swaps one for another of the same name and size is noticed."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def file_hash(path: Path) -> str:
    """SHA-256 of a file of any size, read once in a process while its size and time stay the same. Raises OSError."""
    state = path.stat()
    return _hash_of_state(path.resolve(), state.st_size, state.st_mtime_ns)


@cache
def _hash_of_state(path: Path, _size: int, _changed_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """The files below a folder in a fixed order, but for hidden ones and what Python compiles as it runs."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        yield from (Path(place, name) for name in sorted(names) if not name.startswith("."))
