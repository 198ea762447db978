"""What can be heard and seen of a take: a copy of its recording, and its spectrogram as a small PNG. S samples."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from voxeval.audio import encode_flac, read_audio, resample
from voxeval.errors import AudioError
from voxeval.types import Audio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MP3_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
BANDS, WIDTH = 96, 480  # pixels of a spectrogram, at most
SHADES = 32  # more can't be told apart, and cost twice the bytes
LOW_HZ, HIGH_HZ = 60.0, 11_025.0
RANGE_DB = 70.0
MP3_SQUEEZE = 0.8  # of libsndfile's 0 to 1: about 40 kbit/s for speech
# A dark-to-light ramp with even steps of lightness, readable without colour: anchors of (red, green, blue).
RAMP = ((11, 13, 27), (38, 27, 84), (92, 34, 114), (156, 50, 108), (214, 86, 82), (246, 151, 74), (252, 233, 178))


def playable(path: Path) -> bytes:
    """The recording as FLAC, which Chromium, Firefox and Safari play. Raises AudioError."""
    content = path.read_bytes() if path.is_file() else b""
    return content if content[:4] == b"fLaC" else encode_flac(read_audio(path))


def compressed(audio: Audio) -> bytes:
    """The recording as MP3 with a variable rate, which every browser plays and which is small enough to mail."""
    import numpy as np
    import soundfile

    rate = audio.sample_rate
    if rate not in MP3_RATES:
        rate = min(MP3_RATES, key=lambda known: (known < min(audio.sample_rate, 48_000), known))
    samples = np.clip(resample(audio, rate), -1.0, 1.0)  # (S,)
    buffer = io.BytesIO()
    try:
        soundfile.write(buffer, samples, rate, format="MP3", subtype="MPEG_LAYER_III", compression_level=MP3_SQUEEZE)
    except soundfile.LibsndfileError as error:
        raise AudioError(
            f"this libsndfile can't write MP3 ({error}); expected version 1.1 or newer: install a newer soundfile, "
            "or write the report without --single-file"
        ) from error
    return buffer.getvalue()


def data_uri(kind: str, content: bytes) -> str:
    """The content as an address that needs no file."""
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def spectrogram(audio: Audio) -> bytes:
    """A PNG of at most 480 x 96 pixels: time to the right, mel bands from 60 Hz to 11 kHz upwards, 70 dB deep."""
    import numpy as np

    rate, samples = audio.sample_rate, np.asarray(audio.samples, dtype=np.float32)  # (S,)
    window = 2 ** round(np.log2(0.032 * rate))
    hop = max(window // 4, -(-len(samples) // WIDTH))
    window = max(window, 2 ** int(np.ceil(np.log2(hop))))  # long recordings: nothing falls between two pixels
    padded = np.pad(samples, (window // 2, window // 2))  # frame t is centred on sample t * hop
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]  # (T, window)
    power = np.abs(np.fft.rfft(frames * np.hanning(window)) / window).T ** 2  # (F, T)
    mel = _mel_bands(power.shape[0], rate) @ power  # (BANDS, T)
    level = 10 * np.log10(mel + 1e-10)
    top = max(float(level.max()), -50.0)  # silence stays dark
    shades = np.clip((level - top + RANGE_DB) / RANGE_DB, 0, 1)
    return png(np.flipud(np.round(shades * (SHADES - 1)).astype(np.uint8)))


def png(pixels: NDArray[np.uint8]) -> bytes:
    """An indexed PNG of pixels (height, width) below SHADES, 0 darkest, in the colours of RAMP."""
    import numpy as np

    height, width = pixels.shape
    spots = np.linspace(0, SHADES - 1, len(RAMP))
    palette = np.stack([np.interp(np.arange(SHADES), spots, channel) for channel in np.array(RAMP).T], axis=1)
    lines = np.zeros((height, width + 1), dtype=np.uint8)  # a leading 0 a line: no filter
    lines[:, 1:] = pixels
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    body = zlib.compress(lines.tobytes(), 6)
    chunks = ((b"IHDR", header), (b"PLTE", palette.astype(np.uint8).tobytes()), (b"IDAT", body))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in (*chunks, (b"IEND", b"")))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _mel_bands(bins: int, rate: int) -> NDArray[np.float64]:
    """Weights (BANDS, bins) of triangular bands, evenly spaced on the mel scale."""
    import numpy as np

    def mel(hz: float) -> float:
        return float(2595 * np.log10(1 + hz / 700))

    edges_mel = np.linspace(mel(LOW_HZ), mel(min(HIGH_HZ, rate / 2)), BANDS + 2)
    edges = 700 * (10 ** (edges_mel / 2595) - 1)  # (BANDS+2,) in Hz
    hz = np.linspace(0, rate / 2, bins)
    rise = (hz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]  # (BANDS, bins)
    fall = (edges[2:, None] - hz) / (edges[2:] - edges[1:-1])[:, None]
    weights = np.maximum(0, np.minimum(rise, fall))
    nearest = np.abs(hz[None, :] - edges[1:-1, None]).argmin(axis=1)  # low bands are narrower than a bin
    weights[np.arange(BANDS), nearest] = np.maximum(weights[np.arange(BANDS), nearest], 0.2)
    result: NDArray[np.float64] = weights
    return result
