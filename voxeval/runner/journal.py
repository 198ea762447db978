"""The journal: append-only, and the truth about what was spoken. A run killed at any moment finds its takes in it."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from voxeval.store import storage_errors, take_from_row, take_row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voxeval.types import Take


class Journal:
    """Finished takes, one JSON object a line, appended and flushed to the disk one by one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Iterable[Take]:
        """All takes that were ever finished here, oldest first; a torn last line is ignored."""
        if not self.path.is_file():
            return
        for line in self.path.read_text(encoding="utf-8", errors="replace").split("\n"):
            with contextlib.suppress(json.JSONDecodeError, KeyError, TypeError):
                yield take_from_row(json.loads(line))

    def append(self, take: Take) -> None:
        """Add one take. Raises StorageError."""
        line = json.dumps(take_row(take), ensure_ascii=False) + "\n"
        with storage_errors(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+") as file:
                if file.tell() and not self._ends_a_line():
                    file.write(b"\n")  # the last run was killed while it wrote
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())

    def _ends_a_line(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"
