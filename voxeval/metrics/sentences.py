"""Which sentences of a text were left out or said twice, and where speech goes on after its end.

Made for recognizers that get a third of the words wrong: what counts is not one wrong word, but many at one place.
Shapes: N words of the text that is searched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voxeval.types import Alignment, FloatArray

TAIL_COST = 0.5  # of an edit, for a word after the text's end
SKIPPED_SHARE = 0.6  # of a sentence's words deleted
ROOM_SHARE = 0.5  # of the time that a sentence takes: with more than that unheard it may have been spoken all the same
PAUSE_S = 0.5  # between sentences, unheard anyway
NEAR = 2  # heard words by which the place of a missing sentence may be off
FEWEST_WORDS = 4  # of a sentence that can be seen to be repeated
ALIKE = 0.2  # edits a word, up to which two stretches say the same
RECOGNIZABLE = 0.6  # edits a word, up to which a stretch is what a recognizer made of a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A sentence, counted from 1, and a place in the transcript."""

    sentence: int
    word: int  # index into the hypothesis
    time_s: float | None  # None: the recognizer gives no times


def tail_start(alignment: Alignment) -> int:
    """Index of the first heard word after the text's end; the number of heard words where there is none.

    The end is where the beginning of the transcript is closest to the whole text in word edits, each word after it
    counting as half an edit: else a sentence said twice shortly before the end would pass for the end.
    """
    import numpy as np

    n_heard, n_words = len(alignment.hypothesis), len(alignment.reference)
    if n_heard <= n_words and alignment.words.edits <= n_words - n_heard + 1:
        return n_heard  # a tail would leave more words of the text unsaid, each an edit, than it saves
    places = np.arange(n_heard + 1.0)
    edits = _distances(alignment.reference, alignment.hypothesis, places) + TAIL_COST * (n_heard - places)
    return int(np.flatnonzero(edits == edits.min())[-1])


def skipped_sentences(alignment: Alignment, duration_s: float) -> tuple[Place, ...]:
    """The sentences of which at least 60 % of the words are deleted, where the time to speak them is missing too.

    Among alignments with equally few edits some scatter deleted words over the wrong words of the neighbours. So the
    sentences are aligned anew, where leaving a whole one out costs 60 % of its words, and any other edit one word.
    A recognizer that misses words that are there leaves a stretch in which it heard nothing. A sentence does not count
    as skipped where that stretch is longer than a pause and half of the time that the sentence takes at the take's own
    rate. Without word times the deleted words alone decide.
    """
    found = []
    for number, place in _left_out(alignment).items():
        start, end = alignment.sentences[number - 1]
        room_s = PAUSE_S + ROOM_SHARE * _spoken_s(alignment, alignment.reference[start:end])
        gap_s = max(_gap_s(alignment, near, duration_s) for near in range(place - NEAR, place + NEAR + 1))
        if gap_s <= room_s:
            found.append(Place(sentence=number, word=place, time_s=_end_s(alignment, place)))
    return tuple(found)


def repeated_sentences(alignment: Alignment) -> tuple[Place, ...]:
    """The stretches of at least 4 heard words that say a sentence once more than the text does.

    A stretch says a sentence where it differs in at most 20 % of the words from the sentence as written, or from what
    was heard of it (a recognizer errs alike on the same words); the place is where the repetition starts.
    """
    if _said_once_at_most(alignment):
        return ()
    found: list[tuple[int, int]] = []
    places = []
    for number, (start, end) in enumerate(alignment.sentences, start=1):
        sentence = alignment.reference[start:end]
        if len(sentence) < FEWEST_WORDS or len(alignment.hypothesis) < FEWEST_WORDS:
            continue
        expected = max(1, len(_occurrences(sentence, alignment.reference)))
        spans = _occurrences(sentence, alignment.hypothesis)
        first, last = _best_span(sentence, alignment.hypothesis)
        heard = alignment.hypothesis[first:last]
        if len(heard) >= FEWEST_WORDS and _distance(sentence, heard) <= RECOGNIZABLE * len(sentence):
            spans = _apart([*spans, *_occurrences(heard, alignment.hypothesis)])
        for span in spans[expected:]:
            if len(_apart([*found, span])) > len(found):
                found.append(span)
                time_s = None if alignment.hypothesis_times is None else alignment.hypothesis_times[span[0]][0]
                places.append(Place(sentence=number, word=span[0], time_s=time_s))
    return tuple(sorted(places, key=lambda place: place.word))


def errors_by_tenth(alignment: Alignment) -> tuple[float, ...]:
    """Word edits a word in each tenth of the text; an inserted word counts where the next word of the text stands."""
    errors = _errors(alignment)
    borders = [round(tenth * len(errors) / 10) for tenth in range(11)]
    return tuple(sum(errors[start:end]) / max(1, end - start) for start, end in pairwise(borders))


def error_growth(alignment: Alignment) -> float:
    """Word edits a word in the last quarter of the text, less those in the first quarter."""
    errors = _errors(alignment)
    quarter = len(errors) // 4
    return (sum(errors[-quarter:]) - sum(errors[:quarter])) / quarter


def _errors(alignment: Alignment) -> list[int]:
    errors = [0] * len(alignment.reference)
    for edit in alignment.edits:
        if edit.kind == "insert":
            errors[min(edit.ref_start, len(errors) - 1)] += edit.hyp_end - edit.hyp_start
        elif edit.kind != "equal":
            for word in range(edit.ref_start, edit.ref_end):
                errors[word] += 1
    return errors


def _said_once_at_most(alignment: Alignment) -> bool:
    """Whether a text of one sentence is too near to what was heard for a second saying to have room in it.

    What was heard of the sentence has at least its words less all edits, and any stretch that says the same at least
    that less 20 %: two of them must fit in.
    """
    if len(alignment.sentences) != 1:
        return False
    return len(alignment.hypothesis) < 2 * (1 - ALIKE) * (len(alignment.reference) - alignment.words.edits)


def _left_out(alignment: Alignment) -> dict[int, int]:
    """For each sentence better left out than aligned, counted from 1, the heard word before which it belongs."""
    import numpy as np

    heard = alignment.hypothesis
    if len(alignment.sentences) == 1:  # the alignment at hand is the cheapest one, unless all heard words are others
        whole = len(heard) + SKIPPED_SHARE * len(alignment.reference)
        return {1: len(heard)} if whole <= alignment.words.edits else {}
    sentences = [alignment.reference[start:end] for start, end in alignment.sentences]
    rows = [np.arange(len(heard) + 1.0)]  # (N+1,) before the first sentence and after each
    for words in sentences:
        rows.append(np.minimum(_distances(words, heard, rows[-1]), rows[-1] + SKIPPED_SHARE * len(words)))
    places = {}
    place = len(heard)
    for number in range(len(sentences), 0, -1):  # back along the cheapest way
        words, before = sentences[number - 1], rows[number - 1]
        spans = _distances(words[::-1], heard[:place][::-1], np.arange(place + 1.0))[::-1]  # from each place to here
        ways = before[: place + 1] + spans
        if before[place] + SKIPPED_SHARE * len(words) <= ways.min():
            places[number] = place
        else:
            place = int(np.argmin(ways))
    return dict(sorted(places.items()))


def _gap_s(alignment: Alignment, place: int, duration_s: float) -> float:
    """Seconds in which nothing was heard before this heard word; 0 without word times or without such a place."""
    times = alignment.hypothesis_times
    if times is None or not times or not 0 <= place <= len(times):
        return 0.0
    return (times[place][0] if place < len(times) else duration_s) - (times[place - 1][1] if place else 0.0)


def _spoken_s(alignment: Alignment, words: Sequence[str]) -> float:
    """How long the words take at the rate of the heard words; 0 without word times."""
    characters = sum(len(word) for word in alignment.hypothesis)
    lasting_s = sum(end - start for start, end in alignment.hypothesis_times or ())
    return lasting_s / max(1, characters) * sum(len(word) for word in words)


def _end_s(alignment: Alignment, place: int) -> float | None:
    """When the heard word before this place ends."""
    if alignment.hypothesis_times is None:
        return None
    return alignment.hypothesis_times[place - 1][1] if place else 0.0


def _occurrences(words: Sequence[str], text: Sequence[str]) -> list[tuple[int, int]]:
    """The stretches of the text that say the words, apart from each other and in order, as half-open ranges."""
    import numpy as np

    distances = _distances(words, text, np.zeros(len(text) + 1))  # (N+1,)
    ends = np.flatnonzero(distances <= ALIKE * len(words))
    best_first = sorted(ends.tolist(), key=lambda end: float(distances[end]))
    return _apart([(_start(words, text, end), end) for end in best_first])


def _best_span(words: Sequence[str], text: Sequence[str]) -> tuple[int, int]:
    """The stretch of the text that is closest to the words, as half-open range."""
    import numpy as np

    end = int(np.argmin(_distances(words, text, np.zeros(len(text) + 1))))
    return _start(words, text, end), end


def _start(words: Sequence[str], text: Sequence[str], end: int) -> int:
    """Where the stretch that ends at `end` begins, so that it is closest to the words."""
    import numpy as np

    before = text[max(0, end - 2 * len(words)) : end][::-1]
    return end - int(np.argmin(_distances(words[::-1], before, np.arange(len(before) + 1.0))))


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans without those that overlap an earlier one, in order of place."""
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        if end > start and all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end))
    return sorted(kept)


def _distance(words: Sequence[str], others: Sequence[str]) -> float:
    import numpy as np

    return float(_distances(words, others, np.arange(len(others) + 1.0))[-1])


def _distances(words: Sequence[str], text: Sequence[str], first: FloatArray) -> FloatArray:
    """Word edits (N+1,) between all the words and a stretch of the text (N words) that ends at each place.

    `first` (N+1,) is what it costs to begin at each place: zeros to begin anywhere (Sellers 1980), 0, 1, 2, ... to
    begin at the text's beginning (Levenshtein).
    """
    import numpy as np

    ids = {word: index for index, word in enumerate(dict.fromkeys((*words, *text)))}
    heard = np.array([ids[word] for word in text], dtype=np.int64)  # (N,)
    places = np.arange(len(text) + 1.0)
    same = {word: (heard == ids[word]).astype(np.float64) for word in set(words)}  # word -> (N,)
    row = np.asarray(first, dtype=np.float64) - places  # (N+1,): less its place, an insertion costs nothing
    for word in words:
        changed = row + 1  # (N+1,)
        np.minimum(changed[1:], row[:-1] - same[word], out=changed[1:])
        row = np.minimum.accumulate(changed)  # (N+1,): and insertions, left to right
    edits: FloatArray = row + places
    return edits
