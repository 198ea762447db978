"""Checkpoints: the official folder, and our own single file.

Both load strictly, and nothing is unpickled but the official voices, weights only.

    Voxtral-4B-TTS-2603/  params.json  consolidated.safetensors  tekken.json  voice_embedding/<name>.pt
    nano.safetensors      with the configuration, and the characters that it reads, in its metadata
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.overrides import TorchFunctionMode

from reference_model.config import NAMES, TTSConfig, from_params
from reference_model.tokenizer import Characters, Tekken, characters
from reference_model.tts import PREFIXES, TTS

KEY = "reference_tts"  # of our metadata
ENCODER = ("audio_tokenizer.input_proj.", "audio_tokenizer.encoder_blocks.")  # may be absent, all of it together


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a checkpoint says of itself, and its files."""

    config: TTSConfig
    weights: Path
    can_clone: bool  # whether the weights hold the codec's encoder
    characters: tuple[str, ...] = ()  # that it reads; empty where it reads by tekken
    languages: tuple[str, ...] = ()  # of the characters' tokenizer
    params: Path | None = None  # these three: of the official folder
    tekken: Path | None = None
    voices: Mapping[str, Path] = field(default_factory=dict)  # preset -> the file that holds it


def load(path: Path | str, *, device: str | torch.device = "cpu", dtype: torch.dtype | None = None) -> TTS:
    """The model of a folder in the official layout, or of a file that `save` wrote, ready to speak.

    `dtype`: of the weights; None: as they are stored. Raises FileNotFoundError where something is not there, and
    ValueError, naming the tensor or key, where it does not fit.
    """
    found = about(path)
    reads = Characters(found.characters, found.languages) if found.tekken is None else Tekken(found.tekken)
    if reads.size > found.config.backbone.vocab_size:
        raise ValueError(
            f"{found.tekken or path} has {reads.size} token ids; the model has {found.config.backbone.vocab_size} rows"
        )
    if isinstance(reads, Tekken):
        for field_, name in NAMES.items():
            there, expected = reads.special(name), getattr(found.config.tokens, field_)
            if there not in (None, expected):
                raise ValueError(f"{found.tekken} has {name} as {there}; the model was trained with {expected}")
    tts = _filled(found.config, found.weights, torch.device(device), dtype)
    tts.tokenizer = reads if found.tekken or found.characters else None
    tts.voices.update(found.voices)
    return tts


def about(path: Path | str) -> About:
    """What a checkpoint says of itself: of its tensors, the names alone are read. Raises as `load` does."""
    path = Path(path)
    if path.is_dir():
        return _about_official(path)
    if path.suffix == ".safetensors" and path.is_file():
        return _about_own(path)
    raise FileNotFoundError(
        f"there is no checkpoint at {path}; expected a folder with params.json and consolidated.safetensors, "
        "or a .safetensors file of ours"
    )


def save(tts: TTS, path: Path, dtype: torch.dtype = torch.float16, notes: Mapping[str, object] | None = None) -> None:
    """Write our own format, whole or not at all: tensors under the official names, the configuration inside.

    Raises ValueError for a tensor with numbers that `dtype` can't hold, or that are not finite anyway.
    """
    reads = tts.tokenizer if isinstance(tts.tokenizer, Characters) else Characters((), ())
    inside = {
        "config": json.loads(tts.config.to_json()),
        "characters": reads.known,
        "languages": reads.languages,
        "notes": dict(notes or {}),
    }
    tensors = {name: _as(tensor, dtype).contiguous() for name, tensor in official_names(tts).items()}
    for name, tensor in tensors.items():
        if not tensor.isfinite().all():
            raise ValueError(
                f"{name} has numbers that are not finite as {dtype}; save finite weights, or a wider dtype"
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    save_file(tensors, part, {KEY: json.dumps(inside, ensure_ascii=False)})
    part.replace(path)


def official_names(tts: TTS) -> dict[str, Tensor]:
    """All tensors of a model under the names that the public checkpoint gives them."""
    return {
        prefix + name: tensor
        for prefix, part in PREFIXES.items()
        for name, tensor in getattr(tts, part).state_dict().items()
    }


def random_model(config: TTSConfig, seed: int, *, device: str | torch.device = "cpu") -> TTS:
    """A model of random weights, which says nothing anyone would understand: for tests and for measuring speed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        tts = TTS(config).to(device).eval()
    if config.tokenizer == "characters":
        tts.tokenizer = Characters(characters())
    return tts


def unfilled_model(config: TTSConfig) -> TTS:
    """A model whose numbers are still to come: it takes no time to draw them, and no memory until they are there."""
    with torch.random.fork_rng(devices=[]), _Undrawn():
        return TTS(config)


class _Undrawn(TorchFunctionMode):
    """Leaves out what layers fill themselves with. The device "meta" would too, but imports torch's compiler for it."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        named = kwargs or {}
        if getattr(func, "__module__", "") == "torch.nn.init":
            return named["tensor"] if "tensor" in named else args[0]
        return func(*args, **named)


# --- loading ---------------------------------------------------------------------------------------------------------


def _about_official(folder: Path) -> About:
    params, weights, tekken = (folder / name for name in ("params.json", "consolidated.safetensors", "tekken.json"))
    for file in (params, weights, tekken):
        if not file.is_file():
            raise FileNotFoundError(f"{folder} has no {file.name}; expected the folder of Voxtral-4B-TTS")
    try:
        config = from_params(json.loads(params.read_text(encoding="utf-8")))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{params} is not JSON: {error}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(f"{params} does not describe this model: {error}") from error
    _, can_clone = _header(weights)
    voices = {file.stem: file for file in sorted((folder / "voice_embedding").glob("*.pt"))}
    return About(config=config, weights=weights, can_clone=can_clone, params=params, tekken=tekken, voices=voices)


def _about_own(file: Path) -> About:
    metadata, can_clone = _header(file)
    if KEY not in metadata:
        raise ValueError(
            f"{file} has no configuration inside; expected a file that reference_model.checkpoint.save wrote"
        )
    try:
        found = json.loads(metadata[KEY])
        return About(
            config=TTSConfig.from_json(json.dumps(found["config"])),
            weights=file,
            can_clone=can_clone,
            characters=tuple(found["characters"]),
            languages=tuple(found["languages"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{file} has a configuration inside that this version does not know: {error}") from error


def _header(file: Path) -> tuple[Mapping[str, str], bool]:
    """The metadata of a safetensors file, and whether it holds a codec encoder."""
    try:
        with safe_open(file, "pt") as opened:
            return opened.metadata() or {}, any(name.startswith(ENCODER) for name in opened.keys())  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(f"{file} is not a safetensors file ({error})") from error


def _filled(config: TTSConfig, file: Path, device: torch.device, dtype: torch.dtype | None) -> TTS:
    """A model with the tensors of a file; they are never held twice."""
    tts = unfilled_model(config)
    expected = official_names(tts)
    try:
        with safe_open(file, "pt") as opened:
            shapes = {name: tuple(opened.get_slice(name).get_shape()) for name in opened.keys()}  # noqa: SIM118
            _check(file, {name: tuple(tensor.shape) for name, tensor in expected.items()}, shapes)
            tensors = {name: _as(opened.get_tensor(name).to(device), dtype) for name in shapes}
    except SafetensorError as error:
        raise ValueError(f"{file} is not a safetensors file ({error})") from error
    if not any(name.startswith(ENCODER) for name in shapes):
        tts.codec.drop_encoder()
    for prefix, part in PREFIXES.items():  # the empty one comes last and takes the rest
        mine = {name.removeprefix(prefix): tensors.pop(name) for name in [*tensors] if name.startswith(prefix)}
        getattr(tts, part).load_state_dict(mine, assign=True)
    return tts.to(device).eval()  # moves the buffers that no checkpoint holds


def _as(tensor: Tensor, dtype: torch.dtype | None) -> Tensor:
    return tensor if dtype is None or not tensor.is_floating_point() else tensor.to(dtype)


def _check(file: Path, expected: Mapping[str, tuple[int, ...]], found: Mapping[str, tuple[int, ...]]) -> None:
    """Raise ValueError that names each tensor that is missing, not expected or misshapen."""
    optional = {name for name in expected if name.startswith(ENCODER)}
    without_encoder = not optional & set(found)
    needed = set(expected) - (optional if without_encoder else set())
    problems = [f"{name} is missing" for name in sorted(needed - set(found))]
    problems += [f"{name} is not expected" for name in sorted(set(found) - set(expected))]
    problems += [
        f"{name} has the shape {found[name]}; expected {shape}"
        for name, shape in sorted(expected.items())
        if name in found and found[name] != shape
    ]
    if problems:
        more = f", and {len(problems) - 5} more" if len(problems) > 5 else ""
        raise ValueError(f"{file} does not fit its configuration: {'; '.join(problems[:5])}{more}")
