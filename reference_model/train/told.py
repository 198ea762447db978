"""Texts told as phonemes, without sound: most of what there is to learn is spelling, and that needs no ear.

A network that hears well still has to learn how 60,000 words of a language are written. Speech is a slow way to show
them: here the phonemes of a text take the place of its sound. A mimic learns what the network makes of each phoneme
when it hears it, and its imitation, roughened by what it misses, is spelled by the upper half of the network. After
text injection as in MAESTRO (Z. Chen et al., Interspeech 2022).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from reference_model.alphabet import spell
from reference_model.train.espeak import Speaker
from reference_model.train.words import TAUGHT_RARE, Text, draw_text

# Shapes:  B batch   T frames of log-mel, as in ctc_network   D width   E width of the embedding

PHONEME_CLASSES = 384  # espeak-ng's mnemonics of all languages, hashed: a collision costs the helper task a little
LENGTH_S = 3.2  # of a told row: its loss is over frames times letters
WORDS = (7, 16)  # in a row, which they fill
FASTEST_S = 0.036  # mean length of a phoneme in a row
PAUSE_S = (0.08, 0.3)  # at a comma, and before and after the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Rows of phonemes of one length, and how they are written."""

    phonemes: NDArray[np.int16]  # (B, T/2), a class for each 20 ms
    letters: tuple[NDArray[np.int16], ...]  # of each row


@cache
def phoneme_class(name: str) -> int:
    """Class of an espeak-ng mnemonic, stress left out; 0 for pauses."""
    bare = name.lstrip("',%=|")
    return 1 + zlib.crc32(bare.encode()) % (PHONEME_CLASSES - 1) if bare and not bare.startswith("_") else 0


def told(
    n_rows: int, languages: NDArray[np.str_], voices: Mapping[str, tuple[str, ...]], owner: str, speaker: Speaker,
    rng: Generator,
) -> Told:  # fmt: skip
    """So many rows of the languages, which are taken in turn."""
    n_frames = round(LENGTH_S * 50)
    phonemes: list[NDArray[np.int16]] = []
    letters: list[NDArray[np.int16]] = []
    at = 0
    while len(letters) < n_rows:
        language = str(languages[at % len(languages)])
        at += 1
        text = draw_text(language, int(rng.integers(*WORDS)), owner, rng, TAUGHT_RARE)
        voice = voices[language][int(rng.integers(len(voices[language])))]
        row = _row(text, speaker.pronounce([text.given], voice)[0], n_frames, rng)
        if row is not None:
            phonemes.append(row[0])
            letters.append(row[1])
    return Told(phonemes=np.stack(phonemes), letters=tuple(letters))


def _row(text: Text, said: str, n_frames: int, rng: Generator) -> tuple[NDArray[np.int16], NDArray[np.int16]] | None:
    """A row's classes and letters; None where the text is too long for it."""
    classes = [0]
    lengths: list[float] = []  # of phonemes, over their mean
    for clause in said.split("\n"):
        for mnemonic in clause.replace(" ", "\t").split("\t"):
            # where a sound is long in Arabic the engine's events do not say so
            name = mnemonic.replace(":", "") if text.language == "ar" else mnemonic
            found = phoneme_class(name)
            if found:
                classes.append(found)
                lengths.append(rng.uniform(0.5, 1.5))
        classes.append(0)
        lengths.append(0.0)
    is_pause = np.array(classes) == 0
    seconds = np.where(is_pause, rng.uniform(*PAUSE_S, len(classes)), [0.0, *lengths])
    room_s = n_frames / 50 - seconds[is_pause].sum()
    if room_s < FASTEST_S * np.sum(~is_pause):
        return None
    seconds[~is_pause] *= room_s / seconds[~is_pause].sum()
    frames = np.diff(np.round(np.cumsum([0.0, *seconds]) * 50).astype(int))
    letters = np.array(spell(text.written), np.int16)
    needed = len(letters) + int(np.sum(letters[1:] == letters[:-1]))
    return (np.repeat(np.array(classes, np.int16), frames), letters) if needed <= n_frames else None


class Mimic(nn.Module):
    """From phonemes to what the network would make of their sound."""

    def __init__(self, width: int, inner: int = 192) -> None:
        super().__init__()
        self.embed = nn.Embedding(PHONEME_CLASSES, inner)
        self.shorten = nn.Conv1d(inner, width, 6, stride=2, padding=2)
        self.around = nn.Conv1d(width, width, 5, padding=2)

    def forward(self, phonemes: Tensor) -> Tensor:
        """Map classes (B, T/2) to sounds (B, D, T/4)."""
        x = self.embed(phonemes).transpose(1, 2)  # (B, E, T/2)
        x = F.silu(self.shorten(x))  # (B, D, T/4)
        out: Tensor = x + self.around(x)
        return out


def roughened(sounds: Tensor, missed: Tensor, generator: torch.Generator) -> Tensor:
    """Imitated sounds (B, D, T/4) with what the imitation missed elsewhere, in another strength each row.

    `missed` (D, N) are the differences in frames that were heard.
    """
    batch, _, n_frames = sounds.shape
    length = missed.shape[1]
    out = []
    for row in range(batch):
        start, strength = int(torch.randint(length, (1,), generator=generator)), torch.rand(1, generator=generator)
        piece = missed.roll(-start, 1)
        piece = piece.repeat(1, -(-n_frames // length))[:, :n_frames]
        out.append(sounds[row] + strength.to(sounds.device) * piece)
    return torch.stack(out)
