"""Recognition by our own network for nine languages, which has learned from espeak-ng's synthetic speech.

It comes with voxeval, needs no download, and names the language that it hears without being told. What it makes of
which speech was measured after its training and stands in its weights: those are the floors that it states.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from voxeval.analyzers.device import Device, torch_device
from voxeval.analyzers.identity import RESAMPLING, files_hash, fingerprint
from voxeval.analyzers.recognition import refusal
from voxeval.audio import resample
from voxeval.errors import PluginError, VoxevalError
from voxeval.types import LANGUAGES, AnalyzerInfo, Floor, Transcript, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reference_model.recognizer import Recognizer
    from reference_model.recognizer_file import About
    from voxeval.types import Clip, Heard

_CODE_VERSION = 1  # raise with every change here or in the network's code that changes answers
_SAMPLE_RATE = 16_000


class CtcRecognizer:
    """Transcripts in nine languages with word times and confidence, and the spoken language.

    weights  a .safetensors file that `reference_model.train` made
    """

    def __init__(self, *, weights: str, device: Device = "auto") -> None:
        self._path = Path(weights)
        self._device = device

    @cached_property
    def info(self) -> AnalyzerInfo:
        """Name, floors and fingerprint, from the file's metadata; the network is not loaded.

        Raises PluginError where the file is missing or no recognizer.
        """
        about = self._about
        return AnalyzerInfo(
            name=about.name,
            feature="transcript",
            fingerprint=fingerprint("ctc", _CODE_VERSION, files_hash([self._path]), RESAMPLING),
            languages=LANGUAGES,
            floors=tuple(
                Floor(
                    language=row.language,
                    speech=row.speech,
                    human=not row.engine,
                    wer=row.wer,
                    cer=row.cer,
                    engine=row.engine,
                    identified=row.identified,
                    n=row.n,
                )
                for row in about.validity
            ),
            version=f"{about.name}, {about.training.get('heard_h', 0):.0f} h of {about.trained_on}'s speech heard",
            identifies_language=True,
            trained_on=about.trained_on,
        )

    def problem(self) -> str | None:
        """Say what is missing here; None where all is there."""
        try:
            _ = self._about
            torch_device(self._device)
        except VoxevalError as error:
            return str(error)
        return None

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        """One transcript a clip, in order; empty text where nobody speaks. Other languages are skipped."""
        return [refusal(clip, LANGUAGES) or self._transcript(clip) for clip in clips]

    def _transcript(self, clip: Clip) -> Transcript:
        # One by one: on a processor batches are hardly faster, and so an answer can't depend on its neighbours.
        heard = self._recognizer.recognize([resample(clip.audio, _SAMPLE_RATE)], [clip.language])[0]
        language, probability = max(heard.language_probabilities.items(), key=lambda pair: pair[1])
        return Transcript(
            text=heard.text,
            words=tuple(
                Word(text=word.text, start_s=word.start_s, end_s=word.end_s, confidence=word.confidence)
                for word in heard.words
            ),
            language=language if heard.words else None,
            language_probability=probability if heard.words else None,
            confidence=heard.confidence,
        )

    @cached_property
    def _about(self) -> About:
        from reference_model.recognizer_file import read_about

        try:
            return read_about(self._path)
        except (OSError, ValueError) as error:
            raise PluginError(str(error)) from error

    @cached_property
    def _recognizer(self) -> Recognizer:
        from reference_model.recognizer import Recognizer

        try:
            return Recognizer.load(self._path, device=torch_device(self._device))
        except (OSError, ValueError) as error:
            raise PluginError(str(error)) from error


def ctc_synthetic_a(*, device: Device = "auto") -> CtcRecognizer:
    """The recognizer that comes with voxeval."""
    from reference_model.recognizer_file import WEIGHTS

    return CtcRecognizer(weights=str(WEIGHTS), device=device)
