"""A recognizer for nine languages: what was said, in which language, and when.

    from reference_model.recognizer import Recognizer

    heard = Recognizer.load().recognize([samples])[0]  # mono float samples at 16 kHz
    heard.text, heard.language, heard.words

It has learned from espeak-ng's voices alone, so what it makes of other voices is told by `about.validity`, which was
measured after training and lies inside the weights. Its spelling is greedy, without a language model, which would
correct, and so hide, the errors that an evaluation looks for.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

from reference_model.alphabet import ALPHABET, LANGUAGES, LETTERS, OTHER, allowed, spell
from reference_model.ctc import Letter, align, read, words_of
from reference_model.ctc_network import FRAMES_PER_STEP, CtcNetwork, NetworkConfig
from reference_model.log_mel import FRAME_RATE, N_MELS, SAMPLE_RATE, log_mel
from reference_model.recognizer_file import FORMAT, KEY, WEIGHTS, About, read_about

# Shapes:  S samples   T frames of log-mel   V alphabet   D width of the hidden states

LETTER_S = 2 / FRAME_RATE  # a frame of letters
HIDDEN_RATE = FRAME_RATE / 4  # hidden states a second
_LOUDEST = 1e6  # integers of 16 bits are heard like the same sound within [-1, 1]; more would overflow as power
_BATCH_FRAMES = 12_000  # of log-mel heard at once: two minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word where it was heard; its confidence is the mean posterior of its letters."""

    text: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What was heard in one recording."""

    text: str  # lower case, NFC, words between single spaces; empty for silence
    language: str  # that the text is written in: the one that was given, else the most probable, at times `other`
    language_probabilities: Mapping[str, float]  # of the nine and `other`, from the sound alone
    confidence: float | None  # mean posterior of the letters; None where nothing was heard
    words: tuple[Word, ...]


class Recognizer:
    """A trained network and what is known of it; `load` makes one."""

    def __init__(self, network: CtcNetwork, about: About) -> None:
        self.network = network.eval()
        self.about = about

    @classmethod
    def load(cls, path: Path | str | None = None, *, device: str | torch.device = "cpu") -> Recognizer:
        """Load a network; without a path, the one that comes with the package.

        Raises FileNotFoundError, and ValueError where the file is no recognizer or has another alphabet.
        """
        file = WEIGHTS if path is None else Path(path)
        about = read_about(file)
        if about.alphabet != ALPHABET:
            raise ValueError(f"{file} was trained with another alphabet of {len(about.alphabet)} letters; train anew")
        try:
            config = NetworkConfig.read(about.network)
            tensors = {name: tensor.float() for name, tensor in load_file(file).items()}
            network = CtcNetwork(config)
            network.load_state_dict(tensors)
        except (TypeError, ValueError, ArithmeticError, RuntimeError, SafetensorError) as error:
            raise ValueError(f"{file} does not fit its own configuration: {error}") from error
        if (config.n_mels, config.n_letters, config.n_languages) != (N_MELS, len(ALPHABET), len(LANGUAGES) + 1):
            raise ValueError(f"{file} hears {config.n_mels} bands and knows {config.n_letters} letters and "
                             f"{config.n_languages} languages; expected {N_MELS}, {len(ALPHABET)} and "
                             f"{len(LANGUAGES) + 1}: train anew")  # fmt: skip
        damaged = [name for name, tensor in tensors.items() if not bool(torch.isfinite(tensor).all())]
        if damaged:
            raise ValueError(f"{file} is damaged: {damaged[0]} holds what is no number; get the file again")
        return cls(network.to(device), about)

    def save(self, path: Path) -> None:
        """Write the network in half precision, with everything that `load` needs inside; whole or not at all."""
        about = asdict(self.about) | {"format": FORMAT}
        halves = {
            key: value.half().contiguous() if value.is_floating_point() else value
            for key, value in self.network.state_dict().items()
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        save_file(halves, part, {KEY: json.dumps(about, ensure_ascii=False)})
        part.replace(path)

    def recognize(
        self, waveforms: Sequence[ArrayLike], languages: Sequence[str | None] | None = None
    ) -> list[Transcript]:
        """One transcript a waveform (S,), mono at 16 kHz, of any length, in order.

        With a language given, the text is limited to its letters; without (None, for all or for one), the most probable
        language decides. The probabilities are always from the sound alone. Raises ValueError for a waveform that is no
        finite mono array and for an unknown language.
        """
        clips = [_checked(waveform) for waveform in waveforms]
        forced: Sequence[str | None] = [None] * len(clips) if languages is None else languages
        if len(forced) != len(clips):
            raise ValueError(f"got {len(clips)} waveforms and {len(forced)} languages; expected one for each")
        for language in forced:
            _check_language(language)
        answers: list[Transcript | None] = [None] * len(clips)
        for clip, letters, spoken, _ in self._hear(clips):
            probabilities = dict(zip((*LANGUAGES, OTHER), spoken.softmax(-1).tolist(), strict=True))
            language = forced[clip] or max(probabilities, key=lambda key: probabilities[key])
            words = self._timed(words_of(read(_limited(letters, language))))
            answers[clip] = _transcript(words, language, probabilities)
        return [answer for answer in answers if answer is not None]

    def align(self, waveform: ArrayLike, text: str, language: str) -> tuple[Word, ...]:
        """When each word of a known text is said in a waveform (S,), and how well it fits there (mean posterior).

        Speech that the text lacks is passed over by a wildcard between words. The text is its spoken form: it is
        brought to lower case without punctuation, and Arabic without its vowel marks. Raises ValueError for letters
        that the language does not write, digits above all, and where the recording is too short for the text.
        """
        if language is None:
            raise ValueError(f"got no language; expected one of {', '.join(LANGUAGES)}, the one that the text is in")
        _check_language(language)
        words = spoken_words(text, language)
        if not words:
            return ()
        _, letters, _, _ = next(self._hear([_checked(waveform)]))
        placed = align(_limited(letters, language), [spell(word) for word in words])
        return self._timed(placed)

    def encode(self, waveforms: Sequence[ArrayLike]) -> tuple[list[Tensor], float]:
        """Hidden states (T, D) of each waveform (S,), from which its letters are read, and how many come a second."""
        clips = [_checked(waveform) for waveform in waveforms]
        states: list[Tensor] = [torch.empty(0)] * len(clips)
        for clip, _, _, hidden in self._hear(clips):
            states[clip] = hidden.transpose(0, 1)
        return states, HIDDEN_RATE

    def _timed(self, words: Iterable[Sequence[Letter]]) -> tuple[Word, ...]:
        """Words with their times; none begins before the one before it ends."""
        timed: list[Word] = []
        for letters in words:
            begun = letters[0].start * LETTER_S - self.about.delay_s
            timed.append(
                Word(
                    text="".join(ALPHABET[letter.index] for letter in letters),
                    start_s=max(0.0, begun, timed[-1].end_s if timed else 0.0),
                    end_s=letters[-1].end * LETTER_S,
                    confidence=sum(letter.probability for letter in letters) / len(letters),
                )
            )
        return tuple(timed)

    def _hear(self, clips: Sequence[Tensor]) -> Iterator[tuple[int, Tensor, Tensor, Tensor]]:
        """Index, letters (T/2, V), language (L,) and hidden states (D, T/4) of each clip, in batches."""
        device = next(self.network.parameters()).device
        features = [log_mel(clip) for clip in clips]
        batch: list[int] = []
        for place, clip in enumerate(order := sorted(range(len(clips)), key=lambda index: len(features[index]))):
            batch.append(clip)
            following = len(features[order[place + 1]]) if place + 1 < len(order) else None
            if following is not None and following * (len(batch) + 1) <= _BATCH_FRAMES:
                continue
            steps = [-(-len(features[index]) // FRAMES_PER_STEP) for index in batch]
            longest = max(1, *steps) * FRAMES_PER_STEP
            padded = torch.stack([F.pad(features[i], (0, 0, 0, longest - len(features[i]))) for i in batch])
            mask = (torch.arange(longest // FRAMES_PER_STEP) < torch.tensor(steps)[:, None]).float()
            mask[:, 0] = 1  # a clip of no samples is heard as one silent step
            with torch.inference_mode():
                heard = self.network(padded.to(device), mask.to(device))
            for row, index in enumerate(batch):
                frames = -(-len(features[index]) // 2)
                states = -(-len(features[index]) // 4)
                yield (
                    index,
                    heard.letters[row, :frames].cpu(),
                    heard.language[row].cpu(),
                    heard.hidden[row, :, :states].cpu(),
                )
            batch = []


def spoken_words(text: str, language: str) -> list[str]:
    """The words of a text as the recognizer writes them. Raises ValueError for what can't be written so."""
    folded = unicodedata.normalize("NFC", text.replace("’", "'")).lower()
    kept = "".join(_letter_or_space(character, language) for character in folded)
    return [word for part in kept.split() if (word := part.strip("'"))]


_WRITTEN_AS = {"ٱ": "ا", "ऽ": "", "ॲ": "अ", "œ": "oe", "æ": "ae"}  # rare letters that were not in the training
_SPOKEN = frozenset("%‰&@#°§")  # signs that are read as words, as those of money and of sums are


def _letter_or_space(character: str, language: str) -> str:
    if character in LETTERS[language]:
        return character
    if character in _WRITTEN_AS:
        return _WRITTEN_AS[character]
    category = unicodedata.category(character)
    if category in {"Sc", "Sm"} or character in _SPOKEN:
        raise ValueError(f"{character!r} is spoken as words in {language!r}; expected the text as it is spoken")
    if category in {"Mn", "Cf", "Lm"}:  # vowel marks, joiners, the stretching of Arabic letters
        return ""
    if category[0] in "PSZC":
        return " "
    spread = unicodedata.normalize("NFKD", character)
    base = "".join(part for part in spread if not unicodedata.combining(part))
    if base and all(part in LETTERS[language] for part in base):
        return base
    raise ValueError(f"{character!r} is no letter of {language!r}; expected the text as it is spoken, numbers as words")


def _check_language(language: str | None) -> None:
    if language is not None and language not in LANGUAGES:
        raise ValueError(f"got the language {language!r}; expected one of {', '.join(LANGUAGES)}, or None")


def _checked(waveform: ArrayLike) -> Tensor:
    expected = f"expected one-dimensional mono samples within [-1, 1] at {SAMPLE_RATE} Hz"
    try:
        given = np.asarray(waveform.detach().cpu() if isinstance(waveform, Tensor) else waveform)
    except (TypeError, ValueError) as error:  # as lists of several lengths
        raise ValueError(f"got a {type(waveform).__name__} that is no array ({error}); {expected}") from error
    if given.dtype.kind not in "fiu":
        raise ValueError(f"got values of type {given.dtype}; {expected}")
    samples = given.astype(np.float32)
    if samples.ndim != 1:
        raise ValueError(f"got an array of shape {samples.shape}; {expected}, one array for each recording")
    wrong = int(np.sum(~np.isfinite(samples)))
    if wrong:
        raise ValueError(f"got {wrong} samples of {len(samples)} that are no finite number; {expected}")
    if samples.size and np.abs(samples).max() > _LOUDEST:
        raise ValueError(f"got samples up to {np.abs(samples).max():.3g}; {expected}")
    return torch.from_numpy(samples)


def _limited(letters: Tensor, language: str) -> NDArray[np.float32]:
    """Log probabilities (T, V) over the letters of the language alone; over all of them for `other`."""
    if language in LETTERS:
        letters = letters.masked_fill(~allowed(language), float("-inf"))
    logs: NDArray[np.float32] = letters.float().log_softmax(-1).numpy()
    return logs


def _transcript(words: tuple[Word, ...], language: str, probabilities: Mapping[str, float]) -> Transcript:
    n_letters = sum(len(word.text) for word in words)
    return Transcript(
        text=" ".join(word.text for word in words),
        language=language,
        language_probabilities=probabilities,
        confidence=sum(word.confidence * len(word.text) for word in words) / n_letters if n_letters else None,
        words=words,
    )
