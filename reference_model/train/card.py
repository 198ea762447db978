"""The model card of a recognizer, made from what its own file says."""

from __future__ import annotations

import textwrap

from reference_model.alphabet import LANGUAGES
from reference_model.recognizer_file import About, Measured

LIMIT = 0.25  # CER over which, or unmeasured, a number is only indicative


def card(about: About) -> str:
    """Markdown: what it is, what it learned from, what it hears how well, and what it must not be used for."""
    training = about.training
    mixed = training.get("recordings")
    only = f", and recordings ({mixed} of the rows)" if mixed else " alone, and no recording of a person"
    teaches = (
        ["It is to teach the reference codec what is said. A teacher must not score its pupil, so that voxeval never "
         "listens with it by itself; `ctc-synthetic-a` judges."]
        if training["variants_and_texts"] == "b"
        else []
    )  # fmt: skip
    parts = (
        f"# {about.name}",
        "A small network that writes down what is said in Arabic, Dutch, English, French, German, Hindi, Italian, "
        "Portuguese and Spanish, and says which of them it was. It has learned from the synthetic speech of "
        f"espeak-ng{only}: {training['heard_h']:.0f} hours, made as it trained, and {training.get('told_h', 0):.0f} "
        f"hours more told as phonemes without sound, in {training['hours']:.1f} hours of work. The texts are words "
        "drawn by their frequency (wordfreq 3.1) in random order; none of a suite was in it. Texts and voice variants "
        f"are those of share {training['variants_and_texts']!r}; seed {training['seed']}.",
        "Made by `python -m reference_model.train.measure` from the network's own answers: greedy, the language given "
        "for the letters and not for the identification. Errors are over all sentences together; no language model "
        "corrects them.",
        "The plain voices are among those that it learned from, with other texts; the variants that are held out, and "
        "all that is not espeak-ng's, it never heard.",
        "\n".join(
            (
                "| language | speech | CER | WER | language identified | confidence | clips |",
                "|---|---|---|---|---|---|---|",
                *(_line(row) for row in about.validity),
            )
        ),
        "CER is the headline: the texts are words in random order, so that nothing but the sound tells how a word is "
        "written, and where one letter is wrong so is the word. Words that sound alike set a floor to both, here of a "
        "listener who hears every sound right and writes each pronunciation as its commonest word:",
        "\n".join(
            (
                "| language | CER floor | WER floor |",
                "|---|---|---|",
                *(
                    f"| {language} | {floor['cer']:.1%} | {floor['wer']:.1%} |"
                    for language, floor in training["homophones"].items()
                ),
            )
        ),
        "## What the hours bought",
        "Hours of work, hours of speech heard, and CER in percent on twelve held-out sentences a language, letters not "
        "limited to the language's.",
        "\n".join(
            (
                "| hours | heard | " + " | ".join(LANGUAGES) + " |",
                "|---|---|" + "---|" * len(LANGUAGES),
                *(
                    f"| {point['hours']:.2f} | {point['heard_h']:.0f} | "
                    + " | ".join(f"{100 * point[language]:.0f}" for language in LANGUAGES)
                    + " |"
                    for point in training["curve"]
                ),
            )
        ),
        "## What it is for",
        "Finding errors in synthetic speech without downloaded weights: missing, added, repeated and wrong words, and "
        "the wrong language. Where the table has no other engine than espeak-ng for a language, or a CER over "
        f"{LIMIT:.0%}, its numbers for other systems are indicative, and voxeval says so beside them.",
        *teaches,
        "## What it is not for",
        "Transcribing people. Comparing languages with each other by raw error rates: words that sound alike are "
        "written in several ways, most often in French and English, and the network can't know which is meant. "
        "Ranking systems of different kinds by small differences: use a recognizer that learned from people, as with "
        "`--recognizer whisper:large-v3`.",
    )
    return "\n\n".join(textwrap.fill(part, 120) if part[0] not in "#|" else part for part in parts) + "\n"


def _line(row: Measured) -> str:
    rates = f"{row.cer:.1%} | {row.wer:.1%} | {row.identified:.0%} | {row.confidence:.2f}"
    return f"| {row.language} | {row.speech} | {rates} | {row.n} |"
