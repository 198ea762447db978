"""What the numbers of a long reading mean, in words."""

from __future__ import annotations

from voxeval.metrics.drift import CONFIDENCE, HOP_S, LONGEST_BLOCK_S, MIN_WINDOWS, WINDOW_S
from voxeval.metrics.drift_curves import APART_S, MIN_VOICED_S, START_S
from voxeval.metrics.rate import ODD, STRETCH_S
from voxeval.metrics.sentences import ALIKE, FEWEST_WORDS, SKIPPED_SHARE
from voxeval.metrics.silences import PAUSE_S
from voxeval.types import MetricInfo

MIN_DURATION_S = 20.0  # of a take whose drift is measured
MIN_WORDS = 40  # of a text whose errors are counted by position: ten in a quarter

_SLOPE = (
    f"Absolute least-squares slope a minute over windows of {WINDOW_S:g} s, hop {HOP_S:g} s. Absolute, "
    "because a system that rises in one take and falls in the next drifts in both, while their signed "
    "mean is 0; it is therefore never below 0, and what a human reading shows is its floor. The detail "
    f"has the signed slope and its interval of {CONFIDENCE:.0%}: Student's t with the standard error of a circular "
    f"block bootstrap, blocks of up to {LONGEST_BLOCK_S:g} s. A drift is sure where the interval excludes 0. "
    "The detail also has the largest change, where two means explain the curve best, and the worst "
    "window, both with their times. The curve has the windows' values. Skipped under "
    f"{MIN_DURATION_S:g} s of audio or {MIN_WINDOWS} windows."
)
_VOICED = f"Windows with under {MIN_VOICED_S:g} s of voice are left out."
_BOOTSTRAP = "block bootstrap: D. Politis and J. Romano 1992, A circular block-resampling procedure for stationary data"
_OURS = "voxeval"

INFOS = (
    MetricInfo(
        name="speaker_drift",
        unit="1/min",
        better="lower",
        statistics=("mean", "p95"),
        formula=f"{_SLOPE} The values are cosines of each window's embedding to that of the reference recording "
        f"(to-reference), or, without one, to the mean of the windows within the first {START_S:g} s "
        f"(to-start); the curve then begins {APART_S:g} s after these, and the interval also holds what the "
        f"choice of these windows leaves open. The worst window is the least alike. {_VOICED} An "
        "encoder that was told of other windows and hops is followed in these, with voice for the same share of them.",
        source=_BOOTSTRAP,
    ),
    MetricInfo(
        name="level_drift",
        unit="dB/min",
        better="lower",
        statistics=("mean", "p95"),
        formula=f"{_SLOPE} The values are LUFS: the mean power of the momentary loudness (0.4 s) where there is "
        f"voice. The worst window is the farthest from the median. {_VOICED}",
        source=f"loudness: ITU-R BS.1770-4; {_BOOTSTRAP}",
    ),
    MetricInfo(
        name="pitch_drift",
        unit="semitones/min",
        better="lower",
        statistics=("mean", "p95"),
        formula=f"{_SLOPE} The values are medians of F0 where there is voice, in semitones over the take's median. "
        f"The worst window is the farthest from the median. {_VOICED}",
        source=_BOOTSTRAP,
    ),
    MetricInfo(
        name="rate_drift",
        unit="characters/s/min",
        better="lower",
        statistics=("mean", "p95"),
        formula=f"{_SLOPE} The values are characters of the text a second of voice, spaces counted. The time is known "
        "where two neighbouring words are recognized right, and taken to pass evenly between such places. "
        f"Stretches between them of over {STRETCH_S:g} s, or {ODD:g} times faster or slower than average, are left out "
        f"(something was skipped or put in there), and so are windows with under {MIN_VOICED_S:g} s of the others. "
        "The worst window is the farthest from the median. Needs word times.",
        source=_BOOTSTRAP,
        rests_on=("words",),
    ),
    MetricInfo(
        name="error_by_position",
        unit="1",
        better="lower",
        formula="Word edits a word in the last quarter of the text, less those in the first quarter; an inserted "
        "word counts where the next word of the text stands. The curve has the ten tenths of the text. "
        f"Skipped for texts of under {MIN_WORDS} words and where nothing was recognized.",
        source=_OURS,
        rests_on=("words",),
    ),
    MetricInfo(
        name="tail_error",
        unit="1",
        better="lower",
        formula="Recognized words after the end of the text / words of the text. The end is where the beginning "
        "of the transcript has the fewest word edits against the whole text, each word after it counting "
        "as half an edit. The weight is the words of the text, in the reading that wer uses.",
        source=_OURS,
        rests_on=("words",),
    ),
    MetricInfo(
        name="sentences_skipped",
        unit="sentences",
        better="lower",
        statistics=("mean", "max"),
        formula=f"Sentences of which at least {SKIPPED_SHARE:.0%} of the words are deleted: that are left out in the "
        f"cheapest alignment, if leaving out a whole sentence costs {SKIPPED_SHARE:.0%} of its words and any other "
        "edit one word. With word times, only where the time to speak it is missing as well: the "
        "stretch in which nothing was recognized is at most half a second plus half of the time that the "
        "sentence takes at the take's own rate.",
        source=_OURS,
        rests_on=("words",),
    ),
    MetricInfo(
        name="sentences_repeated",
        unit="sentences",
        better="lower",
        statistics=("mean", "max"),
        formula=f"Stretches of at least {FEWEST_WORDS} recognized words that say a sentence more often than the "
        f"text does: within {ALIKE:.0%} word edits of the sentence as written, or of what was recognized "
        "where it is closest.",
        source=f"approximate search: P. Sellers 1980, The theory and computation of evolutionary distances; {_OURS}",
        rests_on=("words",),
    ),
    MetricInfo(
        name="longest_silence_s",
        unit="s",
        better="lower",
        statistics=("mean", "p95", "max"),
        formula="Longest stretch without voice that has voice before and after it. Skipped where there is no voice.",
        source=_OURS,
    ),
    MetricInfo(
        name="pause_at_borders",
        unit="1",
        better="higher",
        formula=f"Share of the borders between sentences with a silence of at least {PAUSE_S:g} s that touches the "
        "time from the middle of the last recognized word before the border to the middle of the first "
        "after it. Borders without a recognized word within three words on either side are left out. Needs "
        "word times and two sentences.",
        source=_OURS,
        rests_on=("words",),
    ),
)
