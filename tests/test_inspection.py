"""What a suite holds, and that ours hold what they promise."""

from __future__ import annotations

from collections import Counter

import pytest
from typer.testing import CliRunner

from tests.fakes import make_item
from voxeval.cli import app
from voxeval.inspection import inspected, inventory, sounds_of
from voxeval.suite import load_suite, suite_folders
from voxeval.types import LANGUAGES

CATEGORIES = {
    "numbers", "dates-times", "money-units", "abbreviations", "names", "code-switching", "questions-emphasis",
    "homographs", "repetition", "disfluencies", "nested", "typography", "web",
}  # fmt: skip


def items_of(name: str, language: str):
    return [item for item in load_suite(name)[0].items if item.language == language]


# --- core ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_core_has_every_sound_of_the_language_at_least_twice(language):
    items = [item for item in items_of("core", language) if item.locale != "pt-PT"]  # the inventory is Brazil's
    sounds = sounds_of(items, language)
    assert not isinstance(sounds, str), sounds
    assert not sounds.rare, f"{language} lacks {dict(sounds.rare)}"
    assert sounds.known >= 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_core_has_the_same_forty_meanings_in_every_language(language):
    items = items_of("core", language)
    assert {item.cluster for item in items} == {f"core-{number:02d}" for number in range(1, 41)}
    categories = {item.cluster: item.category for item in items_of("core", "en")}
    for item in items:
        assert item.category == categories[item.cluster], item.id
        assert 4 <= len(item.text.split()) <= 30, item.id
        assert not any(sign.isdigit() for sign in item.text), item.id
    assert load_suite("core")[0].parallel


def test_core_is_written_twice_where_portugal_says_it_differently_from_brazil():
    locales = Counter(item.locale for item in items_of("core", "pt"))
    assert locales["pt-BR"] == 40
    assert locales["pt-PT"] >= 10


# --- the others ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_hard_has_forty_items_in_named_categories_with_their_readings(language):
    items = items_of("hard", language)
    counts = Counter(item.category for item in items)
    assert len(items) >= 40
    assert set(counts) == CATEGORIES
    assert min(counts.values()) >= 3
    for item in items:
        assert item.keywords, item.id
        for reading in item.spoken:
            assert not any(sign.isdigit() for sign in reading), f"{item.id}: {reading}"
    assert sum(len(item.spoken) > 1 for item in items) >= 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_passages_have_about_two_hundred_five_hundred_and_a_thousand_words(language):
    items = items_of("longform", language)
    counts = [len(item.text.split()) for item in items]
    assert all(abs(count - about) <= 0.12 * about for count, about in zip(counts, (200, 500, 1000), strict=True))
    assert all("\n\n" in item.text and item.keywords for item in items)


@pytest.mark.parametrize("language", LANGUAGES)
def test_latency_texts_have_the_lengths_of_their_categories(language):
    items = items_of("latency", language)
    lengths = [int(item.category.removeprefix("characters-")) for item in items]
    assert lengths == [10, 20, 40, 80, 160, 320, 640, 1000, 2000]
    for item, length in zip(items, lengths, strict=True):
        assert abs(len(item.text) - length) <= max(2, 0.11 * length), item.id


@pytest.mark.parametrize("name", ["core", "hard", "longform", "cloning", "latency", "smoke", "longform-smoke"])
def test_arabic_items_have_the_same_letters_with_vowel_marks(name):
    for item in items_of(name, "ar"):
        assert item.speech_text, item.id
        marks = sum("\u064b" <= sign <= "\u0652" for sign in item.speech_text)
        assert marks >= 0.5 * sum(sign.isalpha() for sign in item.speech_text), item.id


@pytest.mark.parametrize("name", sorted(suite_folders()))
def test_our_suites_have_no_warning(name):
    suite, odd = load_suite(name)
    assert not odd, "\n".join(map(str, odd))
    assert set(suite.languages) == set(LANGUAGES)
    assert len({(item.language, item.text) for item in suite.items}) == len(suite.items)
    for item in suite.items:
        for keyword in item.keywords:
            assert all(keyword.casefold() in reading.casefold() for reading in item.readings), (item.id, keyword)


# --- statistics ------------------------------------------------------------------------------------------------------


def test_the_sounds_of_every_language_are_listed():
    assert tuple(inventory()) == LANGUAGES
    assert all(len(set(sounds)) == len(sounds) for sounds in inventory().values())


def test_a_text_with_few_sounds_lacks_the_others():
    sounds = sounds_of([make_item("Mama, mama!"), make_item("Papa.")], "en")
    assert not isinstance(sounds, str)
    assert 0 < sounds.covered < 6
    assert sounds.rare["ʒ"] == 0


def test_a_language_without_a_list_says_so():
    assert sounds_of([make_item("text", language="xx")], "xx") == "the sounds of this language are not listed"


def test_what_a_suite_holds_is_counted_by_language():
    found = {each.language: each for each in inspected(load_suite("smoke")[0])}
    assert found["en"].items == 3
    assert found["en"].words == sum(len(item.readings[0].split()) for item in items_of("smoke", "en"))
    assert 0.1 < found["en"].minutes < 1
    assert found["en"].categories == {"numbers": 1, "question": 1, "statement": 1}


def test_suite_check_prints_items_words_minutes_sounds_and_categories():
    done = CliRunner().invoke(app, ["suite", "check", "core", "--strict", "--languages", "pt,it"], obj={})
    assert done.exit_code == 0
    lines = {line.split()[0]: line.split() for line in done.output.splitlines() if line.strip()}
    assert lines["it"][1:3] == ["40", "40"]
    assert "pt-BR 40, pt-PT" in done.output
    assert "categories (it): exclamation 6, question 9, statement 25" in done.output
