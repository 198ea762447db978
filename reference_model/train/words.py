"""Texts to be spoken in training: words drawn by their frequency, with lengths and pauses like those of sentences.

No sentence of any suite or book is in them, so that the recognizer can't have learned what it is later asked to judge,
and since the words of a text have nothing to do with each other, it can't learn to guess them from their neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from reference_model.alphabet import LANGUAGES, LETTERS
from reference_model.train.espeak import check_owner, share
from reference_model.train.harakat import vowelled

VOCABULARY = 60_000  # words a language; wordfreq has about 26,000 for Hindi
_FLATTENED = 0.55  # exponent on the frequencies for some of the words, so that rare ones are met often enough
RARE = 0.5  # share of the words that are drawn so where a network is measured
TAUGHT_RARE = 0.3  # and where it is taught: a small network has no room for words that nobody says
_LONGEST_WORD = 20
# A letter that is a word by itself; other single letters would be read as their names.
_ONE_LETTER: Mapping[str, str] = {
    "ar": "", "de": "", "en": "ai", "es": "aeouy", "fr": "aàyô", "hi": "", "it": "aeèio", "nl": "u", "pt": "aeoéà",
}  # fmt: skip
# Beginnings that a vowel binds to the next word with an apostrophe; wordfreq counts some of them as words.
_ELIDED: Mapping[str, frozenset[str]] = {
    "fr": frozenset({"l", "d", "c", "j", "n", "s", "m", "t", "qu"}),
    "it": frozenset({"l", "d", "un", "dell", "all", "nell", "dall", "sull", "quest", "c"}),
}
_VOWEL: Mapping[str, str] = dict.fromkeys(LANGUAGES, "aeiouyàâæèéêëîïôùûüÿœäöáíóúìòãõ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text as it is given to the synthesizer, and as it is to be written down."""

    language: str
    given: str
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of a language with their probabilities."""

    words: tuple[str, ...]
    natural: NDArray[np.float64]  # cumulative, by frequency
    flattened: NDArray[np.float64]  # cumulative, by frequency to a power below 1


@cache
def vocabulary(language: str) -> Vocabulary:
    """The words of a language (any that wordfreq knows), without what a synthesizer would spell or skip.

    Raises ModuleNotFoundError without wordfreq, which comes with voxeval[train].
    """
    try:
        import wordfreq
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "wordfreq is not installed; training needs it: pip install 'voxeval[train]'"
        ) from error

    keep = _pronounceable(language)
    counted = [
        (unicodedata.normalize("NFC", word), frequency)
        for word in wordfreq.top_n_list(language, VOCABULARY)
        if (frequency := wordfreq.word_frequency(word, language)) > 0
    ]
    pairs = [(word, frequency) for word, frequency in counted if keep(word)]
    frequencies = np.array([frequency for _, frequency in pairs])
    return Vocabulary(
        words=tuple(word for word, _ in pairs),
        natural=_cumulative(frequencies),
        flattened=_cumulative(frequencies**_FLATTENED),
    )


def draw_text(language: str, n_words: int, owner: str, rng: Generator, rare: float = RARE) -> Text:
    """A text of so many words that belongs to `owner` ("a", "b" or "held-out"): no other owner is ever given it.

    `rare` is as in `draw_words`. Raises ValueError for another owner.
    """
    check_owner(owner)
    while True:
        words = draw_words(language, n_words, rng, rare)
        written = " ".join(words)
        if share(written) == owner:
            break
    spoken = [vowelled(word, rng) if rng.random() < 0.5 else word for word in words] if language == "ar" else words
    return Text(language=language, given=_punctuated(spoken, language, rng), written=written)


def draw_words(language: str, n_words: int, rng: Generator, rare: float = RARE) -> list[str]:
    """Words drawn one by one by frequency, a share `rare` with the frequencies flattened; numbers are words, too."""
    known = vocabulary(language)
    words: list[str] = []
    while len(words) < n_words:
        chances = known.natural if rng.random() < 1 - rare else known.flattened
        word = known.words[int(np.searchsorted(chances, rng.random()))]
        if words and _binds(words[-1], word, language):
            words[-1] = f"{words[-1]}'{word}"
        else:
            words.append(word)
    elided = _ELIDED.get(language, frozenset())
    return [word for word in words if word not in elided or word == "un"] or draw_words(language, n_words, rng, rare)


def _binds(before: str, word: str, language: str) -> bool:
    if before not in _ELIDED.get(language, frozenset()) or "'" in word:
        return False
    return word[0] in _VOWEL[language] or (word[0] == "h" and language == "fr")


def _pronounceable(language: str) -> Callable[[str], bool]:
    if language not in LETTERS:
        return lambda word: word.isalpha() or not word.isascii()
    letters = frozenset(LETTERS[language])
    latin = "a" in letters
    elided = _ELIDED.get(language, frozenset())

    def keep(word: str) -> bool:
        if not letters.issuperset(word) or len(word) > _LONGEST_WORD or word.startswith("'") or word.endswith("'"):
            return False
        if unicodedata.category(word[0])[0] == "M" or re.search(r"(.)\1\1", word):
            return False
        if word in elided:
            return True
        if len(word) == 1:
            return word in _ONE_LETTER[language]
        return not latin or any(letter in _VOWEL[language] for letter in word)

    return keep


def _cumulative(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    total: NDArray[np.float64] = np.cumsum(weights / weights.sum())
    total[-1] = 1.0
    return total


def _punctuated(words: list[str], language: str, rng: Generator) -> str:
    comma, stop = {"ar": ("،", ".؟!"), "hi": (",", "।?!")}.get(language, (",", ".?!"))
    parts = [word + comma if rng.random() < 0.07 else word for word in words[:-1]]
    return " ".join([*parts, words[-1] + stop[int(rng.choice(3, p=[0.75, 0.15, 0.1]))]])
