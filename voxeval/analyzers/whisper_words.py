"""When each word was said, from the attention of Whisper's decoder. M mel channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voxeval.types import Word

if TYPE_CHECKING:
    from voxeval.analyzers.recognition import Piece

_HOP = 160  # samples of a mel frame, 10 ms


def timed_words(model: Any, mel: Any, tokens: list[int], piece: Piece) -> tuple[Word, ...]:
    """Align the tokens of one piece with its mel spectrogram (M, 3000); times count from the clip's begin."""
    from whisper.timing import find_alignment, merge_punctuations
    from whisper.tokenizer import get_tokenizer

    tokenizer = get_tokenizer(
        model.is_multilingual, num_languages=model.num_languages, language=piece.language, task="transcribe"
    )
    timings = find_alignment(model, tokenizer, tokens, mel, len(piece.samples) // _HOP)
    merge_punctuations(timings, "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、")  # as transcribe() does
    return tuple(
        Word(
            text=timing.word.strip(),
            start_s=piece.start_s + min(float(timing.start), piece.duration_s),
            end_s=piece.start_s + min(float(timing.end), piece.duration_s),
            confidence=float(timing.probability),
        )
        for timing in timings
        if timing.word.strip()
    )
