"""Where there is voice, heard by the Silero network inside the silero-vad package (MIT).

Its one-call ONNX form is run by ONNX Runtime directly: measured on 51 s of LJSpeech it costs 0.002 CPU s a second of
audio, against 0.004 for the ONNX form called window by window and 0.012 for TorchScript, with the same probabilities;
and importing silero_vad would import torch and set its number of threads for the whole process.

Shapes: S samples at 16 kHz, F windows of 512 samples, N stretches with voice.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voxeval.analyzers.clipwise import each
from voxeval.analyzers.identity import RESAMPLING, files_hash, fingerprint, installed, package_folder
from voxeval.audio import resample
from voxeval.errors import MissingDependencyError
from voxeval.types import AnalyzerInfo, Feature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voxeval.types import Audio, Clip, FloatArray, Heard

SAMPLE_RATE = 16_000
LONGEST_S = 28.0  # of a piece for recognizers: Whisper hears 30 s, and a margin is kept

_CODE_VERSION = 1  # raise with every change here that changes answers
_INSTALL = "silero-vad>=6.2.3"
_WINDOW = 512  # samples of one probability, 32 ms
_CONTEXT = 64  # samples of the window before that the network sees too
_BLOCK = 512  # windows in one call: 16 s
_VOICE_FROM = 0.5  # probability from which a stretch begins; the package's default, as is the next
_VOICE_UNTIL = 0.35  # probability under which it may end
_SHORTEST_VOICE = 3  # windows, about 0.1 s: the package's 0.25 s would lose a lone "sí" or "ja"
_SHORTEST_PAUSE = 3  # windows, about 0.1 s
_PAD_S = 0.03  # on both sides of a stretch, since onsets and ends are soft
_MARGIN_S = 0.5  # of silence kept around a piece, since voice may begin before it is noticed


class SileroActivity:
    """Stretches with voice: the feature `activity`, with start_s (N,) and end_s (N,), sorted and apart."""

    def __init__(self) -> None:
        self.info = AnalyzerInfo(
            name="silero",
            feature="activity",
            fingerprint=activity_fingerprint(),
            version=f"silero-vad {installed('silero-vad')}",
        )

    def problem(self) -> str | None:
        """Say what is missing here, and the command that adds it; None where all is there."""
        if _weights().is_file():
            return None
        got = installed("silero-vad")
        have = "is not installed" if got is None else f"{got} is installed, which lacks {_weights().name}"
        return f"voice activity needs {_INSTALL}; silero-vad {have}; run: pip install '{_INSTALL}'"

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        """One `activity` a clip, in order; audio too short to hold voice has none, and is no Failure."""
        return each(clips, _activity, min_s=0.0)


def activity_fingerprint() -> str:
    """Hash of all that changes which stretches are found: also part of recognizers that listen to these only.

    Without the package's version: only its weights are used.
    """
    return fingerprint("activity", _CODE_VERSION, files_hash([_weights()]), RESAMPLING)


def voiced_segments(samples16k: FloatArray) -> list[tuple[float, float]]:
    """Start and end in seconds of the stretches with voice in samples (S,) at 16 kHz, sorted and apart.

    Empty where there is none, as in silence, noise, or audio under 0.1 s.
    """
    if len(samples16k) == 0:
        return []
    duration_s = len(samples16k) / SAMPLE_RATE
    window_s = _WINDOW / SAMPLE_RATE
    windows = _stretches(_probabilities(samples16k))
    found = [(start * window_s, min(end * window_s, duration_s)) for start, end in windows]
    halves = [min(_PAD_S, (after[0] - before[1]) / 2) for before, after in pairwise(found)]
    return [
        (max(0.0, start - left), min(duration_s, end + right))
        for (start, end), left, right in zip(found, [_PAD_S, *halves], [*halves, _PAD_S], strict=False)
    ]


def cut_at_silences(
    audio16k: FloatArray, segments: Sequence[tuple[float, float]], longest_s: float = LONGEST_S
) -> list[tuple[float, float]]:
    """Start and end in seconds of pieces of at most `longest_s` that hold all voice, sorted and apart.

    Audio (S,) at 16 kHz that fits is one piece, whole. Longer audio is cut in the longest pause of the second half of
    what fits; long silences between pieces belong to none. Only a stretch of voice without any pause is cut where it
    is quietest. No voice: no pieces.
    """
    duration_s = len(audio16k) / SAMPLE_RATE
    if not segments:
        return []
    if duration_s <= longest_s:
        return [(0.0, duration_s)]
    room_s = longest_s - 2 * _MARGIN_S
    assert room_s > 0, f"pieces of {longest_s} s leave no room beside margins of {_MARGIN_S} s"
    stretches = [part for segment in segments for part in _cut_voice(audio16k, segment, room_s)]

    pieces: list[tuple[float, float]] = []
    first = 0
    while first < len(stretches):
        last = _last_of_piece(stretches, first, room_s)
        pieces.append((stretches[first][0], stretches[last][1]))
        first = last + 1
    gaps = [(after[0] - before[1]) / 2 for before, after in pairwise(pieces)]
    lefts = [min(_MARGIN_S, gap) for gap in [pieces[0][0], *gaps]]
    rights = [min(_MARGIN_S, gap) for gap in [*gaps, duration_s - pieces[-1][1]]]
    return [(start - left, end + right) for (start, end), left, right in zip(pieces, lefts, rights, strict=True)]


def _activity(audio: Audio) -> Heard:
    import numpy as np

    segments = np.array(voiced_segments(resample(audio, SAMPLE_RATE)), dtype=np.float64).reshape(-1, 2)  # (N, 2)
    return Feature(kind="activity", values={"start_s": segments[:, 0], "end_s": segments[:, 1]})


def _last_of_piece(stretches: Sequence[tuple[float, float]], first: int, room_s: float) -> int:
    """Index of the stretch after which the piece that begins with stretch `first` ends."""
    start = stretches[first][0]
    reach = first
    while reach + 1 < len(stretches) and stretches[reach + 1][1] - start <= room_s:
        reach += 1
    if reach + 1 == len(stretches):
        return reach
    choices = [index for index in range(first, reach + 1) if stretches[index][1] - start >= room_s / 2] or [reach]
    return max(choices, key=lambda index: (stretches[index + 1][0] - stretches[index][1], index))


def _cut_voice(audio16k: FloatArray, segment: tuple[float, float], room_s: float) -> list[tuple[float, float]]:
    """Cut the segment into parts of at most `room_s`, at the quietest 32 ms of the second half of what fits."""
    import numpy as np

    start, end = segment
    parts = []
    while end - start > room_s:
        begin = int((start + room_s / 2) * SAMPLE_RATE)
        searched = audio16k[begin : int((start + room_s) * SAMPLE_RATE)].astype(np.float64)
        windows = searched[: len(searched) // _WINDOW * _WINDOW].reshape(-1, _WINDOW)  # (F, 512)
        quietest = int(np.square(windows).mean(axis=1).argmin())
        cut = (begin + quietest * _WINDOW + _WINDOW // 2) / SAMPLE_RATE
        parts.append((start, cut))
        start = cut
    return [*parts, (start, end)]


def _stretches(probabilities: FloatArray) -> list[tuple[int, int]]:
    """Half-open ranges of windows with voice, from one probability a window (F,)."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    quiet_from: int | None = None
    for index, probability in enumerate(probabilities):
        if probability >= _VOICE_FROM:
            start = index if start is None else start
            quiet_from = None
        elif start is not None and probability < _VOICE_UNTIL:
            quiet_from = index if quiet_from is None else quiet_from
            if index + 1 - quiet_from >= _SHORTEST_PAUSE:
                found.append((start, quiet_from))
                start = quiet_from = None
    if start is not None:
        found.append((start, len(probabilities) if quiet_from is None else quiet_from))
    return [(start, end) for start, end in found if end - start >= _SHORTEST_VOICE]


def _probabilities(samples16k: FloatArray) -> FloatArray:
    """Probability of voice (F,) in each window of 512 samples, the last filled up with zeros."""
    import numpy as np

    n_windows = -(-len(samples16k) // _WINDOW)
    padded = np.zeros(_CONTEXT + n_windows * _WINDOW, dtype=np.float32)
    padded[_CONTEXT : _CONTEXT + len(samples16k)] = samples16k
    views = np.lib.stride_tricks.sliding_window_view(padded, _CONTEXT + _WINDOW)[::_WINDOW]  # (F, 576)
    hidden = np.zeros((1, 1, 128), dtype=np.float32)
    cell = np.zeros((1, 1, 128), dtype=np.float32)
    heard = []
    for begin in range(0, n_windows, _BLOCK):
        block = np.ascontiguousarray(views[begin : begin + _BLOCK])
        inputs = {"input": block, "h": hidden, "c": cell}
        probabilities, hidden, cell = _session().run(["speech_probs", "hn", "cn"], inputs)
        heard.append(probabilities.reshape(-1))
    return np.concatenate(heard)  # (F,)


@cache
def _session() -> Any:
    """Load the network, once a process: it keeps no state between calls."""
    problem = SileroActivity().problem()
    if problem is not None:
        raise MissingDependencyError(problem)
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1  # the network is too small for more
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(_weights()), options, providers=["CPUExecutionProvider"])


def _weights() -> Path:
    folder = package_folder("silero_vad") or Path("silero_vad")
    return folder / "data" / "silero_vad_16k_sequence.onnx"
