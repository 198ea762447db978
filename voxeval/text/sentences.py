"""Where sentences end, in the nine languages."""

from __future__ import annotations

import re

# A sentence ends at . ! ? … with the Arabic and Devanagari marks, closing quotes and brackets included, before a space.
# Which quotes close depends on the language (“so” „so“ »so« «so»); French has a space before them.
BORDER = re.compile(r"(?<=[.!?…؟۔।॥])(?:[ \u00a0\u202f]»|[\"'“”‘’«»‹›)\]]*)\s+|\n+")
# Abbreviations that something follows, in any of the languages; those that may end a sentence, as etc., are not here.
ABBREVIATIONS = frozenset((
    "bijv", "bzw", "ca", "cf", "d.h", "d.w.z", "dhr", "dott", "dr", "dra", "e.g", "i.e", "mevr", "mr", "mrs", "ms",
    "p.ej", "p.es", "p.ex", "prof", "sr", "sra", "st", "vs", "z.b", "z.t", "د", "أ.د", "डॉ",
))  # fmt: skip
OPENING = "\"'“‘„«‹([¿¡"
# A letter and a full stop, twice: around the border, or both before it. ¦ stands for the border.
LETTERS = re.compile(r"(?:^|\s)[^\W\d_]\.(?:¦[^\W\d_]\.(?!\w)|\s+[^\W\d_]\.¦)")


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, in order, without their surrounding space.

    A full stop ends none inside a word, after an abbreviation that something follows ("Dr.", "e.g."), among single
    letters ("z. B.", "J. S. Bach") or before a letter in lower case. A line break always ends one.
    """
    pieces: list[str] = []
    start = 0
    for border in BORDER.finditer(text):
        if "\n" in border[0] or _ends(text[start : border.start()], text[border.end() :]):
            pieces.append(text[start : border.end()])
            start = border.end()
    pieces.append(text[start:])
    return tuple(piece.strip() for piece in pieces if piece.strip())


def _ends(before: str, after: str) -> bool:
    """Whether the mark at the end of `before` ends a sentence, and the next one begins with `after`."""
    if before[-1:] not in {".", "…"}:
        return True
    if after[:1].islower():
        return False
    last = before.rsplit(maxsplit=1)[-1].lstrip(OPENING).removesuffix(".").lower()
    return last not in ABBREVIATIONS and not LETTERS.search(f"{before}¦{after[:3]}")
