"""Character errors and identification of the embedded recognizer per language, beside what no listener can know.

    python benchmarks/recognizer_accuracy.py [--weights FILE] [--sentences N]

Texts and variants of espeak-ng that the training held out, the language given for the letters and not for the
identification. The homophone floor is the error rate of a listener who hears every sound right and writes each
pronunciation as its commonest word. A second table tells the letters' errors in texts of other kinds: words drawn by
frequency alone, where the first has half of them from among the rare ones; the sentences of the suite `core`; and both
by the plain voices. Identification is also told for the first 2 s of each sentence. Languages outside the nine are
heard too: words of those that the training heard as `other`, and numbers in those that it never met. Eight sentences a
language are also heard within silence and joined. Intervals: 95 %, sentences resampled.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import jiwer
import numpy as np
import rapidfuzz.distance

from reference_model.alphabet import LANGUAGES, OTHER
from reference_model.log_mel import SAMPLE_RATE
from reference_model.recognizer import Recognizer, Transcript, spoken_words
from reference_model.train.augment import warp
from reference_model.train.espeak import Prompt, Speaker, installed, named, variants_of
from reference_model.train.examples import OTHERS
from reference_model.train.held_out import HeldOut, Sentence
from reference_model.train.homophones import homophone_floors
from reference_model.train.words import Text, draw_words
from voxeval.suite import load_suite

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

RESAMPLES = 2000


def rate(edits: NDArray[np.float64], lengths: NDArray[np.float64]) -> str:
    """Edits over lengths in percent, with its interval."""
    drawn = np.random.default_rng(0).integers(len(edits), size=(RESAMPLES, len(edits)))
    rates = edits[drawn].sum(1) / lengths[drawn].sum(1)
    low, high = np.quantile(rates, [0.025, 0.975])
    return f"{100 * edits.sum() / lengths.sum():.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def identified(heard: Sequence[Transcript], language: str) -> float:
    """Share whose most probable language is the right one."""
    tops = [max(t.language_probabilities, key=lambda key: t.language_probabilities[key]) for t in heard]
    return sum(top == language for top in tops) / len(tops)


def others(recognizer: Recognizer, languages: Iterable[str], text: Callable[[str, Generator], str]) -> str:
    """Of four texts in each of some languages outside the nine, how many are called `other`, and which mostly not."""
    rng, speaker, variants = np.random.default_rng(0), Speaker(), variants_of("held-out")
    heard: dict[str, list[Transcript]] = {}
    for language in sorted(languages):
        for _ in range(4):
            voice = named(installed().voices[language][0], variants[int(rng.integers(len(variants)))])
            utterance = speaker.speak(Prompt(text=text(language, rng), voice=voice, rate=160, pitch=50, range=50))
            if utterance is not None and len(utterance.samples) > utterance.sample_rate / 2:  # some can't read figures
                heard.setdefault(language, []).extend(
                    recognizer.recognize([warp(utterance.samples, utterance.sample_rate, 1.0)])
                )
    speaker.close()
    everything = [transcript for mine in heard.values() for transcript in mine]
    missed = [language for language, mine in heard.items() if identified(mine, OTHER) < 0.5]
    return (
        f"{round(identified(everything, OTHER) * len(everything))} of {len(everything)} in {len(heard)} languages "
        f"called `other`; mostly not: {', '.join(missed) or 'none'}"
    )


def eight_words(language: str, rng: Generator) -> str:
    """Eight words of the language."""
    return " ".join(draw_words(language, 8, rng))


def numbers(language: str, rng: Generator) -> str:
    """Figures, which the engine reads in the words of any language."""
    return " ".join(str(number) for number in rng.integers(2, 1000, 8))


def core() -> dict[str, list[Text]]:
    """The sentences of the suite, which no training has met: as they are given, and as they are spelled."""
    return {
        language: [
            Text(
                language=language,
                given=item.speech_text or item.text,
                written=" ".join(spoken_words(item.text, language)),
            )
            for item in load_suite("core", [language])[0].items
            if item.locale != "pt-PT"
        ]
        for language in LANGUAGES
    }


def letter_errors(recognizer: Recognizer, sentences: Sequence[Sentence]) -> str:
    """Character errors of some sentences, in percent with an interval; the language is given."""
    heard = recognizer.recognize([each.samples for each in sentences], [each.language for each in sentences])
    edits = [
        rapidfuzz.distance.Levenshtein.distance(each.written, t.text) for each, t in zip(sentences, heard, strict=True)
    ]
    return rate(np.array(edits, float), np.array([len(each.written) for each in sentences], float))


def kinds(recognizer: Recognizer, sentences: int) -> None:
    """Print the second table."""
    texts = core()
    made = {
        "by frequency": HeldOut.spoken(sentences, rare=0.0),
        "by frequency, plain": HeldOut.spoken(sentences, variants=("",), rare=0.0),
        "core": HeldOut.spoken(40, texts=texts),
        "core, plain": HeldOut.spoken(40, variants=("",), texts=texts),
    }
    print("\nCER % in other texts, by held-out variants and by the plain voices\n")
    print("| language | " + " | ".join(made) + " |\n| --- |" + " --- |" * len(made))
    for language in LANGUAGES:
        cells = [
            letter_errors(recognizer, [each for each in spoken.sentences if each.language == language])
            for spoken in made.values()
        ]
        print(f"| {language} | " + " | ".join(cells) + " |", flush=True)


def pauses(recognizer: Recognizer) -> str:
    """CER of eight sentences a language by themselves, within silence, and joined to one recording a language."""
    spoken = HeldOut.spoken(8).sentences
    found = []
    for silence_s in (0, 5, 20):
        silence = np.zeros(silence_s * SAMPLE_RATE, np.float32)
        longer = [replace(each, samples=np.concatenate([silence, each.samples, silence])) for each in spoken]
        found.append(f"{silence_s} s of silence on either side {letter_errors(recognizer, longer)}")
    joined = []
    for language in LANGUAGES:
        mine = [each for each in spoken if each.language == language]
        pause = np.zeros(SAMPLE_RATE // 4, np.float32)
        whole = np.concatenate([part for each in mine for part in (each.samples / np.abs(each.samples).max(), pause)])
        joined.append(replace(mine[0], written=" ".join(each.written for each in mine), samples=whole))
    return f"CER %: {', '.join(found)}, joined {letter_errors(recognizer, joined)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, help="default: those that come with the package")
    parser.add_argument("--sentences", type=int, default=120, help="a language (default 120)")
    arguments = parser.parse_args()
    recognizer = Recognizer.load(arguments.weights)
    spoken = HeldOut.spoken(arguments.sentences)
    floors = homophone_floors(LANGUAGES)

    print(f"{recognizer.about.name}: {arguments.sentences} held-out sentences a language by held-out variants\n")
    print("| language | CER % | floor | WER % | floor | identified % | first 2 s | confidence |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for language in LANGUAGES:
        mine = [sentence for sentence in spoken.sentences if sentence.language == language]
        heard = recognizer.recognize([sentence.samples for sentence in mine], [language] * len(mine))
        long = [sentence.samples[: 2 * SAMPLE_RATE] for sentence in mine if len(sentence.samples) >= 2 * SAMPLE_RATE]
        begun = recognizer.recognize(long)
        letters, words, n_letters, n_words = [], [], [], []
        for sentence, transcript in zip(mine, heard, strict=True):
            characters = jiwer.process_characters(sentence.written, transcript.text)
            spelled = jiwer.process_words(sentence.written, transcript.text)
            letters.append(characters.substitutions + characters.deletions + characters.insertions)
            words.append(spelled.substitutions + spelled.deletions + spelled.insertions)
            n_letters.append(len(sentence.written))
            n_words.append(len(sentence.written.split()))
        cer = rate(np.array(letters, float), np.array(n_letters, float))
        wer = rate(np.array(words, float), np.array(n_words, float))
        floor = floors[language]
        confidence = sum(transcript.confidence or 0.0 for transcript in heard) / len(heard)
        print(
            f"| {language} | {cer} | {100 * floor.cer:.1f} | {wer} | {100 * floor.wer:.1f} "
            f"| {100 * identified(heard, language):.1f} | {100 * identified(begun, language):.1f} | {confidence:.2f} |",
            flush=True,
        )
    kinds(recognizer, arguments.sentences)
    print(f"\n{pauses(recognizer)}")
    known = set(installed().voices)
    taught, never = known & set(OTHERS), known - set(OTHERS) - set(LANGUAGES)
    print(f"\nWords in languages that the training heard as `other`: {others(recognizer, taught, eight_words)}")
    print(f"Numbers in all others that the engine speaks: {others(recognizer, never, numbers)}")


if __name__ == "__main__":
    main()
