"""The recognizer's network: convolutions at 25 Hz, then 12.5 Hz, then 25 Hz again, spelling at 50 Hz.

    log-mel 100 Hz -> 50 Hz -> 25 Hz: 6 blocks -> 12.5 Hz: 4 blocks -> 25 Hz: 2 blocks -> letters, two for each frame
                                         |                  |
                                         phonemes           language, pooled over time
                                         (training only)

Convolutions alone, since on a processor they are four times as fast as recurrence of the same width, and since any
length can then be heard in one go. The letters are spelled at 50 Hz because French and German reach 25 a second; the
deep blocks are at 12.5 Hz because spelling needs a whole word in sight and not its fine structure: a frame there sees
about two seconds, and the gates of every block the mean of the whole clip. Loss: connectionist temporal classification
(Graves et al., ICML 2006).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from reference_model.alphabet import ALPHABET, LANGUAGES
from reference_model.log_mel import N_MELS

# Shapes:  B batch   T frames of log-mel   D width   V alphabet   L languages, `other` last   P phoneme classes

FRAMES_PER_STEP = 8  # the deepest blocks' frame, in frames of log-mel
QUIET = -1.0  # mean feature under which a frame is a pause: 17 dB under the mean of the loud ones


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConfig:
    """Sizes of the network."""

    n_mels: int = N_MELS
    front_width: int = 192
    width: int = 256
    deep_width: int = 320
    kernel: int = 5
    dilations: tuple[int, ...] = (1, 1, 2, 1, 2, 3)  # of the blocks at 25 Hz
    deep_dilations: tuple[int, ...] = (1, 2, 1, 3)  # of the blocks at 12.5 Hz
    late_dilations: tuple[int, ...] = (1, 1)  # of the last blocks at 25 Hz
    n_gates: int = 0  # hidden units of what sets each block's gates by the whole clip; 0: no gates
    n_letters: int = len(ALPHABET)
    n_languages: int = len(LANGUAGES) + 1
    n_phonemes: int = 0  # classes of the head that exists in training only

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> NetworkConfig:
        """The sizes as JSON holds them. Raises TypeError for others than there are."""
        sizes: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in found.items()
        }
        return cls(**sizes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the network says of a batch."""

    letters: Tensor  # logits (B, T/2, V)
    language: Tensor  # logits (B, L)
    hidden: Tensor  # (B, D, T/4), what the letters are read from
    sounds: Tensor  # (B, D, T/4), what the spelling begins from
    phonemes: Tensor | None  # logits (B, T/2, P)


class Conv(nn.Module):
    """Convolution over time and batch normalization; its weight is a matrix (D_out, D_in * kernel)."""

    def __init__(self, inner: int, outer: int, kernel: int, stride: int = 1, dilation: int = 1) -> None:
        super().__init__()
        self.shape = (outer, inner, kernel)
        self.stride, self.dilation = stride, dilation
        # the last input frame that a window needs lies within the padding on the right
        self.padding = (kernel - 1) * dilation // 2
        self.weight = nn.Parameter(torch.randn(outer, inner * kernel) * (inner * kernel) ** -0.5)
        self.norm = nn.BatchNorm1d(outer)

    def forward(self, x: Tensor, tracked: bool = True) -> Tensor:
        """Map (B, D_in, T) to (B, D_out, T / stride).

        In training the batch counts into the norm's running means, which are what is used later, unless `tracked` is
        False.
        """
        y = F.conv1d(x, self.weight.view(self.shape), None, self.stride, self.padding, self.dilation)
        if tracked or not self.training:
            out: Tensor = self.norm(y)
            return out
        return F.batch_norm(y, None, None, self.norm.weight, self.norm.bias, training=True, eps=self.norm.eps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """What counts of the frames of a batch."""

    sounding: Tensor | None = None  # (B, 1, T), 1 where a clip sounds and 0 in its padding; None: all sounds
    shares: Tensor | None = None  # (B, T, 1), of the loud ones in a clip's means, 1 together; None: all alike

    @classmethod
    def at(cls, step: int, sounding: Tensor | None, loud: Tensor) -> Frames:
        """Those of `step` frames of log-mel, from what is known (B, T/8) of the deepest ones."""
        shares = (loud / loud.sum(1, keepdim=True)).repeat_interleave(FRAMES_PER_STEP // step, 1)
        return cls(
            sounding=None if sounding is None else sounding.repeat_interleave(FRAMES_PER_STEP // step, 1)[:, None],
            shares=(shares * step / FRAMES_PER_STEP)[..., None],
        )


ALL = Frames()


class Gate(nn.Module):
    """How much of each channel counts, by its mean over the whole clip: which voice and which language it is.

    Squeeze and excitation as in ContextNet (W. Han et al., Interspeech 2020, section 2.2.2), begun at one for all. The
    mean is over loud frames, so that the length of a pause changes nothing.
    """

    def __init__(self, width: int, n_hidden: int) -> None:
        super().__init__()
        self.squeeze = nn.Linear(width, n_hidden)
        self.excite = nn.Linear(n_hidden, width)
        nn.init.zeros_(self.excite.weight)
        nn.init.zeros_(self.excite.bias)

    def forward(self, x: Tensor, shares: Tensor | None = None) -> Tensor:
        """Map (B, D, T), with the share (B, T, 1) of each frame in the mean, to the same shape."""
        mean = x.mean(-1) if shares is None else (x @ shares.to(x.dtype)).squeeze(-1)  # (B, D)
        gates: Tensor = 2 * self.excite(F.silu(self.squeeze(mean))).sigmoid()  # (B, D)
        return x * gates[..., None]


class Block(nn.Module):
    """A convolution, gated by the whole clip where there are gates, beside the identity."""

    def __init__(self, width: int, kernel: int, dilation: int, n_gates: int) -> None:
        super().__init__()
        self.conv = Conv(width, width, kernel, dilation=dilation)
        self.gate = Gate(width, n_gates) if n_gates else None

    def forward(self, x: Tensor, frames: Frames, tracked: bool = True) -> Tensor:
        """Map (B, D, T) to the same shape, 0 where nothing sounds."""
        y = F.silu(self.conv(x, tracked))
        return _keep(x + (y if self.gate is None else self.gate(y, frames.shares)), frames)


class CtcNetwork(nn.Module):
    """From log-mel features to letters and language."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = c = config
        self.front = Conv(c.n_mels, c.front_width, c.kernel, stride=2)
        self.down = Conv(c.front_width, c.width, c.kernel, stride=2)
        self.blocks = nn.ModuleList(Block(c.width, c.kernel, dilation, c.n_gates) for dilation in c.dilations)
        self.deepen = Conv(c.width, c.deep_width, 3, stride=2)
        self.deep = nn.ModuleList(Block(c.deep_width, c.kernel, dilation, c.n_gates) for dilation in c.deep_dilations)
        self.raise_ = nn.Linear(c.deep_width, 2 * c.width)
        self.late = nn.ModuleList(Block(c.width, c.kernel, dilation, c.n_gates) for dilation in c.late_dilations)
        self.spell = nn.Linear(c.width, 2 * c.n_letters)
        self.attend = nn.Linear(c.deep_width, 1)
        self.language = nn.Linear(c.deep_width, c.n_languages)
        self.phonemes = nn.Linear(c.width, 2 * c.n_phonemes) if c.n_phonemes else None

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Heard:
        """Hear features (B, T, M), T a multiple of 8.

        `mask` (B, T/8) is 1 where a clip sounds and 0 in its padding; None: all sounds. With it, a clip's answer does
        not depend on what it is batched with.
        """
        n_frames = x.shape[1]
        if n_frames % FRAMES_PER_STEP:
            raise ValueError(f"got {n_frames} frames; expected a multiple of {FRAMES_PER_STEP}")
        loud = _loud(x, mask)  # (B, T/8)
        frames = {step: Frames.at(step, mask, loud) for step in (1, 2, 4, 8)}
        x = _keep(x.transpose(1, 2), frames[1])  # (B, M, T)
        x = _keep(F.silu(self.front(x)), frames[2])  # (B, D_front, T/2)
        x = _keep(F.silu(self.down(x)), frames[4])  # (B, D, T/4)
        for block in self.blocks:
            x = block(x, frames[4])
        phonemes = self._halves(self.phonemes, x) if self.phonemes is not None else None
        sounds = x
        x, y = self.written(x, frames[4], frames[8])
        return Heard(
            letters=self.letters(x),
            language=self._language(y, mask),
            hidden=x,
            sounds=sounds,
            phonemes=phonemes,
        )

    def written(
        self, sounds: Tensor, frames: Frames = ALL, deep_frames: Frames = ALL, tracked: bool = True
    ) -> tuple[Tensor, Tensor]:
        """From sounds (B, D, T/4) to what the letters (B, D, T/4) and the language (B, D_deep, T/8) are read from."""
        batch, _, n_frames = sounds.shape
        y = _keep(F.silu(self.deepen(sounds, tracked)), deep_frames)  # (B, D_deep, T/8)
        for block in self.deep:
            y = block(y, deep_frames, tracked)
        halves = _each_frame(self.raise_, y).view(batch, 2, -1, n_frames // 2)  # (B, 2, D, T/8)
        up = halves.permute(0, 2, 3, 1).reshape(batch, -1, n_frames)  # (B, D, T/4)
        x = _keep(sounds + up, frames)
        for block in self.late:
            x = block(x, frames, tracked)
        return x, y

    def letters(self, x: Tensor) -> Tensor:
        """Logits (B, T/2, V) read from (B, D, T/4)."""
        return self._halves(self.spell, x)

    def _halves(self, head: nn.Linear, x: Tensor) -> Tensor:
        """Two answers for each frame: (B, D, T/4) to (B, T/2, n)."""
        batch, _, n_frames = x.shape
        return _each_frame(head, x).transpose(1, 2).reshape(batch, 2 * n_frames, -1)

    def _language(self, y: Tensor, mask: Tensor | None) -> Tensor:
        """Pool (B, D_deep, T/8) over time, each frame weighed by what it tells, to logits (B, L)."""
        scores = _each_frame(self.attend, y).float().squeeze(1)  # (B, T/8)
        if mask is not None:
            scores = scores.masked_fill(mask == 0, float("-inf"))
        pooled = (scores.softmax(-1)[:, None].to(y.dtype) * y).sum(-1)  # (B, D_deep)
        out: Tensor = self.language(pooled)
        return out


def _each_frame(head: nn.Linear, x: Tensor) -> Tensor:
    """Map (B, D, T) to (B, n, T), time last as everywhere: where gradients of other layouts meet, all is slow."""
    return F.conv1d(x, head.weight[..., None], head.bias)


def _loud(x: Tensor, mask: Tensor | None) -> Tensor:
    """Which of the deepest frames (B, T/8) hold something loud of the features (B, T, M); all of a silent clip."""
    sounding = x.new_ones(x.shape[0], x.shape[1] // FRAMES_PER_STEP) if mask is None else mask
    loudest = x.mean(-1).view(*sounding.shape, FRAMES_PER_STEP).amax(-1)
    loud = (loudest > QUIET) * sounding
    return torch.where(loud.sum(1, keepdim=True) > 0, loud, sounding)


def _keep(x: Tensor, frames: Frames) -> Tensor:
    return x if frames.sounding is None else x * frames.sounding
