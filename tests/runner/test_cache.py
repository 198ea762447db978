from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voxeval.errors import StorageError
from voxeval.runner.cache import AnalysisCache, cache_folder, decode, encode
from voxeval.types import Feature, Transcript, Word

maybe = st.none() | st.floats(0, 1)
words = st.builds(Word, text=st.text(max_size=5), start_s=st.floats(0, 9), end_s=st.floats(0, 9), confidence=maybe)
transcripts = st.builds(
    Transcript,
    text=st.text(st.characters(codec="utf-8"), max_size=30),
    words=st.none() | st.lists(words, max_size=3).map(tuple),
    language=st.none() | st.just("en"),
    language_probability=maybe,
    confidence=maybe,
)


@given(transcripts)
def test_a_transcript_survives(transcript):
    assert decode(encode(transcript)) == transcript


@settings(deadline=None)
@given(
    st.dictionaries(st.text("abv_", min_size=1, max_size=4), st.lists(st.floats(width=32), max_size=4), max_size=3),
    st.none() | st.floats(0, 1),
)
def test_a_feature_survives_to_the_bit(values, hop_s):
    given_feature = Feature(
        kind="pitch", values={name: np.array(row, dtype=np.float32) for name, row in values.items()}, hop_s=hop_s
    )
    back = decode(encode(given_feature))
    assert isinstance(back, Feature)
    assert (back.kind, back.hop_s, set(back.values)) == ("pitch", hop_s, set(values))
    for name, row in given_feature.values.items():
        np.testing.assert_array_equal(back.values[name], row)
        assert back.values[name].dtype == np.float32


def test_answers_are_found_by_analyzer_sound_and_language_only(tmp_path):
    cache = AnalysisCache(tmp_path)
    cache.put("one@1", {("sound", "en"): Transcript(text="hello")})
    sounds = [("sound", "en"), ("sound", "de"), ("other", "en")]
    assert cache.get("one@1", sounds) == {("sound", "en"): Transcript(text="hello")}
    assert cache.get("one@2", sounds) == {}
    cache.close()
    again = AnalysisCache(tmp_path)
    assert again.get("one@1", sounds) == {("sound", "en"): Transcript(text="hello")}


def test_two_processes_share_it(tmp_path):
    one, other = AnalysisCache(tmp_path), AnalysisCache(tmp_path)
    one.put("a", {("s", "en"): Transcript(text="one")})
    other.put("a", {("t", "en"): Transcript(text="two")})
    assert len(one.get("a", [("s", "en"), ("t", "en")])) == 2


def test_a_damaged_file_says_what_to_do(tmp_path):
    cache = AnalysisCache(tmp_path)
    cache.put("a", {("s", "en"): Transcript(text="one")})
    with cache._connection:
        cache._connection.execute("UPDATE answers SET answer = X'5400'")
    with pytest.raises(StorageError, match=r"can't be read .*delete the file"):
        cache.get("a", [("s", "en")])
    cache.close()
    cache.path.write_bytes(b"this is no database, but it is long enough to be taken for one" * 100)
    with pytest.raises(StorageError, match="delete the file if it is damaged"):
        AnalysisCache(tmp_path)


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="set VOXEVAL_CACHE to a writable folder"):
        AnalysisCache(tmp_path / "file" / "cache")


def test_the_environment_says_where_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("VOXEVAL_CACHE", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
