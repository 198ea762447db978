"""Recordings and spectrograms as they go into a report."""

import struct
import zlib

import numpy as np
import pytest

from voxeval.audio import encode_flac, read_audio
from voxeval.report.sound import BANDS, SHADES, WIDTH, compressed, playable, png, spectrogram
from voxeval.types import Audio


def pixels_of(content):
    """The pixels (height, width) of an indexed PNG without filters, and its palette (colours, 3)."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, place = {}, 8
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        kind, body = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        assert struct.unpack(">I", content[place + 8 + length : place + 12 + length])[0] == zlib.crc32(kind + body)
        chunks[kind] = body
        place += 12 + length
    width, height, *kind = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert kind == [8, 3, 0, 0, 0]
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), dtype=np.uint8).reshape(height, width + 1)
    assert not lines[:, 0].any()
    return lines[:, 1:], np.frombuffer(chunks[b"PLTE"], dtype=np.uint8).reshape(-1, 3)


def tone(hz, seconds=1.0, rate=16_000):
    return Audio((0.5 * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate)).astype(np.float32), rate)


def test_a_png_holds_the_pixels_it_was_made_of():
    pixels = np.arange(24, dtype=np.uint8).reshape(4, 6)
    found, palette = pixels_of(png(pixels))
    assert (found == pixels).all()
    lightness = palette @ np.array([0.2126, 0.7152, 0.0722])
    assert len(palette) == SHADES
    assert (np.diff(lightness) > 0).all()  # readable without colour


def test_a_tone_is_a_line_higher_up_where_it_is_higher():
    low, high = (pixels_of(spectrogram(tone(hz)))[0] for hz in (200, 3_000))
    brightest = [picture.sum(axis=1).argmax() for picture in (low, high)]
    assert brightest[1] < brightest[0] - 20  # row 0 is on top
    middle = high[:, high.shape[1] // 2]
    assert (middle > SHADES * 0.75).sum() < 12


def test_a_click_is_seen_where_it_is():
    samples = np.zeros(32_000, dtype=np.float32)
    samples[24_000] = 1.0
    picture, _ = pixels_of(spectrogram(Audio(samples, 16_000)))
    assert picture.sum(axis=0).argmax() / picture.shape[1] == pytest.approx(0.75, abs=0.02)


@pytest.mark.parametrize("seconds", [0.0005, 0.1, 5, 90])
@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_any_length_gives_a_small_picture(seconds, rate):
    content = spectrogram(tone(300, seconds, rate))
    picture, _ = pixels_of(content)
    assert picture.shape[0] == BANDS
    assert 1 <= picture.shape[1] <= WIDTH + 1
    assert len(content) < 50_000


def test_silence_is_dark():
    picture, _ = pixels_of(spectrogram(Audio(np.zeros(16_000, dtype=np.float32), 16_000)))
    assert picture.max() < SHADES / 2


@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 44_056, 96_000])
def test_a_compressed_recording_keeps_its_length_and_tone(rate):
    before = tone(440, 2.0, rate)
    after = read_audio(compressed(before))
    assert after.duration_s == pytest.approx(2.0, abs=0.12)
    loudest = np.abs(np.fft.rfft(after.samples)).argmax() / after.duration_s
    assert loudest == pytest.approx(440, abs=3)


def test_flac_is_copied_and_anything_else_is_made_flac(tmp_path):
    import soundfile

    sound = tone(440)
    (tmp_path / "a.flac").write_bytes(encode_flac(sound))
    soundfile.write(tmp_path / "b.wav", sound.samples, sound.sample_rate)
    assert playable(tmp_path / "a.flac") == (tmp_path / "a.flac").read_bytes()
    assert read_audio(playable(tmp_path / "b.wav")).samples == pytest.approx(sound.samples, abs=1e-4)
