"""Errors planted in espeak-ng's speech against what voxeval finds with the embedded recognizer.

    python benchmarks/recognizer_sensitivity.py [--weights FILE] [--sentences N]

Held-out texts by held-out variants, one error in each: a word dropped, a word said twice, two neighbours swapped, or
the whole text said by the voice of another language. A planted error is found (recall) where the alignment of voxeval
has an edit of its kind within one word of the place: a deletion for a dropped word; an insertion for a repeated one;
any two edits for swapped ones; for the voice, where the language heard is not the text's. Precision at the place: of
the sentences in which something is found there, the share in which it was planted, the same sentences without an error
being as many. Precision of edits: of all edits of that kind in the sentences with an error, wherever they are, those
within one word of it; false: the sentences without an error that have such an edit anywhere. WER is the mean with the
error less the mean without. The last columns ask the forced alignment instead: a word counts as missing where its mean
posterior is under 0.3.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reference_model.alphabet import LANGUAGES
from reference_model.recognizer import Recognizer, Transcript
from reference_model.train.augment import warp
from reference_model.train.espeak import Prompt, Speaker, named, nine_voices, variants_of
from reference_model.train.words import draw_text
from voxeval.text.align import align
from voxeval.text.normalize import normalizer
from voxeval.types import Alignment, Item
from voxeval.types import Transcript as Heard

MISSING = 0.3
KINDS = ("dropped", "repeated", "swapped", "other voice")


@dataclass(frozen=True, slots=True)
class Case:
    """A text, where its error is, and what was heard without and with it."""

    language: str
    words: tuple[str, ...]
    place: int
    intact: Transcript
    planted: Transcript
    posteriors: tuple[float, ...]  # of the text's words in the planted speech
    posteriors_intact: tuple[float, ...]


def alignment(words: Sequence[str], language: str, heard: Transcript) -> Alignment:
    """Voxeval's alignment of text and transcript."""
    item = Item(id="x", language=language, text=" ".join(words), cluster="x", locale=language)
    return align(item, Heard(text=heard.text), recognizer="r", normalizer=normalizer())


def places(found: Alignment, kind: str) -> list[int]:
    """Where in the text the alignment has edits of a kind; an insertion is at the word that it follows."""
    wanted = {"dropped": {"delete"}, "repeated": {"insert"}}.get(kind, {"delete", "insert", "substitute"})
    out: list[int] = []
    for edit in found.edits:
        if edit.kind in wanted:
            out += [edit.ref_start - 1] if edit.kind == "insert" else list(range(edit.ref_start, edit.ref_end))
    return out


def found_at(found: Alignment, kind: str, place: int) -> bool:
    """Whether an edit of the kind is within one word of the place; of swapped words there must be two."""
    near = [at for at in places(found, kind) if abs(at - place) <= 1]
    return len(near) >= (2 if kind == "swapped" else 1)


def top(heard: Transcript) -> str:
    """The most probable language."""
    return max(heard.language_probabilities, key=lambda key: heard.language_probabilities[key])


def planted_words(words: Sequence[str], kind: str, place: int) -> list[str]:
    """The words as they are said."""
    said = list(words)
    if kind == "dropped":
        del said[place]
    elif kind == "repeated":
        said.insert(place + 1, said[place])
    elif kind == "swapped":
        said[place], said[place + 1] = said[place + 1], said[place]
    return said


def cases(recognizer: Recognizer, kind: str, n: int, speaker: Speaker) -> list[Case]:
    """So many sentences of each language with one error of the kind."""
    rng = np.random.default_rng(KINDS.index(kind))
    voices, variants = nine_voices(), variants_of("held-out")
    made: list[Case] = []
    for language in LANGUAGES:
        while sum(case.language == language for case in made) < n:
            words = tuple(draw_text(language, int(rng.integers(6, 12)), "held-out", rng).written.split())
            long = [index for index, word in enumerate(words[:-1]) if len(word) > 3 and word != words[index + 1]]
            if not long:
                continue
            place = int(rng.choice(long))
            variant = variants[int(rng.integers(len(variants)))]

            def spoken(said: Sequence[str], voice: str, variant: str = variant) -> np.ndarray:
                prompt = Prompt(text=" ".join(said), voice=named(voice, variant), rate=160, pitch=50, range=50)
                utterance = speaker.speak(prompt)
                assert utterance is not None
                return warp(utterance.samples, utterance.sample_rate, 1.0)

            own = voices[language][0]
            other = voices[LANGUAGES[(LANGUAGES.index(language) + 4) % 9]][0] if kind == "other voice" else own
            clean, faulty = spoken(words, own), spoken(planted_words(words, kind, place), other)
            intact, planted = recognizer.recognize([clean, faulty], [language, language])
            text = " ".join(words)
            posteriors = tuple(word.confidence for word in recognizer.align(faulty, text, language))
            posteriors_intact = tuple(word.confidence for word in recognizer.align(clean, text, language))
            made.append(Case(language, words, place, intact, planted, posteriors, posteriors_intact))
    return made


def share(hits: int, of: int) -> str:
    """A percentage, or a dash where there is nothing to divide by."""
    return f"{100 * hits / of:.0f}" if of else "-"


def report(kind: str, made: Sequence[Case]) -> str:
    """One line of the table."""
    with_error = [alignment(case.words, case.language, case.planted) for case in made]
    without = [alignment(case.words, case.language, case.intact) for case in made]
    if kind == "other voice":
        hits = sum(top(case.planted) != case.language for case in made)
        wrong = sum(top(case.intact) != case.language for case in made)
        edits, false = "-", share(wrong, len(made))
    else:
        hits = sum(found_at(found, kind, case.place) for found, case in zip(with_error, made, strict=True))
        wrong = sum(found_at(found, kind, case.place) for found, case in zip(without, made, strict=True))
        at = [[place - case.place for place in places(found, kind)]
              for found, case in zip(with_error, made, strict=True)]  # fmt: skip
        edits = share(sum(abs(away) <= 1 for row in at for away in row), sum(map(len, at)))
        false = share(sum(bool(places(found, kind)) for found in without), len(made))
    wer: Callable[[Alignment], float] = lambda found: found.words.edits / found.words.reference  # noqa: E731
    rise = np.mean([wer(found) for found in with_error]) - np.mean([wer(found) for found in without])
    expected = {"dropped": 1, "repeated": 1, "swapped": 2}.get(kind)
    due = "-" if expected is None else f"{np.mean([100 * expected / len(case.words) for case in made]):.0f}"
    aligned = "- | -"
    if kind == "dropped":
        low = sum(case.posteriors[case.place] < MISSING for case in made)
        unsure = sum(posterior < MISSING for case in made for posterior in case.posteriors_intact)
        n_words = sum(len(case.words) for case in made)
        aligned = f"{share(low, len(made))} | {100 * unsure / n_words:.1f}"
    return (
        f"| {kind} | {len(made)} | {share(hits, len(made))} | {share(hits, hits + wrong)} | {edits} | {false} "
        f"| {100 * rise:.0f} | {due} | {aligned} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, help="default: those that come with the package")
    parser.add_argument("--sentences", type=int, default=20, help="a language and kind (default 20)")
    arguments = parser.parse_args()
    recognizer = Recognizer.load(arguments.weights)
    speaker = Speaker()
    print(f"{recognizer.about.name}, {arguments.sentences} sentences a language\n")
    print(
        "| planted | sentences | recall % | precision at the place % | precision of edits % | false % of sentences "
        "| WER rises by, points | by the text, points "
        "| aligned: recall % | aligned: false % of words |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for kind in KINDS:
        print(report(kind, cases(recognizer, kind, arguments.sentences, speaker)), flush=True)
    speaker.close()


if __name__ == "__main__":
    main()
