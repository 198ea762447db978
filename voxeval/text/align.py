"""Reference against transcript, word by word and character by character, through jiwer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise
from typing import Any, Literal

from voxeval.text.normalize import NAME, Normalizer, normalizer, rules, steps
from voxeval.text.protocols import Protocol, protocols
from voxeval.text.sentences import split_sentences
from voxeval.types import Alignment, AnalyzerInfo, Edit, EditCounts, Effect, Item, Transcript

_BETWEEN = "\x00"  # parts words for jiwer: a protocol's may hold any white space
KINDS: dict[str, Literal["equal", "substitute", "delete", "insert"]] = {
    "equal": "equal", "substitute": "substitute", "delete": "delete", "insert": "insert",
}  # fmt: skip


def align(item: Item, transcript: Transcript, *, recognizer: str, normalizer: Normalizer) -> Alignment:
    """The alignment with that reading of the item which needs the fewest word edits, then character edits.

    Edits and their counts are minimal Levenshtein alignments (jiwer.process_words and process_characters); characters
    are NFC code points with one space between words.
    """
    hypothesis = normalizer.words(transcript.text, item.language)
    readings = tuple(dict.fromkeys(normalizer.words(reading, item.language) for reading in item.readings))
    best = min(
        ((reading, *_edits(reading, hypothesis), _character_counts(reading, hypothesis)) for reading in readings),
        key=lambda candidate: (candidate[2].edits, candidate[3].edits),
    )
    reading, edits, words, characters = best
    return Alignment(
        recognizer=recognizer,
        normalizer=normalizer.name,
        reference=reading,
        hypothesis=hypothesis,
        edits=edits,
        words=words,
        characters=characters,
        hypothesis_times=_times(transcript, hypothesis, item.language, normalizer),
        sentences=_sentences(item, reading, normalizer),
        keywords=tuple(normalizer.words(keyword, item.language) for keyword in item.keywords),
    )


def align_by(protocol: Protocol, item: Item, transcript: Transcript, *, recognizer: AnalyzerInfo) -> Alignment:
    """The alignment that a protocol counts errors in."""
    hypothesis = protocol.words(transcript.text, item.language)
    best: tuple[tuple[str, ...], tuple[str, ...], tuple[Edit, ...], EditCounts] | None = None
    for reading in protocol.readings(item):
        pair = protocol.words(reading, item.language), hypothesis
        ours, theirs = protocol.pair(*pair) if protocol.pair is not None else pair
        edits, counts = _edits(ours, theirs)
        if best is None or counts.edits < best[3].edits:
            best = ours, theirs, edits, counts
    assert best is not None, "an item has a text"
    reference, hypothesis, edits, counts = best
    return Alignment(
        recognizer=recognizer.id,
        normalizer=protocol.name_with(recognizer.name),
        reference=reference,
        hypothesis=hypothesis,
        edits=edits,
        words=counts,
        characters=_character_counts(reference, hypothesis),
    )


def effects(item: Item, transcript: Transcript, *, recognizer: AnalyzerInfo) -> Iterator[Effect]:
    """A take's word errors as they are, without each rule that changed its text or transcript, by each protocol."""
    texts = (*item.readings, transcript.text)
    touched = {step.rule for text in texts for step in steps(text, item.language) if step.after != step.before}
    yield Effect(
        recognizer=recognizer.id, kind="whole", name=NAME, counts=_fewest_edits(item, transcript, normalizer())
    )
    for rule in rules(item.language):
        if rule.name in touched:
            counts = _fewest_edits(item, transcript, normalizer(frozenset({rule.name})))
            yield Effect(recognizer=recognizer.id, kind="rule", name=rule.name, counts=counts)
    for protocol in protocols().values():
        if item.language in protocol.languages:
            made = align_by(protocol, item, transcript, recognizer=recognizer)
            yield Effect(recognizer=recognizer.id, kind="protocol", name=made.normalizer, counts=made.words)


def _fewest_edits(item: Item, transcript: Transcript, by: Normalizer) -> EditCounts:
    hypothesis = by.words(transcript.text, item.language)
    readings = dict.fromkeys(by.words(reading, item.language) for reading in item.readings)
    return min((_edits(reading, hypothesis)[1] for reading in readings), key=lambda counts: counts.edits)


def _edits(reference: tuple[str, ...], hypothesis: tuple[str, ...]) -> tuple[tuple[Edit, ...], EditCounts]:
    import jiwer

    whole = _whole_words()
    output = jiwer.process_words(
        _BETWEEN.join(reference), _BETWEEN.join(hypothesis), reference_transform=whole, hypothesis_transform=whole
    )
    edits = tuple(
        Edit(KINDS[chunk.type], chunk.ref_start_idx, chunk.ref_end_idx, chunk.hyp_start_idx, chunk.hyp_end_idx)
        for chunk in output.alignments[0]
    )
    return edits, EditCounts(output.hits, output.substitutions, output.deletions, output.insertions)


@cache
def _whole_words() -> Any:
    """Words as they are: jiwer's own transform would strip and split them once more."""
    import jiwer

    return jiwer.ReduceToListOfListOfWords(word_delimiter=_BETWEEN)


def _character_counts(reference: tuple[str, ...], hypothesis: tuple[str, ...]) -> EditCounts:
    import jiwer

    output = jiwer.process_characters(" ".join(reference), " ".join(hypothesis))
    return EditCounts(output.hits, output.substitutions, output.deletions, output.insertions)


def _times(
    transcript: Transcript, hypothesis: tuple[str, ...], language: str, normalizer: Normalizer
) -> tuple[tuple[float, float], ...] | None:
    """The time of each normalized word: that of the recognized word it comes from; None where there are no such times.

    Where several recognized words are read together, as "2 : 30", their words share their time in equal parts.
    """
    if transcript.words is None:
        return None
    if normalizer.words(" ".join(word.text for word in transcript.words), language) != hypothesis:
        return None  # the timed words are not those of the text
    pairs = [(piece, word) for word in transcript.words for piece in normalizer.words(word.text, language)]
    times: list[tuple[float, float]] = []
    for tag, i1, i2, j1, j2 in _changes(tuple(piece for piece, _ in pairs), hypothesis):
        mine = [word for _, word in pairs[i1:i2]]
        if tag == "equal":
            times += [(word.start_s, word.end_s) for word in mine]
            continue
        around = pairs[max(0, i1 - 1)][1].end_s if pairs and i1 else 0.0
        start_s, end_s = (mine[0].start_s, mine[-1].end_s) if mine else (around, around)
        step_s = (end_s - start_s) / max(1, j2 - j1)
        times += [(start_s + index * step_s, start_s + (index + 1) * step_s) for index in range(j2 - j1)]
    return tuple(times)


def _sentences(item: Item, reading: tuple[str, ...], normalizer: Normalizer) -> tuple[tuple[int, int], ...]:
    """Word ranges of the sentences of the reading that was chosen; together they are the whole of it."""
    text = next(text for text in item.readings if normalizer.words(text, item.language) == reading)
    words = [normalizer.words(sentence, item.language) for sentence in split_sentences(text)]
    ends = [sum(map(len, words[: index + 1])) for index in range(len(words))]
    places = _places(_changes(tuple(word for some in words for word in some), reading), len(reading))
    borders = [0, *(places[end] for end in ends)]
    return tuple((start, end) for start, end in pairwise(borders) if end > start)


def _changes(one: tuple[str, ...], other: tuple[str, ...]) -> Sequence[tuple[str, int, int, int, int]]:
    """Stretches of two rows of words, equal ones and others, as difflib finds them."""
    if one == other:
        return [("equal", 0, len(one), 0, len(other))]
    return SequenceMatcher(None, one, other, autojunk=False).get_opcodes()


def _places(changes: Sequence[tuple[str, int, int, int, int]], n_words: int) -> dict[int, int]:
    """Border in the first row -> border in the second; one inside a change goes to its end."""
    places = {0: 0}
    for tag, i1, i2, j1, j2 in changes:
        for border in range(i1 + 1, i2 + 1):
            places[border] = j1 + border - i1 if tag == "equal" else j2
    places[max(places)] = n_words
    return places
