"""How others count, against their rules written down a second time, with their faults."""

from __future__ import annotations

import random
import string

import jiwer
import pytest

from tests.fakes import make_item
from voxeval.errors import UsageError
from voxeval.suite import load_suite
from voxeval.text.align import align_by
from voxeval.text.protocols import CHINESE_PUNCTUATION, fold_compounds, open_asr_pair, protocol, protocols
from voxeval.types import LANGUAGES, AnalyzerInfo, Transcript

RECOGNIZER = AnalyzerInfo(name="fake", feature="transcript", fingerprint="123456")
LARGE = AnalyzerInfo(name="whisper-large-v3", feature="transcript", fingerprint="abcdef")
WORKED = "It's on May 3rd, 2021.", "Its on May third twenty twenty one"  # one recording, three protocols


def rate(name: str, text: str, heard: str, language: str = "en") -> float:
    item = make_item(text, language=language)
    counts = align_by(protocol(name), item, Transcript(text=heard), recognizer=RECOGNIZER).words
    return counts.edits / counts.reference


# --- seed-tts-eval, written down a second time -----------------------------------------------------------------------


def seed_words(text: str) -> list[str]:
    """process_one() of run_wer.py at 752f429, for English, then jiwer's default transform of that time."""
    for sign in CHINESE_PUNCTUATION + string.punctuation:
        if sign == "'":
            continue
        text = text.replace(sign, "")
    text = text.replace("  ", " ").lower()
    squeezed = ""
    for index, sign in enumerate(text):  # RemoveMultipleSpaces: each run of two and more white spaces is one space
        if sign.isspace() and (text[index - 1 : index].isspace() or text[index + 1 : index + 2].isspace()):
            squeezed += "" if text[index - 1 : index].isspace() else " "
        else:
            squeezed += sign
    return [word for word in squeezed.strip().split(" ") if word]


def distance(one: list[str], other: list[str]) -> int:
    """Levenshtein's distance, row by row."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        above, row[0] = row[0], i
        for j, right in enumerate(other, start=1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (left != right))
    return row[-1]


def generated_pairs(n: int):
    """Sentences of nine languages with what goes wrong in transcripts, and what the rules treat badly."""
    rng = random.Random(7)
    texts = [item.text for name in ("smoke", "hard") for item in load_suite(name)[0].items]
    odd = [
        "  ",
        "   ",
        "\t",
        "\u00a0",
        " - ",
        "-",
        "’",
        "'",
        "।",
        "؟",
        "¿",
        "«",
        "»",
        "%",
        "…",
        "—",
        ". ",
        "\n",
        " \n",
        "，",
    ]
    for _ in range(n):
        words = rng.choice(texts).split(" ")[: rng.randint(1, 14)]
        heard = list(words)
        for _ in range(rng.randint(0, 4)):
            place = rng.randrange(len(heard) + 1)
            kind = rng.random()
            if kind < 0.3 and place < len(heard):
                heard[place] = rng.choice(["the", "das", heard[place].upper(), heard[place][::-1], "don’t", "don't"])
            elif kind < 0.5 and len(heard) > 1:
                heard.pop(place % len(heard))
            elif kind < 0.7:
                heard.insert(place, rng.choice(["and", "well-known", "wellknown", "3,5"]))
            else:
                heard.insert(place, rng.choice(odd))
        left = " ".join(words)
        if rng.random() < 0.3:
            left = left.replace(" ", rng.choice(odd), 1)
        yield left, " ".join(heard)


def test_seed_tts_eval_gives_the_rates_of_its_own_rules_over_ten_thousand_pairs():
    compared = 0
    for text, heard in generated_pairs(10_000):
        reference = seed_words(text)
        if not reference:
            continue
        mine = protocol("seed-tts-eval").words(text, "en")
        assert list(mine) == reference
        expected = distance(reference, seed_words(heard)) / len(reference)
        if any(sign.isalnum() for sign in text):
            assert abs(rate("seed-tts-eval", text, heard) - expected) <= 1e-12
            compared += 1
    assert compared >= 9_000


@pytest.mark.parametrize(
    ("text", "heard", "language", "expected"),
    [
        ("a well-known tune", "a wellknown tune", "en", 0.0),  # a hyphen joins
        ("don’t", "don't", "en", 1.0),  # a curly apostrophe goes, a straight one stays
        ("हिन्दी में बात करते हैं यहाँ आज।", "हिन्दी में बात करते हैं यहाँ आज", "hi", 1 / 7),  # the danda stays
        ("¿Qué tal?", "qué tal", "es", 0.5),  # and the opening question mark
        ("كيف حالك؟", "كيف حالك", "ar", 0.5),
        ("15 cats", "fifteen cats", "en", 0.5),  # figures are not read
    ],
)
def test_seed_tts_eval_is_wrong_where_its_rules_are(text, heard, language, expected):
    assert rate("seed-tts-eval", text, heard, language) == pytest.approx(expected, abs=1e-12)


# --- the others ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "expected"), [("seed-tts-eval", 1.0), ("f5-tts", 0.8), ("whisper", 1 / 3)])
def test_one_recording_has_three_error_rates(name, expected):
    assert rate(name, *WORKED) == pytest.approx(expected, abs=1e-12)


def test_whisper_basic_breaks_hindi_words_as_it_does():
    assert len(protocol("whisper").words("हिन्दी में बात करते हैं।", "hi")) == 8


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Das kostet 10 000 Euro (ungefähr)!", "de", "das kostet zehntausend euro"),
        ("Il fait 3,5 degrés", "fr", "il fait trois cinq degrés"),  # the comma is gone before numbers are read
        ("[Musik] L'été", "fr", "l été"),
        ("दस 15", "hi", "दस 15"),  # num2words knows no Hindi
    ],
)
def test_the_open_asr_leaderboard_reads_numbers_after_it_has_taken_their_marks(text, language, words):
    assert " ".join(protocol("open-asr-leaderboard").words(text, language)) == words


def test_the_open_asr_leaderboard_forgives_spaces_between_equal_letters():
    assert open_asr_pair(("haus", "tür", "zu"), ("haustür", "zu")) == (("haustür", "zu"), ("haustür", "zu"))
    assert open_asr_pair(("haus", "tür"), ("haustier",)) == (("haus", "tür"), ("haustier",))


def test_the_chinese_punctuation_is_that_of_zhon():
    zhon = pytest.importorskip("zhon.hanzi", reason="zhon is not installed")
    assert sorted(CHINESE_PUNCTUATION) == sorted(set(zhon.punctuation))


# --- compounds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "hypothesis", "n_errors"),
    [
        ("die haustür ist zu", "die haus tür ist zu", 0),
        ("die haus tür ist zu", "die haustür ist zu", 0),
        ("donau dampf schiff fahrt", "donaudampf schifffahrt", 0),
        ("die haustür ist zu", "die haus tor ist zu", 2),  # a wrong letter is an error, and so is its space
        ("eins zwei", "zwei eins", 2),
        ("ab c d", "a bc d", 0),
    ],
)
def test_compounds_written_apart_count_as_the_same(reference, hypothesis, n_errors):
    left, right = fold_compounds(tuple(reference.split()), tuple(hypothesis.split()))
    assert jiwer.process_words(" ".join(left), " ".join(right)).wer * len(left) == pytest.approx(n_errors)


@pytest.mark.parametrize("sides", [((), ("a",)), (("a",), ()), (("a", "b"), ("a", "b"))])
def test_without_a_difference_nothing_is_folded(sides):
    assert fold_compounds(*sides) == sides


# --- names -----------------------------------------------------------------------------------------------------------


def test_a_protocol_is_called_by_its_name_only_where_its_recognizer_listened():
    seed = protocol("seed-tts-eval")
    assert seed.name_with("whisper-large-v3") == "seed-tts-eval@752f429"
    assert seed.name_with("ctc-synthetic-a") == "seed-tts-eval-text@752f429"
    assert protocol("whisper").name_with("pocketsphinx") == "whisper@20250625"


def test_the_name_in_the_alignment_is_that_of_the_protocol_with_this_recognizer():
    made = align_by(protocol("seed-tts-eval"), make_item("one two"), Transcript(text="one too"), recognizer=LARGE)
    assert (made.normalizer, made.recognizer) == ("seed-tts-eval@752f429", LARGE.id)
    assert (made.words.hits, made.words.substitutions) == (1, 1)


def test_an_unknown_protocol_is_told_with_those_that_there_are():
    with pytest.raises(
        UsageError, match=r"there is no protocol 'seed'; there are: voxeval-1\+compounds, seed-tts-eval@"
    ):
        protocol("seed")


def test_every_protocol_gives_words_in_every_language_it_covers():
    for each in protocols().values():
        for language in each.languages:
            assert each.words("Ein Wort, zwei!", language)
        assert set(each.languages) <= set(LANGUAGES)
