"""Vowel marks for Arabic words, so that espeak-ng reads syllables and not clusters of consonants.

The marks are plausible, not right: which vowel a word has can't be known without a dictionary, and the recognizer
writes none, so it learns that any short vowel may stand between the consonants.
"""

from __future__ import annotations

from numpy.random import Generator

FATHA, DAMMA, KASRA, SUKUN, SHADDA = "\u064e", "\u064f", "\u0650", "\u0652", "\u0651"
TANWIN = ("\u064b", "\u064c", "\u064d")
_LONG = {"ا": FATHA, "ى": FATHA, "آ": FATHA, "و": DAMMA, "ي": KASRA}
_SUN = frozenset("تثدذرزسشصضطظلن")
_UNMARKED = frozenset("اىآ")


def vowelled(word: str, rng: Generator) -> str:
    """The word with a short vowel, a shadda, a sukun or a tanwin where each may stand."""
    written: list[str] = []
    bare = False  # whether the letter before has no vowel: two such never follow each other
    for index, letter in enumerate(word):
        written.append(letter)
        after = word[index + 1] if index + 1 < len(word) else ""
        if index == 0 and word.startswith("ال") and len(word) > 3:
            continue  # the article's alif is read without a mark
        if index == 1 and word.startswith("ال") and len(word) > 3:
            if after not in _SUN:
                written.append(SUKUN)
            bare = True
            continue
        if letter in _UNMARKED or (letter in "وي" and index > 0 and not bare and rng.random() < 0.85):
            bare = False
            continue
        if not after:
            written.append(_ending(rng))
            continue
        doubled = (index == 2 and word.startswith("ال") and letter in _SUN) or (index > 0 and rng.random() < 0.08)
        if doubled and letter not in "ءأإؤئةه":
            written.append(SHADDA)
            bare = True  # so that a vowel follows
        if after in _LONG and rng.random() < 0.85:
            written.append(_LONG[after])
            bare = False
        elif after == "ة":
            written.append(FATHA)
        elif not bare and index > 0 and rng.random() < 0.35:
            written.append(SUKUN)
            bare = True
        else:
            written.append((FATHA, KASRA, DAMMA)[int(rng.choice(3, p=[0.55, 0.25, 0.2]))])
            bare = False
    return "".join(written)


def _ending(rng: Generator) -> str:
    kind = rng.random()
    if kind < 0.45:
        return ""  # pausal
    if kind < 0.85:
        return (FATHA, KASRA, DAMMA)[int(rng.integers(3))]
    return TANWIN[int(rng.integers(3))]
