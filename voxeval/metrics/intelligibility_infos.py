"""What the numbers of intelligibility mean."""

from __future__ import annotations

from voxeval.types import AcrossLanguages, MetricInfo

FLAG = (
    "silent takes are skipped, and a take has one flag at most: the first of silent, repetition, trailing_words and "
    "early_end"
)
PACE = (
    "pace: seconds of voice up to the end of those two words / letters of the reference up to there; skipped where "
    "less than a quarter of the words up to there are right"
)

INFOS = (
    MetricInfo(
        name="wer",
        unit="1",
        better="lower",
        if_failed=1.0,
        formula="(substituted + deleted + inserted words) / words of the reference, after normalization; of several "
        "readings, the one with the fewest edits; weight: words of the reference, so that the mean is the corpus rate",
        source="Levenshtein distance over words, by jiwer",
        rests_on=("words",),
    ),
    MetricInfo(
        name="cer",
        unit="1",
        better="lower",
        if_failed=1.0,
        formula="(substituted + deleted + inserted characters) / characters of the reference: NFC code points of the "
        "normalized text with one space between words, in the reading that wer uses; weight: characters of the "
        "reference, so that the mean is the corpus rate",
        source="Levenshtein distance over characters, by jiwer",
        across=AcrossLanguages(
            metric="language_gap",
            rule="range_over_floor",
            unit="1",
            better="lower",
            formula="largest minus smallest excess CER of the languages; excess: the system's CER minus the floor, "
            "which is the human row's CER in that language, or else the recognizer's stated one on human speech. For "
            "a system whose engine is known, and on whose speech the recognizer states a CER in at least two of the "
            "languages, it is that one in all of them, and the metric id ends in over- and the engine: floors on "
            "people and on engines are never mixed",
            source="voxeval: raw CER is not comparable across scripts and recognizers, what is over the floor is",
        ),
        rests_on=("words",),
    ),
    MetricInfo(
        name="wer_macro",
        unit="1",
        better="lower",
        if_failed=1.0,
        formula="the same as wer, with the weight 1: the mean of the takes' rates",
        source="the average of seed-tts-eval and of kyutai's evaluations",
        rests_on=("words",),
    ),
    MetricInfo(
        name="bad_case_rate",
        unit="1",
        better="lower",
        if_failed=1.0,
        formula="1 where wer is at least 0.5, else 0; weight 1",
        source="voxeval: a mean rate does not tell many small errors from few ruined takes",
        rests_on=("words",),
    ),
    MetricInfo(
        name="substitution_rate",
        unit="1",
        better="lower",
        formula="substituted words / words of the reference, in the alignment of wer; weight: words of the reference",
        source="Levenshtein distance over words, by jiwer",
        rests_on=("words",),
    ),
    MetricInfo(
        name="deletion_rate",
        unit="1",
        better="lower",
        formula="deleted words / words of the reference, in the alignment of wer; weight: words of the reference",
        source="Levenshtein distance over words, by jiwer",
        rests_on=("words",),
    ),
    MetricInfo(
        name="insertion_rate",
        unit="1",
        better="lower",
        formula="inserted words / words of the reference, in the alignment of wer; weight: words of the reference",
        source="Levenshtein distance over words, by jiwer",
        rests_on=("words",),
    ),
    MetricInfo(
        name="silent",
        unit="1",
        better="lower",
        formula="1 where the take has less than 0.2 s of voice, else 0; weight 1",
        source="voxeval, from voice activity and never from a recognizer, which may hear words in silence",
    ),
    MetricInfo(
        name="repetition",
        unit="1",
        better="lower",
        formula="1 where a run of three words of the reference is recognized more often than the reference has it, "
        f"else 0; {FLAG}; weight 1",
        source="voxeval",
        rests_on=("words",),
    ),
    MetricInfo(
        name="trailing_words",
        unit="1",
        better="lower",
        formula="1 where after the last two neighbouring words that are recognized right the transcript has at least "
        "two words more than the reference, and, if the recognizer gives word times, the voice there is longer than "
        f"the rest of the reference needs at the take's pace by at least two average words, else 0; {PACE}; {FLAG}; "
        "weight 1",
        source="voxeval",
        rests_on=("words",),
    ),
    MetricInfo(
        name="early_end",
        unit="1",
        better="lower",
        if_failed=1.0,
        formula="1 where after the last two neighbouring words that are recognized right at least two words and 10 % "
        "of the reference are left, and the voice there lasts less than two thirds of what they need at the take's "
        f"pace, else 0; skipped where the recognizer gives no word times; {PACE}; {FLAG}; weight 1",
        source="voxeval",
        rests_on=("words",),
    ),
    MetricInfo(
        name="keyword_recall",
        unit="1",
        better="higher",
        if_failed=0.0,
        formula="keywords of the item that the transcript has as words in a row / keywords of the item, after "
        "normalization; a keyword listed twice must be heard twice; weight: keywords of the item",
        source="voxeval",
        rests_on=("words",),
    ),
)
