"""Recordings with transcripts in the layout of LJ Speech, to be mixed into the training."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from reference_model.alphabet import writable
from reference_model.recognizer import spoken_words
from reference_model.train.augment import Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A file and its text as the recognizer is to write it."""

    path: Path
    written: str
    duration_s: float

    def read(self) -> tuple[Samples, int]:
        """Mono samples and their rate."""
        samples, rate = soundfile.read(self.path, dtype="float32", always_2d=True)
        return np.ascontiguousarray(samples.mean(1)), int(rate)


def usable(folder: Path, language: str) -> tuple[Recording, ...]:
    """The recordings of metadata.csv (id|text|normalized text) in `wavs/` whose text has letters and no digits.

    Raises FileNotFoundError without metadata.csv, ValueError where no line of it can be used or a file is no sound.
    """
    found = []
    with (folder / "metadata.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE):
            path = folder / "wavs" / f"{row[0]}.wav"
            try:
                written = " ".join(spoken_words(row[-1], language))
            except ValueError:
                continue  # digits, or letters of another language: what is said is not known
            if not (written and writable(written, language) and path.is_file()):
                continue
            try:
                duration_s = float(soundfile.info(path).duration)
            except soundfile.SoundFileError as error:
                raise ValueError(f"{path} can't be read as sound ({error}); expected a WAV file") from error
            found.append(Recording(path=path, written=written, duration_s=duration_s))
    if not found:
        raise ValueError(f"{folder} has no usable recording; expected metadata.csv (id|text) and wavs/ID.wav")
    return tuple(found)
