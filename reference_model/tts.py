"""The whole model: a voice and a text in, sound out, frame by frame.

    tts = load("Voxtral-4B-TTS-2603")
    for piece in tts.stream("Bonjour !", "fr_female"): ...  # (S,) float32
    sound = tts.generate([Request(text="Hello.", voice="neutral_male", seed=1)])[0]

The hidden state of the prompt's last place gives the first frame; each frame's codes, embedded, are the next input. A
frame whose semantic code is [END_AUDIO] ends the speech. Each request draws from a generator of its own, so that its
sound does not depend on what it is batched with.
"""

from __future__ import annotations

import pickle
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from reference_model.backbone import Backbone
from reference_model.codec import Codec
from reference_model.config import END_AUDIO, N_SPECIAL, TTSConfig, padded
from reference_model.flow import Flow
from reference_model.frame_step import EagerStep, FixedStep, FrameStep, KeptSteps
from reference_model.head import RELEASED, FrameHead, Sampling
from reference_model.prompt import lay_out, reference_ids
from reference_model.tokenizer import Tokenizer

# Shapes:  B requests   T positions   N places of a reference   F frames   Q rows of codes   D width   A acoustic values
#          V semantic ids

ROOM = 512  # positions of a cache at a fixed place are a multiple of this, so that few sizes are met

# Names of the public checkpoint: prefix of a tensor -> the part that it belongs to. The empty one comes last.
PREFIXES: Mapping[str, str] = {"acoustic_transformer.": "flow", "audio_tokenizer.": "codec", "": "backbone"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Request:
    """One text to be spoken."""

    text: str
    voice: str | Tensor  # a preset, or embedded reference frames (N, D) as `clone` gives them
    language: str | None = None  # for tokenizers that want it
    seed: int = 0
    max_frames: int | None = None  # None: the configuration's


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Example:
    """One training example: a prompt's ids, the frames in its [AUDIO] places, and the frames to be spoken."""

    ids: Tensor  # (T,)
    reference: Tensor  # ids (Q, N), the end-of-audio frame last
    target: Tensor  # ids (Q, F)
    weight: Tensor | None = None  # (F,) of each frame's loss; None: 1


class TTS(nn.Module):
    """Backbone, flow and codec, with a tokenizer and preset voices where there are such.

    On a GPU a frame is one CUDA graph, captured when a batch of its size first speaks. With `compiled` set, its kernels
    are made by torch.compile before that, which takes minutes, once for each batch size and room. The sounds and voices
    that it gives are inference tensors: `clone` what is to go into a computation with gradients.
    """

    compiled = False

    def __init__(self, config: TTSConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = Backbone(config)
        self.flow = Flow(config)
        self.codec = Codec(config.codec)
        self.tokenizer: Tokenizer | None = None
        self.voices: dict[str, Tensor | Path] = {}  # rows (N, D), or the file that holds them
        self._steps = KeptSteps()

    @property
    def device(self) -> torch.device:
        """Where it runs."""
        return self.backbone.norm.weight.device

    @property
    def head(self) -> FrameHead:
        """What makes frames of the backbone's hidden states."""
        return self.flow

    @property
    def can_clone(self) -> bool:
        """Whether the codec has an encoder; the public checkpoint has none."""
        return self.codec.has_encoder

    # --- voices ------------------------------------------------------------------------------------------------------

    @torch.inference_mode()
    def clone(self, waveform: Tensor) -> Tensor:
        """The embedded reference (N, D) of a recording (S,), mono at the codec's rate, in [-1, 1].

        Raises ValueError where the checkpoint has no encoder, or the recording is empty or no mono sound.
        """
        if not self.can_clone:
            raise ValueError("this checkpoint has no codec encoder, so it clones no voices; use one of its presets")
        if waveform.ndim != 1 or not len(waveform):
            raise ValueError(f"got a recording of the shape {tuple(waveform.shape)}; expected (samples,)")
        codes = self.codec.encode(waveform[None, None].to(self.device))
        return self.backbone.embed_frames(reference_ids(codes))[0]

    def voice(self, voice: str | Tensor) -> Tensor:
        """Rows (N, D) of a preset's name, or the rows themselves. Raises ValueError for a voice that there is not."""
        if isinstance(voice, Tensor):
            rows = voice
        elif voice in self.voices:
            kept = self.voices[voice]
            if isinstance(kept, Path):
                kept = self.voices[voice] = _voice_of(kept)
            rows = kept
        else:
            raise ValueError(f"there is no voice {voice!r}; there are: {', '.join(sorted(self.voices)) or 'none'}")
        if rows.ndim != 2 or rows.shape[1] != self.config.backbone.dim:
            raise ValueError(
                f"a voice has the shape {tuple(rows.shape)}; expected (places, {self.config.backbone.dim})"
            )
        return rows.to(self.device, self.backbone.norm.weight.dtype)

    # --- prompts -----------------------------------------------------------------------------------------------------

    def prompt(self, request: Request) -> Tensor:
        """Inputs (T, D) of a request. Raises ValueError for a voice or text that can't be laid out."""
        if self.tokenizer is None:
            raise ValueError("this model has no tokenizer; load one with its checkpoint, or set `tokenizer`")
        rows = self.voice(request.voice)
        if not request.text.strip():
            raise ValueError("the text is empty; expected something to say")
        text = self.tokenizer.encode(request.text, request.language)
        tokens = self.config.tokens
        ids = torch.tensor(lay_out(tokens, text, len(rows)), device=self.device)
        if len(ids) >= self.config.backbone.max_positions:
            raise ValueError(f"the prompt has {len(ids)} places; expected under {self.config.backbone.max_positions}")
        inputs = self.backbone.embed_text(ids[None])[0]  # (T, D)
        return inputs.masked_scatter((ids == tokens.audio)[:, None], rows)

    # --- speech ------------------------------------------------------------------------------------------------------

    @torch.inference_mode()
    def frames(self, requests: Sequence[Request], sampling: Sampling = RELEASED) -> Iterator[Tensor]:
        """One frame of codes (B, Q) a step, until all have ended; a request that has ended has -1 in its row."""
        if not requests:
            return
        prompts = [self.prompt(request) for request in requests]
        lengths = torch.tensor([len(prompt) for prompt in prompts], device=self.device)
        limits = torch.tensor(
            [self._limit(request, len(prompt)) for request, prompt in zip(requests, prompts, strict=True)]
        )
        generators = [torch.Generator().manual_seed(request.seed) for request in requests]
        inputs = nn.utils.rnn.pad_sequence(prompts, batch_first=True)  # (B, T, D)
        going = torch.ones(len(requests), dtype=torch.bool)
        ids: Tensor | None = None
        with self._step(len(requests), int(lengths.max()) + int(limits.max()), sampling) as step:
            for index in range(int(limits.max())):
                chances = self.head.chances(generators, sampling)
                ids = step.first(inputs, lengths, chances) if ids is None else step(ids, chances)  # (B, Q)
                going &= (ids[:, 0] != END_AUDIO).cpu() & (index < limits)
                if not going.any():
                    return
                yield torch.where(going[:, None], ids.cpu() - N_SPECIAL, -1)

    @contextmanager
    def _step(self, batch: int, room: int, sampling: Sampling) -> Iterator[FrameStep]:
        """What makes the frames of a batch, with an empty cache; at fixed places, it is kept for the next one."""
        if self.device.type != "cuda" and not self.compiled:
            yield EagerStep(self.backbone, self.head, batch, room, sampling)
            return
        # One request always has all the room that there is: a longer text than before must not wait for a capture.
        room = self.config.backbone.max_positions if batch == 1 else padded(room, ROOM)
        key, compiled = (batch, room, sampling, self.compiled), self.compiled
        weights = hash(tuple((each.data_ptr(), each.dtype) for each in chain(self.parameters(), self.buffers())))
        step = self._steps.take(
            key,
            weights,
            lambda: FixedStep(self.backbone, self.head, batch, room, sampling, compiled=compiled),
        )
        try:
            yield step
        finally:
            self._steps.give(key, weights, step)

    def _limit(self, request: Request, prompt: int) -> int:
        most = self.config.max_frames if request.max_frames is None else request.max_frames
        return min(most, self.config.backbone.max_positions - prompt)

    @torch.inference_mode()
    def stream(
        self,
        text: str,
        voice: str | Tensor,
        *,
        language: str | None = None,
        seed: int = 0,
        max_frames: int | None = None,
        first_frames: int = 5,
        chunk_frames: int = 25,
        sampling: Sampling = RELEASED,
    ) -> Generator[Tensor]:
        """Sound (S,) in pieces as frames complete: pieces of `first_frames` up to `chunk_frames`, then of those.

        Closing the iterator ends the speech. Raises ValueError as `prompt` does, and for pieces of no frames.
        """
        request = Request(text=text, voice=voice, language=language, seed=seed, max_frames=max_frames)
        if first_frames < 1 or chunk_frames < 1:
            raise ValueError(f"pieces of {first_frames} and {chunk_frames} frames; expected at least 1")
        state, waiting = None, []
        for n_frames, codes in enumerate(self.frames([request], sampling), start=1):
            waiting.append(codes)
            if n_frames % (first_frames if n_frames <= chunk_frames else chunk_frames) == 0:
                piece, state = self.codec.decode_piece(torch.stack(waiting, -1).to(self.device), state)
                waiting = []
                yield piece[0, 0].float().cpu()
        if waiting:
            piece, state = self.codec.decode_piece(torch.stack(waiting, -1).to(self.device), state)
            yield piece[0, 0].float().cpu()

    @torch.inference_mode()
    def generate(self, requests: Sequence[Request], sampling: Sampling = RELEASED) -> list[Tensor]:
        """Sound (S,) of each request, in order: what `stream` gives of it, in one."""
        steps = list(self.frames(requests, sampling))
        sounds = []
        for row in range(len(requests)):
            mine = [codes[row] for codes in steps if int(codes[row, 0]) >= 0]
            if not mine:
                sounds.append(torch.zeros(0))
                continue
            codes = torch.stack(mine, -1)[None].to(self.device)  # (1, Q, F)
            sounds.append(self.codec.decode(codes)[0, 0].float().cpu())
        return sounds

    # --- training ----------------------------------------------------------------------------------------------------

    def loss(self, examples: Sequence[Example], generator: torch.Generator | None = None) -> dict[str, Tensor]:
        """Losses of a batch, `total` to be minimized, on the target's frames alone, with teacher forcing.

        What the head says of each frame, and of the end after the last one, whose weight is 1. The generator is one of
        the CPU. Raises ValueError for no examples, and for a reference that does not fit its prompt.
        """
        if not examples:
            raise ValueError("got no examples; expected at least one")
        inputs = [self._example(example) for example in examples]
        hidden = self.backbone(nn.utils.rnn.pad_sequence(inputs, batch_first=True))  # (B, T, D)
        states, ids, weights = [], [], []
        for row, example in enumerate(examples):
            n_prompt, n_frames = len(example.ids), example.target.shape[1]
            states.append(hidden[row, n_prompt - 1 : n_prompt + n_frames])  # (F+1, D)
            ids.append(F.pad(example.target.T, (0, 0, 0, 1), value=END_AUDIO))  # (F+1, Q)
            weight = torch.ones(n_frames, device=hidden.device) if example.weight is None else example.weight
            weights.append(F.pad(weight, (0, 1), value=1.0))
        losses = self.head.loss(torch.cat(states), torch.cat(ids), torch.cat(weights), generator)
        return {"total": sum(losses.values(), hidden.new_zeros(())), **losses}

    def _example(self, example: Example) -> Tensor:
        """Inputs (T+F, D) of an example."""
        places = int((example.ids == self.config.tokens.audio).sum())
        if places != example.reference.shape[1]:
            raise ValueError(f"the prompt has {places} places for a reference of {example.reference.shape[1]} frames")
        inputs = self.backbone.embed_text(example.ids[None])[0]
        rows = self.backbone.embed_frames(example.reference[None])[0]
        inputs = inputs.masked_scatter((example.ids == self.config.tokens.audio)[:, None], rows.to(inputs.dtype))
        return torch.cat([inputs, self.backbone.embed_frames(example.target[None])[0]])


def _voice_of(file: Path) -> Tensor:
    """The one tensor of an official voice file, weights only. Raises ValueError where it holds none."""
    try:
        found = torch.load(file, map_location="cpu", weights_only=True)
    except (OSError, EOFError, RuntimeError, pickle.UnpicklingError) as error:
        raise ValueError(f"{file} holds no voice ({type(error).__name__}); expected one tensor") from error
    if not isinstance(found, Tensor):
        raise ValueError(f"{file} holds {type(found).__name__} and no voice; expected one tensor")
    return found
