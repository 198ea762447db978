"""Whisper's own architecture, file format and loader with small random weights: nonsense, but always the same."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch
from whisper import decoding
from whisper.model import ModelDimensions, Whisper

from tests.fakes import fake_voice
from voxeval.analyzers.recognition import Piece, halves_of
from voxeval.analyzers.whisper import WhisperRecognizer
from voxeval.errors import MissingDependencyError, PluginError, UsageError
from voxeval.types import Audio, Clip, Failure, Transcript

TOKENS = 6
UPDATE = decoding.GreedyDecoder.update


def end_texts(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let Whisper's decoder find the end of every text after so many tokens: random weights hardly ever would."""

    def ending(decoder, tokens, logits, sum_logprobs):
        decoder.before_text = getattr(decoder, "before_text", tokens.shape[1])
        if tokens.shape[1] - decoder.before_text >= after:
            logits[:, decoder.eot] = 1e4
        return UPDATE(decoder, tokens, logits, sum_logprobs)

    monkeypatch.setattr(decoding.GreedyDecoder, "update", ending)


@pytest.fixture(autouse=True)
def _short_texts(monkeypatch):
    end_texts(monkeypatch, TOKENS)


def save_model(path: Path, *, n_vocab: int = 51_865, n_mels: int = 80, seed: int = 0) -> Path:
    """Small random weights in the format that openai-whisper publishes."""
    dims = ModelDimensions(
        n_mels=n_mels,
        n_audio_ctx=1500,
        n_audio_state=16,
        n_audio_head=2,
        n_audio_layer=1,
        n_vocab=n_vocab,
        n_text_ctx=448,
        n_text_state=16,
        n_text_head=2,
        n_text_layer=1,
    )
    generator = torch.Generator().manual_seed(seed)
    # Large weights: what is heard then differs between clips, and no two tokens are nearly equally probable.
    state = {
        name: value if name == "encoder.positional_embedding" else 0.7 * torch.randn(value.shape, generator=generator)
        for name, value in Whisper(dims).state_dict().items()
    }
    torch.save({"dims": dims.__dict__, "model_state_dict": state}, path)
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> str:
    return str(save_model(tmp_path_factory.mktemp("models") / "tiny random.pt"))


@pytest.fixture(scope="module")
def recognizer(model) -> WhisperRecognizer:
    return WhisperRecognizer(model=model, device="cpu", batch=4)


def clip(samples: np.ndarray, language: str = "en") -> Clip:
    return Clip(audio=Audio(samples.astype(np.float32), 16_000), language=language)


def test_one_by_one_equals_batched_over_clips_languages_and_lengths(model, recognizer):
    rng = np.random.default_rng(0)
    clips = [
        clip(fake_voice(seconds) + rng.normal(0, 0.003, round(seconds * 16_000)), language)
        for seconds, language in (
            (1.0, "en"),
            (2.5, "de"),
            (0.7, "en"),
            (3.0, "hi"),
            (1.7, "en"),
            (2.0, "en"),
            (1.2, "de"),
        )
    ]
    single = WhisperRecognizer(model=model, device="cpu", batch=1)

    batched = recognizer.analyze(clips)
    alone = [single.analyze([one])[0] for one in clips]

    assert [answer.text for answer in batched] == [answer.text for answer in alone]
    assert len({answer.text for answer in batched}) > 3, "clips that all sound alike would show nothing about order"
    for one, other in zip(batched, alone, strict=True):
        assert one.language == other.language
        assert one.language_probability == pytest.approx(other.language_probability, rel=1e-3)
        assert one.confidence == pytest.approx(other.confidence, rel=1e-3)
        assert 0 < one.confidence <= 1
        assert 0 < one.language_probability <= 1
    assert recognizer.info.fingerprint == single.info.fingerprint


def test_the_same_clip_gives_the_same_answer_again(recognizer):
    voice = clip(fake_voice(1.5))
    assert recognizer.analyze([voice]) == recognizer.analyze([voice])


def test_the_language_is_forced_for_the_text_but_not_for_its_identification(recognizer, monkeypatch):
    import whisper

    forced = []
    decode = whisper.decode
    monkeypatch.setattr(whisper, "decode", lambda *args: forced.append(args[2]) or decode(*args))
    voice = fake_voice(1.5)

    german, hindi = recognizer.analyze([clip(voice, "de"), clip(voice, "hi")])

    assert [options.language for options in forced] == ["de", "hi"]
    assert all(options.temperature == 0 and options.beam_size is None for options in forced)
    assert all(options.without_timestamps and options.prompt is None for options in forced)
    assert german.text != hindi.text  # the language token has its effect
    assert german.language == hindi.language
    assert german.language_probability == pytest.approx(hindi.language_probability, rel=1e-3)


def test_silence_is_not_decoded(recognizer, monkeypatch):
    monkeypatch.setattr(recognizer, "_decode", lambda pieces: pytest.fail("silence was decoded"))

    assert recognizer.analyze([clip(np.zeros(32_000)), clip(np.zeros(3))]) == [Transcript(text="")] * 2


def test_long_audio_is_cut_at_silences_and_every_piece_is_heard_in_order(recognizer, monkeypatch):
    pause = np.zeros(12_000)
    long = np.concatenate(
        [fake_voice(12), pause, fake_voice(10), pause, fake_voice(9), np.zeros(40 * 16_000), fake_voice(3)]
    )
    seen = []
    decode = recognizer._decode
    monkeypatch.setattr(recognizer, "_decode", lambda pieces: seen.extend(pieces) or decode(pieces))

    heard = recognizer.analyze([clip(long), clip(fake_voice(1))])

    pieces = [piece for piece in seen if piece.clip == 0]
    assert len(pieces) >= 3
    assert all(piece.duration_s <= 28 for piece in pieces)
    assert sum(piece.duration_s for piece in pieces) < 40  # of 75 s: the long silence is left out
    monkeypatch.undo()
    end_texts(monkeypatch, TOKENS)
    in_order = sorted(pieces, key=lambda piece: piece.start_s)
    texts = [recognizer.analyze([clip(piece.samples)])[0].text for piece in in_order]
    assert heard[0].text == " ".join(text for text in texts if text)


def test_what_it_cannot_hear_is_refused_and_leaves_others_alone(recognizer):
    broken = fake_voice(1)
    broken[0] = np.nan

    heard = recognizer.analyze([clip(np.zeros(0)), clip(broken), clip(fake_voice(1), "xx"), clip(fake_voice(1))])

    assert [type(answer) for answer in heard] == [Failure, Failure, Failure, Transcript]
    assert [answer.skipped for answer in heard[:3]] == [False, False, True]
    assert heard[3] == recognizer.analyze([clip(fake_voice(1))])[0]


@pytest.mark.parametrize(("n_vocab", "room"), [(51_865, 444), (51_864, 446)])
def test_a_text_that_fills_the_decoders_context_is_whole_and_none_can_overrun_it(n_vocab, room, tmp_path, monkeypatch):
    full = WhisperRecognizer(model=str(save_model(tmp_path / "full.pt", n_vocab=n_vocab)), device="cpu", batch=2)
    decoded = []
    decode = full._decode
    monkeypatch.setattr(full, "_decode", lambda pieces: decoded.extend(decode(pieces)) or decoded[-len(pieces) :])

    end_texts(monkeypatch, after=room - 1)  # the last token is the mark of the end
    whole = full.analyze([clip(fake_voice(1.0)), clip(fake_voice(1.5))])
    assert [(one.tokens, one.ended) for one in decoded] == [(room, True)] * 2
    assert all(isinstance(answer, Transcript) and answer.text for answer in whole)

    monkeypatch.undo()  # from here on nothing ends
    endless = full.analyze([clip(fake_voice(1.0))])[0]
    assert isinstance(endless, Failure)
    assert not endless.skipped
    assert f"{room} tokens for 0.0 to 1.0 s" in endless.reason


def test_a_piece_with_more_text_than_fits_is_cut_in_two_and_other_clips_stay_as_they_were(model, monkeypatch):
    dense = WhisperRecognizer(model=model, device="cpu")
    lengths = []
    decode = dense._decode

    def heard(pieces: list[Piece]) -> list[object]:
        lengths.extend(piece.duration_s for piece in pieces)
        return [replace(one, ended=one.duration_s < 15) for one in decode(pieces)]  # as if 15 s held too many words

    monkeypatch.setattr(dense, "_decode", heard)
    long = np.concatenate([fake_voice(12), np.zeros(8_000), fake_voice(11.5)])

    answers = dense.analyze([clip(fake_voice(1)), clip(long), clip(fake_voice(2))])

    assert sorted(round(length) for length in lengths) == [1, 2, 12, 12, 24]
    monkeypatch.undo()
    end_texts(monkeypatch, TOKENS)
    parts = [clip(long[: round(12.25 * 16_000)]), clip(long[round(12.25 * 16_000) :])]
    assert answers[1].text == " ".join(one.text for one in dense.analyze(parts))
    alone = dense.analyze([clip(fake_voice(1)), clip(fake_voice(2))])
    for found, expected in zip([answers[0], answers[2]], alone, strict=True):
        assert (found.text, found.language) == (expected.text, expected.language)
        # in batches of another size the last digits of a product may be others
        assert found.language_probability == pytest.approx(expected.language_probability, rel=1e-4)
        assert found.confidence == pytest.approx(expected.confidence, rel=1e-4)


def test_a_piece_in_which_no_voice_is_found_any_more_is_not_lost():
    piece = Piece(clip=0, language="en", start_s=3.0, samples=np.zeros(80_000, dtype=np.float32))
    assert halves_of(piece) == [piece]


def test_half_precision_needs_a_gpu_and_single_is_used_without_being_asked_for(model, monkeypatch):
    import whisper

    options = []
    decode = whisper.decode
    monkeypatch.setattr(whisper, "decode", lambda *args: options.append(args[2]) or decode(*args))
    WhisperRecognizer(model=model, device="cpu").analyze([clip(fake_voice(1))])
    assert [one.fp16 for one in options] == [False]

    half = WhisperRecognizer(model=model, device="cpu", precision="fp16")
    assert "precision=fp16 needs a CUDA GPU" in half.problem()
    with pytest.raises(MissingDependencyError, match="use fp32"):
        half.analyze([clip(fake_voice(1))])


def test_a_file_is_read_once_in_a_process_and_again_when_it_changed(tmp_path, monkeypatch):
    path = save_model(tmp_path / "read.pt")
    read = []
    digest = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", lambda file, name: read.append(file.name) or digest(file, name))

    first = WhisperRecognizer(model=str(path), device="cpu")
    fingerprints = [first.info.fingerprint, WhisperRecognizer(model=str(path)).info.fingerprint]
    assert first.problem() is None
    assert [name for name in read if name.endswith("read.pt")] == [str(path)]

    save_model(path, seed=1)
    fingerprints.append(WhisperRecognizer(model=str(path)).info.fingerprint)
    assert fingerprints[0] == fingerprints[1] != fingerprints[2]


def test_an_english_only_model_claims_english_and_identifies_nothing(tmp_path):
    english = WhisperRecognizer(model=str(save_model(tmp_path / "small.en.pt", n_vocab=51_864)), device="cpu")

    heard = english.analyze([clip(fake_voice(1)), clip(fake_voice(1), "de")])

    assert english.info.languages == ("en",)
    assert not english.info.identifies_language
    assert heard[0].language is None
    assert heard[0].language_probability is None
    assert heard[1].skipped


def test_the_newest_shape_with_128_mel_channels_works(tmp_path):
    newest = WhisperRecognizer(model=str(save_model(tmp_path / "v3.pt", n_vocab=51_866, n_mels=128)), device="cpu")

    assert isinstance(newest.analyze([clip(fake_voice(1), "pt")])[0], Transcript)
    assert len(newest.info.languages) == 100


def test_the_fingerprint_follows_weights_and_options_but_not_device_batch_or_name(model, tmp_path):
    def fingerprint(path: str = model, **options: object) -> str:
        return WhisperRecognizer(model=path, **options).info.fingerprint

    copy = tmp_path / "renamed.pt"
    copy.write_bytes(Path(model).read_bytes())
    other = save_model(tmp_path / "other.pt", seed=1)

    assert fingerprint() == fingerprint(device="cpu", batch=1, offline=True) == fingerprint(str(copy))
    options = ({"words": True}, {"max_tokens": 7}, {"precision": "fp16"}, {"path": str(other)})
    assert len({fingerprint(), *(fingerprint(**one) for one in options)}) == 5


def test_names_go_into_metric_ids(model):
    assert WhisperRecognizer(model=model).info.name == "whisper-tiny-random"
    assert (
        WhisperRecognizer(model="large").info.name
        == WhisperRecognizer(model="large-v3").info.name
        == "whisper-large-v3"
    )
    assert WhisperRecognizer(model="large-v3").info.identifies_language
    assert WhisperRecognizer(model="tiny.en").info.languages == ("en",)


@pytest.mark.parametrize("content", [b"", b"not a model at all", "cut", "other"])
def test_a_file_that_is_no_model_is_refused_in_words(content, model, tmp_path):
    path = tmp_path / "broken.pt"
    if content == "cut":
        path.write_bytes(Path(model).read_bytes()[:20_000])
    elif content == "other":
        torch.save({"weights": torch.zeros(3)}, path)
    else:
        path.write_bytes(content)
    recognizer = WhisperRecognizer(model=str(path))

    assert "is not a Whisper model" in recognizer.problem()
    with pytest.raises(PluginError, match=r"expected a \.pt file with 'dims'"):
        recognizer.analyze([clip(fake_voice(1))])


def test_weights_that_do_not_fit_their_dimensions_are_refused_in_words(model, tmp_path):
    content = torch.load(model, weights_only=True)
    del content["model_state_dict"]["decoder.ln.weight"]
    torch.save(content, tmp_path / "partial.pt")

    with pytest.raises(PluginError, match="can't be loaded"):
        WhisperRecognizer(model=str(tmp_path / "partial.pt"), device="cpu").analyze([clip(fake_voice(1))])


def test_a_missing_file_is_named_with_the_known_models():
    recognizer = WhisperRecognizer(model="no/such/model.pt")

    assert "no/such/model.pt" in recognizer.problem()
    with pytest.raises(MissingDependencyError, match="large-v3"):
        _ = recognizer.info


def test_weights_that_would_need_a_download_are_a_problem_when_offline(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    recognizer = WhisperRecognizer(model="tiny", device="cpu", offline=True)

    assert "whisper.load_model('tiny'" in recognizer.problem()

    def unreachable(url, root, in_memory):
        raise URLError("no network")

    monkeypatch.setattr("whisper._download", unreachable)
    assert "can't be downloaded (<urlopen error no network>)" in WhisperRecognizer(model="tiny", device="cpu").problem()
    monkeypatch.setattr("whisper._download", lambda url, root, in_memory: str(tmp_path))
    assert WhisperRecognizer(model="tiny", device="cpu").problem() is None
    with pytest.raises(MissingDependencyError, match="downloads are off"):
        recognizer.analyze([clip(fake_voice(1))])


def test_a_model_that_computes_nan_fails_instead_of_inventing_text(model, tmp_path):
    content = torch.load(model, weights_only=True)
    content["model_state_dict"]["decoder.ln.weight"][0] = torch.nan
    torch.save(content, tmp_path / "nan.pt")

    heard = WhisperRecognizer(model=str(tmp_path / "nan.pt"), device="cpu").analyze([clip(fake_voice(1))])

    assert isinstance(heard[0], Failure)
    assert "not finite" in heard[0].reason


@pytest.mark.parametrize("options", [{"batch": 0}, {"max_tokens": 0}, {"precision": "bf16"}])
def test_options_out_of_range_are_refused(options):
    with pytest.raises(UsageError, match="expected"):
        WhisperRecognizer(model="tiny", **options)


def test_a_device_that_is_not_there_is_a_problem(model, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert "device=cuda" in WhisperRecognizer(model=model, device="cuda").problem()
    assert WhisperRecognizer(model=model, device="auto").problem() is None


@pytest.mark.slow  # numba compiles Whisper's alignment
def test_a_text_that_fills_the_context_has_word_times_and_one_that_overruns_it_is_not_aligned(model, monkeypatch):
    recognizer = WhisperRecognizer(model=model, device="cpu", words=True)
    end_texts(monkeypatch, after=443)
    assert recognizer.analyze([clip(fake_voice(2))])[0].words
    monkeypatch.undo()
    assert isinstance(recognizer.analyze([clip(fake_voice(2))])[0], Failure)


@pytest.mark.slow  # numba compiles Whisper's alignment
def test_word_times_are_in_order_inside_the_clip_and_spell_the_text(model):
    recognizer = WhisperRecognizer(model=model, device="cpu", words=True)
    long = np.concatenate([fake_voice(20), np.zeros(16_000), fake_voice(15)])

    for heard, seconds in zip(recognizer.analyze([clip(fake_voice(2)), clip(long)]), (2, 36), strict=True):
        assert heard.words
        assert "".join(word.text for word in heard.words).replace(" ", "") == heard.text.replace(" ", "")
        assert all(0 <= word.start_s <= word.end_s <= seconds for word in heard.words)
        assert all(0 <= word.confidence <= 1 for word in heard.words)
        starts = [word.start_s for word in heard.words]
        assert starts == sorted(starts)


def test_constructing_imports_neither_torch_nor_numpy():
    code = (
        "import sys; from voxeval.analyzers.whisper import WhisperRecognizer; WhisperRecognizer(model='tiny'); "
        "from voxeval.analyzers.pocketsphinx import PocketSphinxRecognizer; PocketSphinxRecognizer(); "
        "from voxeval.analyzers.activity import SileroActivity; SileroActivity(); "
        "print([name for name in ('torch', 'whisper', 'numpy', 'onnxruntime') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
