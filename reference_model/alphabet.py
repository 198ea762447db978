"""The letters that the recognizer writes: one alphabet for nine languages, in lower case and NFC.

Every letter and mark of each orthography is kept as a reader writes it; what counts as the same letter is the scorer's
decision, not the recognizer's. Arabic is written without its vowel marks, as people write it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import torch
from torch import Tensor

LANGUAGES = ("ar", "de", "en", "es", "fr", "hi", "it", "nl", "pt")
OTHER = "other"  # what the language head answers for a language outside the nine

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_DEVANAGARI = "".join(
    chr(code)
    for code in (*range(0x0901, 0x0904), *range(0x0905, 0x093A), 0x093C, *range(0x093E, 0x094E))
    if unicodedata.name(chr(code), "") and code not in {0x0904, 0x0929, 0x0931, 0x0934}
)
_ARABIC = "".join(chr(code) for code in (*range(0x0621, 0x063B), *range(0x0641, 0x064B)))

LETTERS: Mapping[str, str] = {
    "ar": _ARABIC,
    "de": _LATIN + "äöüß'",
    "en": _LATIN + "'",
    "es": _LATIN + "áéíñóúü",
    "fr": _LATIN + "àâæçèéêëîïôùûüÿœ'",
    "hi": _DEVANAGARI,
    "it": _LATIN + "àèéìíîòóùú'",
    "nl": _LATIN + "áàâèéêëíïóöúü'",
    "pt": _LATIN + "àáâãçéêíóôõúü",
}

BLANK = 0
SPACE = 1
ALPHABET: tuple[str, ...] = ("", " ", *sorted({letter for letters in LETTERS.values() for letter in letters}))
_INDEX: Mapping[str, int] = {letter: index for index, letter in enumerate(ALPHABET) if letter}


def writable(text: str, language: str) -> bool:
    """Whether the text is made of the letters of its language and spaces alone."""
    return all(letter == " " or letter in LETTERS[language] for letter in text)


def spell(text: str) -> list[int]:
    """Indices of the letters. Raises ValueError for a letter that is not in the alphabet."""
    unknown = sorted({letter for letter in text if letter not in _INDEX})
    if unknown:
        raise ValueError(
            f"the alphabet has no {', '.join(map(repr, unknown))}; "
            f"expected lower-case NFC letters of {', '.join(LANGUAGES)}"
        )
    return [_INDEX[letter] for letter in text]


def allowed(language: str) -> Tensor:
    """Which entries of the alphabet the language writes: bool (V,), blank and space among them.

    Raises ValueError for a language outside the nine.
    """
    if language not in LETTERS:
        raise ValueError(f"no language {language!r}; expected one of {', '.join(LANGUAGES)}")
    return torch.tensor([letter in {"", " "} or letter in LETTERS[language] for letter in ALPHABET])
