"""Fingerprints: two analyzers have the same one only where they give the same answers."""

from __future__ import annotations

import hashlib
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# How recordings come to a model's rate, part of the fingerprint of every analyzer that resamples: by name, since what
# versions of soxr differ in is far below what any model hears.
RESAMPLING = "soxr HQ"


def fingerprint(*parts: object) -> str:
    """SHA-256 over code version, library versions, weights and options, in hexadecimal digits."""
    return hashlib.sha256("\n".join(repr(part) for part in parts).encode()).hexdigest()


def files_hash(paths: Iterable[Path]) -> str:
    """SHA-256 over the names and contents of the files, in the order given; a file that is not there counts as such."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode())
        if not path.is_file():
            digest.update(b"missing")
            continue
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def installed(package: str) -> str | None:
    """Look up the version of a distribution; None where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def package_folder(module: str) -> Path | None:
    """Where a package lies, without importing it; None where it is not installed."""
    spec = util.find_spec(module)
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None
