"""The values that modules hand to each other. All are frozen; units are in the names.

Shapes: S samples, T frames of a track, N segments, W windows, D width of an embedding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]

LANGUAGE_NAMES: Mapping[str, str] = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
}
LANGUAGES = tuple(LANGUAGE_NAMES)
VALID_CER = 0.25  # a recognizer that gets more of the characters of some speech wrong is no judge of such speech
VALID_IDENTIFIED = 0.9  # and one that names the language of fewer of its clips right is no judge of its language

Status = Literal["ok", "skipped", "failed"]
Timing = Literal["exclusive", "shared", "reported"]
Better = Literal["lower", "higher", "none"]
Listened = Literal["words", "language"]  # what a recognizer says of a take


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One text to be spoken."""

    id: str  # unique within its suite and language
    language: str  # primary tag, as "pt"
    text: str
    spoken: tuple[str, ...] = ()  # equally good readings; empty: the text itself
    category: str = "general"
    cluster: str  # what is resampled as one; the id, where nothing binds items together
    keywords: tuple[str, ...] = ()
    locale: str  # full tag, as "pt-BR"; the language, where not given
    voice: str | None = None
    reference_audio: Path | None = None  # a human recording: of the voice to clone, or of this very text
    reference_text: str | None = None  # what is said in it
    speech_text: str | None = None  # the text for systems that need diacritics

    @property
    def readings(self) -> tuple[str, ...]:
        """The texts that count as said right."""
        return self.spoken or (self.text,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Items with a name, a version, a licence and a content hash."""

    name: str
    version: str
    license: str
    description: str
    metrics: tuple[str, ...]  # names of metric modules or metrics; empty: all
    parallel: bool  # a cluster is one meaning in all languages
    items: tuple[Item, ...]
    content_hash: str
    thresholds: Mapping[str, float] = field(default_factory=dict)
    protocols: tuple[str, ...] = ()  # other ways of counting word errors that it asks for

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the items, sorted."""
        return tuple(sorted({item.language for item in self.items}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A preset of the system, or a reference recording to be cloned."""

    name: str
    audio: Path | None = None  # the reference recording; None for a preset
    text: str | None = None  # its transcript, where known


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One text for one system to speak, in one voice, from one seed."""

    item: Item
    text: str  # what is handed to the system: the item's text, or its speech_text
    voice: Voice | None  # None: the system has no voices to choose from
    seed: int
    key: str  # hash of text, language, locale, voice and seed


@dataclass(frozen=True, slots=True)
class Audio:
    """Mono sound, nominally in [-1, 1]."""

    samples: FloatArray  # float32 (S,)
    sample_rate: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate


# --- systems ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemInfo:
    """What a system says of itself, before it has spoken."""

    name: str
    version: str
    fingerprint: str  # hash of everything that changes the sound: program, weights, options
    languages: tuple[str, ...] | None = None  # None: not known, any is tried
    voices: Mapping[str, tuple[str, ...]] | None = None  # language -> presets, the default first; None: any name
    cloning: bool = False
    streaming: bool = False
    deterministic: bool = False  # the same request always gives the same sound, whatever the seed
    needs_diacritics: bool = False
    max_duration_s: float | None = None
    note: str = ""  # what a reader of the report must know, as "random weights"
    engine: str = ""  # what makes the sound, where known, as "espeak-ng": recognizers name engines in their floors


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the last request cost, as far as the system can see; None where it can't."""

    cpu_s: float | None = None
    peak_memory_mb: float | None = None  # of the system's own process
    threads: int | None = None
    total_s: float | None = None  # set only by systems that report times measured elsewhere: timing = "reported"
    first_audio_s: float | None = None


class System(Protocol):
    """Something that speaks. It may also have `usage() -> Usage` and `close() -> None`.

    A factory (the entry point) must be cheap: load models in `load()`, where there is one, or with the first request.
    """

    @property
    def info(self) -> SystemInfo:
        """Name, fingerprint and capabilities."""
        ...

    def speak(self, request: Request) -> Iterator[Audio]:
        """Yield the audio in chunks, as they come; closing the iterator stops the system.

        Raises SpeechError where it can't speak, UnsupportedError where it does not claim to.
        """
        ...


@runtime_checkable
class LoadsFirst(Protocol):
    """A system with something to load, timed apart from speech."""

    def load(self) -> None:
        """Make ready to speak."""
        ...


@runtime_checkable
class KnowsUsage(Protocol):
    """A system that can tell what a request cost."""

    def usage(self) -> Usage:
        """Cost of the last request."""
        ...


@runtime_checkable
class Closes(Protocol):
    """A system that holds a process or connection."""

    def close(self) -> None:
        """Let go of it."""
        ...


# --- takes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """When the audio of one take came, counted from the request."""

    timing: Timing
    load_s: float | None = None
    first_audio_s: float | None = None
    total_s: float | None = None
    cpu_s: float | None = None
    chunk_times_s: tuple[float, ...] = ()
    chunk_samples: tuple[int, ...] = ()
    concurrency: int = 1
    threads: int | None = None
    host: str = ""
    peak_memory_mb: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One planned recording, whatever became of it."""

    suite: str
    suite_version: str
    item: Item
    system: str  # its label
    system_key: str
    voice: str
    seed: int
    request_key: str
    text_given: str  # what the system was handed
    status: Status
    detail: str = ""
    audio_sha256: str | None = None
    audio_path: str | None = None  # relative to the run folder
    sample_rate: int | None = None
    duration_s: float | None = None
    reference_audio: str | None = None  # recording that the voice should sound like
    reference_sha256: str | None = None
    pieces: int = 1  # requests that the text was spoken in, since the system does not hold it whole
    clock: Clock = Clock(timing="shared")

    @property
    def key(self) -> TakeKey:
        """What makes this take one of its run."""
        return TakeKey(self.suite, self.item.language, self.item.id, self.system, self.voice, self.seed)


@dataclass(frozen=True, slots=True, order=True)
class TakeKey:
    """Suite, language, item, system, voice and seed: together unique in a run."""

    suite: str
    language: str
    item: str
    system: str
    voice: str
    seed: int


# --- what analyzers hear ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One recording to listen to."""

    audio: Audio
    language: str  # the language it should be in


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One recognized word."""

    text: str
    start_s: float
    end_s: float
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What a recognizer heard."""

    text: str
    words: tuple[Word, ...] | None = None  # None: the recognizer gives no times
    language: str | None = None  # heard without being told; None: it identifies no language
    language_probability: float | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """What an analyzer measured, as named arrays; a scalar is an array of one.

    kind        values (hop_s: distance of neighbours in arrays over time)
    activity    start_s (N,), end_s (N,) of the stretches with voice
    speaker     embedding (D,) of unit length for the whole; windows (W*D,) of unit length each; start_s, end_s (W,)
    pitch       f0_hz (T,), NaN where unvoiced; hop_s
    loudness    lufs (1,) integrated after ITU-R BS.1770-4; level_lufs (T,) of windows of 0.4 s; hop_s
    dnsmos      ovrl (1,), sig (1,), bak (1,), p808 (1,)
    signal      clipped_share (1,), bandwidth_hz (1,)
    """

    kind: str
    values: Mapping[str, FloatArray]
    hop_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An analyzer could not listen to one clip; never counted against the system."""

    reason: str
    skipped: bool = False  # outside what the analyzer claims, as a language it does not know, or silence


Heard = Transcript | Feature | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What a recognizer gets wrong on good speech: no system can be seen to do better."""

    language: str
    speech: str  # which recordings, as "32 LJSpeech recordings"
    human: bool
    wer: float
    cer: float
    engine: str = ""  # who spoke, where it is a synthesizer, as "espeak-ng"; empty for people
    identified: float | None = None  # share of the clips whose language was identified; None: it identifies none
    n: int | None = None  # clips


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyzerInfo:
    """What an analyzer says of itself."""

    name: str
    feature: str  # "transcript", or the kind of its Feature
    fingerprint: str  # hash of code version, weights and options: at least 6 hexadecimal digits
    languages: tuple[str, ...] | None = None  # None: any
    floors: tuple[Floor, ...] = ()  # of recognizers
    version: str = ""  # of the library and the weights, in words
    identifies_language: bool = False
    trained_on: str = ""  # the one engine whose speech it has learned from; empty: it has heard people of all kinds

    @property
    def id(self) -> str:
        """Name and hash, as it stands in metric ids."""
        return f"{self.name}@{self.fingerprint[:6]}"


class Analyzer(Protocol):
    """A model that listens. Models load with the first call of `analyze`, once."""

    @property
    def info(self) -> AnalyzerInfo:
        """Name, fingerprint and what it hears."""
        ...

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        """One answer a clip, in order. A clip that fails does not take others with it."""
        ...


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of an alignment, as half-open ranges of word indices."""

    kind: Literal["equal", "substitute", "delete", "insert"]
    ref_start: int
    ref_end: int
    hyp_start: int
    hyp_end: int


@dataclass(frozen=True, slots=True)
class EditCounts:
    """How many units were right, and how many were not."""

    hits: int
    substitutions: int
    deletions: int
    insertions: int

    @property
    def reference(self) -> int:
        """Units in the reference."""
        return self.hits + self.substitutions + self.deletions

    @property
    def edits(self) -> int:
        """Substitutions, deletions and insertions."""
        return self.substitutions + self.deletions + self.insertions


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Reference and transcript of one take, word against word, after normalization."""

    recognizer: str  # id of the analyzer
    normalizer: str
    reference: tuple[str, ...]  # words of the reading with the fewest edits
    hypothesis: tuple[str, ...]
    edits: tuple[Edit, ...]
    words: EditCounts
    characters: EditCounts
    # (start_s, end_s) of each hypothesis word; None where the recognizer gives no times
    hypothesis_times: tuple[tuple[float, float], ...] | None = None
    # [start, end) word ranges of the reference's sentences
    sentences: tuple[tuple[int, int], ...] = ()
    keywords: tuple[tuple[str, ...], ...] = ()  # the item's keywords, normalized, as words


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolUse:
    """Another way of counting a recognizer's word errors, beside the normalizers'."""

    name: str  # as it stands in metric ids and as the normalizer of its alignments
    recognizer: str  # id of the analyzer
    average: Literal["corpus", "mean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a take's word errors would be if they were counted otherwise."""

    recognizer: str  # id of the analyzer
    kind: Literal["whole", "rule", "protocol"]  # as they are; without a rule that did something; by a protocol
    name: str  # of the normalizer, rule or protocol
    counts: EditCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyzedTake:
    """A take with all that was heard in it: what metrics see."""

    take: Take
    heard: Mapping[str, Heard]  # analyzer id -> answer; empty where the take has no audio
    reference: Mapping[str, Heard]  # the same for the recording that the voice should sound like
    alignments: tuple[Alignment, ...]  # one a recognizer (that answered) and normalizer
    normalizers: tuple[str, ...]  # names, as they stand in metric ids
    analyzers: Mapping[str, AnalyzerInfo]  # all of the run, by id
    reference_words: int  # in the item's first reading, normalized
    reference_characters: int
    protocols: tuple[ProtocolUse, ...] = ()  # those that cover the take's language
    effects: tuple[Effect, ...] = ()  # what its word errors would be without each rule, and by each protocol

    def analyzers_of(self, feature: str) -> tuple[AnalyzerInfo, ...]:
        """Analyzers of the run that give this feature, in the order asked for."""
        return tuple(info for info in self.analyzers.values() if info.feature == feature)


# --- scores ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AcrossLanguages:
    """A metric of the summary's language `all`, made from one metric's values in all languages."""

    metric: str  # the name it gets, as "coverage"
    rule: Literal["share_of_languages", "range_over_floor"]
    unit: str
    better: Better
    threshold: float = 0.0  # share_of_languages: a language counts from this mean on
    formula: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricInfo:
    """What a number means."""

    name: str
    unit: str  # "1" for shares and rates
    better: Better
    statistics: tuple[str, ...] = ("mean",)  # "mean" (weighted), "p50", "p90", "p95", "p99", "max"
    if_failed: float | None = None  # what a failed take counts as; None: it is left out
    formula: str
    source: str
    across: AcrossLanguages | None = None
    per_take: bool = True  # False: takes share one value, and resampling them says nothing of how sure it is
    rests_on: tuple[Listened, ...] = ()  # what of a recognizer it is only as good as: may be marked as indicative


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One metric on one take."""

    take: TakeKey
    metric: str  # name, as in MetricInfo
    metric_id: str  # with all that makes numbers comparable; its first part is the name
    value: float | None  # in the metric's unit; None unless status is "ok"
    weight: float = 1.0  # what the value averages over: words, frames, or 1
    status: Status = "ok"
    detail: str = ""  # why, when not ok
    curve: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        assert self.metric_id.split("/")[0] == self.metric, f"{self.metric_id} does not begin with {self.metric}"
        assert (self.value is None) == (self.status != "ok"), f"{self.metric}: value {self.value} when {self.status}"


class Metric(Protocol):
    """A pure function from takes and what was heard in them to scores."""

    @property
    def infos(self) -> tuple[MetricInfo, ...]:
        """The numbers it makes."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """The features it listens to: "transcript", "activity", ..."""
        ...

    def score(self, takes: Sequence[AnalyzedTake]) -> Iterable[Score]:
        """All takes of one system in, at least one row a take and metric out."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value, an interval of 95 %, and what stands behind it."""

    value: float | None
    low: float | None  # None: too few clusters to say
    high: float | None
    n_clusters: int
