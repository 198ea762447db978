"""Checkpoints in the official layout: names and shapes as the published table has them, written out."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

VOICES = {"casual_male": 5, "fr_female": 3}  # preset -> rows
N_TEXT_SPECIAL = 64
PIECES = [bytes([byte]) for byte in range(256)] + [b"he", b"hel", b" w"]  # in order of their ranks
END_ROW = 1  # of the semantic head


def published_params() -> dict[str, Any]:
    """What the public params.json holds, keys of training infrastructure among it."""
    return {
        "dim": 3072,
        "n_layers": 26,
        "head_dim": 128,
        "hidden_dim": 9216,
        "n_heads": 32,
        "n_kv_heads": 8,
        "use_biases": False,
        "causal": True,
        "rope_theta": 1_000_000.0,
        "norm_eps": 1e-05,
        "vocab_size": 131_072,
        "tied_embeddings": True,
        "max_seq_len": 65_536,
        "max_position_embeddings": 128_000,
        "model_type": "voxtral_tts",
        "dropout": 0.0,
        "rms_norm": "PRE",
        "multimodal": {
            "bos_token_id": 1,
            "audio_model_args": {
                "semantic_codebook_size": 8192,
                "acoustic_codebook_size": 21,
                "n_acoustic_codebook": 36,
                "audio_token_id": 24,
                "begin_audio_token_id": 25,
                "input_embedding_concat_type": "sum",
                "p_uncond": 0.0,
                "text_feature_bugged": False,
                "condition_dropped_token_id": 42,
                "audio_encoding_args": {
                    "codebook_pattern": "parallel",
                    "num_codebooks": 37,
                    "sampling_rate": 24_000,
                    "frame_rate": 12.5,
                },
                "acoustic_transformer_args": {
                    "input_dim": 3072,
                    "dim": 3072,
                    "n_layers": 3,
                    "head_dim": 128,
                    "hidden_dim": 9216,
                    "n_heads": 32,
                    "n_kv_heads": 8,
                    "use_biases": False,
                    "rope_theta": 10_000.0,
                    "sigma": 1e-05,
                    "sigma_max": 1.0,
                },
            },
            "audio_tokenizer_args": {
                "channels": 1,
                "sampling_rate": 24_000,
                "pretransform_patch_size": 240,
                "patch_proj_kernel_size": 7,
                "dim": 1024,
                "hidden_dim": 4096,
                "n_heads": 8,
                "n_kv_heads": 8,
                "head_dim": 128,
                "causal": True,
                "attn_sliding_window_size": 16,
                "half_attn_window_upon_downsampling": True,
                "qk_norm": True,
                "qk_norm_eps": 1e-06,
                "norm_eps": 0.01,
                "use_biases": False,
                "layer_scale": True,
                "layer_scale_init": 0.01,
                "conv_weight_norm": True,
                "semantic_codebook_size": 8192,
                "semantic_dim": 256,
                "acoustic_codebook_size": 21,
                "acoustic_dim": 36,
                "decoder_transformer_lengths_str": "2,2,2,2",
                "decoder_convs_kernels_str": "3,4,4,4",
                "decoder_convs_strides_str": "1,2,2,2",
                "voice": {name: index for index, name in enumerate(VOICES)},
            },
        },
    }


def tiny_params() -> dict[str, Any]:
    """The same keys with sizes that load at once. The flow is wider than the backbone; the encoder is as published."""
    params = published_params()
    heads = {"n_heads": 4, "n_kv_heads": 2, "head_dim": 8, "hidden_dim": 32}
    params |= heads | {"dim": 16, "n_layers": 2, "vocab_size": N_TEXT_SPECIAL + len(PIECES)}
    audio, codec = params["multimodal"]["audio_model_args"], params["multimodal"]["audio_tokenizer_args"]
    sizes = {"semantic_codebook_size": 30, "acoustic_codebook_size": 5}
    audio |= sizes | {"n_acoustic_codebook": 3}
    audio["acoustic_transformer_args"] |= heads | {"input_dim": 16, "dim": 24, "n_layers": 1, "head_dim": 6}
    codec |= sizes | {"sampling_rate": 800, "pretransform_patch_size": 4, "dim": 16, "hidden_dim": 32, "n_heads": 2}
    codec |= {
        "n_kv_heads": 2,
        "head_dim": 8,
        "semantic_dim": 6,
        "acoustic_dim": 3,
        "decoder_transformer_lengths_str": "1,1,1,1",
    }
    return params


def tensor_table(params: Mapping[str, Any], *, encoder: bool) -> dict[str, tuple[int, ...]]:
    """Name and shape of every tensor of a checkpoint with these sizes."""
    audio, codec = params["multimodal"]["audio_model_args"], params["multimodal"]["audio_tokenizer_args"]
    flow, dim = audio["acoustic_transformer_args"], params["dim"]
    semantic, acoustic = codec["semantic_codebook_size"], codec["acoustic_codebook_size"]
    table = {
        "mm_audio_embeddings.tok_embeddings.weight": (params["vocab_size"], dim),
        "mm_audio_embeddings.audio_codebook_embeddings.embeddings.weight": (
            _to_128(semantic + 2 + codec["acoustic_dim"] * (acoustic + 2)),
            dim,
        ),
        "norm.weight": (dim,),
    }
    for layer in range(params["n_layers"]):
        table |= _grouped(f"layers.{layer}.", params)
    prefix = "acoustic_transformer."
    table |= {
        f"{prefix}input_projection.weight": (flow["dim"], codec["acoustic_dim"]),
        f"{prefix}time_projection.weight": (flow["dim"], flow["dim"]),
        f"{prefix}llm_projection.weight": (flow["dim"], dim),
        f"{prefix}semantic_codebook_output.weight": (_to_128(semantic + 2), dim),
        f"{prefix}acoustic_codebook_output.weight": (codec["acoustic_dim"], flow["dim"]),
        f"{prefix}norm.weight": (flow["dim"],),
    }
    for layer in range(flow["n_layers"]):
        table |= _grouped(f"{prefix}layers.{layer}.", flow)
    prefix, wide, patch = "audio_tokenizer.", codec["dim"], codec["pretransform_patch_size"]
    latent, kernel = codec["semantic_dim"] + codec["acoustic_dim"], codec["patch_proj_kernel_size"]
    table |= {
        f"{prefix}quantizer.semantic_codebook.embedding_sum": (semantic, codec["semantic_dim"]),
        f"{prefix}quantizer.semantic_codebook.cluster_usage": (semantic,),
        **_conv(f"{prefix}decoder_blocks.0.", (wide, latent, 3)),
        **_conv(f"{prefix}output_proj.", (patch, wide, kernel)),
    }
    for block in (2, 4, 6):
        table |= _conv(f"{prefix}decoder_blocks.{block}.", (wide, wide, 4))
    for block, length in zip((1, 3, 5, 7), codec["decoder_transformer_lengths_str"].split(","), strict=True):
        for layer in range(int(length)):
            table |= _codec_layer(f"{prefix}decoder_blocks.{block}.layers.{layer}.", codec)
    if encoder:
        table |= _conv(f"{prefix}input_proj.", (wide, patch, kernel))
        for block in (0, 2, 4, 6):
            for layer in range(2):
                table |= _codec_layer(f"{prefix}encoder_blocks.{block}.layers.{layer}.", codec)
        for block in (1, 3, 5):
            table |= _conv(f"{prefix}encoder_blocks.{block}.", (wide, wide, 4))
        table |= _conv(f"{prefix}encoder_blocks.7.", (latent, wide, 3))
    return table


def kind_of(name: str) -> str:
    """What tensors of the same place in their layers or blocks share."""
    return re.sub(r"\d+(?=\.)", "0", name)


def tiny_tensors(*, encoder: bool = False) -> dict[str, Tensor]:
    """Numbers for the table of `tiny_params`, in bf16, with which speech does not end by itself."""
    generator = torch.Generator().manual_seed(1)
    tensors = {
        name: (0.2 * torch.randn(shape, generator=generator)).bfloat16()
        for name, shape in tensor_table(tiny_params(), encoder=encoder).items()
    }
    tensors["audio_tokenizer.quantizer.semantic_codebook.cluster_usage"].abs_().add_(1)
    tensors["acoustic_transformer.semantic_codebook_output.weight"][END_ROW] = 0
    return tensors


def tekken(n_used: int = len(PIECES)) -> dict[str, Any]:
    """A vocabulary in the official format: single bytes, three longer pieces and one that is not used."""
    named = {
        1: "<s>",
        2: "</s>",
        24: "[AUDIO]",
        25: "[BEGIN_AUDIO]",
        35: "[REPEAT_AUDIO_TEXT]",
        36: "[NEXT_AUDIO_TEXT]",
    }
    return {
        "config": {
            "pattern": r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+",
            "num_vocab_tokens": len(PIECES) + 1,
            "default_vocab_size": N_TEXT_SPECIAL + n_used,
            "default_num_special_tokens": N_TEXT_SPECIAL,
            "version": "v7",
        },
        "vocab": [
            {"rank": rank, "token_bytes": base64.b64encode(piece).decode(), "token_str": None}
            for rank, piece in enumerate([*PIECES, b"not used"])
        ],
        "special_tokens": [
            {"rank": rank, "token_str": named.get(rank, f"<SPECIAL_{rank}>"), "is_control": True} for rank in range(40)
        ],
        "audio": {
            "sampling_rate": 24_000,
            "frame_rate": 12.5,
            "audio_encoding_config": {"num_mel_bins": 128, "hop_length": 160, "window_size": 400},
            "voice_num_audio_tokens": VOICES,
        },
    }


def write_checkpoint(folder: Path, tensors: Mapping[str, Tensor]) -> Path:
    """A folder in the official layout with these tensors."""
    folder.mkdir(exist_ok=True)
    (folder / "params.json").write_text(json.dumps(tiny_params()), encoding="utf-8")
    (folder / "tekken.json").write_text(json.dumps(tekken()), encoding="utf-8")
    save_file(dict(tensors), folder / "consolidated.safetensors")
    (folder / "voice_embedding").mkdir(exist_ok=True)
    for name, rows in VOICES.items():
        torch.save(voice_rows(rows), folder / "voice_embedding" / f"{name}.pt")
    return folder


def voice_rows(rows: int) -> Tensor:
    """A preset's embedding (N, D)."""
    return (0.2 * torch.randn(rows, 16, generator=torch.Generator().manual_seed(rows))).bfloat16()


def _to_128(rows: int) -> int:
    return -(-rows // 128) * 128


def _conv(prefix: str, shape: tuple[int, int, int]) -> dict[str, tuple[int, ...]]:
    weight = f"{prefix}conv.parametrizations.weight."
    return {f"{weight}original0": (shape[0], 1, 1), f"{weight}original1": shape}


def _grouped(prefix: str, sizes: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """A layer of backbone or flow."""
    dim, hidden = sizes["dim"], sizes["hidden_dim"]
    queries, keys = (sizes[each] * sizes["head_dim"] for each in ("n_heads", "n_kv_heads"))
    return {
        f"{prefix}attention.wq.weight": (queries, dim),
        f"{prefix}attention.wk.weight": (keys, dim),
        f"{prefix}attention.wv.weight": (keys, dim),
        f"{prefix}attention.wo.weight": (dim, queries),
        **_norms_and_feed_forward(prefix, dim, hidden),
    }


def _codec_layer(prefix: str, sizes: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    dim, inner = sizes["dim"], sizes["n_heads"] * sizes["head_dim"]
    return {
        **{f"{prefix}attention.w{each}.weight": (inner, dim) for each in "qkv"},
        f"{prefix}attention.wo.weight": (dim, inner),
        f"{prefix}attention.q_norm.weight": (inner,),
        f"{prefix}attention.k_norm.weight": (inner,),
        f"{prefix}attention_scale": (dim,),
        f"{prefix}ffn_scale": (dim,),
        **_norms_and_feed_forward(prefix, dim, sizes["hidden_dim"]),
    }


def _norms_and_feed_forward(prefix: str, dim: int, hidden: int) -> dict[str, tuple[int, ...]]:
    return {
        f"{prefix}attention_norm.weight": (dim,),
        f"{prefix}ffn_norm.weight": (dim,),
        f"{prefix}feed_forward.w1.weight": (hidden, dim),
        f"{prefix}feed_forward.w3.weight": (hidden, dim),
        f"{prefix}feed_forward.w2.weight": (dim, hidden),
    }
