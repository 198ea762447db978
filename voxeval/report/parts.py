"""The recordings and spectrograms of a report: files beside it, or embedded in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voxeval.audio import read_audio
from voxeval.errors import AudioError
from voxeval.report.sound import compressed, data_uri, playable, spectrogram
from voxeval.report.sources import Source
from voxeval.store import storage_errors, write_bytes

if TYPE_CHECKING:
    import pandas as pd

PLAYERS = 400  # takes with a player in a report with files beside it, at most
EMBEDDED_S = 900.0  # seconds of audio in a single file, at most: about 6 MB
OURS = re.compile(r"[0-9a-f]{20}\.(flac|png)")


def within_budget(takes: pd.DataFrame, chosen: Sequence[int]) -> tuple[int, ...]:
    """As many of the chosen rows, in order, as one file can carry."""
    kept, total_s = [], 0.0
    for row in chosen:
        duration_s = float(takes["duration_s"].iloc[row])
        if total_s + duration_s <= EMBEDDED_S:
            kept.append(row)
            total_s += duration_s
    return tuple(kept)


def make_parts(
    takes: pd.DataFrame, chosen: Sequence[int], sources: Sequence[Source], out: Path, *, single_file: bool
) -> dict[int, dict[str, Any]]:
    """By row of the takes table: addresses of its recording and spectrogram, or why it can't be played."""
    found: dict[int, dict[str, Any]] = {}
    for row in chosen:
        take = takes.iloc[row]
        path = sources[int(take["run"])].run.path / str(take["audio_path"])
        try:
            if single_file:
                audio = read_audio(path)
                picture = data_uri("image/png", spectrogram(audio))
                found[row] = {"audio": data_uri("audio/mpeg", compressed(audio)), "picture": picture}
            else:
                found[row] = _files(path, str(take["audio_sha256"])[:20], out)
        except AudioError as error:
            found[row] = {"why": f"the recording can't be played: {error}"}
    return found


def remove_old_parts(out: Path, parts: dict[int, dict[str, Any]]) -> None:
    """Delete recordings and spectrograms of an earlier report here; files of other names are left alone."""
    used = {address for part in parts.values() for address in part.values()}
    for folder in ("audio", "spectrograms"):
        for path in (out / folder).glob("*"):
            if OURS.fullmatch(path.name) and f"{folder}/{path.name}" not in used:
                with storage_errors(path):
                    path.unlink(missing_ok=True)


def _files(path: Path, name: str, out: Path) -> dict[str, str]:
    """Names are hashes of the sound, so a file that is there already is the right one."""
    addresses = {"audio": f"audio/{name}.flac", "picture": f"spectrograms/{name}.png"}
    if not (out / addresses["audio"]).is_file():
        write_bytes(out / addresses["audio"], playable(path))
    if not (out / addresses["picture"]).is_file():
        write_bytes(out / addresses["picture"], spectrogram(read_audio(path)))
    return addresses
