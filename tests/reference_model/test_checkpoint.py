"""Checkpoints: the official folder and our own file give back what is in them, or say what does not fit."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from reference_model import load
from reference_model.checkpoint import KEY, about, official_names, random_model, save, unfilled_model
from reference_model.config import from_params, tiny, voxtral_4b
from reference_model.tokenizer import Characters, Tekken, characters
from reference_model.tts import Request
from tests.reference_model.tiny_checkpoint import (
    N_TEXT_SPECIAL,
    PIECES,
    VOICES,
    kind_of,
    published_params,
    tekken,
    tensor_table,
    tiny_params,
    tiny_tensors,
    voice_rows,
    write_checkpoint,
)

TABLE = tensor_table(tiny_params(), encoder=False)
WHOLE_TABLE = tensor_table(tiny_params(), encoder=True)
ENCODER_TABLE = {name: shape for name, shape in WHOLE_TABLE.items() if name not in TABLE}
KINDS = list({kind_of(name): name for name in TABLE}.values())  # the last name of each kind
ENCODER_KINDS = list({kind_of(name): name for name in ENCODER_TABLE}.values())
SHOWN = 5  # problems that a message spells out


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    """The folder as published, without an encoder; nobody writes to it."""
    return write_checkpoint(tmp_path_factory.mktemp("official") / "Tiny-TTS", tiny_tensors())


@pytest.fixture(scope="module")
def with_encoder(tmp_path_factory):
    """The folder that was not published, with an encoder; nobody writes to it."""
    return write_checkpoint(tmp_path_factory.mktemp("whole") / "Tiny-TTS", tiny_tensors(encoder=True))


@pytest.fixture
def folder(tmp_path):
    """A folder to spoil."""
    return write_checkpoint(tmp_path / "Tiny-TTS", tiny_tensors())


@pytest.fixture(scope="module")
def model(official):
    return load(official)


def refusal(path: Path, tensors: dict) -> str:
    """Why a folder with these tensors is not loaded; the empty string where it is."""
    save_file(tensors, path / "consolidated.safetensors")
    try:
        load(path)
    except ValueError as error:
        return str(error).removeprefix(f"{path / 'consolidated.safetensors'} does not fit its configuration: ")
    return ""


def misshapen(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (*shape[:-1], shape[-1] + 1)


# --- the official names ----------------------------------------------------------------------------------------------


def test_the_published_model_has_the_published_tensors():
    tts = unfilled_model(voxtral_4b())
    whole = {name: tuple(tensor.shape) for name, tensor in official_names(tts).items()}
    assert whole == tensor_table(published_params(), encoder=True)
    assert sum(tensor.numel() for tensor in official_names(tts).values()) == 4_151_824_916
    tts.codec.drop_encoder()
    published = {name: tuple(tensor.shape) for name, tensor in official_names(tts).items()}
    assert published == tensor_table(published_params(), encoder=False)
    assert len(published) == 386
    assert sum(tensor.numel() for tensor in official_names(tts).values()) == 4_002_353_392
    assert len(whole) - len(published) == 114


# --- the official folder ---------------------------------------------------------------------------------------------


def test_tensors_are_those_of_the_file_as_they_are_stored(model):
    loaded, stored = official_names(model), tiny_tensors()
    assert loaded.keys() == stored.keys() == TABLE.keys()
    for name, tensor in stored.items():
        assert loaded[name].dtype == torch.bfloat16, name
        assert torch.equal(loaded[name], tensor), name


def test_the_configuration_is_that_of_the_folder(model):
    assert model.config == from_params(tiny_params())
    assert (model.config.backbone.dim, model.config.flow.dim, model.config.codec.frame_size) == (16, 24, 32)
    assert not model.training


def test_text_is_read_with_the_vocabulary_of_the_folder(model):
    ids = model.tokenizer.encode("hello we")
    assert [PIECES[each - N_TEXT_SPECIAL] for each in ids] == [b"hel", b"l", b"o", b" w", b"e"]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.float64])
def test_weights_are_brought_to_the_type_asked_for(dtype, official):
    tts, stored = load(official, dtype=dtype), tiny_tensors()
    for name, tensor in official_names(tts).items():
        assert tensor.dtype == dtype, name
        assert torch.equal(tensor, stored[name].to(dtype)), name
    assert tts.voice("fr_female").dtype == dtype


@pytest.mark.parametrize("device", ["meta", torch.device("meta")], ids=["name", "device"])
def test_everything_is_put_on_the_device_asked_for(device, official, with_encoder):
    for folder in (official, with_encoder):
        tts = load(folder, device=device)
        assert tts.device == torch.device("meta")
        assert {tensor.device.type for tensor in (*tts.parameters(), *tts.buffers())} == {"meta"}


def test_without_a_device_nothing_stays_behind(model):
    assert {tensor.device.type for tensor in (*model.parameters(), *model.buffers())} == {"cpu"}


def test_what_no_checkpoint_holds_follows_from_the_configuration(model):
    assert model.backbone.offsets.tolist() == [0, 32, 39, 46]


def test_it_speaks(official):
    tts = load(official)
    for voice in VOICES:
        (sound,) = tts.generate([Request(text="hello we", voice=voice, max_frames=3)])
        assert sound.shape == (3 * 32,)
        assert sound.dtype == torch.float32
        assert sound.isfinite().all()
        assert sound.std() > 0


def test_it_speaks_alike_from_a_path_and_its_name(official):
    request = Request(text="hello", voice="casual_male", max_frames=2)
    (one,), (other,) = (load(path).generate([request]) for path in (official, str(official)))
    assert torch.equal(one, other)


# --- voices ----------------------------------------------------------------------------------------------------------


def test_voices_are_read_when_they_are_asked_for_and_once(folder):
    tts = load(folder)
    assert list(tts.voices) == sorted(VOICES)
    assert all(isinstance(kept, Path) for kept in tts.voices.values())
    for name, rows in VOICES.items():
        assert torch.equal(tts.voice(name), voice_rows(rows))
        (folder / "voice_embedding" / f"{name}.pt").unlink()
        assert torch.equal(tts.voice(name), voice_rows(rows))


def test_an_unknown_voice_is_refused_with_those_that_there_are(model):
    with pytest.raises(ValueError, match=r"^there is no voice 'hi_male'; there are: casual_male, fr_female$"):
        model.voice("hi_male")


def test_a_folder_without_voices_has_none(folder):
    for file in (folder / "voice_embedding").iterdir():
        file.unlink()
    (folder / "voice_embedding").rmdir()
    with pytest.raises(ValueError, match=r"there are: none$"):
        load(folder).voice("fr_female")


def test_a_voice_of_another_width_is_refused(folder):
    torch.save(torch.zeros(4, 17), folder / "voice_embedding" / "casual_male.pt")
    with pytest.raises(ValueError, match=r"a voice has the shape \(4, 17\); expected \(places, 16\)"):
        load(folder).voice("casual_male")


class Bomb:
    """Makes a file of its name when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self):
        return (Path.touch, (self.file,))


@pytest.mark.parametrize("zipped", [True, False])
def test_a_voice_that_is_a_pickled_object_is_refused_and_not_executed(zipped, folder, tmp_path):
    sign, file = tmp_path / "executed", folder / "voice_embedding" / "casual_male.pt"
    torch.save(Bomb(sign), file, _use_new_zipfile_serialization=zipped)
    torch.load(file, weights_only=False)
    assert sign.exists()
    sign.unlink()
    tts = load(folder)
    with pytest.raises(ValueError, match=r"casual_male\.pt"):
        tts.voice("casual_male")
    assert not sign.exists()
    assert len(tts.voice("fr_female")) == VOICES["fr_female"]


@pytest.mark.parametrize(
    "write",
    [
        lambda file: torch.save(Bomb(file.with_suffix(".sign")), file),
        lambda file: torch.save({"rows": torch.zeros(4, 16)}, file),
        lambda file: torch.save([1, 2], file),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"no voice at all"),
        lambda file: file.write_bytes(file.read_bytes()[:-200]),
    ],
    ids=["object", "dictionary", "list", "empty", "bytes", "cut short"],
)
def test_a_voice_that_is_no_tensor_is_refused_in_one_sentence(write, folder):
    write(folder / "voice_embedding" / "casual_male.pt")
    tts = load(folder)
    with pytest.raises(ValueError, match=r"casual_male\.pt") as caught:
        tts.voice("casual_male")
    assert "\n" not in str(caught.value)


# --- cloning ---------------------------------------------------------------------------------------------------------


def test_without_an_encoder_cloning_is_refused_with_its_reason(model):
    assert not model.can_clone
    with pytest.raises(ValueError, match=r"no codec encoder, so it clones no voices; use one of its presets"):
        model.clone(torch.zeros(100))


def test_with_an_encoder_a_recording_becomes_a_voice(with_encoder):
    tts = load(with_encoder)
    assert tts.can_clone
    sound = 0.1 * torch.randn(100, generator=torch.Generator().manual_seed(0))
    rows = tts.clone(sound)
    assert rows.shape == (4 + 1, 16)  # a frame for each 32 samples begun, and the end
    assert rows.dtype == torch.bfloat16
    table = tts.backbone.mm_audio_embeddings.audio_codebook_embeddings.embeddings.weight
    assert torch.equal(rows[-1], table[torch.tensor([1, 32, 39, 46])].sum(0))
    (spoken,) = tts.generate([Request(text="hello", voice=rows, max_frames=2)])
    assert spoken.shape == (2 * 32,)


def test_tensors_of_an_encoder_are_those_of_the_file(with_encoder):
    loaded, stored = official_names(load(with_encoder)), tiny_tensors(encoder=True)
    assert loaded.keys() == stored.keys() == WHOLE_TABLE.keys()
    assert all(torch.equal(loaded[name], tensor) for name, tensor in stored.items())


# --- tensors that do not fit -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_one_tensor_that_is_missing_or_misshapen_is_refused_by_name(name, folder):
    tensors = tiny_tensors()
    shape = tuple(tensors.pop(name).shape)
    assert refusal(folder, tensors) == f"{name} is missing"
    wrong = misshapen(shape)
    assert refusal(folder, tensors | {name: torch.zeros(wrong)}) == f"{name} has the shape {wrong}; expected {shape}"


@pytest.mark.parametrize("name", ENCODER_KINDS)
def test_one_tensor_of_an_encoder_that_is_missing_is_refused_by_name(name, folder):
    tensors = tiny_tensors(encoder=True)
    del tensors[name]
    assert refusal(folder, tensors) == f"{name} is missing"


@pytest.mark.parametrize(
    "name",
    [
        "output.weight",
        "layers.2.attention.wq.weight",
        "layers.0.attention.wq.bias",
        "acoustic_transformer.time_embedding.inv_freq",
        "acoustic_transformer.layers.1.ffn_norm.weight",
        "audio_tokenizer.decoder_blocks.1.layers.1.ffn_scale",
        "audio_tokenizer.decoder_blocks.0.conv.weight",
        "norm.weight ",
    ],
)
def test_one_tensor_too_many_is_refused_by_name(name, folder):
    assert refusal(folder, tiny_tensors() | {name: torch.zeros(1)}) == f"{name} is not expected"


@pytest.mark.parametrize(
    "encoder", [pytest.param(False, id="published"), pytest.param(True, id="with an encoder", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("fault", ["missing", "misshapen"])
def test_no_tensor_is_exempt(fault, encoder, folder):
    tensors, table = tiny_tensors(encoder=encoder), WHOLE_TABLE if encoder else TABLE
    names = sorted(table)
    for begin in range(0, len(names), SHOWN):
        some = names[begin : begin + SHOWN]
        if fault == "missing":
            spoiled = {name: tensor for name, tensor in tensors.items() if name not in some}
            reasons = [f"{name} is missing" for name in some]
        else:
            spoiled = tensors | {name: torch.zeros(misshapen(table[name])) for name in some}
            reasons = [f"{name} has the shape {misshapen(table[name])}; expected {table[name]}" for name in some]
        assert refusal(folder, spoiled) == "; ".join(reasons)


@pytest.mark.parametrize("name", ENCODER_KINDS[:3] + ENCODER_KINDS[-3:])
def test_a_part_of_the_encoder_alone_is_refused(name, folder):
    reason = refusal(folder, tiny_tensors() | {name: torch.zeros(ENCODER_TABLE[name])})
    assert reason.startswith("audio_tokenizer.encoder_blocks.0.layers.0.attention.")
    assert reason.count(" is missing") == SHOWN
    assert reason.endswith(f", and {len(ENCODER_TABLE) - 1 - SHOWN} more")


def test_many_problems_are_counted(folder):
    reason = refusal(folder, {"other": torch.zeros(1)})
    assert reason.endswith(f", and {len(TABLE) + 1 - SHOWN} more")
    assert "\n" not in reason


# --- folders that do not fit -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["params.json", "consolidated.safetensors", "tekken.json"])
def test_a_missing_file_is_named(name, folder):
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError, match=rf"Tiny-TTS has no {name}; expected the folder of Voxtral-4B-TTS$"):
        load(folder)


@pytest.mark.parametrize("name", ["nowhere", "nowhere.safetensors", "notes.txt"])
def test_where_there_is_no_checkpoint_both_kinds_are_named(name, tmp_path):
    (tmp_path / "notes.txt").write_text("no checkpoint")
    with pytest.raises(
        FileNotFoundError, match=rf"no checkpoint at .*{name}; expected a folder .*, or a \.safetensors"
    ):
        load(tmp_path / name)


@pytest.mark.parametrize("content", [b"", b"{", b'{"dim": 16,}', b"\xff\xfe\xff"])
def test_params_that_are_no_json_are_refused_in_one_sentence(content, folder):
    (folder / "params.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"params\.json is not JSON: ") as caught:
        load(folder)
    assert "\n" not in str(caught.value)


def without(*keys: str) -> dict:
    """Parameters that lack the last of the keys, each within the one before it."""
    params = tiny_params()
    within = params
    for key in keys[:-1]:
        within = within[key]
    del within[keys[-1]]
    return params


@pytest.mark.parametrize(
    "keys",
    [
        ("dim",),
        ("n_kv_heads",),
        ("rope_theta",),
        ("norm_eps",),
        ("vocab_size",),
        ("multimodal",),
        ("multimodal", "bos_token_id"),
        ("multimodal", "audio_model_args"),
        ("multimodal", "audio_model_args", "audio_token_id"),
        ("multimodal", "audio_model_args", "begin_audio_token_id"),
        ("multimodal", "audio_model_args", "acoustic_transformer_args"),
        ("multimodal", "audio_model_args", "acoustic_transformer_args", "hidden_dim"),
        ("multimodal", "audio_tokenizer_args"),
        ("multimodal", "audio_tokenizer_args", "sampling_rate"),
        ("multimodal", "audio_tokenizer_args", "acoustic_codebook_size"),
        ("multimodal", "audio_tokenizer_args", "attn_sliding_window_size"),
    ],
    ids=lambda keys: keys[-1],
)
def test_params_that_lack_a_key_are_refused_by_its_name(keys, folder):
    (folder / "params.json").write_text(json.dumps(without(*keys)))
    with pytest.raises(ValueError, match=rf"params\.json does not describe .* has no '{keys[-1]}'") as caught:
        load(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "params",
    [
        [],
        "text",
        None,
        {"multimodal": None},
        tiny_params() | {"n_kv_heads": 3},
        tiny_params() | {"multimodal": []},
    ],
    ids=["list", "text", "null", "empty", "heads", "parts"],
)
def test_params_of_something_else_are_refused_in_one_sentence(params, folder):
    (folder / "params.json").write_text(json.dumps(params))
    with pytest.raises(ValueError, match=r"params\.json does not describe this model: .") as caught:
        load(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"not safetensors, and long enough for a head", b"\xff" * 100])
def test_weights_that_are_no_safetensors_are_refused_in_one_sentence(content, folder):
    (folder / "consolidated.safetensors").write_bytes(content)
    with pytest.raises(ValueError, match=r"consolidated\.safetensors is not a safetensors file \(.+\)$") as caught:
        load(folder)
    assert "\n" not in str(caught.value)


def test_weights_that_were_cut_short_are_refused(folder):
    weights = folder / "consolidated.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ValueError, match=r"consolidated\.safetensors is not a safetensors file"):
        load(folder)


def test_a_vocabulary_that_is_none_is_refused(folder):
    (folder / "tekken.json").write_text("{}")
    with pytest.raises(ValueError, match=r"tekken\.json holds no tekken vocabulary"):
        load(folder)


def test_a_vocabulary_with_more_ids_than_the_model_has_rows_is_refused(folder):
    (folder / "tekken.json").write_text(json.dumps(tekken(n_used=len(PIECES) + 1)))
    n_rows = N_TEXT_SPECIAL + len(PIECES)
    with pytest.raises(ValueError, match=rf"tekken\.json has {n_rows + 1} token ids; the model has {n_rows} rows"):
        load(folder)


def test_a_vocabulary_with_other_special_tokens_is_refused(folder):
    other = tekken()
    for each in other["special_tokens"]:
        each["token_str"] = {35: "<SPECIAL_35>", 37: "[REPEAT_AUDIO_TEXT]"}.get(each["rank"], each["token_str"])
    (folder / "tekken.json").write_text(json.dumps(other))
    message = r"tekken\.json has \[REPEAT_AUDIO_TEXT\] as 37; the model was trained with 35"
    with pytest.raises(ValueError, match=message):
        load(folder)


def test_without_the_tokenizers_library_the_folder_names_what_to_install(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "mistral_common.tokens.tokenizers.tekken", None)
    with pytest.raises(ImportError, match=r"pip install 'voxeval\[voxtral\]'"):
        load(folder)


# --- what a checkpoint says of itself --------------------------------------------------------------------------------


def test_a_folder_says_what_is_in_it(official, with_encoder):
    found = about(official)
    assert found.config == from_params(tiny_params())
    assert found.voices == {name: official / "voice_embedding" / f"{name}.pt" for name in VOICES}
    assert (found.params, found.tekken) == (official / "params.json", official / "tekken.json")
    assert not found.can_clone
    assert about(with_encoder).can_clone


def test_a_file_says_what_is_in_it(tmp_path):
    save(random_model(tiny(), seed=0), tmp_path / "nano.safetensors")
    found = about(str(tmp_path / "nano.safetensors"))
    assert found.config == tiny()
    assert found.characters == characters()
    assert found.can_clone
    assert (found.params, found.tekken, found.voices) == (None, None, {})


# --- our own file ----------------------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path):
    """A model whose numbers are those of half precision, and its file."""
    tts = random_model(tiny(), seed=3).half().float()
    with torch.no_grad():
        tts.flow.semantic_codebook_output.weight[1] = 0  # speech does not end by itself
    path = tmp_path / "deep" / "nano.safetensors"
    save(tts, path)
    return tts, path


def test_what_was_saved_is_loaded_in_half_precision(own):
    tts, path = own
    loaded = load(path)
    assert loaded.config == tts.config
    assert not loaded.training
    before, after = official_names(tts), official_names(loaded)
    assert before.keys() == after.keys()
    for name, tensor in before.items():
        assert after[name].dtype == torch.float16, name
        assert torch.equal(after[name].float(), tensor), name


def test_what_was_loaded_reads_with_the_same_characters(tmp_path):
    tts = random_model(tiny(), seed=0)
    tts.tokenizer = Characters("xyz ä", languages=("de", "en"))
    save(tts, tmp_path / "nano.safetensors")
    loaded = load(tmp_path / "nano.safetensors")
    assert isinstance(loaded.tokenizer, Characters)
    assert loaded.tokenizer.known == ("x", "y", "z", " ", "ä")
    assert loaded.tokenizer.encode("zä x", "en") == tts.tokenizer.encode("zä x", "en")


def test_in_single_precision_it_sounds_the_same(own):
    tts, path = own
    recording = 0.1 * torch.randn(100, generator=torch.Generator().manual_seed(0))
    requests = [
        Request(text="Ça va ?", voice=tts.clone(recording), language="fr", seed=1, max_frames=4),
        Request(text="नमस्ते", voice=tts.clone(-recording), language="hi", seed=2, max_frames=4),
    ]
    loaded = load(path, dtype=torch.float32)
    assert torch.equal(loaded.clone(recording), tts.clone(recording))
    for before, after in zip(tts.generate(requests), loaded.generate(requests), strict=True):
        assert before.shape == (4 * 32,)
        assert torch.equal(before, after)


def test_saving_what_was_loaded_changes_nothing(own, tmp_path):
    save(load(own[1]), tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == own[1].read_bytes()


def test_names_in_the_file_are_the_official_ones(own):
    stored = load_file(own[1])
    assert {"norm.weight", "acoustic_transformer.norm.weight"} < set(stored)
    assert "audio_tokenizer.decoder_blocks.1.layers.0.attention_scale" in stored
    assert {tensor.dtype for tensor in stored.values()} == {torch.float16}


def test_other_precisions_and_notes_are_kept(tmp_path):
    tts = random_model(tiny(), seed=0)
    save(tts, tmp_path / "nano.safetensors", dtype=torch.float32, notes={"steps": 100, "on": "discours français"})
    with safe_open(tmp_path / "nano.safetensors", "pt") as opened:
        assert json.loads(opened.metadata()[KEY])["notes"] == {"steps": 100, "on": "discours français"}
    for name, tensor in official_names(load(tmp_path / "nano.safetensors")).items():
        assert torch.equal(tensor, official_names(tts)[name]), name


def test_a_model_without_an_encoder_stays_one(tmp_path):
    tts = random_model(tiny(), seed=0)
    tts.codec.drop_encoder()
    save(tts, tmp_path / "nano.safetensors")
    assert not load(tmp_path / "nano.safetensors").can_clone


def test_a_model_of_the_official_folder_is_saved_without_its_vocabulary(model, tmp_path):
    assert isinstance(model.tokenizer, Tekken)
    save(model, tmp_path / "copy.safetensors", dtype=torch.bfloat16)
    copy = load(tmp_path / "copy.safetensors")
    assert copy.config == model.config
    assert copy.tokenizer is None
    assert all(torch.equal(tensor, official_names(model)[name]) for name, tensor in official_names(copy).items())


def test_nothing_is_left_beside_the_file(own):
    assert [path.name for path in own[1].parent.iterdir()] == ["nano.safetensors"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_a_save_that_is_interrupted_leaves_no_file_of_that_name(error, tmp_path, monkeypatch):
    def half_written(tensors, path, metadata):
        path.write_bytes(b"half of it")
        raise error

    monkeypatch.setattr("reference_model.checkpoint.save_file", half_written)
    with pytest.raises(error):
        save(random_model(tiny(), seed=0), tmp_path / "nano.safetensors")
    assert not (tmp_path / "nano.safetensors").exists()
    assert not list(tmp_path.glob("*.safetensors"))


def test_a_save_that_is_interrupted_leaves_the_file_of_before(own, monkeypatch):
    def half_written(tensors, path, metadata):
        path.write_bytes(b"half of it")
        raise KeyboardInterrupt

    before = own[1].read_bytes()
    monkeypatch.setattr("reference_model.checkpoint.save_file", half_written)
    with pytest.raises(KeyboardInterrupt):
        save(random_model(tiny(), seed=0), own[1])
    assert own[1].read_bytes() == before


@pytest.mark.parametrize("number", [1e5, -1e5, float("nan"), float("inf")])
def test_numbers_that_the_precision_can_not_hold_are_refused_by_their_tensor(number, tmp_path):
    tts = random_model(tiny(), seed=0)
    with torch.no_grad():
        tts.codec.quantizer.semantic_codebook.cluster_usage[3] = number
    with pytest.raises(
        ValueError, match=r"semantic_codebook\.cluster_usage has numbers that are not finite as torch\.fl"
    ):
        save(tts, tmp_path / "nano.safetensors")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("metadata", [None, {}, {"format": "pt"}, {"recognizer": "{}"}])
def test_safetensors_of_something_else_are_refused(metadata, tmp_path):
    save_file({"w": torch.zeros(3)}, tmp_path / "other.safetensors", metadata)
    with pytest.raises(
        ValueError, match=r"other\.safetensors has no configuration inside; expected a file that .*save"
    ):
        load(tmp_path / "other.safetensors")


def inside(**changes) -> str:
    known = {"config": json.loads(tiny().to_json()), "characters": ["a"], "languages": ["en"], "notes": {}}
    return json.dumps(known | changes)


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        inside(config={}),
        inside(config=None),
        inside(config={"name": "tiny", "unknown": 1}),
        inside(config={"name": "tiny", "backbone": {"n_heads": 3, "n_kv_heads": 2}}),
        inside(characters=None),
    ],
)
def test_a_configuration_that_is_none_is_refused_in_one_sentence(document, tmp_path):
    save_file({"w": torch.zeros(3)}, tmp_path / "other.safetensors", {KEY: document})
    with pytest.raises(ValueError, match=r"other\.safetensors has a configuration inside that this version") as caught:
        load(tmp_path / "other.safetensors")
    assert "\n" not in str(caught.value)


def test_more_characters_than_rows_are_refused(tmp_path):
    document = inside(characters=[chr(0x4E00 + index) for index in range(449)])
    save_file({"w": torch.zeros(3)}, tmp_path / "other.safetensors", {KEY: document})
    with pytest.raises(ValueError, match=r"other\.safetensors has 513 token ids; the model has 512 rows"):
        load(tmp_path / "other.safetensors")


def test_tensors_that_do_not_fit_the_configuration_inside_are_refused(own, tmp_path):
    tensors = load_file(own[1])
    del tensors["layers.1.attention.wk.weight"]
    save_file(tensors, tmp_path / "nano.safetensors", {KEY: inside()})
    with pytest.raises(
        ValueError, match=r"does not fit its configuration: layers\.1\.attention\.wk\.weight is missing$"
    ):
        load(tmp_path / "nano.safetensors")


def test_a_file_that_is_no_safetensors_is_refused(tmp_path):
    (tmp_path / "nano.safetensors").write_bytes(b"\xff" * 100)
    with pytest.raises(ValueError, match=r"nano\.safetensors is not a safetensors file"):
        load(tmp_path / "nano.safetensors")


# --- random weights --------------------------------------------------------------------------------------------------


def test_random_weights_are_those_of_their_seed_and_disturb_no_other_chance():
    torch_state = torch.random.get_rng_state()
    one, same, other = (official_names(random_model(tiny(), seed)) for seed in (1, 1, 2))
    assert all(torch.equal(tensor, same[name]) for name, tensor in one.items())
    assert not torch.equal(one["layers.0.attention.wq.weight"], other["layers.0.attention.wq.weight"])
    assert torch.equal(torch.random.get_rng_state(), torch_state)


def test_loading_disturbs_no_chance(own, official):
    torch_state = torch.random.get_rng_state()
    for path in (own[1], official):
        load(path)
        assert torch.equal(torch.random.get_rng_state(), torch_state)
