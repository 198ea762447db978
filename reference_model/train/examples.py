"""One batch of speech with what is said in it, made from its number alone: the same number gives the same batch."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray

from reference_model.alphabet import LANGUAGES, OTHER, spell
from reference_model.ctc_network import FRAMES_PER_STEP
from reference_model.log_mel import FRAME_RATE, log_mel
from reference_model.train import augment
from reference_model.train.augment import Noises, Samples
from reference_model.train.espeak import Prompt, Speaker, installed, named, nine_voices, variants_of
from reference_model.train.recordings import Recording, usable
from reference_model.train.told import Told, phoneme_class, told
from reference_model.train.words import TAUGHT_RARE, Text, draw_text, draw_words

NO_PHONEME = -100  # where nothing is known: torch's ignored class
NO_LANGUAGE = -100
BATCH_S = 64.0
LENGTHS_S = (2.0, 2.8, 4.0, 5.6, 8.0, 12.8)  # of a batch's rows
TOLD_ROWS = 40  # told beside what is heard
OTHER_SHARE = 0.1
# How often each is met: after the error rates of a first training over what was aimed at.
_WEIGHTS = {"ar": 1.3, "de": 0.9, "en": 1.6, "es": 0.8, "fr": 1.5, "hi": 1.0, "it": 0.6, "nl": 1.0, "pt": 1.0}
_CHANCES = np.array([_WEIGHTS[language] for language in LANGUAGES]) / sum(_WEIGHTS.values())
EMPTY_SHARE = 0.015
_SLOWEST = 1.12  # times as long as it was: a recording that is mixed in

# Languages outside the nine that wordfreq has words of and espeak-ng speaks. Urdu is not among them: what tells it from
# Hindi is mostly the script, and a head that is to hear the one as `other` calls the other so, too.
OTHERS = (
    "bg", "bn", "ca", "cs", "da", "el", "fa", "fi", "he", "hu", "id", "is", "lt", "lv", "mk", "ms", "nb", "pl",
    "ro", "ru", "sk", "sl", "sv", "ta", "tr", "uk", "vi",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of one length."""

    number: int
    features: NDArray[np.float16]  # (B, T, M)
    letters: tuple[NDArray[np.int16], ...]  # of each row
    phonemes: NDArray[np.int16]  # (B, T/2)
    languages: NDArray[np.int16]  # (B,)
    told: Told
    part: int = 0  # of the batch, where it was cut

    @property
    def seconds(self) -> float:
        """Length of all rows."""
        return float(self.features.shape[0] * self.features.shape[1] / FRAME_RATE)

    @property
    def most_parts(self) -> int:
        """Parts that it can be cut into with something heard and something told in each."""
        return min(len(self.letters), len(self.told.letters))

    def cut(self, n_parts: int) -> list[Batch]:
        """Its rows, heard and told, dealt out to so many batches."""
        return [
            Batch(
                number=self.number,
                features=self.features[part::n_parts],
                letters=self.letters[part::n_parts],
                phonemes=self.phonemes[part::n_parts],
                languages=self.languages[part::n_parts],
                told=Told(phonemes=self.told.phonemes[part::n_parts], letters=self.told.letters[part::n_parts]),
                part=part,
            )
            for part in range(n_parts)
        ]


_Row = tuple[NDArray[np.float16], NDArray[np.int16], NDArray[np.int16], int]  # as in Batch, of one row


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A text's speech at 16 kHz, with the phonemes' beginnings."""

    text: Text
    samples: Samples
    phonemes: tuple[tuple[str, float], ...]
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """What a training hears."""

    owner: str  # whose texts and variants, as `espeak.share` gives them out
    seed: int
    recordings: Path | None = None  # a folder in the layout of LJ Speech, of one language
    language: str = "en"  # of the recordings
    share: float = 0.1  # of the rows that are recordings, where some are short enough
    first: int = 0  # the number that batch 0 has among those of all the trainings that this one goes on from


class Maker:
    """Makes batches; holds a speaker and the noises."""

    def __init__(self, mix: Mix) -> None:
        self.owner, self.seed = mix.owner, mix.seed
        self.speaker = Speaker()
        self.noises = Noises.made(np.random.default_rng([mix.seed, 1]))
        self.voices, self.variants = nine_voices(), variants_of(mix.owner)
        known = set(installed().voices)
        self.others = tuple(language for language in OTHERS if language in known)
        self.mix = mix
        found = () if mix.recordings is None else usable(mix.recordings, mix.language)
        self.recordings = sorted(found, key=lambda recording: recording.duration_s)
        self.durations_s = [recording.duration_s for recording in self.recordings]

    def batch(self, number: int, progress: float) -> Batch:
        """Batch of this number; `progress` from 0 to 1 lets in the longer rows."""
        rng = np.random.default_rng([self.seed, 2, self.mix.first + number])
        # espeak-ng takes the phase of its waves over from what it said before; started anew it says the same again.
        self.speaker.close()
        reach = 2 + round(min(1.0, progress) * (len(LENGTHS_S) - 2))
        length_s = LENGTHS_S[int(rng.integers(reach))]
        n_rows = max(4, round(BATCH_S / length_s))
        rows: list[_Row] = []
        while len(rows) < n_rows:
            row = self._row(length_s, rng)
            if row is not None:
                rows.append(row)
        features, letters, phonemes, languages = zip(*rows, strict=True)
        return Batch(
            number=number,
            features=np.stack(features),
            letters=letters,
            phonemes=np.stack(phonemes),
            languages=np.array(languages, np.int16),
            told=told(TOLD_ROWS, self._drawn(TOLD_ROWS, rng), self.voices, self.owner, self.speaker, rng),
        )

    def _drawn(self, n: int, rng: Generator) -> NDArray[np.str_]:
        """Languages, those more often whose spelling tells less of the sound."""
        return rng.choice(list(LANGUAGES), n, p=_CHANCES)

    def _row(self, length_s: float, rng: Generator) -> _Row | None:
        n_frames = int(length_s * FRAME_RATE) // FRAMES_PER_STEP * FRAMES_PER_STEP
        n_samples = n_frames * augment.RATE // FRAME_RATE
        if rng.random() < EMPTY_SHARE:
            silence = np.zeros(n_samples, np.float32)
            sound = silence if rng.random() < 0.3 else self.noises.draw(n_samples, rng) * np.float32(0.01)
            return self._features(sound), np.zeros(0, np.int16), np.zeros(n_frames // 2, np.int16), NO_LANGUAGE
        n_short = bisect.bisect_right(self.durations_s, length_s / _SLOWEST)
        if n_short and rng.random() < self.mix.share:
            return self._recorded(self.recordings[int(rng.integers(n_short))], n_samples, rng)
        language = self.others[int(rng.integers(len(self.others)))]
        if rng.random() >= OTHER_SHARE:
            language = str(self._drawn(1, rng)[0])
        lead_s = rng.uniform(0, 0.35) if rng.random() < 0.8 else 0.0
        room_s = length_s - lead_s - rng.uniform(0.02, 0.3)
        n_parts = 2 if length_s > 3 and rng.random() < 0.15 else 1
        signal = np.zeros(n_samples, np.float32)
        written, phonemes, at_s = [], [], lead_s
        for _ in range(n_parts):
            spoken = self._spoken(language, room_s / n_parts, rng)
            if spoken is None:
                return None
            start = int(at_s * augment.RATE)
            piece = spoken.samples[: n_samples - start]
            signal[start : start + len(piece)] = piece
            written.append(spoken.text.written)
            phonemes += [(name, at_s + time_s) for name, time_s in spoken.phonemes]
            at_s += spoken.end_s + rng.uniform(0, 0.3) * (n_parts - 1)
        letters = np.array(spell(" ".join(written)) if language in LANGUAGES else [], np.int16)
        if not _fits(letters, n_frames // 2):
            return None
        index = LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES)
        return self._spoiled(signal, rng), letters, _phoneme_frames(phonemes, at_s, n_frames // 2), index

    def _recorded(self, recording: Recording, n_samples: int, rng: Generator) -> _Row | None:
        """A recording as a row; None where the row can't spell it."""
        samples = augment.warp(*recording.read(), float(rng.uniform(0.9, _SLOWEST)))[:n_samples]
        letters = np.array(spell(recording.written), np.int16)
        n_frames = n_samples * FRAME_RATE // augment.RATE
        if not _fits(letters, n_frames // 2):
            return None
        signal = np.pad(samples, (0, n_samples - len(samples)))
        unknown = np.full(n_frames // 2, NO_PHONEME, np.int16)
        return self._spoiled(signal, rng), letters, unknown, LANGUAGES.index(self.mix.language)

    def _spoken(self, language: str, room_s: float, rng: Generator) -> Spoken | None:
        """Words of the language that fill at most so many seconds."""
        rate = int(rng.triangular(100, 165, 320))
        factor = float(rng.uniform(0.86, 1.16)) if rng.random() < 0.6 else 1.0
        n_words = max(1, min(40, int(room_s * rate / 60 / factor * rng.uniform(0.6, 1.05) + 0.5)))
        if language in LANGUAGES:
            text = draw_text(language, n_words, self.owner, rng, TAUGHT_RARE)
            voice = self.voices[language][int(rng.integers(len(self.voices[language])))]
        else:
            words = " ".join(draw_words(language, n_words, rng, TAUGHT_RARE))
            text = Text(language=OTHER, given=words, written=words)
            voice = installed().voices[language][0]
        variant = self.variants[int(rng.integers(len(self.variants)))]
        utterance = self.speaker.speak(
            Prompt(
                text=text.given,
                voice=named(voice, variant),
                rate=rate,
                pitch=int(np.clip(rng.normal(50, 22), 0, 99)),
                range=int(np.clip(rng.normal(50, 25), 0, 99)),
            )
        )
        if utterance is None or not utterance.phonemes:
            return None
        samples = augment.warp(utterance.samples, utterance.sample_rate, factor)
        if rng.random() < 0.06:
            stretch = float(rng.uniform(0.85, 1.2))
            samples, factor = augment.stretch(samples, stretch), factor * stretch
        phonemes = tuple((name, time_s * factor) for name, time_s in utterance.phonemes)
        end_s = _last_sound(phonemes)
        if end_s > room_s:
            return self._cut(text, utterance.words, samples, phonemes, factor, room_s)
        return Spoken(text=text, samples=samples[: int((end_s + 0.05) * augment.RATE)], phonemes=phonemes, end_s=end_s)

    def _cut(
        self,
        text: Text,
        words: tuple[tuple[int, int, float], ...],
        samples: Samples,
        phonemes: tuple[tuple[str, float], ...],
        factor: float,
        room_s: float,
    ) -> Spoken | None:
        """The words that end in time: what comes after them is cut off in mid-sentence."""
        given = text.given.split()
        starts: list[tuple[int, float]] = []  # words before, start_s; where the engine told of the word
        position_of = {}
        offset = 0
        for index, word in enumerate(given):
            position_of[offset] = index
            offset += len(word) + 1
        for position, _, time_s in words:
            if position in position_of and 0 < time_s * factor <= room_s:
                starts.append((position_of[position], time_s * factor))
        starts = [(n, time_s) for n, time_s in starts if n > 0]
        if not starts:
            return None
        n_words, end_s = starts[-1]
        kept = " ".join(text.written.split()[:n_words])
        return Spoken(
            text=Text(language=text.language, given=" ".join(given[:n_words]), written=kept),
            samples=samples[: int(end_s * augment.RATE)],
            phonemes=tuple((name, time_s) for name, time_s in phonemes if time_s < end_s),
            end_s=end_s,
        )

    def _spoiled(self, signal: Samples, rng: Generator) -> NDArray[np.float16]:
        sound = augment.channel(signal, rng) if rng.random() < 0.85 else signal
        return self._features(augment.spoil(sound, self.noises, rng))

    def _features(self, samples: Samples) -> NDArray[np.float16]:
        features: NDArray[np.float16] = log_mel(torch.from_numpy(samples)).half().numpy()
        return features


def _last_sound(phonemes: tuple[tuple[str, float], ...]) -> float:
    """Where the pause after the last sound begins."""
    times = [time_s for name, time_s in phonemes]
    last = max((index for index, (name, _) in enumerate(phonemes) if phoneme_class(name)), default=-1)
    return times[last + 1] if last + 1 < len(times) else times[-1] + 0.1


def _phoneme_frames(phonemes: list[tuple[str, float]], end_s: float, n_frames: int) -> NDArray[np.int16]:
    """The phoneme in force at the middle of each frame of 20 ms; 0 before the first and after the end."""
    starts = np.array([time_s for _, time_s in phonemes] + [end_s])
    classes = np.array([phoneme_class(name) for name, _ in phonemes] + [0], np.int16)
    middles = (np.arange(n_frames) + 0.5) * 0.02
    order = np.searchsorted(starts, middles, side="right") - 1
    return np.where(order >= 0, classes[np.maximum(order, 0)], 0).astype(np.int16)


def _fits(letters: NDArray[np.int16], n_frames: int) -> bool:
    """Whether so many frames can spell the letters: doubled ones need a blank between them."""
    return len(letters) + int(np.sum(letters[1:] == letters[:-1])) <= n_frames
