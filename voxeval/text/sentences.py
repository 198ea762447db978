"""Where sentences end, in the nine languages."""

from __future__ import annotations

import re

# A sentence ends at . ! ? … with the Arabic and Devanagari marks, closing quotes and brackets included, before a space.
BORDER = re.compile(r"(?<=[.!?…؟۔।॥])[\"'”’»›)\]]*\s+|\n+")


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, in order, without their surrounding space; a full stop inside a word ends none."""
    pieces: list[str] = []
    start = 0
    for border in BORDER.finditer(text):
        pieces.append(text[start : border.end()])
        start = border.end()
    pieces.append(text[start:])
    return tuple(piece.strip() for piece in pieces if piece.strip())
