"""Listen to every take once with every analyzer, whatever number of metrics use the answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voxeval.audio import pcm_hash, read_audio
from voxeval.errors import AudioError, StorageError, VoxevalError
from voxeval.systems.content import file_hash
from voxeval.types import Clip, Failure, Feature, Heard, Transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from voxeval.runner.cache import AnalysisCache
    from voxeval.types import Analyzer, AnalyzerInfo, Take

BATCH = 16  # clips handed to an analyzer at once: enough to sort by length, little enough to lose when killed
OF_REFERENCES = ("speaker",)  # features that are compared with those of the recording to be cloned

Sound = tuple[str, str]  # hash of the sound, language it should be in
Reference = tuple[str | None, str | None, str]  # path and hash of the recording, language of the take


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyses:
    """What was heard, by analyzer id and sound, and how much of it was listened to now."""

    heard: Mapping[str, Mapping[Sound, Heard]]
    references: Mapping[Reference, Sound | Failure]  # reference recording -> its sound, or why it can't be heard
    analyzed: Mapping[str, int]
    reused: Mapping[str, int]

    def of_take(self, take: Take) -> dict[str, Heard]:
        """The answers to a take, by analyzer id."""
        if take.audio_sha256 is None:
            return {}
        return self._of((take.audio_sha256, take.item.language))

    def of_reference(self, take: Take) -> dict[str, Heard]:
        """The answers to the recording that the take's voice should sound like."""
        sound = self.references.get(_reference(take))
        if isinstance(sound, Failure):
            return dict.fromkeys(self.heard, sound)
        return self._of(sound) if sound else {}

    def _of(self, sound: Sound) -> dict[str, Heard]:
        return {analyzer: answers[sound] for analyzer, answers in self.heard.items() if sound in answers}


def analyze(
    takes: Sequence[Take],
    folder: Path,
    analyzers: Sequence[Analyzer],
    cache: AnalysisCache,
    tick: Callable[[str, float], None] = lambda name, seconds: None,
) -> Analyses:
    """Listen to all takes and their reference recordings. `tick` is told of each answer and its seconds of sound, new.

    An analyzer that raises loses its answer to that clip only; failures are kept in the run, never in the cache.
    """
    sounds: dict[Sound, Path] = {}
    for take in takes:
        if take.audio_sha256 and take.audio_path:
            sounds.setdefault((take.audio_sha256, take.item.language), folder / take.audio_path)
    references, of_references = _references(takes)
    heard: dict[str, dict[Sound, Heard]] = {}
    analyzed: dict[str, int] = {}
    reused: dict[str, int] = {}
    for analyzer in analyzers:
        info = analyzer.info
        wanted = sounds | of_references if info.feature in OF_REFERENCES else sounds
        name = f"{info.name}@{info.fingerprint}"
        answers: dict[Sound, Heard] = dict(cache.get(name, wanted))
        reused[info.id] = len(answers)
        answers |= {sound: _not_claimed(info, sound) for sound in wanted if not _claims(info, sound)}
        missing = [sound for sound in wanted if sound not in answers]
        analyzed[info.id] = len(missing)
        for _ in answers:
            tick(info.name, 0.0)
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            fresh = _listen(analyzer, [(sound, wanted[sound]) for sound in batch], tick)
            cache.put(name, {sound: answer for sound, answer in fresh.items() if not isinstance(answer, Failure)})
            answers |= fresh
        heard[info.id] = answers
    return Analyses(
        heard=heard,
        references=references,
        analyzed=analyzed,
        reused=reused,
    )


def _claims(info: AnalyzerInfo, sound: Sound) -> bool:
    return info.languages is None or sound[1] in info.languages


def _not_claimed(info: AnalyzerInfo, sound: Sound) -> Failure:
    """The answer that needs no listening: the analyzer does not know the language."""
    known = ", ".join(info.languages or ())
    return Failure(reason=f"language {sound[1]!r} is not one that it knows: {known}", skipped=True)


def _reference(take: Take) -> Reference:
    return take.reference_audio, take.reference_sha256, take.item.language


def _references(takes: Sequence[Take]) -> tuple[dict[Reference, Sound | Failure], dict[Sound, Path]]:
    """The sound of each reference recording, or why it can't be heard; and where the sounds lie."""
    sounds: dict[Reference, Sound | Failure] = {}
    places: dict[Sound, Path] = {}
    for take in takes:
        reference = _reference(take)
        if take.reference_audio is None or reference in sounds:
            continue
        path = Path(take.reference_audio)
        try:
            sound = _unchanged(path, take.reference_sha256), take.item.language
        except VoxevalError as error:
            sounds[reference] = Failure(reason=str(error))
            continue
        sounds[reference] = sound
        places[sound] = path
    return sounds, places


def _unchanged(path: Path, sha256: str | None) -> str:
    """The sound of a reference recording. Raises AudioError where it is not the file that it was when it was cloned."""
    try:
        now = file_hash(path)
    except OSError as error:
        raise AudioError(f"{path} can't be read ({error.strerror}); put it back, or run again") from error
    if sha256 is not None and now != sha256:
        raise AudioError(f"{path} has changed since it was cloned; put back what it was, or run again")
    return pcm_hash(read_audio(path))


def _listen(
    analyzer: Analyzer, batch: Sequence[tuple[Sound, Path]], tick: Callable[[str, float], None]
) -> dict[Sound, Heard]:
    answers: dict[Sound, Heard] = {}
    clips: dict[Sound, Clip] = {}
    for sound, path in batch:
        try:
            clips[sound] = Clip(audio=read_audio(path), language=sound[1])
        except VoxevalError as error:
            answers[sound] = Failure(reason=str(error))
    for sound, answer in zip(clips, _answers(analyzer, list(clips.values())), strict=True):
        answers[sound] = answer
        tick(analyzer.info.name, clips[sound].audio.duration_s)
    return answers


def _checked(answer: object) -> Heard:
    if isinstance(answer, Transcript | Feature | Failure):
        return answer
    return Failure(reason=f"gave {type(answer).__name__}; expected a Transcript, a Feature or a Failure")


def _answers(analyzer: Analyzer, clips: list[Clip]) -> list[Heard]:
    """One answer a clip; where a batch raises, its clips are tried one by one, so that one can't spoil the others."""
    try:
        answers = analyzer.analyze(clips)
        if len(answers) == len(clips):
            return [_checked(answer) for answer in answers]
        error: Exception = VoxevalError(f"gave {len(answers)} answers to {len(clips)} clips")
    except (StorageError, MemoryError):
        raise
    except Exception as raised:  # noqa: BLE001 - the border: an analyzer's code may raise anything
        error = raised
    if len(clips) == 1:
        return [Failure(reason=f"{type(error).__name__}: {error}")]
    return [answer for clip in clips for answer in _answers(analyzer, [clip])]
