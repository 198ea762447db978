"""Seconds of audio that a CPU second hears: the embedded recognizer, Whisper `tiny` in true shape, PocketSphinx.

    python benchmarks/recognizer_speed.py [--weights FILE] [--clips N] [--rounds N]

All hear the same English sentences by espeak-ng; they take turns in every round. Whisper has random weights, which cost
what trained ones cost: the decoder is told to end each text after as many tokens as a sentence has (--tokens).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import torch
from recognition_batching import end_texts, save_random_model

from reference_model.recognizer import Recognizer
from reference_model.train.held_out import HeldOut
from voxeval.analyzers.pocketsphinx import PocketSphinxRecognizer
from voxeval.analyzers.whisper import WhisperRecognizer
from voxeval.types import Audio, Clip

RATE = 16_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, help="default: those that come with the package")
    parser.add_argument("--clips", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=25)
    arguments = parser.parse_args()
    sentences = [s for s in HeldOut.spoken(arguments.clips).sentences if s.language == "en"]
    samples = [sentence.samples for sentence in sentences]
    clips = [Clip(audio=Audio(sentence.samples, RATE), language="en") for sentence in sentences]
    audio_s = sum(map(len, samples)) / RATE
    recognizer = Recognizer.load(arguments.weights)
    end_texts(arguments.tokens - 1)
    with tempfile.TemporaryDirectory() as scratch:
        save_random_model(Path(scratch) / "tiny.pt", "tiny")
        whisper = {batch: WhisperRecognizer(model=f"{scratch}/tiny.pt", batch=batch) for batch in (1, 8)}
        pocket = PocketSphinxRecognizer()
        name = recognizer.about.name
        rivals: dict[str, Callable[[], object]] = {
            f"{name}, one by one": lambda: [recognizer.recognize([clip], ["en"]) for clip in samples],
            f"{name}, batched": lambda: recognizer.recognize(samples, ["en"] * len(samples)),
            "Whisper tiny, one by one": lambda: whisper[1].analyze(clips),
            "Whisper tiny, batches of 8": lambda: whisper[8].analyze(clips),
            "PocketSphinx, one by one": lambda: pocket.analyze(clips),
        }
        cost: dict[str, list[float]] = defaultdict(list)
        for rival in rivals.values():
            rival()  # loads the model
        for _ in range(arguments.rounds):
            for rival_name, rival in rivals.items():
                begun = time.process_time()
                rival()
                cost[rival_name].append(time.process_time() - begun)

    print(f"{len(clips)} sentences, {audio_s:.0f} s, {torch.get_num_threads()} threads, {arguments.rounds} rounds\n")
    print("| recognizer | seconds of audio a CPU second | against the first |")
    print("| --- | --- | --- |")
    first = statistics.median(next(iter(cost.values())))
    for rival_name, times in cost.items():
        middle = statistics.median(times)
        print(f"| {rival_name} | {audio_s / middle:.0f} | {first / middle:.2f} |")


if __name__ == "__main__":
    main()
