"""Recognition by openai-whisper with one fixed decoding (A. Radford et al. 2022, arXiv:2212.04356; MIT licence).

Greedy at temperature 0, so that the same audio always gives the same text: the fallback of Whisper's own transcribe()
samples. Nothing is conditioned on earlier text, since a loop there would be charged to the system that spoke. The
language is forced for the text, and identified from the same encoding without being told.

Shapes: B batch of pieces, M mel channels, T = 1500 encoder frames, D width of the encoder. A piece is 3000 mel frames.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from voxeval.analyzers.activity import SileroActivity, activity_fingerprint
from voxeval.analyzers.device import Device, torch_device
from voxeval.analyzers.identity import fingerprint, installed
from voxeval.analyzers.recognition import pieces_of, refusal
from voxeval.analyzers.whisper_weights import EXPECTED, NOT_A_MODEL, find_weights
from voxeval.errors import MissingDependencyError, PluginError, UsageError, VoxevalError
from voxeval.types import AnalyzerInfo, Failure, Transcript, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from voxeval.analyzers.recognition import Piece
    from voxeval.types import Clip, Heard

_CODE_VERSION = 1  # raise with every change here that changes answers
_MOST_TOKENS = 224  # half of the decoder's context: what Whisper itself allows a piece
_HOP = 160  # samples of a mel frame, 10 ms


class WhisperRecognizer:
    """Transcripts and spoken language; word times with `words=True`.

    model       a name such as "large-v3", or the path of a .pt file in Whisper's own format
    batch       pieces decoded at once: changes cost only
    words       whether to find word times, from the decoder's attention: costs another pass for each piece
    max_tokens  most tokens of a piece, at most 224
    offline     refuse to download the weights of a name
    """

    def __init__(
        self,
        *,
        model: str,
        device: Device = "auto",
        batch: int = 8,
        words: bool = False,
        max_tokens: int = _MOST_TOKENS,
        offline: bool = False,
    ) -> None:
        if batch < 1:
            raise UsageError(f"whisper: batch is {batch}; expected at least 1")
        if not 1 <= max_tokens <= _MOST_TOKENS:
            raise UsageError(f"whisper: max_tokens is {max_tokens}; expected 1 to {_MOST_TOKENS}")
        self._name = model
        self._device = device
        self._batch = batch
        self._words = words
        self._max_tokens = max_tokens
        self._offline = offline

    @cached_property
    def info(self) -> AnalyzerInfo:
        """Name, fingerprint and languages, from the weights' hash and shape; the weights are not loaded.

        Raises MissingDependencyError where Whisper or the file is missing, PluginError where the file is no model.
        """
        weights = find_weights(self._name)
        version = installed("openai-whisper")
        return AnalyzerInfo(
            name=weights.name,
            feature="transcript",
            fingerprint=fingerprint(
                "whisper",
                _CODE_VERSION,
                version,
                weights.sha256,
                activity_fingerprint(),
                self._words,
                self._max_tokens,
            ),
            languages=weights.languages,
            version=f"openai-whisper {version}, {weights.name}",
            identifies_language=len(weights.languages) > 1,
        )

    def problem(self) -> str | None:
        """Say what is missing here, and the command that adds it; None where all is there."""
        try:
            weights = find_weights(self._name)
            torch_device(self._device)
        except VoxevalError as error:
            return str(error)
        if not weights.path.is_file() and self._offline:
            return (
                f"the weights of Whisper {self._name!r} are not at {weights.path} and downloads are off; "
                f"with a network, run: python -c \"import whisper; whisper.load_model('{self._name}', 'cpu')\""
            )
        return SileroActivity().problem()

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        """One transcript a clip, in order; empty text where nobody speaks. Languages it lacks are skipped."""
        refusals = [refusal(clip, self.info.languages) for clip in clips]
        heard = [clip for clip, refused in enumerate(refusals) if refused is None]
        pieces = [piece for clip in heard for piece in pieces_of(clips[clip], clip)]
        decoded: dict[int, list[_Decoded]] = defaultdict(list)
        for group in self._batches(pieces):
            for piece, answer in zip(group, self._decode(group), strict=True):
                decoded[piece.clip].append(answer)
        return [refused or _transcript(decoded[clip]) for clip, refused in enumerate(refusals)]

    def _batches(self, pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
        """Give batches of one language, longest first: a batch runs until its longest text ends."""
        ordered = sorted(pieces, key=lambda piece: (piece.language, -len(piece.samples)))
        for _, group in groupby(ordered, key=lambda piece: piece.language):
            same = list(group)
            for begin in range(0, len(same), self._batch):
                yield same[begin : begin + self._batch]

    def _decode(self, pieces: Sequence[Piece]) -> list[_Decoded]:
        import torch
        import whisper

        model = self._model
        half = model.device.type == "cuda"
        # Greedy on purpose: beam search over more than one piece crashes in openai-whisper 20250625.
        options = whisper.DecodingOptions(
            language=pieces[0].language,
            temperature=0.0,
            without_timestamps=True,
            sample_len=self._max_tokens,
            fp16=half,
        )
        mels = torch.stack(
            [whisper.log_mel_spectrogram(whisper.pad_or_trim(piece.samples), model.dims.n_mels) for piece in pieces]
        )  # (B, M, 3000)
        mels = mels.to(model.device, torch.float16 if half else torch.float32)
        try:
            with torch.no_grad():
                encoded = model.encoder(mels)  # (B, T, D)
                results = whisper.decode(model, encoded, options)
                languages = _languages(model, encoded)
        except torch.OutOfMemoryError as error:
            raise PluginError(
                f"{self.info.name} ran out of GPU memory with batch={self._batch}; use a smaller batch or device=cpu"
            ) from error
        return [
            _Decoded(
                start_s=piece.start_s,
                duration_s=piece.duration_s,
                text=result.text,
                tokens=len(result.tokens) + 1,  # with the end
                log_probability=result.avg_logprob * (len(result.tokens) + 1),
                languages=spoken,
                words=_timed_words(model, mel, result.tokens, piece) if self._words else None,
            )
            for piece, result, spoken, mel in zip(pieces, results, languages, mels, strict=True)
        ]

    @cached_property
    def _model(self) -> Any:
        problem = self.problem()
        if problem is not None:
            raise MissingDependencyError(problem)
        import whisper

        try:
            return whisper.load_model(self._name, device=torch_device(self._device)).eval()
        except NOT_A_MODEL as error:
            raise PluginError(
                f"Whisper {self._name!r} can't be loaded ({type(error).__name__}: {error}); {EXPECTED}"
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decoded:
    """What was heard in one piece."""

    start_s: float
    duration_s: float
    text: str
    tokens: int
    log_probability: float  # of all tokens together
    languages: Mapping[str, float] | None  # probability of each; None: the model knows English only
    words: tuple[Word, ...] | None


def _transcript(pieces: Sequence[_Decoded]) -> Transcript | Failure:
    """Join the pieces of one clip in the order of time; languages are weighed by the pieces' durations."""
    if not all(math.isfinite(piece.log_probability) for piece in pieces):
        return Failure(reason="the model's probabilities are not finite; expected weights without NaN")
    ordered = sorted(pieces, key=lambda piece: piece.start_s)
    if not ordered:
        return Transcript(text="")
    total_s = sum(piece.duration_s for piece in ordered)
    shares: dict[str, float] = defaultdict(float)
    for piece in ordered:
        for candidate, probability in (piece.languages or {}).items():
            shares[candidate] += probability * piece.duration_s / total_s
    language = max(shares, key=lambda key: shares[key]) if shares else None
    words = [piece.words for piece in ordered if piece.words is not None]
    return Transcript(
        text=" ".join(piece.text for piece in ordered if piece.text),
        words=tuple(word for group in words for word in group) if words else None,
        language=language,
        language_probability=None if language is None else shares[language],
        confidence=math.exp(sum(piece.log_probability for piece in ordered) / sum(piece.tokens for piece in ordered)),
    )


def _languages(model: Any, encoded: Any) -> Sequence[Mapping[str, float] | None]:
    """Give the probability of every language for each encoded piece (B, T, D); None from English-only models."""
    import whisper

    if not model.is_multilingual:
        return [None] * len(encoded)
    probabilities: list[dict[str, float]] = whisper.detect_language(model, encoded)[1]
    return probabilities


def _timed_words(model: Any, mel: Any, tokens: list[int], piece: Piece) -> tuple[Word, ...]:
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
