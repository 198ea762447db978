"""Reading a CTC network's answer: the best spelling, and where a known text lies.

Connectionist temporal classification: A. Graves et al., ICML 2006. The wildcard of the alignment is the star of
V. Pratap et al., "Scaling Speech Technology to 1,000+ Languages" (2023, section 3.1), with a price for each frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reference_model.alphabet import BLANK, SPACE

# Shapes:  T frames   V alphabet   S states of the alignment

WILDCARD_PRICE = 0.4  # in nats a frame, so that letters of the text are never cheaper left out
_GAP = -1  # the state before, between and after words


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, the frames that it takes, and its probability there."""

    index: int
    start: int
    end: int  # the first frame after it
    probability: float


def read(log_probabilities: NDArray[np.float32]) -> list[Letter]:
    """The best letter of each frame, repetitions joined and blanks left out; (T, V) to letters."""
    best = log_probabilities.argmax(-1)  # (T,)
    borders = np.flatnonzero(np.diff(best)) + 1
    runs = zip([0, *borders.tolist()], [*borders.tolist(), len(best)], strict=True)
    return [
        Letter(int(best[start]), start, end, float(np.exp(log_probabilities[start:end, best[start]].max())))
        for start, end in runs
        if end > start and best[start] != BLANK
    ]


def words_of(letters: Sequence[Letter]) -> Iterator[tuple[Letter, ...]]:
    """Cut at the spaces; spaces are left out."""
    word: list[Letter] = []
    for letter in letters:
        if letter.index != SPACE:
            word.append(letter)
        elif word:
            yield tuple(word)
            word = []
    if word:
        yield tuple(word)


def align(log_probabilities: NDArray[np.float32], words: Sequence[Sequence[int]]) -> list[tuple[Letter, ...]]:
    """The most probable place (Viterbi) of each word's letters in (T, V).

    Before, between and after words stands a gap that takes blanks and spaces, and at a price any speech that the text
    lacks. Takes 2 T bytes of memory a letter. Raises ValueError where there are fewer frames than the letters need.
    """
    letters, places = _states(words)  # (S,) and the states of each word's letters
    n_frames, n_states = len(log_probabilities), len(letters)
    needed = sum(map(len, words)) + int(np.sum((letters[2:] == letters[:-2]) & (letters[2:] > BLANK)))
    if n_frames < needed:
        raise ValueError(f"{needed} letters can't be spoken in {n_frames} frames; expected the text of this recording")
    spelled, is_gap = np.maximum(letters, BLANK), letters == _GAP
    gap = np.maximum(log_probabilities[:, [BLANK, SPACE]].max(-1), log_probabilities.max(-1) - WILDCARD_PRICE)  # (T,)
    # A letter may follow the one before it at once, past the blank or gap between them, unless they are the same.
    skips = np.zeros(n_states, bool)
    skips[2:] = (letters[2:] > BLANK) & (letters[2:] != letters[:-2])
    score = np.full(n_states, -np.inf, np.float32)
    score[:2] = np.where(is_gap, gap[0], log_probabilities[0, spelled])[:2]
    came = np.zeros((n_frames, n_states), np.int8)  # how many states back the best path came from
    options = np.full((3, n_states), -np.inf, np.float32)
    for frame in range(1, n_frames):
        options[0] = score
        options[1, 1:] = score[:-1]
        options[2, 2:] = np.where(skips[2:], score[:-2], -np.inf)
        came[frame] = options.argmax(0)
        score = options.max(0) + np.where(is_gap, gap[frame], log_probabilities[frame, spelled])
    state = n_states - 1 if n_states == 1 or score[-1] >= score[-2] else n_states - 2
    path = np.empty(n_frames, np.int64)
    for frame in range(n_frames - 1, -1, -1):
        path[frame] = state
        state -= int(came[frame, state])
    return [tuple(_letter(path, place, int(letters[place]), log_probabilities) for place in mine) for mine in places]


def _states(words: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], list[list[int]]]:
    """A gap, the letters of a word with blanks between them, a gap, and so on to a last gap."""
    letters = [_GAP]
    places = []
    for word in words:
        first = len(letters)
        for letter in word:
            letters += [letter, BLANK]
        letters[-1] = _GAP
        places.append(list(range(first, len(letters), 2)))
    return np.array(letters), places


def _letter(path: NDArray[np.int64], place: int, index: int, log_probabilities: NDArray[np.float32]) -> Letter:
    frames = np.flatnonzero(path == place)
    start, end = int(frames[0]), int(frames[-1]) + 1
    return Letter(index, start, end, float(np.exp(log_probabilities[start:end, index]).mean()))
