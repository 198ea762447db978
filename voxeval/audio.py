"""Reading, writing, resampling and naming recordings. S samples."""

from __future__ import annotations

import hashlib
import io
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from voxeval.errors import AudioError
from voxeval.types import Audio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from voxeval.types import FloatArray

UNKNOWN_LENGTH = 0x7F000000  # a WAV on a pipe declares at least this, since its length is not known yet
EXTENSIONS = (".wav", ".flac", ".ogg", ".mp3")


def read_audio(source: Path | bytes) -> Audio:
    """The recording as mono float32 in [-1, 1] at its own rate; channels are averaged.

    Raises AudioError where the file is missing, not audio, torn, holds no samples, or holds NaN or infinite samples.
    """
    import numpy as np
    import soundfile

    name = "the audio" if isinstance(source, bytes) else str(source)
    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
        samples, sample_rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)  # (S, channels)
    except (soundfile.LibsndfileError, OSError, TypeError) as error:
        why = error.error_string if isinstance(error, soundfile.LibsndfileError) else error
        raise AudioError(f"{name} can't be read as audio ({why}); expected WAV, FLAC, OGG or MP3") from error
    if missing := missing_bytes(data):
        raise AudioError(
            f"{name} is half a WAV: at least {missing} of the bytes that its header declares are missing; "
            "expected a whole one"
        )
    mono = samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1, dtype=np.float32)
    return checked(Audio(np.ascontiguousarray(mono), int(sample_rate)), name)


def missing_bytes(data: bytes) -> int:
    """How many bytes a WAV lacks of what its header declares; 0 for whole ones, and for other formats.

    Decoders read a torn file without a word. A length that was not known when the header was written lacks nothing.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return 0
    at = 12
    while at + 8 <= len(data):
        size = int(struct.unpack_from("<I", data, at + 4)[0])
        if data[at : at + 4] == b"data":
            return 0 if size >= UNKNOWN_LENGTH else max(0, at + 8 + size - len(data))
        at += 8 + size + size % 2
    return max(1, at - len(data))  # it ends before any sound


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


def to_int16(samples: FloatArray) -> NDArray[np.int16]:
    """The samples (S,) as 16-bit integers; those beyond [-1, 1) are clipped, as any player would.

    The scale is the one with which decoders read 16-bit audio (1/32768), so what was 16-bit comes back as it was.
    """
    import numpy as np

    return np.clip(np.round(samples.astype(np.float64) * 32768.0), -32768, 32767).astype(np.int16)


def encode_flac(audio: Audio) -> bytes:
    """The recording as FLAC with 16 bits a sample (`to_int16`).

    Raises AudioError where FLAC has no room for the sample rate.
    """
    import soundfile

    buffer = io.BytesIO()
    try:
        soundfile.write(buffer, to_int16(audio.samples), audio.sample_rate, format="FLAC", subtype="PCM_16")
    except soundfile.LibsndfileError as error:
        raise AudioError(
            f"a recording at {audio.sample_rate} Hz can't be kept as FLAC; expected at most 655350 Hz, and whole tens "
            "above 65535 Hz"
        ) from error
    return buffer.getvalue()


def pcm_hash(audio: Audio) -> str:
    """SHA-256 of the sound: rate and 16-bit samples. It does not change with the file format or its encoder."""
    integers = to_int16(audio.samples).astype("<i2")
    return hashlib.sha256(f"{audio.sample_rate}:".encode() + integers.tobytes()).hexdigest()


def holds(path: Path, duration_s: float | None, sample_rate: int | None) -> bool:
    """Whether a file is a recording of this length and rate, by its header."""
    import soundfile

    if duration_s is None or sample_rate is None or not path.is_file():
        return False
    try:
        found = soundfile.info(path)
    except (soundfile.LibsndfileError, OSError):
        return False
    return bool(found.samplerate == sample_rate and found.frames == round(duration_s * sample_rate))


def find_recording(stem: Path) -> Path | None:
    """The audio file with this path but for its ending, if there is one."""
    return next((path for ending in EXTENSIONS if (path := stem.with_name(stem.name + ending)).is_file()), None)
