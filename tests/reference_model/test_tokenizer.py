"""Text to ids: the characters of nine languages, and bytes in pieces as tekken has them."""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_model.alphabet import LANGUAGES, LETTERS
from reference_model.config import SpecialTokens, nano, tiny
from reference_model.tokenizer import FIRST_CHARACTER, FIRST_LANGUAGE, Characters, Tekken, characters
from tests.reference_model.tiny_checkpoint import N_TEXT_SPECIAL, PIECES, tekken
from tests.strategies import quick

SUITES = Path(__file__).parents[2] / "suites"
READS = Characters(characters())
ORDER = {character: index for index, character in enumerate(characters())}

SENTENCES = [
    ("ar", "هَلْ وَصَلَ القِطَارُ؟ نعم، الساعة ٧:٣٠؛ الأجرة ١٢٫٥٪ (أو 15 ريالًا)."),
    ("ar", "قـــال: «إنَّ هٰذا كتابٌ جديدٌ»!"),
    ("de", "„Süßes für 3,50 €?“, fragte Jörg – und lief über die Straße; ÄRGER gab’s keinen."),
    ("en", "“It's 9:45 – isn’t it?” she asked; ‘no’, he said, and paid $12.50 (plus 5% & tips)…"),
    ("es", "¿Cuántos niños vinieron? ¡Veintidós! El 1.º de mayo, a las 17:00, en la 2.ª planta; Ávila, pingüino."),
    ("fr", "« Où est l'œuf ? » demanda-t-elle ; ça coûte 1\u202f250,90\u00a0€. À Noël, naïf, Œdipe."),
    ("hi", "क्या आप ५ बजे आएँगे? हाँ, ज़रूर। पढ़ाई 20% बढ़ी॥"),
    ("it", "Perché no? Costa 1.200 €, cioè più dell'anno scorso; È così: «già»!"),
    ("nl", "’s Morgens om 8.30 uur: ‘één koffie’, zei hij; de coëfficiënt is 2/3 – m² × 4."),
    ("pt", "Não é só isso: às 18h30, a avó pôs “maçãs” (R$ 7,90) à mesa; põe três!"),
]


# --- characters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "text"), SENTENCES, ids=[language for language, _ in SENTENCES])
def test_a_sentence_is_one_id_a_character_after_its_language(language, text):
    ids = READS.encode(text, language)
    assert ids[0] == FIRST_LANGUAGE + LANGUAGES.index(language)
    read = "".join(READS.known[each - FIRST_CHARACTER] for each in ids[1:])
    assert read == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_suites_can_be_read(language):
    files = sorted(SUITES.glob(f"*/items/{language}.jsonl"))
    items = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    texts = [
        text for item in items for text in (item["text"], item.get("speech_text"), *item.get("spoken", [])) if text
    ]
    assert len(texts) > 50
    for text in texts:
        assert len(READS.encode(text, language)) == 1 + len(unicodedata.normalize("NFC", text))


def test_known_ids_stay_what_they_are():
    assert READS.encode("", "ar") == [40]
    assert READS.encode(" \n.", "pt") == [48, 64, 65, 66]
    assert Characters("ab", ["x", "y"]).encode("ba", "y") == [41, 65, 64]


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_of_every_language_are_read_in_both_cases(language):
    letters = LETTERS[language]
    assert len(READS.encode(letters, language)) == 1 + len(letters)
    capitals = "".join(letter.upper() for letter in letters if letter != "ß")
    assert len(READS.encode(capitals, language)) == 1 + len(capitals)


def test_the_characters_are_single_composed_and_different():
    known = characters()
    assert len(set(known)) == len(known)
    assert all(len(each) == 1 and unicodedata.normalize("NFC", each) == each for each in known)


@pytest.mark.parametrize("config", [nano(), tiny()], ids=lambda config: config.name)
def test_ids_are_unique_and_have_a_row_in_the_text_embedding(config):
    tokens = SpecialTokens()
    of_the_prompt = [tokens.bos, tokens.eos, tokens.audio, tokens.begin_audio]
    of_the_prompt += [tokens.repeat_audio_text, tokens.next_audio_text]
    of_languages = [READS.encode("", language)[0] for language in LANGUAGES]
    of_characters = [READS.encode(each, "en")[1] for each in READS.known]
    ids = of_the_prompt + of_languages + of_characters
    assert len(set(ids)) == len(ids)
    assert max(ids) == READS.size - 1
    assert READS.size <= config.backbone.vocab_size


@pytest.mark.parametrize(
    ("decomposed", "composed"),
    [
        ("cafe\u0301", "café"),
        ("A\u0308rger", "Ärger"),
        ("ن\u064e\u0651", "ن\u064e\u0651"),
        ("\u095b", "ज\u093c"),
        ("\u212b", "Å"),
    ],
)
def test_equal_texts_have_equal_ids(decomposed, composed):
    assert READS.encode(decomposed, "en") == READS.encode(composed, "en")
    assert len(READS.encode(decomposed, "en")) == 1 + len(composed)


@quick
@given(st.text(st.sampled_from(characters()), max_size=30), st.sampled_from(LANGUAGES))
def test_ids_tell_the_text(text, language):
    composed = unicodedata.normalize("NFC", text)
    assert READS.encode(text, language)[1:] == [FIRST_CHARACTER + ORDER[each] for each in composed]


@pytest.mark.parametrize("language", [None, "", "sv", "EN", "en-US", "other"])
def test_an_unknown_language_is_refused_by_name(language):
    with pytest.raises(ValueError, match=rf"^got the language {language!r}; expected one of ar, de, en, es, fr, "):
        READS.encode("a", language)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("шум", r"'м' \(CYRILLIC SMALL LETTER EM\), 'у' \(CYRILLIC SMALL LETTER U\), 'ш' \(CYRILLIC"),
        ("ok 👍", r"'👍' \(THUMBS UP SIGN\)"),
        ("日本", r"'日' \(CJK UNIFIED IDEOGRAPH-65E5\), '本' \(CJK"),
        ("a\tb", r"'\\t' \(no name\)"),
        ("q\u0301", r"COMBINING ACUTE ACCENT"),
    ],
)
def test_unknown_characters_are_refused_by_name(text, named):
    with pytest.raises(ValueError, match=rf"^the text has .*{named}.*, which this model can't read; spell them out$"):
        READS.encode(text, "en")


# --- tekken ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A vocabulary of all single bytes and three longer pieces."""
    file = tmp_path_factory.mktemp("tekken") / "tekken.json"
    file.write_text(json.dumps(tekken()), encoding="utf-8")
    return Tekken(file)


def test_longer_pieces_come_before_bytes(small):
    pieces = [PIECES[each - N_TEXT_SPECIAL] for each in small.encode("hello we")]
    assert pieces == [b"hel", b"l", b"o", b" w", b"e"]
    assert small.size == N_TEXT_SPECIAL + len(PIECES)


@quick
@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_pieces_are_the_bytes_of_the_raw_text(small, text):
    ids = small.encode(text)
    assert all(N_TEXT_SPECIAL <= each < small.size for each in ids)
    assert b"".join(PIECES[each - N_TEXT_SPECIAL] for each in ids) == text.encode()


def test_a_language_changes_nothing(small):
    assert small.encode("ça va", "fr") == small.encode("ça va") == small.encode("ça va", "no language")


@pytest.mark.parametrize("name", ["<s>", "[AUDIO]", "[BEGIN_AUDIO]", "[NEXT_AUDIO_TEXT]"])
def test_a_text_that_spells_a_special_token_is_text(name, small):
    assert min(small.encode(f"say {name} now")) >= N_TEXT_SPECIAL


@pytest.mark.parametrize(
    "content",
    ["", "{", "{}", "[]", "null", '{"config": {"version": "v0"}, "vocab": []}', '{"config": {"version": "v7"}}'],
)
def test_what_is_no_vocabulary_is_refused_in_one_sentence(content, tmp_path):
    file = tmp_path / "tekken.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"tekken\.json holds no tekken vocabulary \(.+\); expected that of") as caught:
        Tekken(file)
    assert "\n" not in str(caught.value)


def test_a_vocabulary_that_lacks_a_rank_is_refused_in_one_sentence(tmp_path):
    found = tekken()
    del found["vocab"][100]
    (tmp_path / "tekken.json").write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(ValueError, match="holds no tekken vocabulary") as caught:
        Tekken(tmp_path / "tekken.json")
    assert len(str(caught.value)) < 400


def test_without_its_library_tekken_names_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "mistral_common.tokens.tokenizers.tekken", None)
    with pytest.raises(ImportError, match=r"needs mistral-common: pip install 'voxeval\[voxtral\]'"):
        Tekken(tmp_path / "tekken.json")
