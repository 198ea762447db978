"""English recognition by PocketSphinx 5 and the model in its wheel (BSD): small, offline, and often wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voxeval.analyzers.activity import SAMPLE_RATE, SileroActivity, activity_fingerprint
from voxeval.analyzers.identity import files_hash, fingerprint, installed, package_folder
from voxeval.analyzers.recognition import pieces_of, refusal
from voxeval.audio import to_int16
from voxeval.errors import MissingDependencyError
from voxeval.types import AnalyzerInfo, Failure, Floor, Transcript, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxeval.analyzers.recognition import Piece
    from voxeval.types import Clip, Heard

_CODE_VERSION = 2  # raise with every change here that changes answers
_FRAME_S = 0.01
_INSTALL = "pocketsphinx>=5"
_ALTERNATE = re.compile(r"\(\d+\)$")  # "the(2)" is the second pronunciation of "the"
# Measured by benchmarks/recognition_floors.py, all on the 32 sentences of the LJSpeech recordings. Synthetic speech is
# here too, since this recognizer's own errors differ more between kinds of speech than systems do.
_FLOORS = (
    Floor(language="en", speech="32 LJSpeech recordings", human=True, wer=0.268, cer=0.132, n=32),
    Floor(
        language="en", speech="32 sentences by flite, voice rms", human=False, wer=0.167, cer=0.075,
        engine="flite", n=32,
    ),
    Floor(
        language="en", speech="32 sentences by espeak-ng, voice en-us", human=False, wer=0.873, cer=0.668,
        engine="espeak-ng", n=32,
    ),
)  # fmt: skip


class PocketSphinxRecognizer:
    """Transcripts with word times, in English only.

    It gives no confidence: the posterior of its words is 1.0 for wrong words as well as for right ones.
    """

    def __init__(self) -> None:
        model = _model_folder()
        files = (
            [model / "cmudict-en-us.dict", model / "en-us.lm.bin", *sorted((model / "en-us").iterdir())]
            if model.is_dir()
            else [model]
        )
        version = installed("pocketsphinx")
        self.info = AnalyzerInfo(
            name="pocketsphinx",
            feature="transcript",
            fingerprint=fingerprint("pocketsphinx", _CODE_VERSION, version, files_hash(files), activity_fingerprint()),
            languages=("en",),
            floors=_FLOORS,
            version=f"pocketsphinx {version}, its en-us model",
        )
        self._decoder: Any = None

    def problem(self) -> str | None:
        """Say what is missing here, and the command that adds it; None where all is there."""
        if not _model_folder().is_dir():
            return f"pocketsphinx is not installed with its en-us model; run: pip install '{_INSTALL}'"
        return SileroActivity().problem()

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        """One transcript a clip, in order; empty text where nobody speaks. Other languages are skipped."""
        return [refusal(clip, self.info.languages) or self._transcript(clip) for clip in clips]

    def _transcript(self, clip: Clip) -> Transcript | Failure:
        words = tuple(word for piece in pieces_of(clip, 0) for word in self._words(piece))
        return Transcript(text=" ".join(word.text for word in words), words=words)

    def _words(self, piece: Piece) -> Iterator[Word]:
        decoder = self._load()
        # A decoder carries what it learned of channel and noise from one utterance to the next: the same clip gave
        # other words after another clip. A fresh front end (0.1 ms) makes the answer depend on the piece alone.
        decoder.reinit_feat()
        decoder.start_utt()
        decoder.process_raw(to_int16(piece.samples).tobytes(), full_utt=True)
        decoder.end_utt()
        if decoder.hyp() is None:
            return
        for segment in decoder.seg():
            if segment.word[0] not in "<[+":  # silence, noise and the ends of the sentence
                yield Word(
                    text=_ALTERNATE.sub("", segment.word),
                    start_s=piece.start_s + segment.start_frame * _FRAME_S,
                    end_s=piece.start_s + (segment.end_frame + 1) * _FRAME_S,
                )

    def _load(self) -> Any:
        if self._decoder is None:
            problem = self.problem()
            if problem is not None:
                raise MissingDependencyError(problem)
            import pocketsphinx

            model = _model_folder()
            # Paths are given, since POCKETSPHINX_PATH in the environment would change the model silently.
            self._decoder = pocketsphinx.Decoder(
                hmm=str(model / "en-us"),
                lm=str(model / "en-us.lm.bin"),
                dict=str(model / "cmudict-en-us.dict"),
                samprate=SAMPLE_RATE,
                loglevel="FATAL",
            )
        return self._decoder


def _model_folder() -> Path:
    return (package_folder("pocketsphinx") or Path("pocketsphinx")) / "model" / "en-us"
