"""From a hidden state to a frame of codes: a semantic head, and a flow that draws the acoustic values.

    x_0 ~ N(0, 1);  x <- x + (t' - t) v(x, t, h) over a uniform grid from 0 to 1
    v = a v(x, t, h) + (1 - a) v(x, t, 0)           classifier-free guidance, both in one batch
    levels = round((clamp(x) + 1) / 2 * 20)

The velocity is a bidirectional transformer over three tokens: noisy values, time, condition; they are told apart by
content alone. Flow matching: Lipman et al. (2023); guidance: Ho and Salimans (2022). Source: arXiv 2603.25551, section
2.3, and the public checkpoint's tensors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from reference_model.codec import levels_of, values_of
from reference_model.config import EMPTY_AUDIO, END_AUDIO, N_SPECIAL, TTSConfig
from reference_model.head import Sampling
from reference_model.layers import Attention, FeedForward
from reference_model.matrices import Matrix

# Shapes:  B batch   D width of the flow   A acoustic values   V semantic ids   Q rows of ids   N frames   R noise draws


class Grid(NamedTuple):
    """The times at which the sampler stands, in the weights' type."""

    times: Tensor  # (steps+1,), from 0 to 1
    tokens: Tensor  # (steps, D), of those that a step begins at


class Layer(nn.Module):
    """Attention over the three tokens and SwiGLU, beside the identity."""

    def __init__(self, config: TTSConfig) -> None:
        super().__init__()
        c = config.flow
        self.attention_norm = nn.RMSNorm(c.dim, c.norm_eps)
        self.attention = Attention(c.dim, c.n_heads, c.n_kv_heads, c.head_dim)
        self.ffn_norm = nn.RMSNorm(c.dim, c.norm_eps)
        self.feed_forward = FeedForward(c.dim, c.hidden_dim)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, 3, D) to the same shape."""
        x = x + self.attention.attend(*self.attention.project(self.attention_norm(x)))
        out: Tensor = x + self.feed_forward(self.ffn_norm(x))
        return out


def frequencies(dim: int, device: torch.device | None = None) -> Tensor:
    """D/2 frequencies from 1 down to 1/10,000, in float32."""
    half = dim // 2
    return torch.exp(-math.log(10_000) * torch.arange(half, device=device) / half)


class TimeEmbedding(nn.Module):
    """Cosines, then sines, of a time in [0, 1], which is not scaled by 1,000, at each frequency.

    The frequencies are no buffer: they stay in float32 when the model is made smaller.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, time: Tensor) -> Tensor:
        """Map times (...,) to (..., D), in float32."""
        angles = time.float()[..., None] * frequencies(self.dim, time.device)
        return torch.cat([angles.cos(), angles.sin()], dim=-1)


class Flow(nn.Module):
    """The semantic head and the acoustic transformer."""

    def __init__(self, config: TTSConfig) -> None:
        super().__init__()
        self.whole = config
        self.config = c = config.flow
        codec = config.codec
        self.input_projection = Matrix(codec.acoustic_dim, c.dim)
        self.time_projection = Matrix(c.dim, c.dim)
        self.llm_projection = Matrix(config.backbone.dim, c.dim)
        self.semantic_codebook_output = Matrix(config.backbone.dim, config.semantic_rows)
        self.acoustic_codebook_output = Matrix(c.dim, codec.acoustic_dim)
        self.layers = nn.ModuleList(Layer(config) for _ in range(c.n_layers))
        self.norm = nn.RMSNorm(c.dim, c.norm_eps)
        self.time_embedding = TimeEmbedding(c.dim)

    # --- as a head ---------------------------------------------------------------------------------------------------

    def constants(self, sampling: Sampling) -> Grid:
        """Times and their tokens."""
        return self.grid(sampling.steps)

    def chances(self, generators: Sequence[torch.Generator], sampling: Sampling) -> tuple[Tensor, ...]:
        """Noise (B, A), where the flow begins, and Gumbel's (B, V), where the semantic code is drawn."""
        device = self.time_projection.weight.device
        n_values, n_codes = self.whole.codec.acoustic_dim, self.whole.semantic_rows
        noise = torch.stack([torch.randn(n_values, generator=generator) for generator in generators]).to(device)
        if sampling.temperature == 0:
            return (noise,)
        drawn = torch.stack([torch.rand(n_codes, generator=generator) for generator in generators])
        return noise, -(-drawn.clamp(min=1e-20).log()).log().to(device)

    def frame(
        self, hidden: Tensor, chances: Sequence[Tensor], sampling: Sampling, constants: Sequence[Tensor]
    ) -> Tensor:
        """Ids (B, Q) of a frame from hidden states (B, D_backbone)."""
        scores = self.semantic_logits(hidden)  # (B, V)
        noise, *gumbel = chances
        if gumbel:
            # The largest of logits and Gumbel noise is a draw by their probabilities (Gumbel, 1954; Maddison et al.,
            # 2014): unlike a multinomial draw it asks nothing of the device.
            scores = _likeliest(scores / sampling.temperature, sampling.top_p) + gumbel[0]
        return self.filled(hidden, noise, scores.argmax(-1), Grid(*constants), sampling.guidance)

    def loss(
        self, hidden: Tensor, ids: Tensor, weight: Tensor, generator: torch.Generator | None = None
    ) -> dict[str, Tensor]:
        """Cross-entropy of the semantic id, the end's too, and the flow's error, of all frames at once."""
        cross = F.cross_entropy(self.semantic_logits(hidden), ids[:, 0], reduction="none")  # (N,)
        sounds = ids[:, 0] != END_AUDIO
        errors = self.acoustic_loss(hidden[sounds], ids[sounds, 1:], generator)
        return {
            "semantic": (cross * weight).sum() / weight.sum(),
            "acoustic": (errors * weight[sounds]).sum() / weight[sounds].sum().clamp(min=1e-6),
        }

    # --- semantic ----------------------------------------------------------------------------------------------------

    def semantic_logits(self, hidden: Tensor) -> Tensor:
        """Logits (..., V) of hidden states (..., D_backbone), in float32; padding and the empty code at -inf."""
        logits: Tensor = self.semantic_codebook_output(hidden).float()
        there = torch.arange(logits.shape[-1], device=logits.device)
        never = (there == EMPTY_AUDIO) | (there >= self.whole.codebook_sizes[0])
        return logits.masked_fill(never, float("-inf"))

    # --- acoustic ----------------------------------------------------------------------------------------------------

    def velocity(self, x: Tensor, time: Tensor, condition: Tensor) -> Tensor:
        """Velocity (B, A) at values x (B, A), time tokens (B, D) or (D,), and projected conditions (B, D)."""
        tokens = torch.stack([self.input_projection(x), time.expand_as(condition), condition], dim=1)  # (B, 3, D)
        for layer in self.layers:
            tokens = layer(tokens)
        out: Tensor = self.acoustic_codebook_output(self.norm(tokens[:, 0]))  # the others are not read
        return out

    def time_tokens(self, times: Tensor) -> Tensor:
        """Map times (...,) to tokens (..., D)."""
        weight = self.time_projection.weight
        out: Tensor = self.time_projection(self.time_embedding(times).to(weight.dtype))
        return out

    def grid(self, steps: int | None = None) -> Grid:
        """Times and their tokens for so many steps; they are the same for every frame."""
        steps = self.config.steps if steps is None else steps
        weight = self.time_projection.weight
        # made in float32 and rounded once: in bfloat16 itself some processors place the last times elsewhere
        times = torch.linspace(0, 1, steps + 1, device=weight.device).to(weight.dtype)
        return Grid(times, self.time_tokens(times[:-1]))

    def sample(
        self, hidden: Tensor, noise: Tensor, steps: int | Grid | None = None, guidance: float | None = None
    ) -> Tensor:
        """Acoustic values (B, A), not yet clamped, of hidden states (B, D_backbone), from noise (B, A).

        Euler's method on a uniform grid: so many steps, None for the configuration's, or what `grid` made of them. The
        condition is projected once; without it, it is a zero vector, since the projection has no bias.
        """
        times, tokens = steps if isinstance(steps, Grid) else self.grid(steps)
        guidance = self.config.guidance if guidance is None else guidance
        condition = self.llm_projection(hidden)  # (B, D)
        x = noise.to(condition.dtype) * self.config.noise_scale
        both = torch.cat([condition, torch.zeros_like(condition)])  # (2B, D)
        for index in range(len(tokens)):
            if guidance == 1.0:
                v = self.velocity(x, tokens[index], condition)
            else:
                with_it, without = self.velocity(x.repeat(2, 1), tokens[index], both).chunk(2)
                v = guidance * with_it + (1 - guidance) * without
            x = x + (times[index + 1] - times[index]) * v
        return x

    def filled(
        self,
        hidden: Tensor,
        noise: Tensor,
        semantic: Tensor,
        steps: int | Grid | None = None,
        guidance: float | None = None,
    ) -> Tensor:
        """Ids (B, Q) of a frame with these semantic ids (B,); at the end of audio the others are the lowest level."""
        values = self.sample(hidden, noise, steps, guidance).float()  # (B, A)
        levels = levels_of(values, self.whole.codec.acoustic_codebook_size)
        levels = levels.masked_fill((semantic == END_AUDIO)[:, None], 0)
        return torch.cat([semantic[:, None], levels + N_SPECIAL], dim=1)

    # --- training ----------------------------------------------------------------------------------------------------

    def acoustic_loss(
        self, hidden: Tensor, ids: Tensor, generator: torch.Generator | None = None, draws: int | None = None
    ) -> Tensor:
        """Loss (N,): squared error of the velocity on straight paths from noise to the de-quantized values.

        Each frame is met at `draws` times, with noise of its own each; for a share of frames the condition is zero.
        What the paper leaves open is chosen here: the aim is the de-quantized value, and times are uniform. `draws`:
        None for the configuration's. The generator is one of the CPU, wherever the model is.
        """
        n_frames, draws = len(hidden), self.config.noise_draws if draws is None else draws
        aim = values_of(ids - N_SPECIAL, self.whole.codec.acoustic_codebook_size)  # (N, A)
        aim = aim.to(hidden.dtype).repeat(draws, 1)  # (R*N, A)
        kept = torch.rand(n_frames, generator=generator).to(hidden.device) >= self.config.condition_dropout
        condition = self.llm_projection(hidden * kept[:, None]).repeat(draws, 1)  # (R*N, D)
        noise = torch.randn(aim.shape, generator=generator, dtype=aim.dtype).to(aim.device)
        time = torch.rand(len(aim), generator=generator).to(aim.device)  # (R*N,)
        at = time[:, None].to(aim.dtype)
        v = self.velocity((1 - at) * noise + at * aim, self.time_tokens(time), condition)
        errors = F.mse_loss(v.float(), (aim - noise).float(), reduction="none").mean(-1)  # (R*N,)
        return errors.view(draws, n_frames).mean(0)


def _likeliest(logits: Tensor, top_p: float) -> Tensor:
    """Logits (B, V) with all at -inf but the smallest set of the likeliest whose probability is at least `top_p`."""
    if top_p == 1.0:
        return logits
    ordered, order = logits.softmax(-1).sort(dim=-1, descending=True)
    beyond = ordered.cumsum(-1) - ordered >= top_p  # what is likelier is enough
    return logits.masked_fill(torch.zeros_like(beyond).scatter(1, order, beyond), float("-inf"))
