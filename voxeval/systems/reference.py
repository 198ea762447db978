"""Our own reference model: the public Voxtral TTS checkpoint, a small one of ours, or random weights where asked for.

It speaks in voxeval's own process. Processor time and memory are this process's own, so they are told only while no
other instance is loaded: with `--jobs` above 1 there are several.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from contextlib import closing
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal
from weakref import WeakSet

from voxeval.audio import read_audio, resample
from voxeval.errors import (
    AudioError,
    MissingDependencyError,
    PluginError,
    SpeechError,
    UnsupportedError,
    UsageError,
    VoxevalError,
)
from voxeval.systems.content import file_hash
from voxeval.types import LANGUAGES, Audio, Request, SystemInfo, Usage, Voice

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from torch import Tensor

    from reference_model.checkpoint import About
    from reference_model.config import TTSConfig
    from reference_model.tts import TTS

CODE_VERSION = 3  # raise with every change here or in reference_model that changes the sound of a request
RANDOM_NOTE = "random weights: nothing it says can be understood"
RANDOM_VOICE, RANDOM_VOICE_S = "random", 3.0  # noise of this length as the only preset
STATUS, FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")  # of Linux


class ReferenceSystem:
    """Streams from the reference model, which is loaded once and clones where its checkpoint has an encoder."""

    recorded = False
    _loaded: ClassVar[WeakSet[ReferenceSystem]] = WeakSet()  # instances that hold a model

    def __init__(  # noqa: PLR0913 - each argument is an option that people write
        self,
        *,
        model: Path | None = None,  # the folder of the public checkpoint, or a .safetensors file of ours
        random: Literal["tiny", "nano"] | None = None,  # in place of a model: random weights of this size
        seed: int = 0,  # of the random weights
        steps: int | None = None,  # of the flow; the model's own, where not given
        guidance: float | None = None,  # 1: none; the model's own, where not given
        first_frames: int = 5,  # of the first pieces
        chunk_frames: int = 25,  # of those after them
        device: Literal["auto", "cpu", "cuda"] = "auto",
        dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto",
        compiled: bool = False,  # frames by torch.compile: minutes before the first, less for each after it
    ) -> None:
        if model is None and random is None:
            raise UsageError(
                "reference: expected model=PATH, the folder of Voxtral-4B-TTS or a .safetensors file of ours, or "
                "random=tiny for a model that can't be understood"
            )
        if model is not None and random is not None:
            raise UsageError(f"reference: model={model} and random={random} name two models; expected one")
        if model is not None and seed != 0:
            raise UsageError(f"reference: seed={seed} is of random weights; requests are seeded by the run (--seeds)")
        if steps is not None and steps < 1:
            raise UsageError(f"reference: steps={steps}; expected at least 1")
        if guidance is not None and not (math.isfinite(guidance) and guidance >= 0):
            raise UsageError(f"reference: guidance={guidance}; expected a number from 0, where 1 is no guidance")
        if first_frames < 1 or chunk_frames < 1:
            raise UsageError(
                f"reference: first_frames={first_frames}, chunk_frames={chunk_frames}; expected at least 1"
            )
        self._model, self._random, self._seed = model, random, seed
        self._steps, self._guidance = steps, guidance
        self._first_frames, self._chunk_frames = first_frames, chunk_frames
        self._asked_device, self._asked_dtype, self._compiled = device, dtype, compiled
        self._tts: TTS | None = None
        self._clones: dict[str, Tensor] = {}  # hash of a recording -> its embedding (N, D)
        self._sees_memory = False
        self._usage = Usage()

    # --- what it is --------------------------------------------------------------------------------------------------

    @cached_property
    def info(self) -> SystemInfo:
        """What the checkpoint says of itself; of its weights, only the hash is made. Raises PluginError without one."""
        config = self._config
        return SystemInfo(
            name=config.name,
            version=f"random weights, seed {self._seed}"
            if self._random
            else f"weights {file_hash(self._about.weights)[:8]}",
            fingerprint=self._fingerprint(),
            languages=self._languages,
            voices=self._voices,
            cloning=self._can_clone,
            streaming=True,
            max_duration_s=config.max_frames / config.codec.frame_rate,
            note=RANDOM_NOTE if self._random else "",
        )

    def problem(self) -> str | None:
        """Say what is missing here; None where all is there."""
        try:
            _ = self._device
            if self._random:
                return None
            found = self._about
        except VoxevalError as error:
            return str(error)
        if found.tekken is not None and find_spec("mistral_common") is None:
            return "the tekken tokenizer needs mistral-common; add it with: pip install 'voxeval[voxtral]'"
        if found.tekken is None and not found.characters:
            return f"{self._model} holds no characters, so it can't read; expected a model that was trained on text"
        if not found.voices and not found.can_clone:
            return f"{self._model} has neither preset voices nor an encoder to clone with; expected one of them"
        return None

    @cached_property
    def _about(self) -> About:
        from reference_model.checkpoint import about

        assert self._model is not None, "random weights have no checkpoint"
        try:
            return about(self._model)
        except (OSError, ValueError) as error:
            raise PluginError(str(error)) from error

    @cached_property
    def _config(self) -> TTSConfig:
        return _random_config(self._random) if self._random else self._about.config

    @cached_property
    def _languages(self) -> tuple[str, ...]:
        """The nine, or those of them that the checkpoint names."""
        named = () if self._random else self._about.languages
        return tuple(language for language in LANGUAGES if language in named) or LANGUAGES

    @cached_property
    def _can_clone(self) -> bool:
        return bool(self._random) or self._about.can_clone

    @cached_property
    def _voices(self) -> Mapping[str, tuple[str, ...]]:
        """Presets by language, in the order of the alphabet: those of French begin with "fr_", English is the rest."""
        if self._random:
            return dict.fromkeys(LANGUAGES, (RANDOM_VOICE,))
        voices: dict[str, list[str]] = {}
        for name in sorted(self._about.voices):
            language = name.partition("_")[0]
            voices.setdefault(language if language in LANGUAGES else "en", []).append(name)
        return {language: tuple(names) for language, names in sorted(voices.items())}

    @cached_property
    def _device(self) -> str:
        import torch

        if self._asked_device == "cpu":
            return "cpu"
        if torch.cuda.is_available():
            return "cuda"
        if self._asked_device == "cuda":
            raise UsageError("device=cuda, but torch sees no GPU here; use device=auto or device=cpu")
        return "cpu"

    @property
    def _dtype(self) -> str:
        """As the public weights are stored, on a GPU; else float32, which every processor reckons in."""
        if self._asked_dtype != "auto":
            return self._asked_dtype
        public = not self._random and self._about.tekken is not None
        return "bfloat16" if public and self._device == "cuda" else "float32"

    def _fingerprint(self) -> str:
        config = self._config
        weights: list[object] = [config.to_json(), self._seed]
        if not self._random:
            found = self._about
            beside = [path for path in (found.params, found.tekken, *found.voices.values()) if path is not None]
            weights = [file_hash(found.weights), *([path.name, file_hash(path)] for path in beside)]
        options = [
            self._steps or config.flow.steps,
            config.flow.guidance if self._guidance is None else self._guidance,
            self._first_frames,
            self._chunk_frames,
            self._device,
            self._dtype,
            self._compiled,
        ]
        return hashlib.sha256(json.dumps([CODE_VERSION, weights, options]).encode()).hexdigest()[:16]

    # --- what it does ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Load the weights. Raises PluginError where they are not there or do not fit, MissingDependencyError."""
        if self._tts is not None:
            return
        import torch

        from reference_model.checkpoint import load

        device, dtype = self._device, getattr(torch, self._dtype)
        self._loaded.add(self)
        self._sees_memory = device == "cpu" and _forget_peak()
        try:
            if self._model is None:
                self._tts = _random_model(self._config, self._seed).to(device, dtype)
            else:
                self._tts = load(self._model, device=device, dtype=dtype)
        except ImportError as error:
            raise MissingDependencyError(str(error)) from error
        except (OSError, ValueError) as error:
            raise PluginError(str(error)) from error
        self._tts.compiled = self._compiled

    def speak(self, request: Request) -> Iterator[Audio]:
        """Pieces as their frames complete, at the codec's rate.

        Raises SpeechError where the text can't be read or nothing is said, UnsupportedError where it has no such voice.
        """
        self._usage = Usage()
        self._check(request)
        if not request.text.strip():
            raise SpeechError("the text is empty; expected something to say")
        self.load()
        alone, cpu_s, heard = self._alone, 0.0, False
        with closing(self._pieces(request)) as pieces:
            try:
                while True:
                    began = time.process_time()
                    piece = next(pieces, None)
                    cpu_s += time.process_time() - began
                    if piece is None:
                        break
                    heard = True
                    yield piece
            finally:
                self._usage = self._cost(cpu_s, alone=alone and self._alone)
        if not heard:
            raise SpeechError(f"{self._config.name} said nothing of {request.text!r}: its first frame was the end")

    def usage(self) -> Usage:
        """Processor time of the last request; on a processor also the threads and, on Linux, the memory.

        The peak is of the whole process since this model was loaded.
        """
        return self._usage

    def close(self) -> None:
        """Let go of the model."""
        self._tts = None
        self._clones.clear()
        self._loaded.discard(self)

    def _check(self, request: Request) -> None:
        """Raise UnsupportedError where the request is outside what `info` claims."""
        name, language, voice = self._config.name, request.item.language, request.voice
        if language not in self._languages:
            raise UnsupportedError(f"{name} speaks {', '.join(self._languages)}, not {language!r}")
        presets = self._voices.get(language, ())
        there = f"these speak {language!r}: {', '.join(presets) or 'none'}"
        if voice is not None and voice.audio is not None:
            if not self._can_clone:
                raise UnsupportedError(f"{name} can't clone a voice ({voice.name}), it has no encoder; {there}")
        elif voice is not None and voice.name not in presets:
            raise UnsupportedError(f"{name} has no voice {voice.name!r}; {there}")
        elif not presets:
            raise UnsupportedError(f"{name} has no voice of its own in {language!r}; give it a recording to clone")

    def _pieces(self, request: Request) -> Generator[Audio]:
        """The sound of a request; random weights are given a frame for each character, about as a reader would take."""
        from reference_model.head import Sampling

        tts, language, voice = self._tts, request.item.language, request.voice
        assert tts is not None, "speak loads it"
        rate = self._config.codec.sample_rate
        try:
            if voice is not None and voice.audio is not None:
                speaker: Tensor | str = self._cloned(voice, voice.audio, tts)
            else:
                speaker = voice.name if voice is not None else self._voices[language][0]
            sounds = tts.stream(
                request.text,
                speaker,
                language=language,
                seed=request.seed,
                max_frames=min(len(request.text), self._config.max_frames) if self._random else None,
                first_frames=self._first_frames,
                chunk_frames=self._chunk_frames,
                sampling=Sampling(steps=self._steps, guidance=self._guidance),
            )
            for sound in sounds:
                yield Audio(sound.numpy(), rate)
        except VoxevalError:
            raise
        except ValueError as error:
            raise SpeechError(f"{self._config.name}: {error}") from error

    def _cloned(self, voice: Voice, recording: Path, tts: TTS) -> Tensor:
        import torch

        try:
            content = file_hash(recording)
            if content not in self._clones:
                samples = resample(read_audio(recording), self._config.codec.sample_rate)  # (S,)
                self._clones[content] = tts.clone(torch.from_numpy(samples))
        except OSError as error:
            raise SpeechError(f"the recording of voice {voice.name!r} can't be read ({error})") from error
        except AudioError as error:
            raise SpeechError(f"voice {voice.name!r} can't be cloned: {error}") from error
        return self._clones[content]

    # --- what it costs -----------------------------------------------------------------------------------------------

    @property
    def _alone(self) -> bool:
        return len(self._loaded) == 1

    def _cost(self, cpu_s: float, *, alone: bool) -> Usage:
        import torch

        return Usage(
            cpu_s=cpu_s if alone else None,
            peak_memory_mb=_peak_memory_mb() if alone and self._sees_memory else None,
            threads=torch.get_num_threads() if self._device == "cpu" else None,
        )


def _random_config(size: str) -> TTSConfig:
    from dataclasses import replace

    from reference_model.config import CodecConfig, nano, tiny

    if size == "nano":
        return nano()
    small, public = tiny(), CodecConfig()  # tiny's own 800 Hz are too few for a recording
    codec = replace(small.codec, sample_rate=public.sample_rate, patch_size=public.patch_size)
    return replace(small, codec=codec)


def _random_model(config: TTSConfig, seed: int) -> TTS:
    """Random weights that never end by themselves, with some noise as their only voice."""
    import torch

    from reference_model.checkpoint import random_model
    from reference_model.config import END_AUDIO

    tts = random_model(config, seed)
    with torch.no_grad():
        tts.flow.semantic_codebook_output.weight[END_AUDIO] = 0  # of many random numbers, 0 is never the largest
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(round(RANDOM_VOICE_S * config.codec.sample_rate), generator=generator)  # (S,)
    tts.voices[RANDOM_VOICE] = tts.clone(0.1 * noise)
    return tts


def _forget_peak() -> bool:
    """Begin the peak of this process's memory anew; False where that can't be done, as outside Linux."""
    try:
        FORGET.write_text("5", encoding="ascii")
    except OSError:
        return False
    return _peak_memory_mb() is not None


def _peak_memory_mb() -> float | None:
    """The most that this process has held since; None where it can't be seen."""
    try:
        lines = STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(found[0]) / 1024 if found else None
