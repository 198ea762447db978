"""Reading, writing, resampling and naming recordings. S samples."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

from voxeval.errors import AudioError
from voxeval.types import Audio

if TYPE_CHECKING:
    from voxeval.types import FloatArray

EXTENSIONS = (".wav", ".flac", ".ogg", ".mp3")


def read_audio(source: Path | bytes) -> Audio:
    """The recording as mono float32 in [-1, 1] at its own rate; channels are averaged.

    Raises AudioError where the file is missing, not audio, holds no samples, or holds NaN or infinite samples.
    """
    import numpy as np
    import soundfile

    name = "the audio" if isinstance(source, bytes) else str(source)
    try:
        file = io.BytesIO(source) if isinstance(source, bytes) else source
        samples, sample_rate = soundfile.read(file, dtype="float32", always_2d=True)  # (S, channels)
    except (soundfile.LibsndfileError, OSError, TypeError) as error:
        raise AudioError(f"{name} can't be read as audio ({error}); expected WAV, FLAC, OGG or MP3") from error
    mono = samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1, dtype=np.float32)
    return checked(Audio(np.ascontiguousarray(mono), int(sample_rate)), name)


def checked(audio: Audio, name: str = "the audio") -> Audio:
    """The same audio, where it can be listened to.

    Raises AudioError where it holds no samples, NaN or infinite samples, or has no sensible sample rate.
    """
    import numpy as np

    if audio.sample_rate < 1_000:
        raise AudioError(f"{name} has a sample rate of {audio.sample_rate} Hz; expected at least 1000 Hz")
    if len(audio.samples) == 0:
        raise AudioError(f"{name} holds 0 samples; expected speech")
    if not np.isfinite(audio.samples).all():
        bad = int((~np.isfinite(audio.samples)).sum())
        raise AudioError(f"{name} holds {bad} samples that are NaN or infinite; expected numbers in [-1, 1]")
    return audio


def joined(chunks: list[Audio]) -> Audio:
    """The chunks of one take, end to end. Raises AudioError where their sample rates differ or there are none."""
    import numpy as np

    rates = sorted({chunk.sample_rate for chunk in chunks})
    if not rates:
        raise AudioError("the system gave no audio; expected at least one chunk")
    if len(rates) > 1:
        raise AudioError(f"the system changed its sample rate within one take ({rates} Hz); expected one rate")
    integers = sorted({str(dtype) for chunk in chunks if (dtype := np.asarray(chunk.samples).dtype).kind != "f"})
    if integers:
        raise AudioError(f"the system gave samples of type {', '.join(integers)}; expected floats in [-1, 1]")
    samples = np.concatenate([np.asarray(chunk.samples, dtype=np.float32).reshape(-1) for chunk in chunks])
    return checked(Audio(samples, rates[0]))


def resample(audio: Audio, sample_rate: int) -> FloatArray:
    """The samples at another rate, float32 (S,); untouched where the rate is right already."""
    if audio.sample_rate == sample_rate:
        return audio.samples
    import soxr

    resampled: FloatArray = soxr.resample(audio.samples, audio.sample_rate, sample_rate, quality="HQ")
    return resampled


def encode_flac(audio: Audio) -> bytes:
    """The recording as FLAC with 16 bits a sample; samples beyond [-1, 1] are clipped, as any player would.

    Raises AudioError where FLAC has no room for the sample rate.
    """
    import numpy as np
    import soundfile

    integers = np.clip(np.round(audio.samples.astype(np.float64) * 32767.0), -32768, 32767).astype(np.int16)
    buffer = io.BytesIO()
    try:
        soundfile.write(buffer, integers, audio.sample_rate, format="FLAC", subtype="PCM_16")
    except soundfile.LibsndfileError as error:
        raise AudioError(
            f"a recording at {audio.sample_rate} Hz can't be kept as FLAC; expected at most 655350 Hz, and whole tens "
            "above 65535 Hz"
        ) from error
    return buffer.getvalue()


def pcm_hash(audio: Audio) -> str:
    """SHA-256 of the sound: rate and 16-bit samples. It does not change with the file format or its encoder."""
    import numpy as np

    integers = np.clip(np.round(audio.samples.astype(np.float64) * 32767.0), -32768, 32767).astype("<i2")
    return hashlib.sha256(f"{audio.sample_rate}:".encode() + integers.tobytes()).hexdigest()


def find_recording(stem: Path) -> Path | None:
    """The audio file with this path but for its ending, if there is one."""
    return next((path for ending in EXTENSIONS if (path := stem.with_name(stem.name + ending)).is_file()), None)
