"""The decoder backbone: a causal transformer that makes one hidden state for each position.

Text tokens and audio frames share its input: a token is a row of one table, a frame the sum of one row a codebook of
another. Source: arXiv 2603.25551, section 2.2; Ministral's layout.
"""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

import torch
from torch import Tensor, nn

from reference_model.config import BackboneConfig, TTSConfig
from reference_model.layers import Attention, FeedForward, rotations

# Shapes:  B batch   T positions   S positions of the cache   Q rows of ids of a frame   D width
#          K heads of keys and values   E width of a head


class Place(NamedTuple):
    """Where in a cache something is put."""

    layer: int
    rows: Tensor  # (B, 1)
    positions: Tensor  # (B, T)
    end: int  # of what is looked at


class Cache:
    """Keys and values of what was read, for each row of a batch up to its own length.

    Its room is fixed, or, begun without one, grows as it must.
    """

    def __init__(
        self, config: BackboneConfig, batch: int, room: int | None, device: torch.device, dtype: torch.dtype
    ) -> None:
        self.config, self.grows = config, room is None
        shape = (batch, room or 64, config.n_kv_heads, config.head_dim)
        self.keys, self.values = (  # of each layer (B, S, K, E)
            [torch.zeros(shape, device=device, dtype=dtype) for _ in range(config.n_layers)] for _ in range(2)
        )
        self.lengths = torch.zeros(batch, dtype=torch.long, device=device)  # (B,)
        self.turns = self._turns()

    @property
    def room(self) -> int:
        """Positions that fit in."""
        return self.keys[0].shape[1]

    def _turns(self) -> Tensor:
        """Rotations (S, E/2, 2) of all positions, in float32 whatever the keys are in."""
        positions = torch.arange(self.room, device=self.lengths.device)
        return rotations(positions, self.config.head_dim, self.config.rope_theta)

    def make_room(self, positions: int) -> None:
        """See that so many positions fit. Raises ValueError where the room is fixed and too small."""
        if positions <= self.room:
            return
        if not self.grows:
            raise ValueError(f"the cache holds {self.room} positions and {positions} are needed; make it larger")
        more = max(positions, 2 * self.room) - self.room
        for kept in (self.keys, self.values):
            kept[:] = [torch.cat([each, each.new_zeros(len(each), more, *each.shape[2:])], dim=1) for each in kept]
        self.turns = self._turns()

    def write(self, keys: Tensor, values: Tensor, place: Place) -> tuple[Tensor, Tensor]:
        """Put keys and values (B, T, K, E) in their place; the layer's up to the end, (B, S, K, E), come back."""
        all_keys, all_values = self.keys[place.layer], self.values[place.layer]
        # Not `scatter_`: compiled, that copies the whole cache before it writes to it.
        all_keys.index_put_((place.rows, place.positions), keys)
        all_values.index_put_((place.rows, place.positions), values)
        return all_keys[:, : place.end], all_values[:, : place.end]


class Layer(nn.Module):
    """Attention and SwiGLU beside the identity."""

    def __init__(self, config: BackboneConfig) -> None:
        super().__init__()
        self.attention_norm = nn.RMSNorm(config.dim, config.norm_eps)
        self.attention = Attention(config.dim, config.n_heads, config.n_kv_heads, config.head_dim)
        self.ffn_norm = nn.RMSNorm(config.dim, config.norm_eps)
        self.feed_forward = FeedForward(config.dim, config.hidden_dim)

    def forward(self, x: Tensor, turns: Tensor) -> Tensor:
        """Map (B, T, D) to the same shape: everything at once, as in training."""
        x = x + self.attention.attend(*self.attention.turned(self.attention_norm(x), turns), causal=True)
        out: Tensor = x + self.feed_forward(self.ffn_norm(x))
        return out

    def step(self, x: Tensor, turns: Tensor, mask: Tensor | None, cache: Cache, place: Place) -> Tensor:
        """The same for positions that follow what the cache holds."""
        q, k, v = self.attention.turned(self.attention_norm(x), turns)
        keys, values = cache.write(k, v, place)
        x = x + self.attention.attend(q, keys, values, mask)
        out: Tensor = x + self.feed_forward(self.ffn_norm(x))
        return out


class AudioEmbeddings(nn.Module):
    """One flat table for all codebooks, one behind the other."""

    def __init__(self, rows: int, dim: int) -> None:
        super().__init__()
        self.embeddings = nn.Embedding(rows, dim)


class Embeddings(nn.Module):
    """Tables of text tokens and of audio codes."""

    def __init__(self, config: TTSConfig) -> None:
        super().__init__()
        self.tok_embeddings = nn.Embedding(config.backbone.vocab_size, config.backbone.dim)
        self.audio_codebook_embeddings = AudioEmbeddings(config.audio_rows, config.backbone.dim)


def offsets(config: TTSConfig) -> Tensor:
    """The first row (Q,) of each codebook in the flat table."""
    return torch.tensor([0, *accumulate(config.codebook_sizes[:-1])])


class Backbone(nn.Module):
    """Embeddings in, hidden states out."""

    offsets: Tensor

    def __init__(self, config: TTSConfig) -> None:
        super().__init__()
        self.config = config.backbone
        self.mm_audio_embeddings = Embeddings(config)
        self.layers = nn.ModuleList(Layer(config.backbone) for _ in range(config.backbone.n_layers))
        self.norm = nn.RMSNorm(config.backbone.dim, config.backbone.norm_eps)
        self.register_buffer("offsets", offsets(config), persistent=False)

    def embed_text(self, ids: Tensor) -> Tensor:
        """Token ids (B, T) to inputs (B, T, D)."""
        out: Tensor = self.mm_audio_embeddings.tok_embeddings(ids)
        return out

    def embed_frames(self, ids: Tensor) -> Tensor:
        """Ids of frames (B, Q, T), special codes counted, to inputs (B, T, D): the sum of one row a codebook."""
        rows: Tensor = self.mm_audio_embeddings.audio_codebook_embeddings.embeddings(ids + self.offsets[:, None])
        return rows.sum(1)  # (B, T, D)

    def forward(self, x: Tensor) -> Tensor:
        """Hidden states (B, T, D) of inputs (B, T, D), all at once, after the last norm."""
        turns = rotations(
            torch.arange(x.shape[1], device=x.device), self.config.head_dim, self.config.rope_theta
        )  # (T, E/2, 2)
        for layer in self.layers:
            x = layer(x, turns)
        out: Tensor = self.norm(x)
        return out

    def cache(self, batch: int, room: int | None = None) -> Cache:
        """An empty cache; without a room it grows."""
        weight = self.norm.weight
        return Cache(self.config, batch, room, weight.device, weight.dtype)

    def read(self, x: Tensor, cache: Cache, lengths: Tensor | None = None, *, everywhere: bool = False) -> Tensor:
        """Hidden states (B, T, D) of inputs (B, T, D) that follow what the cache holds, which takes them in.

        `lengths` (B,) says how many of a row's inputs count, the rest is padding: what is read next takes its place.
        With `everywhere` the whole room is looked at, so that no shape depends on what the cache holds, nothing is
        asked of the device, and the inputs must fit.
        """
        batch, n_new, _ = x.shape
        counted = cache.lengths.new_full((batch,), n_new) if lengths is None else lengths
        positions = cache.lengths[:, None] + torch.arange(n_new, device=x.device)  # (B, T)
        if everywhere:
            end = cache.room
        else:
            end = int(positions.max()) + 1  # no key behind it is looked at, so that an empty room costs nothing
            cache.make_room(end)
        mask = None  # one position of one request sees all up to the end
        if everywhere or batch * n_new > 1:
            mask = (torch.arange(end, device=x.device) <= positions[..., None])[:, None]  # (B, 1, T, S)
        turns = cache.turns[positions]  # (B, T, E/2, 2)
        rows = torch.arange(batch, device=x.device)[:, None]
        for index, layer in enumerate(self.layers):
            assert isinstance(layer, Layer)
            x = layer.step(x, turns, mask, cache, Place(index, rows, positions, end))
        cache.lengths += counted
        out: Tensor = self.norm(x)
        return out
