"""How well a trained recognizer hears: the validity table that goes into its weights, made from its own answers.

    python -m reference_model.train.measure FOLDER --weights FILE [--human FOLDER]

FOLDER is that of the training. Held-out texts by held-out variants of espeak-ng, the same texts by flite and festival
where they are installed, and recordings of people in English, a folder with transcripts.csv (file,text).
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import jiwer
import numpy as np
import pyarrow.parquet as pq
import soundfile
import torch

from reference_model.alphabet import ALPHABET, LANGUAGES
from reference_model.ctc_network import CtcNetwork, NetworkConfig
from reference_model.recognizer import Recognizer, spoken_words
from reference_model.recognizer_file import About, Measured
from reference_model.train.augment import Samples, warp
from reference_model.train.card import card
from reference_model.train.engines import engines
from reference_model.train.examples import TOLD_ROWS
from reference_model.train.held_out import HeldOut
from reference_model.train.homophones import homophone_floors
from reference_model.train.recognizer import facts_of, weights_of
from reference_model.train.told import LENGTH_S

PER_LANGUAGE = 60
PER_VOICE = 40  # sentences by each voice of another engine
CURVE_POINTS = 9


def trained(folder: Path) -> Recognizer:
    """The network of a training's last checkpoint, without the head that training alone needs."""
    checkpoint = folder / "last.safetensors"
    facts = facts_of(checkpoint)
    network = CtcNetwork(replace(NetworkConfig.read(facts["network"]), n_phonemes=0))
    network.load_state_dict(weights_of(checkpoint))
    plan = facts["plan"]
    return Recognizer(
        network,
        About(
            name=plan["name"],
            network=asdict(network.config),
            alphabet=ALPHABET,
            trained_on="espeak-ng",  # recordings that were mixed in are of one language, and show in what was measured
            training={
                "recordings": facts["recordings"],
                "heard_h": round(facts["heard_s"] / 3600, 1),
                "told_h": round(facts["earlier"]["told_h"] + told_h(folder, plan["accumulate"]), 1),
                "hours": round(facts["spent_s"] / 3600, 2),
                "batches": facts["earlier"]["batches"] + facts["batch"],
                "seed": plan["seed"],
                "variants_and_texts": plan["owner"],
                "curve": list(curve(folder)),
            },
        ),
    )


def told_h(folder: Path, accumulate: int) -> float:
    """Hours that the texts would last which were told as phonemes."""
    rows = pq.read_table(folder / "log.parquet").to_pylist()
    steps = sum((row.get("told") or 0.0) > 0 for row in rows)
    return float(steps * accumulate * TOLD_ROWS * LENGTH_S / 3600)


def curve(folder: Path) -> Iterator[dict[str, float]]:
    """What each stretch of the training bought: CER on the small held-out set that was heard again and again."""
    rows = [row for row in pq.read_table(folder / "log.parquet").to_pylist() if row.get("cer_en") is not None]
    chosen = sorted({round(index) for index in np.linspace(0, len(rows) - 1, CURVE_POINTS)}) if rows else []
    for index in chosen:
        row = rows[index]
        rates = {language: round(row[f"cer_{language}"], 3) for language in LANGUAGES}
        yield {"hours": round(row["spent_s"] / 3600, 2), "heard_h": round(row["heard_h"], 1), **rates}


def validity(recognizer: Recognizer, human: Path | None) -> Iterator[Measured]:
    """One line for each language and engine that can be had here."""
    spoken = HeldOut.spoken(PER_LANGUAGE)
    for who, sentences in (
        ("espeak-ng's plain voices", HeldOut.spoken(PER_LANGUAGE, variants=("",)).sentences),
        ("held-out variants of espeak-ng", spoken.sentences),
    ):
        for language in LANGUAGES:
            pairs = [(sentence.written, sentence.samples) for sentence in sentences if sentence.language == language]
            yield measured(recognizer, language, "espeak-ng", f"{len(pairs)} held-out texts by {who}", pairs)
    for engine in engines():
        texts = [s.written for s in spoken.sentences if s.language == engine.language][:PER_VOICE]
        about = f"{len(texts)} held-out texts by {engine.name}, voice {engine.voice}"
        pairs = [(text, engine.speak(text)) for text in texts]
        yield measured(recognizer, engine.language, engine.name, about, pairs)
    if human is not None:
        pairs = list(recordings(human))
        yield measured(recognizer, "en", "", f"{len(pairs)} recordings of {human.name}", pairs)


def letters_delay(recognizer: Recognizer) -> float:
    """The median time from a word's beginning to its first letter, on speech of the kind that the training heard."""
    delays = [
        word.start_s - sentence.words[index]
        for sentence in HeldOut.spoken(8, str(recognizer.about.training["variants_and_texts"])).sentences
        for index, word in enumerate(recognizer.align(sentence.samples, sentence.written, sentence.language))
        if index in sentence.words
    ]
    return round(statistics.median(delays), 3)


def measured(
    recognizer: Recognizer, language: str, engine: str, speech: str, pairs: Sequence[tuple[str, Samples]]
) -> Measured:
    """What the recognizer makes of texts and their speech, told the language."""
    heard = [recognizer.recognize([samples], [language])[0] for _, samples in pairs]
    written = [" ".join(spoken_words(text, language)) for text, _ in pairs]
    letters = jiwer.process_characters(written, [transcript.text for transcript in heard])
    words = jiwer.process_words(written, [transcript.text for transcript in heard])
    right = [max(t.language_probabilities, key=lambda key: t.language_probabilities[key]) == language for t in heard]
    return Measured(
        language=language,
        engine=engine,
        speech=speech,
        cer=round(letters.cer, 4),
        wer=round(words.wer, 4),
        identified=round(sum(right) / len(right), 4),
        confidence=round(sum(t.confidence or 0.0 for t in heard) / len(heard), 4),
        n=len(pairs),
    )


def recordings(folder: Path) -> Iterator[tuple[str, Samples]]:
    """Texts and samples of transcripts.csv. Raises FileNotFoundError."""
    with (folder / "transcripts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            samples, rate = soundfile.read(folder / row["file"], dtype="float32")
            yield row["text"], warp(samples, rate, 1.0)


def main() -> int:
    """Measure, and write weights and card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--weights", type=Path, required=True, help="file to write, NAME.safetensors; NAME.md beside it"
    )
    parser.add_argument(
        "--human", type=Path, help="recordings of people in English that no training heard: transcripts.csv"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    recognizer = trained(options.folder)
    floors = {language: asdict(floor) for language, floor in homophone_floors(LANGUAGES).items()}
    recognizer.about = replace(
        recognizer.about,
        delay_s=letters_delay(recognizer),
        training={**recognizer.about.training, "homophones": floors},
    )
    rows = []
    for row in validity(recognizer, options.human):
        print(  # noqa: T201 - what was asked for
            f"{row.language} {row.engine or 'people':10s} CER {100 * row.cer:5.1f} %  WER {100 * row.wer:5.1f} %  "
            f"identified {100 * row.identified:3.0f} %  confidence {row.confidence:.2f}  {row.speech}",
            flush=True,
        )
        rows.append(row)
    recognizer.about = replace(recognizer.about, validity=tuple(rows))
    recognizer.save(options.weights)
    options.weights.with_suffix(".md").write_text(card(Recognizer.load(options.weights).about), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
