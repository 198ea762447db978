"""What analyzers heard before, by sound and analyzer, for all runs on this machine."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voxeval.errors import StorageError
from voxeval.types import Feature, Transcript, Word

if TYPE_CHECKING:
    from collections.abc import Iterable

ENCODING = 1  # of the answers; raised when their bytes change


def cache_folder() -> Path:
    """`$VOXEVAL_CACHE`, or the user's cache folder."""
    import platformdirs

    return Path(os.environ.get("VOXEVAL_CACHE") or platformdirs.user_cache_dir("voxeval"))


class AnalysisCache:
    """Answers in one SQLite file: written at once or not at all, shared by processes, safe to kill.

    The key is the hash of the sound, the language it should be in, and the analyzer's name and whole fingerprint.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "analyses.sqlite"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, timeout=60)
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS answers"
                " (analyzer TEXT, sound TEXT, language TEXT, answer BLOB, PRIMARY KEY (analyzer, sound, language))"
                " WITHOUT ROWID"
            )
        except (sqlite3.Error, OSError) as error:
            raise StorageError(
                f"the cache {self.path} can't be opened ({error}); set VOXEVAL_CACHE to a writable folder, "
                "or delete the file if it is damaged"
            ) from error

    def get(self, analyzer: str, sounds: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Transcript | Feature]:
        """The answers that are known, by (sound, language). Raises StorageError where the file is damaged."""
        known = {}
        try:
            for sound, language in sounds:
                row = self._connection.execute(
                    "SELECT answer FROM answers WHERE analyzer = ? AND sound = ? AND language = ?",
                    (f"{analyzer}/{ENCODING}", sound, language),
                ).fetchone()
                if row is not None:
                    known[sound, language] = decode(row[0])
        except (sqlite3.Error, zlib.error, ValueError) as error:
            raise StorageError(
                f"the cache {self.path} can't be read ({error}); delete the file, or set VOXEVAL_CACHE to another "
                "folder, then run the same command again"
            ) from error
        return known

    def put(self, analyzer: str, answers: dict[tuple[str, str], Transcript | Feature]) -> None:
        """Keep answers. Raises StorageError."""
        rows = [(f"{analyzer}/{ENCODING}", *key, encode(answer)) for key, answer in answers.items()]
        try:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", rows)
        except sqlite3.Error as error:
            raise StorageError(
                f"the cache {self.path} can't be written ({error}); free some space or set VOXEVAL_CACHE to another "
                "folder, then run the same command again"
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def encode(answer: Transcript | Feature) -> bytes:
    """An answer as bytes: JSON for words, npz for arrays, compressed."""
    import numpy as np

    if isinstance(answer, Transcript):
        return b"T" + zlib.compress(json.dumps(asdict(answer), ensure_ascii=False).encode())
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {f"v_{name}": np.asarray(values) for name, values in answer.values.items()}
    np.savez(buffer, meta=np.array(json.dumps({"kind": answer.kind, "hop_s": answer.hop_s})), **arrays)
    return b"F" + zlib.compress(buffer.getvalue(), level=1)


def decode(content: bytes) -> Transcript | Feature:
    """The answer that `encode` made bytes of."""
    import numpy as np

    body = zlib.decompress(content[1:])
    if content[:1] == b"T":
        fields = json.loads(body)
        words = fields.pop("words")
        return Transcript(words=None if words is None else tuple(Word(**word) for word in words), **fields)
    with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
        meta = json.loads(str(arrays["meta"]))
        values = {name.removeprefix("v_"): arrays[name] for name in arrays.files if name != "meta"}
    return Feature(kind=meta["kind"], hop_s=meta["hop_s"], values=values)
