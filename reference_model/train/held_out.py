"""Speech that no network learns from: held-out texts by held-out variants of espeak-ng."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jiwer
import numpy as np
import torch
from torch.nn import functional as F

from reference_model.alphabet import ALPHABET, BLANK, LANGUAGES
from reference_model.ctc_network import FRAMES_PER_STEP, CtcNetwork
from reference_model.log_mel import log_mel
from reference_model.train import augment
from reference_model.train.espeak import Prompt, Speaker, named, nine_voices, variants_of
from reference_model.train.words import RARE, Text, draw_text

_SEED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One spoken text; `words` are the beginnings that the engine tells, by word of the written text."""

    language: str
    written: str
    samples: augment.Samples  # (S,) at 16 kHz
    words: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A fixed set of sentences, the same on every machine with the same engine."""

    sentences: tuple[Sentence, ...]

    @classmethod
    def spoken(
        cls,
        per_language: int,
        owner: str = "held-out",
        variants: Sequence[str] = (),
        rare: float = RARE,
        texts: Mapping[str, Sequence[Text]] | None = None,
    ) -> HeldOut:
        """So many sentences of 4 to 12 words for each of the nine.

        With another owner, texts and variants that it learned from. Other variants than the owner's may be named; ""
        is the plain voice. `rare` is as in `words.draw_words`; `texts` by language are said in place of drawn ones.
        """
        speaker = Speaker()
        rng = np.random.default_rng(_SEED)
        variants = tuple(variants) or variants_of(owner)
        found = []
        for language in LANGUAGES:
            voices = nine_voices()[language]
            for index in range(per_language):
                if texts is None:
                    text = draw_text(language, int(rng.integers(4, 13)), owner, rng, rare)
                elif index < len(texts[language]):
                    text = texts[language][index]
                else:
                    break
                utterance = speaker.speak(
                    Prompt(
                        text=text.given,
                        voice=named(voices[index % len(voices)], variants[int(rng.integers(len(variants)))]),
                        rate=int(rng.integers(130, 200)),
                        pitch=int(rng.integers(30, 70)),
                        range=50,
                    )
                )
                if utterance is None:
                    continue
                starts = {}
                offset = 0
                for word, given in enumerate(text.given.split()):
                    starts[offset] = word
                    offset += len(given) + 1
                words = {starts[at]: time_s for at, _, time_s in utterance.words if at in starts}
                samples = augment.warp(utterance.samples, utterance.sample_rate, 1.0)
                found.append(Sentence(language=language, written=text.written, samples=samples, words=words))
        speaker.close()
        return cls(tuple(found))

    def measure(self, network: CtcNetwork, device: torch.device) -> tuple[dict[str, float], dict[str, float]]:
        """Character error rate and share of right languages, by language; letters not limited to the language's."""
        errors, letters = dict.fromkeys(LANGUAGES, 0), dict.fromkeys(LANGUAGES, 0)
        right, total = dict.fromkeys(LANGUAGES, 0), dict.fromkeys(LANGUAGES, 0)
        for sentence in self.sentences:
            features = log_mel(torch.from_numpy(sentence.samples))
            features = F.pad(features, (0, 0, 0, -features.shape[0] % FRAMES_PER_STEP))
            with torch.inference_mode():
                heard = network(features[None].to(device))
            best = heard.letters[0].argmax(-1).cpu().unique_consecutive().tolist()
            text = "".join(ALPHABET[index] for index in best if index != BLANK)
            counted = jiwer.process_characters(sentence.written, text)
            errors[sentence.language] += counted.substitutions + counted.deletions + counted.insertions
            letters[sentence.language] += len(sentence.written)
            right[sentence.language] += int(heard.language[0].argmax()) == LANGUAGES.index(sentence.language)
            total[sentence.language] += 1
        return (
            {language: errors[language] / max(1, letters[language]) for language in LANGUAGES},
            {language: right[language] / max(1, total[language]) for language in LANGUAGES},
        )
