"""Reading a network's answer, and finding a known text in it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_model.alphabet import BLANK, SPACE
from reference_model.ctc import WILDCARD_PRICE, Letter, align, read, words_of
from tests.strategies import quick

A, B, C, D = 2, 3, 4, 5
N = 6


def posteriors(frames: list[int], sure: float = 0.9) -> np.ndarray:
    """Log probabilities (T, N) of a network that hears so in each frame."""
    out = np.full((len(frames), N), (1 - sure) / (N - 1))
    out[np.arange(len(frames)), frames] = sure
    return np.log(out).astype(np.float32)


def indices(letters) -> list[int]:
    return [letter.index for letter in letters]


def spans(letters) -> list[tuple[int, int]]:
    return [(letter.start, letter.end) for letter in letters]


# --- reading ---------------------------------------------------------------------------------------------------------


def test_repetitions_are_joined_and_blanks_left_out():
    letters = read(posteriors([BLANK, A, A, BLANK, A, SPACE, B, C, C, C, BLANK]))
    assert indices(letters) == [A, A, SPACE, B, C]
    assert spans(letters) == [(1, 3), (4, 5), (5, 6), (6, 7), (7, 10)]


def test_a_letter_is_as_probable_as_at_its_best():
    logs = np.concatenate([posteriors([A], 0.5), posteriors([A], 0.8)])
    assert read(logs)[0].probability == pytest.approx(0.8)


@pytest.mark.parametrize("frames", [[], [BLANK], [BLANK] * 5])
def test_where_nothing_is_heard_there_are_no_letters(frames):
    assert read(posteriors(frames) if frames else np.zeros((0, N), np.float32)) == []


@quick
@given(st.lists(st.integers(0, N - 1), min_size=1, max_size=20))
def test_letters_are_in_order_and_tell_what_their_frames_say(frames):
    letters = read(posteriors(frames))
    expected = [key for key, _ in itertools.groupby(frames) if key != BLANK]
    assert indices(letters) == expected
    for letter in letters:
        assert set(frames[letter.start : letter.end]) == {letter.index}
    assert all(one.end <= two.start for one, two in itertools.pairwise(letters))


def letters_of(found: list[int]) -> list[Letter]:
    return [Letter(index, place, place + 1, 0.5) for place, index in enumerate(found)]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([], []),
        ([SPACE], []),
        ([A, B], [[A, B]]),
        ([SPACE, A, SPACE, SPACE, B, C, SPACE], [[A], [B, C]]),
    ],
)
def test_words_are_cut_at_spaces(found, words):
    assert [indices(word) for word in words_of(letters_of(found))] == words


# --- alignment -------------------------------------------------------------------------------------------------------


def test_letters_are_found_where_they_are():
    logs = posteriors([BLANK, A, A, BLANK, B, SPACE, SPACE, C, BLANK])
    words = align(logs, [[A, B], [C]])
    assert [indices(word) for word in words] == [[A, B], [C]]
    assert [spans(word) for word in words] == [[(1, 3), (4, 5)], [(7, 8)]]
    assert words[0][0].probability == pytest.approx(0.9, abs=1e-3)


def test_a_letter_that_is_not_heard_has_a_small_probability():
    (word,) = align(posteriors([A, A, C, C, B, B]), [[A, D, B]])
    assert word[1].probability < 0.1
    assert word[0].probability > 0.8


@pytest.mark.parametrize("words", [[[A, A]], [[A], [A]]])
def test_a_doubled_letter_needs_a_frame_between(words):
    assert [s for word in align(posteriors([A, BLANK, A]), words) for s in spans(word)] == [(0, 1), (2, 3)]
    with pytest.raises(ValueError, match=r"3 letters can't be spoken in 2 frames"):
        align(posteriors([A, A]), words)


def test_words_may_follow_each_other_without_a_space():
    assert [spans(word) for word in align(posteriors([A, B]), [[A], [B]])] == [[(0, 1)], [(1, 2)]]


@pytest.mark.parametrize("at", [0, 4, 8], ids=["before", "between", "after"])
def test_inserted_speech_is_passed_over(at):
    """The wildcard stands between words: speech there moves the words and spoils none."""
    heard = [A, A, B, SPACE, C, C, B, SPACE]
    inserted = [D, C, BLANK, D, D, A, SPACE, D]
    logs = posteriors(heard[:at] + inserted + heard[at:], sure=0.97)
    first, second = align(logs, [[A, B], [C, B]])
    moved = len(inserted)
    assert spans(first) == [(s + moved * (at == 0), e + moved * (at == 0)) for s, e in [(0, 2), (2, 3)]]
    assert spans(second) == [(s + moved * (at < 8), e + moved * (at < 8)) for s, e in [(4, 6), (6, 7)]]
    assert min(letter.probability for letter in (*first, *second)) > 0.9


def test_more_letters_than_frames_are_refused():
    with pytest.raises(ValueError, match=r"4 letters can't be spoken in 3 frames; expected the text of this recording"):
        align(posteriors([A, B, C]), [[A, B], [C, D]])


def test_no_words_are_aligned_with_anything():
    assert align(posteriors([A, B, C]), []) == []


def gap_scores(logs: np.ndarray) -> np.ndarray:
    """Blank and space are free in a gap; anything else costs the price of the wildcard."""
    return np.maximum(np.maximum(logs[:, BLANK], logs[:, SPACE]), logs.max(1) - WILDCARD_PRICE)


def states_of(words: list[list[int]]) -> list[tuple[str, int]]:
    """Kind and letter of each state, in the order in which a path may visit them."""
    states: list[tuple[str, int]] = [("gap", -1)]
    for word in words:
        for place, letter in enumerate(word):
            states += [("blank", BLANK)] * (place > 0) + [("letter", letter)]
        states.append(("gap", -1))
    return states


def best_by_trying_all(logs: np.ndarray, words: list[list[int]]) -> float:
    """The best score of all paths, by walking each."""
    states, gap = states_of(words), gap_scores(logs)
    n_frames = len(logs)

    def emission(frame: int, state: int) -> float:
        kind, letter = states[state]
        return float(gap[frame] if kind == "gap" else logs[frame, letter])

    def walk(frame: int, state: int) -> float:
        here = emission(frame, state)
        if frame == n_frames - 1:
            return here if state >= len(states) - 2 else -np.inf
        following = [state, state + 1]
        if states[state][0] == "letter" and state + 2 < len(states) and states[state + 2][1] != states[state][1]:
            following.append(state + 2)
        return here + max(walk(frame + 1, after) for after in following if after < len(states))

    return max(walk(0, 0), walk(0, 1) if len(states) > 1 else -np.inf)


def score_of(logs: np.ndarray, placed: list[tuple[Letter, ...]]) -> float:
    """The score of what `align` found: letters where it placed them, blanks within words, gaps elsewhere."""
    score = gap_scores(logs).copy()
    for word in placed:
        score[word[0].start : word[-1].end] = logs[word[0].start : word[-1].end, BLANK]
        for letter in word:
            score[letter.start : letter.end] = logs[letter.start : letter.end, letter.index]
    return float(score.sum())


@quick
@given(
    st.lists(st.lists(st.sampled_from([A, B]), min_size=1, max_size=3), min_size=1, max_size=2),
    st.integers(-1, 4),
    st.integers(0, 2**32 - 1),
)
def test_no_path_is_better_than_the_one_found(words, spare, seed):
    letters = list(itertools.chain.from_iterable(words))
    needed = len(letters) + sum(a == b for a, b in itertools.pairwise(letters))
    n_frames = max(1, min(needed + spare, 9))
    logits = np.random.default_rng(seed).normal(0, 2, (n_frames, N))
    logs = (logits - np.log(np.exp(logits).sum(1, keepdims=True))).astype(np.float32)
    best = best_by_trying_all(logs, words)
    if best == -np.inf:
        with pytest.raises(ValueError, match="can't be spoken"):
            align(logs, words)
        return
    placed = align(logs, words)
    assert [indices(word) for word in placed] == words
    assert score_of(logs, placed) == pytest.approx(best, abs=1e-3)
