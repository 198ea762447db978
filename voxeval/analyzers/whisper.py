"""Recognition by openai-whisper with one fixed decoding (A. Radford et al. 2022, arXiv:2212.04356; MIT licence).

Greedy at temperature 0, so that the same audio always gives the same text: the fallback of Whisper's own transcribe()
samples. Nothing is conditioned on earlier text, since a loop there would be charged to the system that spoke. The
language is forced for the text, and identified from the same encoding without being told.

A piece takes up to 444 tokens, all that the decoder's context leaves: Whisper's own limit of 224 would cut off 28 s of
Hindi, which needs about 400, and the system that spoke would be charged with the missing words. A piece that reaches
the limit is cut in two and heard again; where a half reaches it too, the recognizer goes in circles and the clip fails.

Shapes: B batch of pieces, M mel channels, T = 1500 encoder frames, D width of the encoder. A piece is 3000 mel frames.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from voxeval.analyzers.activity import SileroActivity, activity_fingerprint
from voxeval.analyzers.device import Device, torch_device
from voxeval.analyzers.identity import fingerprint, installed
from voxeval.analyzers.recognition import halves_of, pieces_of, refusal
from voxeval.analyzers.whisper_weights import EXPECTED, NOT_A_MODEL, Weights, find_weights
from voxeval.analyzers.whisper_words import timed_words
from voxeval.errors import MissingDependencyError, PluginError, UsageError, VoxevalError
from voxeval.types import AnalyzerInfo, Failure, Transcript

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from voxeval.analyzers.recognition import Piece
    from voxeval.types import Clip, Heard, Word

_CODE_VERSION = 2  # raise with every change here that changes answers


class WhisperRecognizer:
    """Transcripts and spoken language; word times with `words=True`.

    model       a name such as "large-v3", or the path of a .pt file in Whisper's own format
    batch       pieces decoded at once: changes cost only
    words       whether to find word times, from the decoder's attention: costs another pass for each piece
    max_tokens  most tokens of a piece, the mark of its end included; None: all that the decoder's context leaves
    offline     refuse to download the weights of a name
    precision   numbers that the network computes with: fp32 gives the same on every device; fp16 is faster, and needs
                a GPU
    """

    def __init__(
        self,
        *,
        model: str,
        device: Device = "auto",
        batch: int = 8,
        words: bool = False,
        max_tokens: int | None = None,
        offline: bool = False,
        precision: Literal["fp32", "fp16"] = "fp32",
    ) -> None:
        if batch < 1:
            raise UsageError(f"whisper: batch is {batch}; expected at least 1")
        if max_tokens is not None and max_tokens < 1:
            raise UsageError(f"whisper: max_tokens is {max_tokens}; expected at least 1")
        if precision not in ("fp32", "fp16"):
            raise UsageError(f"whisper: precision is {precision!r}; expected fp32 or fp16")
        self._name = model
        self._device = device
        self._batch = batch
        self._words = words
        self._max_tokens = max_tokens
        self._offline = offline
        self._precision = precision

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
                self._precision,
            ),
            languages=weights.languages,
            version=f"openai-whisper {version}, {weights.name}",
            identifies_language=len(weights.languages) > 1,
        )

    def problem(self) -> str | None:
        """Say what is missing here, and the command that adds it; None where all is there."""
        try:
            weights = find_weights(self._name)
            self._torch_device()
        except VoxevalError as error:
            return str(error)
        if not weights.path.is_file() and (why := self._not_fetched(weights)):
            return (
                f"the weights of Whisper {self._name!r} are not at {weights.path} and {why}; "
                f"with a network, run: python -c \"import whisper; whisper.load_model('{self._name}', 'cpu')\""
            )
        return SileroActivity().problem()

    def _not_fetched(self, weights: Weights) -> str | None:
        """Download the weights to where load_model() looks for them, or say why they can't be had."""
        if self._offline:
            return "downloads are off"
        from whisper import _MODELS, _download

        try:
            _download(_MODELS[self._name], str(weights.path.parent), in_memory=False)
        except (OSError, RuntimeError) as error:  # URLError is an OSError; a wrong checksum a RuntimeError
            return f"can't be downloaded ({error})"
        return None

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        """One transcript a clip, in order; empty text where nobody speaks. Languages it lacks are skipped."""
        refusals = [refusal(clip, self.info.languages) for clip in clips]
        heard = [clip for clip, refused in enumerate(refusals) if refused is None]
        pieces = [piece for clip in heard for piece in pieces_of(clips[clip], clip)]
        decoded: dict[int, list[_Decoded]] = defaultdict(list)
        endless: list[Piece] = []
        for piece, answer in self._decoded(pieces):
            if answer.ended:
                decoded[piece.clip].append(answer)
            else:
                endless.append(piece)
        for half, answer in self._decoded([half for piece in endless for half in halves_of(piece)]):
            decoded[half.clip].append(answer)
        return [refused or _transcript(decoded[clip]) for clip, refused in enumerate(refusals)]

    def _decoded(self, pieces: Sequence[Piece]) -> Iterator[tuple[Piece, _Decoded]]:
        for group in self._batches(pieces):
            yield from zip(group, self._decode(group), strict=True)

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
        half = self._precision == "fp16"
        most_tokens = self._room_for_tokens()
        # Greedy on purpose: beam search over more than one piece crashes in openai-whisper 20250625.
        options = whisper.DecodingOptions(
            language=pieces[0].language,
            temperature=0.0,
            without_timestamps=True,
            sample_len=most_tokens,
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
        heard = []
        for piece, result, spoken, mel in zip(pieces, results, languages, mels, strict=True):
            tokens = len(result.tokens) + 1  # with the end
            ended = tokens <= most_tokens
            heard.append(
                _Decoded(
                    start_s=piece.start_s,
                    duration_s=piece.duration_s,
                    text=result.text,
                    tokens=tokens,
                    ended=ended,
                    log_probability=result.avg_logprob * tokens,
                    languages=spoken,
                    words=timed_words(model, mel, result.tokens, piece) if self._words and ended else None,
                )
            )
        return heard

    def _room_for_tokens(self) -> int:
        """Count the tokens that one piece can have: the context less what stands before the text."""
        from whisper.tokenizer import get_tokenizer

        model = self._model
        before = get_tokenizer(model.is_multilingual, num_languages=model.num_languages, language="en")
        room = int(model.dims.n_text_ctx) - len(before.sot_sequence_including_notimestamps)
        return room if self._max_tokens is None else min(self._max_tokens, room)

    def _torch_device(self) -> str:
        """Name the torch device, where there is one that has the precision; raises UsageError."""
        device = torch_device(self._device)
        if self._precision == "fp16" and device == "cpu":
            raise UsageError("whisper: precision=fp16 needs a CUDA GPU, and this would run on the CPU; use fp32")
        return device

    @cached_property
    def _model(self) -> Any:
        problem = self.problem()
        if problem is not None:
            raise MissingDependencyError(problem)
        import whisper

        try:
            return whisper.load_model(self._name, device=self._torch_device()).eval()
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
    tokens: int  # the mark of the end included
    ended: bool  # False: it ran into the limit, and the text is not whole
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
    if (endless := next((piece for piece in ordered if not piece.ended), None)) is not None:
        place = f"{endless.start_s:.1f} to {endless.start_s + endless.duration_s:.1f} s"
        return Failure(
            reason=f"the recognizer wrote {endless.tokens - 1} tokens for {place} without coming to an end; "
            "it was stopped, and its text is not used"
        )
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
