"""What no recognizer can know: how a word is written that sounds like another.

The homophone floor of a language is the error rate of a listener who hears every sound right and writes each
pronunciation as its commonest word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

from reference_model.train.espeak import Speaker, nine_voices
from reference_model.train.words import vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class HomophoneFloor:
    """Rates over words as the training draws them, a space counted after each."""

    cer: float
    wer: float


def homophone_floor(language: str, speaker: Speaker) -> HomophoneFloor:
    """The floor with the language's first voice; words are said one by one, Arabic without vowel marks."""
    known = vocabulary(language)
    chances = np.diff(known.natural, prepend=0) / 2 + np.diff(known.flattened, prepend=0) / 2
    said = speaker.pronounce(known.words, nine_voices()[language][0])
    commonest: dict[str, tuple[float, str]] = {}
    for word, sound, chance in zip(known.words, said, chances, strict=True):
        if chance > commonest.get(sound, (-1.0, ""))[0]:
            commonest[sound] = (float(chance), word)
    edits = letters = wrong = 0.0
    for word, sound, chance in zip(known.words, said, chances, strict=True):
        written = commonest[sound][1]
        edits += chance * Levenshtein.distance(word, written)
        letters += chance * (len(word) + 1)
        wrong += chance * (word != written)
    return HomophoneFloor(cer=float(edits / letters), wer=float(wrong / chances.sum()))


def homophone_floors(languages: tuple[str, ...]) -> Mapping[str, HomophoneFloor]:
    """The floor of each language."""
    speaker = Speaker()
    try:
        return {language: homophone_floor(language, speaker) for language in languages}
    finally:
        speaker.close()
