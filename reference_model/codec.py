"""The codec: 24 kHz sound to 37 codes a frame of 80 ms, and back, causally.

    sound (B, 1, S) -> patches 100 Hz -> [transformer, convolution] x 4 -> latent 12.5 Hz (B, 292, F)
    latent -> 256 channels: the nearest row of a codebook (semantic) | 36 channels: tanh, 21 levels each (acoustic)
    codes (B, 37, F) -> latent -> [convolution, transformer] x 4 -> patches 100 Hz -> sound (B, 1, 1920 F)

Every part takes a state and hands one back, so that sound in pieces is one code path with sound in one go; None begins
anew. Source: arXiv 2603.25551, section 2.1; sizes and paddings from the public checkpoint's tensors. Attention with
linear biases: Press et al. (2022), the first slope 1 here; finite scalar quantization: Mentzer et al. (2024); layer
scale: Touvron et al. (2021).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

from reference_model.config import CodecConfig
from reference_model.layers import FeedForward

# Shapes:  B batch   S samples   P steps of a stage   F frames   D width   H heads   E width of a head   W window
#          Q rows of codes: one semantic, then the acoustic ones

STFT_SIZES = (2048, 1024, 512, 256, 128, 64)  # of the spectral loss; the paper does not give its own
LONGEST = 512  # steps that attention takes at once; longer sound goes through in pieces of this length

State = list[Tensor]  # of one side of the codec: what each convolution and attention keeps of the past


class Past:
    """The states of a side's parts, taken in order and handed back in order."""

    def __init__(self, state: State | None) -> None:
        self.begins = state is None
        self._before: Iterator[Tensor] = iter(state or ())
        self.after: State = []

    def take(self) -> Tensor | None:
        """What the next part kept; None at the beginning."""
        return None if self.begins else next(self._before)

    def keep(self, tensor: Tensor) -> None:
        """Keep something for the next piece: no view, which would keep all of this one."""
        self.after.append(tensor)


class CausalConv1d(nn.Module):
    """A convolution whose output step t sees inputs up to its own; the beginning is padded with what was not there."""

    def __init__(
        self, inner: int, outer: int, kernel: int, stride: int = 1, pad: Literal["reflect", "replicate"] = "replicate"
    ) -> None:
        super().__init__()
        self.stride, self.left, self.pad = stride, kernel - stride, pad
        self.kernel = kernel
        self.conv = weight_norm(nn.Conv1d(inner, outer, kernel, stride, bias=False), dim=0)

    def forward(self, x: Tensor, past: Past) -> Tensor:
        """Map (B, D_in, P) to (B, D_out, ceil(P / stride)).

        Pieces but the last must be multiples of the stride, and a first one longer than the padding where it reflects.
        """
        tail = past.take()
        x = self._begun(x) if tail is None else torch.cat([tail, x], dim=-1)  # (B, D_in, left+P)
        past.keep(x[..., x.shape[-1] - self.left :].clone() if self.left else x[..., :0].clone())
        missing = -(x.shape[-1] - self.kernel) % self.stride
        if missing:
            x = F.pad(x, (0, missing), mode="replicate")
        out: Tensor = self.conv(x)
        return out

    def _begun(self, x: Tensor) -> Tensor:
        if not self.left:
            return x
        if self.pad == "reflect" and x.shape[-1] <= self.left:
            # too short to reflect: zeros first, which are cut off again
            longer = F.pad(x, (0, self.left + 1 - x.shape[-1]))
            return F.pad(longer, (self.left, 0), mode="reflect")[..., : self.left + x.shape[-1]]
        return F.pad(x, (self.left, 0), mode=self.pad)


class CausalConvTranspose1d(nn.Module):
    """A transposed convolution without its last outputs, which would hang over what is not yet there."""

    def __init__(self, inner: int, outer: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.stride, self.before = stride, -(-kernel // stride) - 1  # inputs before its own that an output depends on
        self.conv = weight_norm(nn.ConvTranspose1d(inner, outer, kernel, stride, bias=False), dim=0)

    def forward(self, x: Tensor, past: Past) -> Tensor:
        """Map (B, D_in, P) to (B, D_out, stride * P)."""
        tail = past.take()
        known = 0 if tail is None else tail.shape[-1]
        whole = x if tail is None else torch.cat([tail, x], dim=-1)
        past.keep(whole[..., max(0, whole.shape[-1] - self.before) :].clone())
        out: Tensor = self.conv(whole)
        return out[..., known * self.stride : (known + x.shape[-1]) * self.stride]


def alibi_slopes(n_heads: int) -> list[float]:
    """1, 1/2, 1/4, ... for 8 heads: powers of 2^(-8/n); where n is no power of two, every second of the next one's."""
    whole = 2 ** math.floor(math.log2(n_heads))
    slopes = [2.0 ** (-8 * head / whole) for head in range(whole)]
    return slopes + [2.0 ** (-8 * head / (2 * whole)) for head in range(1, 2 * whole, 2)][: n_heads - whole]


class WindowedAttention(nn.Module):
    """Attention to the last `window` steps and the own one, with a bias that falls with distance.

    Queries and keys are normalized over all heads together. The state holds keys and values of the last steps.
    """

    def __init__(self, config: CodecConfig, window: int) -> None:
        super().__init__()
        self.n_heads, self.window = config.n_heads, window
        inner = config.n_heads * config.head_dim
        self.wq, self.wk, self.wv = (nn.Linear(config.dim, inner, bias=False) for _ in range(3))
        self.wo = nn.Linear(inner, config.dim, bias=False)
        self.q_norm = nn.RMSNorm(inner, config.qk_norm_eps)
        self.k_norm = nn.RMSNorm(inner, config.qk_norm_eps)

    def forward(self, x: Tensor, bias: Tensor, past: Past) -> Tensor:
        """Map (B, P, D) to the same shape; bias (H, P, W+P) of `biases`."""
        q, k, v = self.q_norm(self.wq(x)), self.k_norm(self.wk(x)), self.wv(x)  # (B, P, H*E)
        tail = past.take()
        both = torch.stack([k, v])  # (2, B, P, H*E)
        if tail is not None:
            both = torch.cat([tail, both], dim=2)  # (2, B, W'+P, H*E)
        past.keep(both[:, :, max(0, both.shape[2] - self.window) :])
        k, v = both.unbind(0)
        q, k, v = (part.unflatten(-1, (self.n_heads, -1)).transpose(1, 2) for part in (q, k, v))  # (B, H, P, E)
        seen = bias[:, :, bias.shape[-1] - k.shape[2] :].to(q.dtype)  # (H, P, W'+P)
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=seen)  # (B, H, P, E)
        projected: Tensor = self.wo(out.transpose(1, 2).flatten(2))  # (B, P, D)
        return projected

    def biases(self, n_steps: int, device: torch.device) -> Tensor:
        """Bias (H, P, W+P) of n_steps queries on the steps before them and their own; -inf outside the window."""
        query = torch.arange(n_steps, device=device)[:, None]
        key = torch.arange(-self.window, n_steps, device=device)[None]
        distance = query - key  # (P, W+P)
        slopes = torch.tensor(alibi_slopes(self.n_heads), device=device)[:, None, None]
        seen = (distance >= 0) & (distance <= self.window)
        return torch.where(seen, -slopes * distance, float("-inf"))


class Layer(nn.Module):
    """Attention and SwiGLU beside the identity, each scaled by learned numbers that begin small."""

    def __init__(self, config: CodecConfig, window: int) -> None:
        super().__init__()
        self.attention_norm = nn.RMSNorm(config.dim, config.norm_eps)
        self.attention = WindowedAttention(config, window)
        self.attention_scale = nn.Parameter(torch.full((config.dim,), config.layer_scale_init))
        self.ffn_norm = nn.RMSNorm(config.dim, config.norm_eps)
        self.feed_forward = FeedForward(config.dim, config.hidden_dim)
        self.ffn_scale = nn.Parameter(torch.full((config.dim,), config.layer_scale_init))

    def forward(self, x: Tensor, bias: Tensor, past: Past) -> Tensor:
        """Map (B, P, D) to the same shape."""
        x = x + self.attention_scale * self.attention(self.attention_norm(x), bias, past)
        out: Tensor = x + self.ffn_scale * self.feed_forward(self.ffn_norm(x))
        return out


class Transformer(nn.Module):
    """The layers of one stage; no norm at the end."""

    def __init__(self, config: CodecConfig, n_layers: int, window: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(config, window) for _ in range(n_layers))

    def forward(self, x: Tensor, past: Past) -> Tensor:
        """Map (B, D, P) to the same shape."""
        if not len(self.layers):
            return x
        pieces = []
        state = None if past.begins else [tensor for _ in self.layers if (tensor := past.take()) is not None]
        for piece in torch.split(x.transpose(1, 2), LONGEST, dim=1):  # (B, P, D)
            inner, y = Past(state), piece
            bias = self.layers[0].attention.biases(piece.shape[1], x.device)  # type: ignore[union-attr,operator]
            for layer in self.layers:
                y = layer(y, bias, inner)
            state = inner.after
            pieces.append(y)
        for tensor in state or ():
            past.keep(tensor)
        return torch.cat(pieces, dim=1).transpose(1, 2)  # (B, D, P)


class SemanticCodebook(nn.Module):
    """Vector quantization by the nearest row: rows are running means of what was nearest (Razavi et al., 2019)."""

    embedding_sum: Tensor
    cluster_usage: Tensor

    def __init__(self, size: int, dim: int) -> None:
        super().__init__()
        self.register_buffer("embedding_sum", torch.randn(size, dim) * dim**-0.5)
        self.register_buffer("cluster_usage", torch.ones(size))

    @property
    def rows(self) -> Tensor:
        """The usable table (K, D): sums over usage, in the buffers' own precision."""
        return self.embedding_sum / self.cluster_usage.clamp(min=1e-5)[:, None]

    def encode(self, z: Tensor) -> Tensor:
        """Nearest rows (B, F) of z (B, D, F), in Euclid's distance."""
        rows = self.rows.float()
        return torch.cdist(z.transpose(1, 2).float(), rows[None].expand(len(z), -1, -1)).argmin(-1)

    @torch.no_grad()
    def learn(self, z: Tensor, decay: float = 0.99, generator: torch.Generator | None = None) -> None:
        """Move the running means towards z (B, D, F); a row that is no longer anyone's nearest begins anew in z."""
        found = z.transpose(1, 2).flatten(0, 1).to(self.embedding_sum)  # (B*F, D)
        codes = self.encode(z).flatten()
        usage = torch.bincount(codes, minlength=len(self.cluster_usage)).to(self.cluster_usage)
        sums = torch.zeros_like(self.embedding_sum).index_add_(0, codes, found)
        self.cluster_usage.lerp_(usage, 1 - decay)
        self.embedding_sum.lerp_(sums, 1 - decay)
        idle = self.cluster_usage < 0.01
        drawn = found[torch.randint(len(found), (int(idle.sum()),), generator=generator).to(found.device)]
        self.embedding_sum[idle], self.cluster_usage[idle] = drawn, 1.0

    def decode(self, codes: Tensor) -> Tensor:
        """Rows of codes (B, F), as (B, D, F)."""
        return F.embedding(codes, self.rows).transpose(1, 2)


def levels_of(y: Tensor, n_levels: int) -> Tensor:
    """Values in [-1, 1] to the nearest of n levels, 0 to n-1; halves to the even one."""
    return ((y.clamp(-1, 1) + 1) / 2 * (n_levels - 1)).round().long()


def values_of(levels: Tensor, n_levels: int) -> Tensor:
    """Levels 0 to n-1 to values in [-1, 1], in float32."""
    return 2 * levels.float() / (n_levels - 1) - 1


class Quantizer(nn.Module):
    """Latents to codes and back: semantic channels by a codebook, acoustic ones level by level."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.config = config
        self.semantic_codebook = SemanticCodebook(config.semantic_codebook_size, config.semantic_dim)

    def encode(self, z: Tensor) -> Tensor:
        """Map latents (B, D, F) to codes (B, Q, F)."""
        semantic, acoustic = torch.split(z, [self.config.semantic_dim, self.config.acoustic_dim], dim=1)
        levels = levels_of(acoustic.float().tanh(), self.config.acoustic_codebook_size)
        return torch.cat([self.semantic_codebook.encode(semantic)[:, None], levels], dim=1)

    def dithered(self, z: Tensor, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
        """Latents (B, D, F) as the decoder meets them in training, straight through, and the commitment's loss.

        Semantic channels are quantized in half of the rows. Acoustic ones are quantized in half of the rows, get
        uniform noise of at most 1 / levels in a quarter, and stay as they are in a quarter. That a draw is one row's,
        and the noise on the scale of [-1, 1], is our reading: the paper does not say.
        """
        config, batch = self.config, len(z)
        semantic, acoustic = torch.split(z, [config.semantic_dim, config.acoustic_dim], dim=1)
        nearest = self.semantic_codebook.decode(self.semantic_codebook.encode(semantic)).to(z.dtype).detach()
        commitment = F.mse_loss(semantic, nearest)
        chance = torch.rand(batch, generator=generator).to(z.device)[:, None, None]
        rows = torch.where(chance < 0.5, semantic + (nearest - semantic).detach(), semantic)
        y = acoustic.tanh()
        level = values_of(levels_of(y, config.acoustic_codebook_size), config.acoustic_codebook_size).to(z.dtype)
        noise = (2 * torch.rand(y.shape, generator=generator).to(y) - 1) / config.acoustic_codebook_size
        chance = torch.rand(batch, generator=generator).to(z.device)[:, None, None]
        near = torch.where(chance < 0.5, level, torch.where(chance < 0.75, y + noise, y))
        return torch.cat([rows, y + (near - y).detach()], dim=1), commitment

    def decode(self, codes: Tensor) -> Tensor:
        """Map codes (B, Q, F) to latents (B, D, F). Raises ValueError for codes that there are not."""
        config = self.config
        if codes.ndim != 3 or codes.shape[1] != config.n_codebooks or not codes.shape[2]:
            shape = tuple(codes.shape)
            raise ValueError(f"got codes of the shape {shape}; expected (batch, {config.n_codebooks}, frames)")
        semantic, levels = codes[:, 0], codes[:, 1:]
        for name, part, size in (
            ("semantic", semantic, config.semantic_codebook_size),
            ("acoustic", levels, config.acoustic_codebook_size),
        ):
            if part.numel() and not (int(part.min()) >= 0 and int(part.max()) < size):
                raise ValueError(f"{name} codes from {int(part.min())} to {int(part.max())}; expected 0 to {size - 1}")
        rows = self.semantic_codebook.decode(semantic)  # (B, D_semantic, F)
        values = values_of(levels, config.acoustic_codebook_size).to(rows.dtype)  # (B, D_acoustic, F)
        return torch.cat([rows, values], dim=1)


class Codec(nn.Module):
    """Sound to codes and back."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.config = c = config
        self.input_proj = CausalConv1d(c.patch_size, c.dim, c.patch_kernel, pad="reflect")
        self.encoder_blocks = nn.ModuleList()
        window = c.window
        last = len(c.encoder_lengths) - 1
        for index, (length, kernel, stride) in enumerate(
            zip(c.encoder_lengths, c.encoder_kernels, c.encoder_strides, strict=True)
        ):
            self.encoder_blocks.append(Transformer(c, length, window))
            self.encoder_blocks.append(CausalConv1d(c.dim, c.latent_dim if index == last else c.dim, kernel, stride))
            window = max(1, window // stride)
        self.quantizer = Quantizer(c)
        self.decoder_blocks = nn.ModuleList()
        for index, (length, kernel, stride) in enumerate(
            zip(c.decoder_lengths, c.decoder_kernels, c.decoder_strides, strict=True)
        ):
            inner = c.latent_dim if index == 0 else c.dim
            window *= stride
            if stride == 1:
                self.decoder_blocks.append(CausalConv1d(inner, c.dim, kernel))
            else:
                self.decoder_blocks.append(CausalConvTranspose1d(inner, c.dim, kernel, stride))
            self.decoder_blocks.append(Transformer(c, length, window))
        self.output_proj = CausalConv1d(c.dim, c.patch_size, c.patch_kernel, pad="reflect")

    @property
    def has_encoder(self) -> bool:
        """Whether it can encode: the public checkpoint comes without the encoder's weights."""
        return hasattr(self, "input_proj")

    def drop_encoder(self) -> None:
        """Do without the encoder."""
        del self.input_proj, self.encoder_blocks

    # --- sound to codes ----------------------------------------------------------------------------------------------

    def encode(self, waveform: Tensor) -> Tensor:
        """Codes (B, Q, F) of sound (B, 1, S) in [-1, 1]; F = ceil(S / frame size). Raises ValueError for no sound."""
        return self.encode_piece(waveform, None)[0]

    def encode_piece(self, waveform: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Codes of the next piece of sound, whole frames but for the last one, and the state for the one after it."""
        latents, state = self.latents(waveform, state)
        return self.quantizer.encode(latents), state

    def latents(self, waveform: Tensor, state: State | None) -> tuple[Tensor, State]:
        """What is quantized: (B, D_latent, F)."""
        if waveform.ndim != 3 or waveform.shape[1] != 1 or not waveform.shape[2]:
            raise ValueError(f"got sound of the shape {tuple(waveform.shape)}; expected (batch, 1, samples)")
        if not self.has_encoder:
            raise ValueError("this codec has no encoder: its checkpoint holds the decoder alone")
        past = Past(state)
        x = waveform.to(self.input_proj.conv.weight.dtype)
        x = F.pad(x, (0, -x.shape[-1] % self.config.patch_size))
        x = x.view(len(x), -1, self.config.patch_size).transpose(1, 2)  # (B, patch, P)
        x = self.input_proj(x, past)  # (B, D, P)
        for block in self.encoder_blocks:
            x = block(x, past)
        return x, past.after

    # --- training ----------------------------------------------------------------------------------------------------

    def loss(self, waveform: Tensor, step: int = 0, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        """Losses of a batch of sound (B, 1, S), `total` to be minimized; `latents` are what was quantized.

        The distance between sound and spectra, which weighs less with each step, and the commitment of the semantic
        channels. Where the discriminators and the recognizer that the paper also learns from are there, training adds
        their terms.
        """
        latents, _ = self.latents(waveform, None)
        quantized, commitment = self.quantizer.dithered(latents, generator)
        sound, _ = self.sound(quantized, None)
        sound = sound[..., : waveform.shape[-1]]
        of_waveform = F.l1_loss(sound, waveform)
        of_spectrum = torch.stack([_spectral_distance(sound, waveform, size) for size in STFT_SIZES]).mean()
        total = 0.9999**step * (of_waveform + of_spectrum) + 0.1 * commitment
        return {
            "total": total,
            "waveform": of_waveform,
            "spectrum": of_spectrum,
            "commitment": commitment,
            "latents": latents.detach(),
        }

    # --- codes to sound ----------------------------------------------------------------------------------------------

    def decode(self, codes: Tensor) -> Tensor:
        """Sound (B, 1, S) of codes (B, Q, F), S = frame size * F. Raises ValueError for codes that there are not."""
        return self.decode_piece(codes, None)[0]

    def decode_piece(self, codes: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Sound of the next frames, and the state for those after them."""
        return self.sound(self.quantizer.decode(codes), state)

    def sound(self, latents: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Sound (B, 1, S) of latents (B, D_latent, F)."""
        past = Past(state)
        x = latents.to(self.output_proj.conv.weight.dtype)
        for block in self.decoder_blocks:
            x = block(x, past)
        x = self.output_proj(x, past)  # (B, patch, P)
        return x.transpose(1, 2).flatten(1)[:, None], past.after  # (B, 1, S)


def _spectral_distance(one: Tensor, other: Tensor, size: int) -> Tensor:
    """Mean absolute difference of the magnitudes of two sounds (B, 1, S)."""
    window = torch.hann_window(size, device=one.device)
    left, right = (
        torch.stft(x[:, 0].float(), size, size // 4, window=window, return_complex=True, pad_mode="constant").abs()
        for x in (one, other)
    )
    return F.l1_loss(left, right)
