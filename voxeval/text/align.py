"""Reference against transcript, word by word and character by character, through jiwer."""

from __future__ import annotations

from typing import Literal

from voxeval.text.normalize import Normalizer
from voxeval.text.sentences import split_sentences
from voxeval.types import Alignment, Edit, EditCounts, Item, Transcript

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


def _edits(reference: tuple[str, ...], hypothesis: tuple[str, ...]) -> tuple[tuple[Edit, ...], EditCounts]:
    import jiwer

    output = jiwer.process_words(" ".join(reference), " ".join(hypothesis))
    edits = tuple(
        Edit(KINDS[chunk.type], chunk.ref_start_idx, chunk.ref_end_idx, chunk.hyp_start_idx, chunk.hyp_end_idx)
        for chunk in output.alignments[0]
    )
    return edits, EditCounts(output.hits, output.substitutions, output.deletions, output.insertions)


def _character_counts(reference: tuple[str, ...], hypothesis: tuple[str, ...]) -> EditCounts:
    import jiwer

    output = jiwer.process_characters(" ".join(reference), " ".join(hypothesis))
    return EditCounts(output.hits, output.substitutions, output.deletions, output.insertions)


def _times(
    transcript: Transcript, hypothesis: tuple[str, ...], language: str, normalizer: Normalizer
) -> tuple[tuple[float, float], ...] | None:
    """The time of each normalized word: that of the recognized word it comes from; None where they don't match up."""
    if transcript.words is None:
        return None
    pairs = [(piece, word) for word in transcript.words for piece in normalizer.words(word.text, language)]
    if tuple(piece for piece, _ in pairs) != hypothesis:
        return None
    return tuple((word.start_s, word.end_s) for _, word in pairs)


def _sentences(item: Item, reading: tuple[str, ...], normalizer: Normalizer) -> tuple[tuple[int, int], ...]:
    """Word ranges of the sentences of the reading that was chosen; none where words and sentences don't match up."""
    for text in item.readings:
        counts = [len(normalizer.words(sentence, item.language)) for sentence in split_sentences(text)]
        if normalizer.words(text, item.language) == reading and sum(counts) == len(reading):
            ends = [sum(counts[: index + 1]) for index in range(len(counts))]
            return tuple((end - count, end) for count, end in zip(counts, ends, strict=True) if count)
    return ()
