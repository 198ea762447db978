"""How a request is laid out for the backbone.

    <s> [BEGIN_AUDIO] [AUDIO] x N [NEXT_AUDIO_TEXT] text [REPEAT_AUDIO_TEXT] [BEGIN_AUDIO]

The N places of [AUDIO] take the embedded frames of the voice's reference, an end-of-audio frame last.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from reference_model.config import EMPTY_AUDIO, END_AUDIO, N_SPECIAL, SpecialTokens, TTSConfig

# Shapes:  N places of the reference   Q rows of ids of a frame   F frames


def lay_out(tokens: SpecialTokens, text: Sequence[int], n_reference: int) -> list[int]:
    """The prompt's ids."""
    return [
        tokens.bos,
        tokens.begin_audio,
        *[tokens.audio] * n_reference,
        tokens.next_audio_text,
        *text,
        tokens.repeat_audio_text,
        tokens.begin_audio,
    ]


def reference_ids(codes: Tensor) -> Tensor:
    """Ids (1, Q, F+1) of a reference's codes (1, Q, F): special codes counted, the end-of-audio frame appended."""
    end = torch.full_like(codes[:, :, :1], EMPTY_AUDIO)
    end[:, 0] = END_AUDIO
    return torch.cat([codes + N_SPECIAL, end], dim=-1)


def n_reference(config: TTSConfig, duration_s: float) -> int:
    """Places that a reference of this length takes."""
    frames = -(-round(duration_s * config.codec.sample_rate) // config.codec.frame_size)
    return int(frames) + 1
