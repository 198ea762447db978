"""How others count word errors, exactly, beside voxeval's own way: the same transcripts, other rules, another id.

A protocol fixes the text's rules, how both sides are brought together, the average, and the recognizer that its numbers
are made with. Where another recognizer listened, the name says so: the rules alone are not the protocol's number.
What each computes and what is wrong with it is told in docs/protocols.md.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from voxeval.errors import UsageError
from voxeval.text.normalize import NAME, normalizer
from voxeval.types import LANGUAGES, Item

Words = tuple[str, ...]

# zhon.hanzi.punctuation of zhon 2.1.1, which seed-tts-eval and F5-TTS delete.
CHINESE_PUNCTUATION = (
    "＂＃＄％＆＇（）＊＋，－／：；＜＝＞＠［＼］＾＿｀｛｜｝～｟｠｢｣､\u3000、〃〈〉《》「」『』【】〔〕〖〗〘〙〚〛〜〝〞〟〰〾〿"
    "–—‘’‛“”„‟…‧﹏﹑﹔·．！？｡。"
)


COMPOUNDS = f"{NAME}+compounds"
ALWAYS = (COMPOUNDS,)  # beside voxeval's own way, whatever is asked for


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Protocol:
    """One way of counting word errors."""

    name: str  # with the revision that it was read from, as it stands in metric ids
    languages: tuple[str, ...]
    words: Callable[[str, str], Words]  # text, language -> its words
    average: Literal["corpus", "mean"]  # of a set: edits over words, or the mean of the items' rates
    recognizer: str  # that it prescribes, as a name and option; empty: any
    source: str
    readings: Callable[[Item], Words] = lambda item: (item.text,)
    pair: Callable[[Words, Words], tuple[Words, Words]] | None = None  # last of all, on both sides together

    def name_with(self, recognizer: str) -> str:
        """The name as it stands in ids of what `recognizer` heard: that of the rules alone, where it is another one."""
        if not self.recognizer or recognizer == self.recognizer:
            return self.name
        name, _, revision = self.name.partition("@")
        return f"{name}-text@{revision}"


def protocol(name: str) -> Protocol:
    """The protocol of a name, with or without its revision. Raises UsageError where there is none."""
    known = protocols()
    full = name if name in known else next((each for each in known if each.split("@")[0] == name), None)
    if full is None:
        raise UsageError(f"there is no protocol {name!r}; there are: {', '.join(known)}")
    return known[full]


@cache
def protocols() -> Mapping[str, Protocol]:
    """All of them, by name."""
    every = (
        Protocol(
            name=COMPOUNDS,
            languages=("de", "nl"),
            words=normalizer().words,
            average="corpus",
            recognizer="",
            source="voxeval-1, then compounds written together or apart count as the same",
            readings=lambda item: item.readings,
            pair=fold_compounds,
        ),
        Protocol(
            name="seed-tts-eval@752f429",
            languages=LANGUAGES,
            words=lambda text, language: _deleting(text, language, keep="'"),
            average="mean",
            recognizer="whisper-large-v3",
            source="BytedanceSpeech/seed-tts-eval, run_wer.py and average_wer.py, the branch for English",
        ),
        Protocol(
            name="f5-tts@655fbca",
            languages=LANGUAGES,
            words=lambda text, language: _deleting(text, language, keep=""),
            average="mean",
            recognizer="faster-whisper-large-v3",
            source="SWivid/F5-TTS, src/f5_tts/eval/utils_eval.py, the branch for English",
        ),
        Protocol(
            name="whisper@20250625",
            languages=LANGUAGES,
            words=whisper_words,
            average="corpus",
            recognizer="",
            source="openai/whisper, whisper/normalizers: EnglishTextNormalizer in English, else BasicTextNormalizer",
        ),
        Protocol(
            name="open-asr-leaderboard@d1e99b2",
            languages=tuple(language for language in LANGUAGES if language != "en"),
            words=open_asr_words,
            average="corpus",
            recognizer="",
            source="huggingface/open_asr_leaderboard, normalizer/data_utils.py and eval_utils.py, all languages but "
            "English, whose lists of names and acronyms are its own",
            pair=open_asr_pair,
        ),
    )
    return {each.name: each for each in every}


# --- seed-tts-eval and F5-TTS ----------------------------------------------------------------------------------------


def _deleting(text: str, language: str, *, keep: str) -> Words:
    """Punctuation deleted, not replaced; two spaces made one, once; lower case."""
    del language
    for sign in CHINESE_PUNCTUATION + string.punctuation:
        if sign not in keep:
            text = text.replace(sign, "")
    return jiwer_words(text.replace("  ", " ").lower())


def jiwer_words(text: str) -> Words:
    """What jiwer takes for the words of a text by default: any two white spaces are one space, spaces part words."""
    return tuple(word for word in re.sub(r"\s\s+", " ", text).strip().split(" ") if word)


# --- Whisper and the Open ASR Leaderboard ----------------------------------------------------------------------------


def whisper_words(text: str, language: str) -> Words:
    """The words after Whisper's own normalizers."""
    return jiwer_words(_whisper_normalizer(language == "en")(text))


@cache
def _whisper_normalizer(english: bool) -> Callable[[str], str]:
    from whisper.normalizers import BasicTextNormalizer, EnglishTextNormalizer

    made: Callable[[str], str] = EnglishTextNormalizer() if english else BasicTextNormalizer()
    return made


def open_asr_words(text: str, language: str) -> Words:
    """Brackets and what is in them go, marks, signs and punctuation become spaces, then whole numbers become words.

    Thousands that are parted by a space are joined; a decimal number falls apart, as its mark is gone by then.
    """
    from num2words import num2words
    from whisper.normalizers.basic import remove_symbols

    text = re.sub(r"[<\[][^>\]]*[>\]]", "", text.lower())
    text = remove_symbols(re.sub(r"\(([^)]+?)\)", "", text)).lower()
    text = re.sub(r"\s+", " ", re.sub(r"[^\w\s]", "", text)).strip()
    text = re.sub(r"(\d)\s+(\d{3})\b", r"\1\2", text)

    def read(found: re.Match[str]) -> str:
        try:
            return str(num2words(int(found[0]), lang=language))
        except (NotImplementedError, OverflowError, ValueError, TypeError, IndexError, KeyError):
            return found[0]  # a language that the library does not know: Hindi stays in figures

    return jiwer_words(re.sub(r"\d+", read, text))


def open_asr_pair(reference: Words, hypothesis: Words) -> tuple[Words, Words]:
    """Where both sides differ in spaces alone, each becomes one word; stretches as difflib finds them."""
    from difflib import SequenceMatcher

    left: list[str] = []
    right: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, reference, hypothesis).get_opcodes():
        one, two = "".join(reference[i1:i2]), "".join(hypothesis[j1:j2])
        joined = tag != "equal" and one == two
        left += [one] if joined else reference[i1:i2]
        right += [two] if joined else hypothesis[j1:j2]
    return tuple(left), tuple(right)


# --- compounds -------------------------------------------------------------------------------------------------------


def fold_compounds(reference: Words, hypothesis: Words) -> tuple[Words, Words]:
    """Words that one side writes together and the other apart become one word on both.

    Only stretches between words that are right are looked at, so that no space is forgiven where a letter is wrong.
    """
    import jiwer

    if not reference or not hypothesis:
        return reference, hypothesis
    left: list[str] = []
    right: list[str] = []
    output = jiwer.process_words(" ".join(reference), " ".join(hypothesis))
    pending: list[tuple[int, int, int, int]] = []

    def flush() -> None:
        if not pending:
            return
        ours = reference[pending[0][0] : pending[-1][1]]
        theirs = hypothesis[pending[0][2] : pending[-1][3]]
        for one, two in _split_where_equal(ours, theirs):
            left.extend(one)
            right.extend(two)
        pending.clear()

    for chunk in output.alignments[0]:
        place = (chunk.ref_start_idx, chunk.ref_end_idx, chunk.hyp_start_idx, chunk.hyp_end_idx)
        if chunk.type == "equal":
            flush()
            left.extend(reference[place[0] : place[1]])
            right.extend(hypothesis[place[2] : place[3]])
        else:
            pending.append(place)
    flush()
    return tuple(left), tuple(right)


def _split_where_equal(ours: Words, theirs: Words) -> list[tuple[Words, Words]]:
    """The stretch in parts: those whose letters agree joined on both sides, the others as they are."""
    for i in range(len(ours)):
        for j in range(len(theirs)):
            one, two, m, n = ours[i], theirs[j], i + 1, j + 1
            while one != two and (one.startswith(two) or two.startswith(one)):
                if len(one) < len(two) and m < len(ours):
                    one, m = one + ours[m], m + 1
                elif len(two) < len(one) and n < len(theirs):
                    two, n = two + theirs[n], n + 1
                else:
                    break
            if one == two and (m - i > 1 or n - j > 1):
                before = [(ours[:i], theirs[:j])]
                return [*before, ((one,), (two,)), *_split_where_equal(ours[m:], theirs[n:])]
    return [(ours, theirs)]
