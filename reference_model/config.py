"""Sizes of the model: the public one, one that a laptop can train, and one for tests.

    config = voxtral_4b()
    config.codec.frame_rate  # 12.5, derived: nothing else in the code knows it

Derived numbers are computed and refuse a remainder. A configuration goes to JSON and back, and is read from the
official `params.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class CodecConfig:
    """Waveform to codes and back."""

    sample_rate: int = 24_000
    patch_size: int = 240  # samples
    patch_kernel: int = 7  # of the first and the last convolution, in patches
    dim: int = 1024
    hidden_dim: int = 4096
    n_heads: int = 8
    head_dim: int = 128
    window: int = 16  # keys before the query that attention sees, at the patches' rate; halved with each halving of it
    norm_eps: float = 1e-2  # really
    qk_norm_eps: float = 1e-6
    layer_scale_init: float = 0.01
    semantic_codebook_size: int = 8192
    semantic_dim: int = 256
    acoustic_codebook_size: int = 21  # levels of each acoustic value
    acoustic_dim: int = 36
    encoder_lengths: tuple[int, ...] = (2, 2, 2, 2)  # transformer layers of each stage
    encoder_kernels: tuple[int, ...] = (4, 4, 4, 3)  # of the convolution that ends it
    encoder_strides: tuple[int, ...] = (2, 2, 2, 1)
    decoder_lengths: tuple[int, ...] = (2, 2, 2, 2)
    decoder_kernels: tuple[int, ...] = (3, 4, 4, 4)  # of the convolution that begins it
    decoder_strides: tuple[int, ...] = (1, 2, 2, 2)

    def __post_init__(self) -> None:
        """Refuse sizes that do not fit each other."""
        for side in ("encoder", "decoder"):
            parts = {getattr(self, f"{side}_{name}").__len__() for name in ("lengths", "kernels", "strides")}
            if len(parts) != 1:
                raise ValueError(
                    f"{side}_lengths, _kernels and _strides have {sorted(parts)} stages; expected one number"
                )
        if _product(self.encoder_strides) != _product(self.decoder_strides):
            raise ValueError(
                f"the encoder shortens {_product(self.encoder_strides)} times and the decoder lengthens "
                f"{_product(self.decoder_strides)} times; expected the same"
            )

        if self.patches_per_frame < self.patch_kernel:
            raise ValueError(
                f"a frame has {self.patches_per_frame} patches and patch_kernel is {self.patch_kernel}; expected at "
                "least as many, so that a single frame can be reflected at the beginning"
            )
        if self.window % self.patches_per_frame:
            raise ValueError(
                f"window is {self.window}; expected a multiple of {self.patches_per_frame}, since it is halved so often"
            )

    @property
    def patches_per_frame(self) -> int:
        """Patches that become one frame of codes."""
        return _product(self.encoder_strides)

    @property
    def frame_size(self) -> int:
        """Samples of a frame."""
        return self.patch_size * self.patches_per_frame

    @property
    def frame_rate(self) -> float:
        """Frames a second."""
        return self.sample_rate / self.frame_size

    @property
    def latent_dim(self) -> int:
        """Width between encoder and decoder: semantic and acoustic channels."""
        return self.semantic_dim + self.acoustic_dim

    @property
    def n_codebooks(self) -> int:
        """Rows of codes: one semantic, then the acoustic ones."""
        return 1 + self.acoustic_dim


@dataclass(frozen=True, slots=True, kw_only=True)
class BackboneConfig:
    """The causal transformer that makes one hidden state a frame."""

    dim: int = 3072
    n_layers: int = 26
    n_heads: int = 32
    n_kv_heads: int = 8
    head_dim: int = 128
    hidden_dim: int = 9216
    norm_eps: float = 1e-5
    rope_theta: float = 1_000_000.0
    vocab_size: int = 131_072
    max_positions: int = 4096  # of prompt and speech together

    def __post_init__(self) -> None:
        """Refuse sizes that do not fit each other."""
        _fitting_heads(self.n_heads, self.n_kv_heads)
        if self.head_dim % 2:
            raise ValueError(f"head_dim is {self.head_dim}; rotary embeddings turn pairs, so it must be even")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowConfig:
    """The flow-matching transformer that draws a frame's acoustic values, and the semantic head beside it."""

    dim: int = 3072
    n_layers: int = 3
    n_heads: int = 32
    n_kv_heads: int = 8
    head_dim: int = 128
    hidden_dim: int = 9216
    norm_eps: float = 1e-5
    steps: int = 7  # velocity evaluations of the Euler sampler; the paper has 8
    guidance: float = 1.2  # 1: the conditional field alone
    noise_scale: float = 1.0
    condition_dropout: float = 0.1  # in training, share of frames whose condition is zero
    noise_draws: int = 4  # in training, times and noises at which each frame is met

    def __post_init__(self) -> None:
        """Refuse sizes that do not fit each other."""
        _fitting_heads(self.n_heads, self.n_kv_heads)
        if self.steps < 1 or not math.isfinite(self.guidance):
            raise ValueError(f"steps {self.steps}, guidance {self.guidance}; expected at least 1, and a finite number")
        if self.dim % 2:
            raise ValueError(f"dim is {self.dim}; the time embedding has a cosine for each sine, so it must be even")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialTokens:
    """Ids of the tokens that lay out a prompt; `NAMES` are those in the vocabulary."""

    bos: int = 1
    eos: int = 2
    audio: int = 24
    begin_audio: int = 25
    repeat_audio_text: int = 35
    next_audio_text: int = 36


NAMES: Mapping[str, str] = {
    "bos": "<s>",
    "eos": "</s>",
    "audio": "[AUDIO]",
    "begin_audio": "[BEGIN_AUDIO]",
    "repeat_audio_text": "[REPEAT_AUDIO_TEXT]",
    "next_audio_text": "[NEXT_AUDIO_TEXT]",
}
EMPTY_AUDIO, END_AUDIO = 0, 1  # special codes of every codebook, in front of the quantizer's
N_SPECIAL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TTSConfig:
    """All of it."""

    name: str
    codec: CodecConfig = field(default_factory=CodecConfig)
    backbone: BackboneConfig = field(default_factory=BackboneConfig)
    flow: FlowConfig = field(default_factory=FlowConfig)
    tokens: SpecialTokens = field(default_factory=SpecialTokens)
    tokenizer: Literal["tekken", "characters"] = "tekken"
    pad_rows_to: int = 128  # rows of the audio embedding and of the semantic head are a multiple of this
    voices: Mapping[str, int] = field(default_factory=dict)  # preset -> its index in the official list
    max_frames: int = 2048  # of one request

    @property
    def codebook_sizes(self) -> tuple[int, ...]:
        """Ids of each codebook, its special codes among them."""
        codec = self.codec
        return (
            codec.semantic_codebook_size + N_SPECIAL,
            *(codec.acoustic_codebook_size + N_SPECIAL for _ in range(codec.acoustic_dim)),
        )

    @property
    def audio_rows(self) -> int:
        """Rows of the flat audio embedding, padding included."""
        return padded(sum(self.codebook_sizes), self.pad_rows_to)

    @property
    def semantic_rows(self) -> int:
        """Rows of the semantic head, padding included."""
        return padded(self.codebook_sizes[0], self.pad_rows_to)

    def to_json(self) -> str:
        """One JSON document."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> TTSConfig:
        """The configuration of a document. Raises ValueError for unknown keys and sizes that do not fit."""
        found = json.loads(text)
        if not isinstance(found, dict) or "name" not in found:
            raise ValueError(f"expected a JSON object with a name and sizes, got {text[:60]!r}")
        parts = {"codec": CodecConfig, "backbone": BackboneConfig, "flow": FlowConfig, "tokens": SpecialTokens}
        made = {key: _made(kind, found.pop(key)) for key, kind in parts.items() if key in found}
        made_whole: TTSConfig = _made(cls, found | made)
        return made_whole


def voxtral_4b() -> TTSConfig:
    """Voxtral-4B-TTS-2603, the public model (params.json and the tensor list of its checkpoint)."""
    return TTSConfig(name="voxtral-4b")


def nano() -> TTSConfig:
    """About 12 million numbers: a laptop can train it."""
    return TTSConfig(
        name="nano",
        codec=CodecConfig(
            dim=128,
            hidden_dim=512,
            n_heads=4,
            head_dim=32,
            semantic_codebook_size=1024,
            semantic_dim=64,
            acoustic_dim=16,
        ),
        backbone=BackboneConfig(
            dim=256, n_layers=6, n_heads=4, n_kv_heads=2, head_dim=64, hidden_dim=640, vocab_size=512
        ),
        flow=FlowConfig(dim=256, n_layers=3, n_heads=4, n_kv_heads=2, head_dim=64, hidden_dim=512),
        tokenizer="characters",
        pad_rows_to=1,
    )


def tiny() -> TTSConfig:
    """As small as it can be with every part in place, for tests. The flow is wider than the backbone."""
    return TTSConfig(
        name="tiny",
        codec=CodecConfig(
            sample_rate=800,
            patch_size=4,
            dim=16,
            hidden_dim=32,
            n_heads=2,
            head_dim=8,
            semantic_codebook_size=30,
            semantic_dim=6,
            acoustic_codebook_size=5,
            acoustic_dim=3,
            encoder_lengths=(1, 1, 1, 1),
            decoder_lengths=(1, 1, 1, 1),
        ),
        backbone=BackboneConfig(
            dim=16, n_layers=2, n_heads=4, n_kv_heads=2, head_dim=8, hidden_dim=32, vocab_size=512, max_positions=256
        ),
        flow=FlowConfig(dim=24, n_layers=2, n_heads=4, n_kv_heads=2, head_dim=6, hidden_dim=32),
        tokenizer="characters",
        pad_rows_to=8,
        max_frames=40,
    )


def from_params(params: Mapping[str, Any]) -> TTSConfig:
    """The configuration that the official `params.json` holds.

    Raises ValueError where a key is missing, or says what this code does not do: with no shape changed, such a model
    would load and sound wrong.
    """
    try:
        multimodal = params["multimodal"]
        audio, codec = multimodal["audio_model_args"], multimodal["audio_tokenizer_args"]
        flow = audio["acoustic_transformer_args"]
        _agree("", params, causal=True, use_biases=False, tied_embeddings=True)
        _agree(
            "audio_model_args.", audio, semantic_codebook_size=codec["semantic_codebook_size"],
            acoustic_codebook_size=codec["acoustic_codebook_size"], n_acoustic_codebook=codec["acoustic_dim"],
            input_embedding_concat_type="sum",
        )  # fmt: skip
        _agree("acoustic_transformer_args.", flow, use_biases=False, input_dim=params["dim"])
        _agree(
            "audio_tokenizer_args.", codec, channels=1, causal=True, use_biases=False, qk_norm=True, layer_scale=True,
            conv_weight_norm=True, half_attn_window_upon_downsampling=True, n_kv_heads=codec["n_heads"],
        )  # fmt: skip
        return TTSConfig(
            name=str(params.get("model_type", "voxtral_tts")),
            codec=CodecConfig(
                sample_rate=codec["sampling_rate"],
                patch_size=codec["pretransform_patch_size"],
                patch_kernel=codec["patch_proj_kernel_size"],
                dim=codec["dim"],
                hidden_dim=codec["hidden_dim"],
                n_heads=codec["n_heads"],
                head_dim=codec["head_dim"],
                window=codec["attn_sliding_window_size"],
                norm_eps=codec["norm_eps"],
                qk_norm_eps=codec["qk_norm_eps"],
                layer_scale_init=codec["layer_scale_init"],
                semantic_codebook_size=codec["semantic_codebook_size"],
                semantic_dim=codec["semantic_dim"],
                acoustic_codebook_size=codec["acoustic_codebook_size"],
                acoustic_dim=codec["acoustic_dim"],
                **{
                    f"{side}_{ours}": _numbers(codec[f"{side}_{theirs}_str"])
                    for side in ("encoder", "decoder")
                    for ours, theirs in (
                        ("lengths", "transformer_lengths"),
                        ("kernels", "convs_kernels"),
                        ("strides", "convs_strides"),
                    )
                    if f"{side}_{theirs}_str" in codec
                },
            ),
            backbone=BackboneConfig(
                **{name: params[name] for name in _shared("dim n_layers n_heads n_kv_heads head_dim hidden_dim")},
                norm_eps=params["norm_eps"],
                rope_theta=params["rope_theta"],
                vocab_size=params["vocab_size"],
            ),
            flow=FlowConfig(
                **{name: flow[name] for name in _shared("dim n_layers n_heads n_kv_heads head_dim hidden_dim")},
                **({"steps": flow["n_decoding_steps"]} if "n_decoding_steps" in flow else {}),
            ),
            tokens=SpecialTokens(
                bos=multimodal["bos_token_id"],
                audio=audio["audio_token_id"],
                begin_audio=audio["begin_audio_token_id"],
            ),
            voices=dict(codec.get("voice", {})),
        )
    except KeyError as error:
        raise ValueError(f"params.json has no {error}; expected that of Voxtral-4B-TTS") from error


def _agree(where: str, found: Mapping[str, Any], **needed: object) -> None:
    """Raise ValueError for a setting that is there and is another than the one needed."""
    for key, value in needed.items():
        if key in found and found[key] != value:
            raise ValueError(f"{where}{key} is {found[key]!r}; this code knows {value!r} alone")


def padded(rows: int, to: int) -> int:
    """The next multiple."""
    return -(-rows // to) * to


def _shared(names: str) -> list[str]:
    return names.split()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _product(numbers: Sequence[int]) -> int:
    result = 1
    for number in numbers:
        result *= number
    return result


def _fitting_heads(n_heads: int, n_kv_heads: int) -> None:
    if n_heads % n_kv_heads:
        raise ValueError(f"{n_heads} heads do not divide among {n_kv_heads} of keys and values; expected a multiple")


def _made(kind: type[Any], found: Mapping[str, Any]) -> Any:
    known = {each.name for each in fields(kind)}
    unknown = sorted(set(found) - known)
    if unknown:
        raise ValueError(f"a configuration has no {', '.join(unknown)}; it has {', '.join(sorted(known))}")
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in found.items()})
