from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from weakref import WeakSet

import numpy as np
import pytest
import soundfile
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from reference_model import checkpoint
from reference_model.config import END_AUDIO, CodecConfig, TTSConfig, tiny
from reference_model.flow import Flow
from reference_model.tokenizer import Characters, characters
from reference_model.tts import TTS
from tests.fakes import make_item, write_suite
from voxeval.audio import joined, pcm_hash
from voxeval.cli import main
from voxeval.errors import MissingDependencyError, PluginError, SpeechError, UnsupportedError, UsageError
from voxeval.plugins import create, parse_spec
from voxeval.runner.plan import PlannedSystem, make_plan
from voxeval.store import Run
from voxeval.suite import load_suite
from voxeval.systems.reference import RANDOM_NOTE, ReferenceSystem
from voxeval.types import LANGUAGES, Audio, Closes, KnowsUsage, LoadsFirst, Request, Voice

FRAME = 1920  # samples at 24 kHz
RANDOM = {"random": "tiny", "device": "cpu"}
PRESETS = ("casual_female", "casual_male", "cheerful_female", "de_female", "de_male", "neutral_male", "ar_male")


@pytest.fixture(scope="module")
def system():
    made = ReferenceSystem(**RANDOM)
    yield made
    made.close()


def request(
    text: str = "Hello there.", language: str = "en", *, voice: Voice | str | None = None, seed: int = 0
) -> Request:
    voice = Voice(name=voice) if isinstance(voice, str) else voice
    return Request(item=make_item(text, language=language), text=text, voice=voice, seed=seed, key="k")


def spoken(system: ReferenceSystem, *args: str, **kwargs: object) -> Audio:
    return joined(list(system.speak(request(*args, **kwargs))))


def lengths(system: ReferenceSystem, *args: str) -> list[float]:
    return [len(piece.samples) / FRAME for piece in system.speak(request(*args))]


def recording(path: Path, *, seed: int = 0, rate: int = 24_000, channels: int = 1) -> Voice:
    noise = np.random.default_rng(seed).normal(0, 0.1, (rate // 2, channels))
    soundfile.write(path, noise, rate)
    return Voice(name=path.stem, audio=path)


# --- random weights --------------------------------------------------------------------------------------------------


def test_random_weights_say_that_they_are_random(system):
    info = system.info
    assert info.note == RANDOM_NOTE == "random weights: nothing it says can be understood"
    assert (info.name, info.version) == ("tiny", "random weights, seed 0")
    assert info.languages == LANGUAGES
    assert info.voices == dict.fromkeys(LANGUAGES, ("random",))
    assert (info.cloning, info.streaming, info.deterministic) == (True, True, False)
    assert info.max_duration_s == 40 / 12.5


def test_it_loads_first_knows_its_usage_and_closes(system):
    assert isinstance(system, LoadsFirst)
    assert isinstance(system, KnowsUsage)
    assert isinstance(system, Closes)


def test_info_and_problem_come_before_any_weights(monkeypatch):
    monkeypatch.setattr(checkpoint, "TTS", None)
    made = ReferenceSystem(**RANDOM)
    assert made.problem() is None
    assert made.info.fingerprint


def test_it_is_found_by_its_name_and_a_path_may_stand_alone(tmp_path):
    made = create("systems", parse_spec("reference:random=tiny,device=cpu"))
    assert isinstance(made, ReferenceSystem)
    assert made.info == ReferenceSystem(**RANDOM).info
    named = create("systems", parse_spec(f"reference:{tmp_path / 'none.safetensors'},steps=4"))
    assert "there is no checkpoint at" in named.problem()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_spoken_a_frame_a_character(system, language):
    text = {"ar": "مرحبا", "hi": "नमस्ते"}.get(language, "Olá 123")
    audio = spoken(system, text, language)
    assert (len(audio.samples), audio.sample_rate) == (len(text) * FRAME, 24_000)
    assert audio.samples.dtype == np.float32
    assert np.abs(audio.samples).max() > 0


def test_no_text_makes_random_weights_speak_without_end(system):
    assert sum(lengths(system, "Word " * 20)) == 40


def test_pieces_are_short_at_first():
    made = ReferenceSystem(**RANDOM, first_frames=3, chunk_frames=8)
    assert lengths(made, "x" * 29) == [3, 3, 2 + 8, 8, 5]
    assert lengths(made, "x" * 3) == [3]


def test_pieces_of_another_length_are_the_same_sound(system):
    whole = ReferenceSystem(**RANDOM, first_frames=40, chunk_frames=40)
    (piece,) = whole.speak(request("Hello there."))
    np.testing.assert_allclose(piece.samples, spoken(system, "Hello there.").samples, atol=1e-6)


def test_the_seed_of_the_request_is_heard_and_repeats_exactly(system):
    sounds = [pcm_hash(spoken(system, seed=seed)) for seed in (0, 1, 0)]
    assert sounds[0] == sounds[2] != sounds[1]
    assert pcm_hash(spoken(ReferenceSystem(**RANDOM))) == sounds[0]


def test_the_seed_of_the_weights_makes_another_system(system):
    other = ReferenceSystem(**RANDOM, seed=1)
    assert other.info.fingerprint != system.info.fingerprint
    assert pcm_hash(spoken(other)) != pcm_hash(spoken(system))


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_speaks(system, dtype):
    half = ReferenceSystem(**RANDOM, dtype=dtype)
    audio = spoken(half)
    assert len(audio.samples) == 12 * FRAME
    assert half.info.fingerprint != system.info.fingerprint


@pytest.mark.parametrize("options", [{"steps": 1}, {"guidance": 3.0}])
def test_steps_and_guidance_are_heard(system, options):
    other = ReferenceSystem(**RANDOM, **options)
    assert pcm_hash(spoken(other)) != pcm_hash(spoken(system))


def test_closing_the_iterator_stops_the_speech_and_the_next_request_is_clean(system, monkeypatch):
    frames = []
    original = Flow.frame
    monkeypatch.setattr(Flow, "frame", lambda *args, **kwargs: frames.append(1) or original(*args, **kwargs))
    wanted = pcm_hash(spoken(system, "Good evening"))
    frames.clear()
    pieces = system.speak(request("x" * 30))
    next(pieces)
    pieces.close()
    assert len(frames) == 5
    assert list(pieces) == []
    assert pcm_hash(spoken(system, "Good evening")) == wanted


# --- what it can't do ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the text is empty"),
        (" \n", "the text is empty"),
        ("漢字", r"'字' \(CJK UNIFIED IDEOGRAPH-5B57\).*can't read"),
        ("a " * 200, r"the prompt has \d+ places"),
    ],
)
def test_a_text_that_cannot_be_laid_out_is_an_error(system, text, message):
    with pytest.raises(SpeechError, match=message):
        spoken(system, text)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (request(language="sv"), "'sv'"),
        (request(voice="neutral_male"), r"no voice 'neutral_male'.*random"),
    ],
)
def test_what_it_does_not_claim_is_unsupported(system, wanted, message):
    with pytest.raises(UnsupportedError, match=message):
        next(system.speak(wanted))


def test_a_model_that_ends_at_once_said_nothing(tmp_path):
    tts = small_model()
    with torch.no_grad():
        tts.flow.semantic_codebook_output.weight.zero_()  # all alike: the first code that may be, [END_AUDIO], is taken
    checkpoint.save(tts, tmp_path / "mute.safetensors")
    mute = ReferenceSystem(model=tmp_path / "mute.safetensors", device="cpu")
    with pytest.raises(SpeechError, match=r"said nothing of 'Hello there\.'"):
        spoken(mute, voice=recording(tmp_path / "me.wav"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"expected model=PATH.*random=tiny"),
        ({"model": Path("a"), "random": "tiny"}, "name two models"),
        ({"model": Path("a"), "seed": 1}, r"seed=1 is of random weights.*--seeds"),
        ({"random": "tiny", "steps": 0}, "steps=0; expected at least 1"),
        ({"random": "tiny", "guidance": float("nan")}, "guidance=nan; expected a number"),
        ({"random": "tiny", "guidance": -1.0}, "guidance=-1.0; expected a number"),
        ({"random": "tiny", "first_frames": 0}, "first_frames=0.*at least 1"),
        ({"random": "tiny", "chunk_frames": 0}, "chunk_frames=0.*at least 1"),
    ],
)
def test_wrong_options_are_refused_in_one_sentence(options, message):
    with pytest.raises(UsageError, match=message) as caught:
        ReferenceSystem(**options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("reference:random=huge", "'random' is 'huge': Input should be 'tiny' or 'nano'"),
        ("reference:random=tiny,dtype=int8", "'dtype' is 'int8'"),
        ("reference:random=tiny,speed=2", "no option 'speed'; there are: model, random, seed"),
    ],
)
def test_options_are_checked_against_their_annotations(spec, message):
    with pytest.raises(PluginError, match=message):
        create("systems", parse_spec(spec))


def test_a_gpu_that_is_not_there_is_a_problem(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert ReferenceSystem(random="tiny", device="auto").problem() is None
    problem = ReferenceSystem(random="tiny", device="cuda").problem()
    assert problem == "device=cuda, but torch sees no GPU here; use device=auto or device=cpu"


# --- checkpoints -----------------------------------------------------------------------------------------------------


def small_config() -> TTSConfig:
    """The tiny one at a rate that recordings may have."""
    public, small = CodecConfig(), tiny()
    codec = replace(small.codec, sample_rate=public.sample_rate, patch_size=public.patch_size)
    return replace(small, name="small", codec=codec, max_frames=12)


def small_model(seed: int = 0) -> TTS:
    """Random weights that speak to the limit, and attend to text and voice more than new ones do."""
    tts = checkpoint.random_model(small_config(), seed)
    with torch.no_grad():
        tts.flow.semantic_codebook_output.weight[END_AUDIO] = 0
        tts.codec.encoder_blocks[-1].conv.parametrizations.weight.original0 *= 100
        for layer in tts.backbone.layers:
            layer.attention.wo.weight *= 30
    return tts


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("model") / "small.safetensors"
    checkpoint.save(small_model(), path)
    return path


def official_params(config: TTSConfig, vocab_size: int) -> dict[str, object]:
    codec, backbone, flow, tokens = config.codec, config.backbone, config.flow, config.tokens
    sides = {
        f"{side}_{theirs}_str": ",".join(map(str, getattr(codec, f"{side}_{ours}")))
        for side in ("encoder", "decoder")
        for ours, theirs in (
            ("lengths", "transformer_lengths"),
            ("kernels", "convs_kernels"),
            ("strides", "convs_strides"),
        )
    }
    same = ("dim", "hidden_dim", "n_heads", "head_dim", "norm_eps", "qk_norm_eps", "layer_scale_init")
    same += ("semantic_codebook_size", "semantic_dim", "acoustic_codebook_size", "acoustic_dim")
    sizes = ("dim", "n_layers", "n_heads", "n_kv_heads", "head_dim", "hidden_dim")
    return {
        "model_type": "voxtral_tts",
        **{name: getattr(backbone, name) for name in (*sizes, "norm_eps", "rope_theta")},
        "vocab_size": vocab_size,
        "multimodal": {
            "bos_token_id": tokens.bos,
            "audio_tokenizer_args": {
                **{name: getattr(codec, name) for name in same},
                **sides,
                "sampling_rate": codec.sample_rate,
                "pretransform_patch_size": codec.patch_size,
                "patch_proj_kernel_size": codec.patch_kernel,
                "attn_sliding_window_size": codec.window,
                "voice": {name: index for index, name in enumerate(PRESETS)},
            },
            "audio_model_args": {
                "audio_token_id": tokens.audio,
                "begin_audio_token_id": tokens.begin_audio,
                "acoustic_transformer_args": {name: getattr(flow, name) for name in sizes},
            },
        },
    }


def official_folder(folder: Path, *, encoder: bool = False, vocab_size: int = 512) -> Path:
    """The public checkpoint's layout around small random weights; its vocabulary is another file's, or none."""
    config = small_config()
    config = replace(config, pad_rows_to=128, backbone=replace(config.backbone, vocab_size=vocab_size))
    tts = checkpoint.random_model(config, seed=0)
    with torch.no_grad():
        tts.flow.semantic_codebook_output.weight[END_AUDIO] = 0
    if not encoder:
        tts.codec.drop_encoder()
    (folder / "voice_embedding").mkdir(parents=True)
    (folder / "params.json").write_text(json.dumps(official_params(config, vocab_size)))
    (folder / "tekken.json").write_text("{}")
    tensors = {name: tensor.contiguous() for name, tensor in checkpoint.official_names(tts).items()}
    save_file(tensors, folder / "consolidated.safetensors")
    for index, name in enumerate(PRESETS):
        rows = torch.randn(4, config.backbone.dim, generator=torch.Generator().manual_seed(index))
        torch.save(rows, folder / "voice_embedding" / f"{name}.pt")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return official_folder(tmp_path_factory.mktemp("public") / "Voxtral")


def test_the_public_folder_tells_its_voices_by_language(folder):
    info = ReferenceSystem(model=folder, device="cpu").info
    assert info.name == "voxtral_tts"
    assert info.version.startswith("weights ")
    assert info.voices == {
        "ar": ("ar_male",),
        "de": ("de_female", "de_male"),
        "en": ("casual_female", "casual_male", "cheerful_female", "neutral_male"),
    }
    assert info.languages == LANGUAGES
    assert not info.cloning
    assert info.max_duration_s == pytest.approx(163.84)
    assert info.note == ""


def test_a_file_of_ours_has_no_presets_and_clones(file):
    made = ReferenceSystem(model=file, device="cpu")
    assert made.problem() is None
    assert made.info.name == "small"
    assert (made.info.voices, made.info.cloning) == ({}, True)


def test_a_model_of_two_languages_claims_no_others(tmp_path):
    tts = small_model()
    tts.tokenizer = Characters(characters(), ("en", "de"))
    checkpoint.save(tts, tmp_path / "two.safetensors")
    made = ReferenceSystem(model=tmp_path / "two.safetensors", device="cpu")
    assert made.info.languages == ("de", "en")
    with pytest.raises(UnsupportedError, match="small speaks de, en, not 'fr'"):
        spoken(made, "Bonjour", "fr", voice=recording(tmp_path / "me.wav"))


def test_of_a_checkpoint_only_the_header_is_read_for_info(file, folder, monkeypatch):
    monkeypatch.setattr(checkpoint, "TTS", None)
    for path in (file, folder):
        assert ReferenceSystem(model=path).info.fingerprint


def test_a_cloned_voice_is_heard(file, tmp_path):
    made = ReferenceSystem(model=file, device="cpu")
    one, other = recording(tmp_path / "one.wav"), recording(tmp_path / "other.wav", seed=1)
    sounds = [pcm_hash(spoken(made, voice=voice)) for voice in (one, other, one)]
    assert sounds[0] == sounds[2] != sounds[1]


def test_a_recording_is_made_mono_resampled_and_embedded_once(file, tmp_path, monkeypatch):
    heard = []
    original = TTS.clone
    monkeypatch.setattr(TTS, "clone", lambda tts, sound: heard.append(tuple(sound.shape)) or original(tts, sound))
    made = ReferenceSystem(model=file, device="cpu")
    voice = recording(tmp_path / "me.wav", rate=16_000, channels=2)
    shutil.copy(tmp_path / "me.wav", tmp_path / "copy.wav")
    for wanted in (voice, voice, Voice(name="copy", audio=tmp_path / "copy.wav")):
        spoken(made, voice=wanted)
    assert heard == [(12_000,)]


@pytest.mark.parametrize(("content", "message"), [(None, "'me' can't be read"), (b"no sound", "can't be cloned")])
def test_a_recording_that_cannot_be_heard_is_an_error(file, tmp_path, content, message):
    path = tmp_path / "me.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SpeechError, match=message):
        spoken(ReferenceSystem(model=file, device="cpu"), voice=Voice(name="me", audio=path))


def test_without_a_voice_or_an_encoder_a_request_is_unsupported(file, folder, tmp_path):
    with pytest.raises(UnsupportedError, match=r"no voice of its own in 'en'.*to clone"):
        spoken(ReferenceSystem(model=file, device="cpu"))
    public = ReferenceSystem(model=folder, device="cpu")
    with pytest.raises(UnsupportedError, match=r"can't clone a voice \(me\).*casual_female"):
        spoken(public, voice=recording(tmp_path / "me.wav"))
    with pytest.raises(UnsupportedError, match="no voice of its own in 'fr'"):
        spoken(public, "Bonjour", "fr")
    with pytest.raises(UnsupportedError, match=r"no voice 'de_male'; these speak 'en': casual_female"):
        spoken(public, voice="de_male")


def test_a_plan_says_why_texts_without_a_voice_to_clone_are_skipped(file, tmp_path):
    suite, _ = load_suite(str(write_suite(tmp_path / "texts", {"en": [{"text": "Hello."}]})))
    planned = PlannedSystem(label="small", spec=parse_spec("reference"), info=ReferenceSystem(model=file).info)
    (entry,) = make_plan([suite], [planned], voices=(), seeds=1).entries
    assert "give it some to clone with --voices FOLDER" in entry.skip


@pytest.mark.slow
def test_the_public_folder_speaks_with_the_public_vocabulary(tmp_path):
    data = pytest.importorskip("mistral_common").__path__[0]
    public = official_folder(tmp_path / "Voxtral", vocab_size=131_072)
    shutil.copy(Path(data) / "data" / "tekken_240911.json", public / "tekken.json")
    made = ReferenceSystem(model=public, device="cpu", first_frames=2)
    assert made.problem() is None
    pieces = made.speak(request("Good morning, 漢字!"))
    default = next(pieces)
    pieces.close()
    named = {name: next(made.speak(request("Good morning, 漢字!", voice=name))) for name in PRESETS[:2]}
    np.testing.assert_array_equal(default.samples, named["casual_female"].samples)
    assert pcm_hash(default) != pcm_hash(named["casual_male"])


def test_the_fingerprint_follows_the_contents_and_not_the_name(file, tmp_path):
    before = ReferenceSystem(model=file).info
    shutil.copy(file, tmp_path / "renamed.safetensors")
    assert ReferenceSystem(model=tmp_path / "renamed.safetensors").info == before
    checkpoint.save(small_model(seed=1), tmp_path / "other.safetensors")
    other = ReferenceSystem(model=tmp_path / "other.safetensors").info
    assert other.fingerprint != before.fingerprint
    assert other.version != before.version


def test_every_file_of_the_public_folder_is_in_the_fingerprint(folder, tmp_path):
    prints = [ReferenceSystem(model=folder).info.fingerprint]
    for name in ("params.json", "tekken.json", "voice_embedding/de_male.pt"):
        other = shutil.copytree(folder, tmp_path / Path(name).stem)
        with (other / name).open("ab") as changed:
            changed.write(b"\n")
        prints.append(ReferenceSystem(model=other).info.fingerprint)
    assert len(set(prints)) == 4


def test_the_fingerprint_follows_the_options():
    base = ReferenceSystem(**RANDOM).info.fingerprint
    assert ReferenceSystem(**RANDOM, steps=7, guidance=1.2, dtype="float32").info.fingerprint == base
    options = [
        {"steps": 8}, {"guidance": 1.0}, {"first_frames": 1}, {"chunk_frames": 30}, {"dtype": "bfloat16"}, {"seed": 2},
        {"random": "nano"},
    ]  # fmt: skip
    others = {ReferenceSystem(**{**RANDOM, **one}).info.fingerprint for one in options}
    assert len(others | {base}) == len(options) + 1


def test_public_weights_keep_their_own_precision_on_a_gpu_alone(file, folder, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    auto, on_cpu = ReferenceSystem(model=folder), ReferenceSystem(model=folder, device="cpu")
    same = ReferenceSystem(model=folder, device="cuda", dtype="bfloat16")
    assert auto.info.fingerprint == same.info.fingerprint != on_cpu.info.fingerprint
    ours, in_full = ReferenceSystem(model=file), ReferenceSystem(model=file, dtype="float32")
    assert ours.info.fingerprint == in_full.info.fingerprint


# --- what is missing -------------------------------------------------------------------------------------------------


def test_a_checkpoint_that_is_not_there_is_a_problem(tmp_path):
    made = ReferenceSystem(model=tmp_path / "none")
    assert made.problem().startswith(f"there is no checkpoint at {tmp_path / 'none'}; expected a folder")
    with pytest.raises(PluginError, match="there is no checkpoint"):
        _ = made.info
    with pytest.raises(PluginError, match="there is no checkpoint"):
        made.load()


@pytest.mark.parametrize("name", ["params.json", "consolidated.safetensors", "tekken.json"])
def test_a_file_that_the_public_folder_lacks_is_named(folder, tmp_path, name):
    other = shutil.copytree(folder, tmp_path / "partial")
    (other / name).unlink()
    assert f"has no {name}; expected the folder of Voxtral-4B-TTS" in ReferenceSystem(model=other).problem()


@pytest.mark.parametrize(
    ("content", "message"), [(b"nonsense", "is not a safetensors file"), (None, "has no configuration inside")]
)
def test_another_file_is_no_model(tmp_path, content, message):
    path = tmp_path / "other.safetensors"
    if content is None:
        save_file({"one": torch.zeros(1)}, path)
    else:
        path.write_bytes(content)
    assert message in ReferenceSystem(model=path).problem()


def test_weights_that_do_not_fit_are_named_when_they_load(file, tmp_path):
    with safe_open(file, "pt") as opened:
        save_file({"norm.weight": torch.zeros(16)}, tmp_path / "other.safetensors", opened.metadata())
    made = ReferenceSystem(model=tmp_path / "other.safetensors", device="cpu")
    with pytest.raises(PluginError, match=r"does not fit its configuration: .* is missing"):
        made.load()


def test_the_library_of_the_public_vocabulary_may_be_missing(file, folder, monkeypatch):
    monkeypatch.setattr("voxeval.systems.reference.find_spec", lambda _name: None)
    problem = ReferenceSystem(model=folder).problem()
    assert problem == "the tekken tokenizer needs mistral-common; add it with: pip install 'voxeval[voxtral]'"
    assert ReferenceSystem(model=file).problem() is None
    monkeypatch.setitem(__import__("sys").modules, "mistral_common.tokens.tokenizers.tekken", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'voxeval\[voxtral\]'"):
        ReferenceSystem(model=folder, device="cpu").load()


def test_a_model_that_can_have_no_voice_is_a_problem(tmp_path):
    tts = small_model()
    tts.codec.drop_encoder()
    checkpoint.save(tts, tmp_path / "bare.safetensors")
    assert "neither preset voices nor an encoder" in ReferenceSystem(model=tmp_path / "bare.safetensors").problem()


def test_a_model_that_can_not_read_is_a_problem(tmp_path):
    tts = small_model()
    tts.tokenizer = None
    checkpoint.save(tts, tmp_path / "deaf.safetensors")
    assert "holds no characters" in ReferenceSystem(model=tmp_path / "deaf.safetensors").problem()


# --- what it costs ---------------------------------------------------------------------------------------------------


def test_usage_is_of_the_last_request_and_only_of_a_system_alone(monkeypatch):
    monkeypatch.setattr(ReferenceSystem, "_loaded", WeakSet())
    made, other = ReferenceSystem(**RANDOM), ReferenceSystem(**RANDOM)
    spoken(made)
    usage = made.usage()
    assert 0.0 < usage.cpu_s < 10.0
    assert usage.threads == torch.get_num_threads()
    assert usage.total_s is None
    if made._sees_memory:
        assert 50.0 < usage.peak_memory_mb < 10_000.0
    other.load()
    spoken(made)
    assert (made.usage().cpu_s, made.usage().peak_memory_mb) == (None, None)
    other.close()
    spoken(made)
    assert made.usage().cpu_s > 0.0
    with pytest.raises(UnsupportedError):
        spoken(made, voice="nobody")
    assert made.usage().cpu_s is None


def test_the_time_of_the_listener_is_not_charged_to_the_system(system, monkeypatch):
    monkeypatch.setattr(ReferenceSystem, "_loaded", WeakSet([system]))
    clock = iter(range(100))
    monkeypatch.setattr("voxeval.systems.reference.time.process_time", lambda: next(clock))
    for _ in system.speak(request("x" * 10)):
        next(clock), next(clock)  # the listener works
    assert system.usage().cpu_s == 3  # two pieces, and the end


def test_closing_lets_go_of_the_model_and_the_next_request_loads_it_anew():
    made = ReferenceSystem(**RANDOM)
    first = pcm_hash(spoken(made))
    made.close()
    made.close()
    assert made._tts is None
    assert pcm_hash(spoken(made)) == first


# --- a whole run -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_run_speaks_scores_and_notes_what_it_was(tmp_path, monkeypatch):
    monkeypatch.setenv("VOXEVAL_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    write_suite(tmp_path / "texts", {"en": [{"text": "Good morning."}], "hi": [{"text": "सुप्रभात।"}]})
    argv = ["run", "texts", "--system", "reference:random=tiny,device=cpu", "--seeds", "2"]
    with pytest.raises(SystemExit) as ended:
        main([*argv, "--metrics", "real_time_factor", "--out", "run"])
    assert not ended.value.code
    run = Run(tmp_path / "run")
    takes = run.takes
    assert list(takes["status"]) == ["ok"] * 4
    assert list(takes["voice"].unique()) == ["random"]
    assert takes["audio_sha256"].nunique() == 4
    assert set(takes["sample_rate"]) == {24_000}
    np.testing.assert_allclose(takes["duration_s"], takes["text"].str.len() / 12.5)
    assert (takes["first_audio_s"] < takes["total_s"]).all()
    factors = run.scores[run.scores["metric"] == "rtf"]
    assert list(factors["status"]) == ["ok"] * 4
    assert f"reference: {RANDOM_NOTE}" in json.dumps(run.info)
