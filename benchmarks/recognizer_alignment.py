"""Word times of the embedded recognizer against those that espeak-ng tells of its own speech.

    python benchmarks/recognizer_alignment.py [--weights FILE] [--sentences N]

Held-out texts by held-out variants. `aligned` is forced alignment of the known text, `recognized` are the words of the
transcript that are right, in the places where text and transcript agree. The error is the beginning that is found less
the beginning that the engine tells.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import jiwer
import numpy as np

from reference_model.alphabet import LANGUAGES
from reference_model.recognizer import Recognizer
from reference_model.train.held_out import HeldOut


def line(name: str, errors: list[float]) -> str:
    """Median, bias and 95th percentile in ms."""
    values = 1000 * np.array(errors)
    sizes = np.abs(values)
    median, most, bias = np.median(sizes), np.quantile(sizes, 0.95), np.median(values)
    return f"| {name} | {len(values)} | {median:.0f} | {most:.0f} | {bias:+.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, help="default: those that come with the package")
    parser.add_argument("--sentences", type=int, default=60, help="a language (default 60)")
    arguments = parser.parse_args()
    recognizer = Recognizer.load(arguments.weights)
    aligned: dict[str, list[float]] = defaultdict(list)
    recognized: dict[str, list[float]] = defaultdict(list)
    for sentence in HeldOut.spoken(arguments.sentences).sentences:
        for index, word in enumerate(recognizer.align(sentence.samples, sentence.written, sentence.language)):
            if index in sentence.words:
                aligned[sentence.language].append(word.start_s - sentence.words[index])
        heard = recognizer.recognize([sentence.samples], [sentence.language])[0]
        if not heard.words:
            continue
        for chunk in jiwer.process_words(sentence.written, heard.text).alignments[0]:
            if chunk.type != "equal":
                continue
            for offset in range(chunk.ref_end_idx - chunk.ref_start_idx):
                index = chunk.ref_start_idx + offset
                if index in sentence.words:
                    found = heard.words[chunk.hyp_start_idx + offset].start_s
                    recognized[sentence.language].append(found - sentence.words[index])

    print(f"{recognizer.about.name}: beginnings of words, {arguments.sentences} sentences a language\n")
    for name, errors in (("aligned", aligned), ("recognized", recognized)):
        print(f"| {name} | words | median error, ms | 95th percentile, ms | bias, ms |")
        print("| --- | --- | --- | --- | --- |")
        for language in LANGUAGES:
            if errors[language]:
                print(line(language, errors[language]))
        print(line("all", [error for language in LANGUAGES for error in errors[language]]), end="\n\n")


if __name__ == "__main__":
    main()
