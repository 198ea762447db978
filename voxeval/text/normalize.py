"""What counts as the same words: named, versioned normalizers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from voxeval.errors import UsageError

APOSTROPHES = dict.fromkeys(map(ord, "’ʼ‘ʻ`´＇"), "'")
APOSTROPHE_AT_AN_EDGE = re.compile(r"(?<![^\W_])'|'(?![^\W_])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalizer:
    """A rule for what is the same, applied to reference and transcript alike."""

    name: str  # with its version, as it stands in metric ids
    apply: Callable[[str, str], str]  # text, language -> words separated by single spaces

    def words(self, text: str, language: str) -> tuple[str, ...]:
        """The normalized text as words."""
        return tuple(self.apply(text, language).split())


def fold_case_and_punctuation(text: str, language: str) -> str:
    """Words in lower case, without punctuation and symbols, separated by single spaces.

    NFKC, lower case, then every character of the Unicode categories P, S and Z becomes a space, but an apostrophe
    between two word characters stays. Marks stay (category M: Hindi vowel signs are letters to a reader), invisible
    format characters go (category Cf: joiners).
    """
    del language  # one rule for all nine, until each has its own
    # Before NFKC, which makes a space and a combining mark of ´ and its like; and after, for the one in ŉ.
    text = "".join(_unless_spacing_mark(character) for character in text.translate(APOSTROPHES))
    folded = unicodedata.normalize("NFKC", text).translate(APOSTROPHES).lower()
    kept = unicodedata.normalize("NFC", "".join(_replacement(character) for character in folded))
    return " ".join(APOSTROPHE_AT_AN_EDGE.sub(" ", kept).split())


def _unless_spacing_mark(character: str) -> str:
    spacing = unicodedata.normalize("NFKC", character).startswith(" ")
    return " " if spacing and unicodedata.category(character)[0] in "PSZ" else character


def _replacement(character: str) -> str:
    category = unicodedata.category(character)
    if character == "'":
        return "'"
    if category == "Cf":
        return ""
    return " " if category[0] in "PSZC" else character


NORMALIZERS: Mapping[str, Normalizer] = {
    normalizer.name: normalizer for normalizer in (Normalizer(name="voxeval-0", apply=fold_case_and_punctuation),)
}
DEFAULT = "voxeval-0"


def normalizer(name: str = DEFAULT) -> Normalizer:
    """The normalizer of this name. Raises UsageError where there is none."""
    if name not in NORMALIZERS:
        raise UsageError(f"there is no normalizer {name!r}; there are: {', '.join(sorted(NORMALIZERS))}")
    return NORMALIZERS[name]
