"""The gross faults of a take: nothing said, said again, going on after the end, stopping before it.

Recognizers err: PocketSphinx on 27 % of the words of careful human readings. So no flag rests on words that were not
recognized. Repeats are counted in words that are recognized right twice. Both ends are judged by the voice after the
last two neighbouring words that are recognized right (a lone short word is often a guess): the time that the rest of
the text needs, at the pace of the take up to there, against the time that somebody speaks.

Each threshold is a round number between "as it should be" and "wrong". `repetition` and `trailing_words` ask for as
many words as their definitions name, and for trailing words the voice to say them. An `early_end` leaves less than
two thirds of the needed voice: nobody ends a text half as fast again as it began. A quarter of the words must be
right before a pace is taken from them, well over the tenth that a recognizer gets right by chance in speech played
backwards. The rules were settled with PocketSphinx's transcripts of the clips of benchmarks/planted_faults.py in
view, so that its table shows that they work there, and is no independent test.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from voxeval.metrics.voice import MIN_VOICE_S, Stretches, voiced_s

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from voxeval.types import Alignment

Flag = Literal["repetition", "trailing_words", "early_end"]

REPEATED_WORDS = 3  # in a row
TRAILING_WORDS = 2
MISSING_WORDS, MISSING_SHARE = 2, 0.1  # an early end lacks at least so many words, and at least this share of the text
NEEDED_VOICE = 2 / 3
NEIGHBOURS = 2  # words recognized right in a row, from which on they are believed
RECOGNIZED = 0.25  # share of the words recognized right, from which on the pace of a take is believed

UNRECOGNIZED = "too few words were recognized to say where the text ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What comes after the last neighbouring words that were recognized right."""

    reference: tuple[str, ...]
    hypothesis: tuple[str, ...]
    voice_s: float | None  # None: the recognizer gives no times
    needed_s: float | None  # of voice for the reference, at the take's pace
    word_s: float | None  # of voice for an average word


def judge(alignment: Alignment, stretches: Stretches) -> Mapping[Flag, bool | str]:
    """Which of the flags of a take with voice holds: at most one, the first. A text says why one can't be told."""
    if repeats(alignment):
        return {"repetition": True, "trailing_words": False, "early_end": False}
    rest = rest_of(alignment, stretches)
    if rest is None:
        return {"repetition": False, "trailing_words": UNRECOGNIZED, "early_end": UNRECOGNIZED}
    if goes_on(rest):
        return {"repetition": False, "trailing_words": True, "early_end": False}
    return {"repetition": False, "trailing_words": False, "early_end": stops_early(alignment, rest)}


def is_silent(stretches: Stretches) -> bool:
    """Whether there is so little voice that nothing was said."""
    return voiced_s(stretches) < MIN_VOICE_S


def repeats(alignment: Alignment) -> bool:
    """Whether some words in a row, at least three, are said more often than the text has them."""
    wanted = Counter(_runs(alignment.reference))
    return any(count > wanted[run] for run, count in Counter(_runs(alignment.hypothesis)).items() if wanted[run])


def goes_on(rest: Rest) -> bool:
    """Whether at least two words follow the end of the text, and voice to say them where that can be told."""
    if len(rest.hypothesis) - len(rest.reference) < TRAILING_WORDS:
        return False
    if rest.voice_s is None or rest.needed_s is None or rest.word_s is None:
        return True
    return rest.voice_s - rest.needed_s >= TRAILING_WORDS * rest.word_s


def stops_early(alignment: Alignment, rest: Rest) -> bool | str:
    """Whether the last words are missing and there is no voice where they belong; a text, why that can't be told."""
    missing = max(MISSING_WORDS, math.ceil(MISSING_SHARE * len(alignment.reference)))
    if rest.voice_s is None or rest.needed_s is None:
        return "needs word times, which the recognizer does not give"
    return len(rest.reference) >= missing and rest.voice_s < NEEDED_VOICE * rest.needed_s


def rest_of(alignment: Alignment, stretches: Stretches) -> Rest | None:
    """What comes after the last neighbouring words that were recognized right.

    None where there are no such words, or too few words up to there were recognized right for the take to be this text.
    """
    right = [edit for edit in alignment.edits if edit.kind == "equal"]
    enough = min(NEIGHBOURS, len(alignment.reference))
    believed = [edit for edit in right if edit.ref_end - edit.ref_start >= enough]
    if not believed:
        return None
    ref_end, hyp_end = believed[-1].ref_end, believed[-1].hyp_end
    hits = sum(edit.ref_end - edit.ref_start for edit in right if edit.ref_end <= ref_end)
    if hits < RECOGNIZED * max(ref_end, hyp_end):
        return None
    voice_s = needed_s = word_s = None
    if alignment.hypothesis_times is not None:
        voice_s = voiced_s(stretches, after_s=alignment.hypothesis_times[hyp_end - 1][1])
        pace = (voiced_s(stretches) - voice_s) / _letters(alignment.reference[:ref_end])  # seconds of voice a letter
        needed_s = pace * _letters(alignment.reference[ref_end:])
        word_s = pace * _letters(alignment.reference) / len(alignment.reference)
    return Rest(
        reference=alignment.reference[ref_end:],
        hypothesis=alignment.hypothesis[hyp_end:],
        voice_s=voice_s,
        needed_s=needed_s,
        word_s=word_s,
    )


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    """All runs of three words, overlapping."""
    return [tuple(words[start : start + REPEATED_WORDS]) for start in range(len(words) - REPEATED_WORDS + 1)]


def _letters(words: Sequence[str]) -> int:
    return sum(map(len, words))
