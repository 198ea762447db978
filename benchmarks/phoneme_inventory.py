"""The sounds of each language as espeak-ng makes them: what the suite `core` has to cover.

    python benchmarks/phoneme_inventory.py > voxeval/phonemes.json

The phonemes of the 30,000 commonest words of each language (wordfreq 3.1, weighted by frequency), words that the engine
reads as another language left out, of which at least 2 in 10,000 are this one. Needs the extra `train`.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict

import wordfreq

from voxeval.systems.espeak_engine import phonemes
from voxeval.types import LANGUAGES

N_WORDS = 30_000
# Sounds that no written-out word has: of a letter's name, and of Arabic consonants without their vowels.
NO_WORD_HAS = {"ar": {"x"}, "it": {"d̪"}}
LEAST_SHARE = 0.0002


def main() -> None:
    inventory = {}
    for language in LANGUAGES:
        words = [word for word in wordfreq.top_n_list(language, N_WORDS) if not any(map(str.isdigit, word))]
        counts: dict[str, float] = defaultdict(float)
        for word, said in zip(words, phonemes(words, language), strict=True):
            for sound in said:
                counts[sound] += wordfreq.word_frequency(word, language)
        total = sum(counts.values())
        left_out = NO_WORD_HAS.get(language, set())
        common = [
            sound for sound, count in sorted(counts.items(), key=lambda pair: -pair[1]) if count / total >= LEAST_SHARE
        ]
        inventory[language] = [sound for sound in common if sound not in left_out]
    json.dump(inventory, sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
