"""Sizes: the public model's, what follows from them, to JSON and back, and what does not fit."""

from __future__ import annotations

import copy
import dataclasses
import json

import pytest
import torch

from reference_model.config import (
    BackboneConfig,
    CodecConfig,
    FlowConfig,
    SpecialTokens,
    TTSConfig,
    from_params,
    nano,
    padded,
    tiny,
    voxtral_4b,
)
from reference_model.tts import TTS

PRESETS = [voxtral_4b(), nano(), tiny()]
NAMES = [config.name for config in PRESETS]

VOICES = [
    "casual_female",
    "casual_male",
    "cheerful_female",
    "neutral_female",
    "neutral_male",
    "pt_male",
    "pt_female",
    "nl_male",
    "nl_female",
    "it_male",
    "it_female",
    "fr_male",
    "fr_female",
    "es_male",
    "es_female",
    "de_male",
    "de_female",
    "ar_male",
    "hi_male",
    "hi_female",
]
PARAMS = {  # the official params.json
    "dim": 3072,
    "n_layers": 26,
    "head_dim": 128,
    "hidden_dim": 9216,
    "n_heads": 32,
    "n_kv_heads": 8,
    "use_biases": False,
    "causal": True,
    "rope_theta": 1000000.0,
    "norm_eps": 1e-05,
    "vocab_size": 131072,
    "tied_embeddings": True,
    "max_seq_len": 65536,
    "max_position_embeddings": 128000,
    "model_type": "voxtral_tts",
    "dropout": 0.0,
    "rms_norm": "PRE",
    "multimodal": {
        "bos_token_id": 1,
        "audio_model_args": {
            "semantic_codebook_size": 8192,
            "acoustic_codebook_size": 21,
            "n_acoustic_codebook": 36,
            "audio_token_id": 24,
            "begin_audio_token_id": 25,
            "input_embedding_concat_type": "sum",
            "p_uncond": 0.0,
            "text_feature_bugged": False,
            "condition_dropped_token_id": 42,
            "audio_encoding_args": {
                "codebook_pattern": "parallel",
                "interleave_audio_tokens_per_segment": 8192,
                "interleave_text_tokens_per_segment": 8192,
                "single_trailing_segment": False,
                "num_codebooks": 37,
                "sampling_rate": 24000,
                "frame_rate": 12.5,
            },
            "acoustic_transformer_args": {
                "input_dim": 3072,
                "dim": 3072,
                "n_layers": 3,
                "head_dim": 128,
                "hidden_dim": 9216,
                "n_heads": 32,
                "n_kv_heads": 8,
                "use_biases": False,
                "rope_theta": 10000.0,
                "sigma": 1e-05,
                "sigma_max": 1.0,
            },
        },
        "audio_tokenizer_args": {
            "channels": 1,
            "sampling_rate": 24000,
            "pretransform_patch_size": 240,
            "patch_proj_kernel_size": 7,
            "semantic_codebook_size": 8192,
            "semantic_dim": 256,
            "acoustic_codebook_size": 21,
            "acoustic_dim": 36,
            "conv_weight_norm": True,
            "causal": True,
            "attn_sliding_window_size": 16,
            "half_attn_window_upon_downsampling": True,
            "dim": 1024,
            "hidden_dim": 4096,
            "head_dim": 128,
            "n_heads": 8,
            "n_kv_heads": 8,
            "qk_norm_eps": 1e-06,
            "qk_norm": True,
            "use_biases": False,
            "norm_eps": 0.01,
            "layer_scale": True,
            "layer_scale_init": 0.01,
            "decoder_transformer_lengths_str": "2,2,2,2",
            "decoder_convs_kernels_str": "3,4,4,4",
            "decoder_convs_strides_str": "1,2,2,2",
            "voice": {name: index for index, name in enumerate(VOICES)},
        },
    },
}

# --- the presets -----------------------------------------------------------------------------------------------------


def count(part: torch.nn.Module) -> int:
    return sum(tensor.numel() for tensor in part.state_dict().values())


def test_the_public_model_has_as_many_numbers_as_its_checkpoint_and_the_encoder():
    with torch.device("meta"):
        tts = TTS(voxtral_4b())
    assert count(tts.backbone) == 3_456_924_672
    assert count(tts.flow) == 393_851_904
    assert count(tts.codec) == 301_048_340
    tts.codec.drop_encoder()
    assert count(tts) == 4_002_353_392


def test_nano_has_about_12_million_numbers():
    with torch.device("meta"):
        assert count(TTS(nano())) == pytest.approx(12e6, rel=0.02)


def test_rates_and_widths_of_the_public_model_follow_from_its_sizes():
    config = voxtral_4b()
    assert config.codec.frame_rate == 12.5
    assert config.codec.frame_size == 1920
    assert config.codec.patches_per_frame == 8
    assert config.codec.latent_dim == 292
    assert config.codec.n_codebooks == 37
    assert config.codebook_sizes == (8194, *[23] * 36)
    assert config.audio_rows == 9088
    assert config.semantic_rows == 8320


@pytest.mark.parametrize("config", PRESETS, ids=NAMES)
def test_rows_are_padded_to_the_next_multiple_and_no_further(config):
    for rows, needed in [
        (config.audio_rows, sum(config.codebook_sizes)),
        (config.semantic_rows, config.codec.semantic_codebook_size + 2),
    ]:
        assert rows % config.pad_rows_to == 0
        assert needed <= rows < needed + config.pad_rows_to


@pytest.mark.parametrize(("rows", "to", "expected"), [(9022, 128, 9088), (128, 128, 128), (129, 128, 256), (7, 1, 7)])
def test_padding_goes_to_the_next_multiple(rows, to, expected):
    assert padded(rows, to) == expected


# --- JSON ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("config", [*PRESETS, from_params(PARAMS)], ids=[*NAMES, "params"])
def test_a_configuration_goes_to_json_and_back(config):
    assert TTSConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize("part", ["codec", "backbone", "flow", "tokens"])
def test_no_number_is_lost_in_json(part):
    """Each number is another one than by default."""

    def factor(name: str) -> int:
        return 1 if name == "patch_kernel" else 3  # which may be no longer than a frame

    sizes = getattr(tiny(), part)
    others = dataclasses.replace(
        sizes,
        **{
            field.name: tuple(size + 1 for size in value) if isinstance(value, tuple) else value * factor(field.name)
            for field in dataclasses.fields(sizes)
            if not field.name.endswith("strides") and (value := getattr(sizes, field.name)) is not None
        },
    )
    config = dataclasses.replace(tiny(), **{part: others})
    assert TTSConfig.from_json(config.to_json()) == config != tiny()


def test_what_json_leaves_out_is_as_by_default():
    assert TTSConfig.from_json('{"name": "voxtral-4b"}') == voxtral_4b()
    config = TTSConfig.from_json('{"name": "narrow", "codec": {"dim": 64}, "voices": {"a": 3}}')
    assert config == TTSConfig(name="narrow", codec=CodecConfig(dim=64), voices={"a": 3})


@pytest.mark.parametrize("part", ["codec", "backbone", "flow", "tokens", None])
def test_unknown_keys_are_refused(part):
    document = json.loads(tiny().to_json())
    (document[part] if part else document).update(widht=3, depht=4)
    with pytest.raises(ValueError, match="a configuration has no depht, widht; it has "):
        TTSConfig.from_json(json.dumps(document))


def test_json_with_sizes_that_do_not_fit_is_refused():
    document = json.loads(tiny().to_json())
    document["backbone"]["n_kv_heads"] = 3
    with pytest.raises(ValueError, match="4 heads do not divide among 3 of keys and values"):
        TTSConfig.from_json(json.dumps(document))


# --- sizes that do not fit -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [BackboneConfig, FlowConfig])
def test_heads_that_do_not_divide_are_refused(kind):
    message = "32 heads do not divide among 5 of keys and values; expected a multiple"
    with pytest.raises(ValueError, match=message):
        kind(n_kv_heads=5)


def test_an_odd_width_of_a_head_is_refused():
    with pytest.raises(ValueError, match="head_dim is 127; rotary embeddings turn pairs, so it must be even"):
        BackboneConfig(head_dim=127)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": 0}, "steps 0, guidance 1.2; expected at least 1, and a finite number"),
        ({"guidance": float("inf")}, "steps 7, guidance inf; expected at least 1, and a finite number"),
    ],
    ids=str,
)
def test_a_sampler_that_cannot_be_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(voxtral_4b().flow, **change)


def test_an_odd_width_of_the_flow_is_refused():
    with pytest.raises(ValueError, match="dim is 3071; the time embedding has a cosine for each sine"):
        FlowConfig(dim=3071)


@pytest.mark.parametrize("side", ["encoder", "decoder"])
@pytest.mark.parametrize("part", ["lengths", "kernels", "strides"])
def test_another_number_of_stages_is_refused(side, part):
    message = rf"{side}_lengths, _kernels and _strides have \[3, 4\] stages; expected one number"
    with pytest.raises(ValueError, match=message):
        CodecConfig(**{f"{side}_{part}": (2, 2, 2)})


def test_a_decoder_that_lengthens_otherwise_than_the_encoder_shortens_is_refused():
    message = "the encoder shortens 8 times and the decoder lengthens 4 times; expected the same"
    with pytest.raises(ValueError, match=message):
        CodecConfig(decoder_strides=(1, 1, 2, 2))


def test_a_window_that_its_halvings_do_not_divide_is_refused():
    with pytest.raises(ValueError, match="window is 12; expected a multiple of 8"):
        CodecConfig(window=12)


# --- params.json -----------------------------------------------------------------------------------------------------


def group(params: dict, keys: str) -> tuple[dict, str]:
    """The group of parameters that a path of keys leads into, and the path's last key."""
    *path, last = keys.split(".")
    for key in path:
        params = params[key]
    return params, last


def changed(keys: str, value: object) -> dict:
    """The official parameters with another value at a path of keys."""
    params = copy.deepcopy(PARAMS)
    inner, last = group(params, keys)
    inner[last] = value
    return params


def test_the_official_parameters_are_the_public_model_with_its_voices():
    config = from_params(PARAMS)
    assert config.name == "voxtral_tts"
    assert list(config.voices) == VOICES
    assert list(config.voices.values()) == list(range(20))
    assert dataclasses.replace(config, name="voxtral-4b", voices={}) == voxtral_4b()


TOKENIZER, FLOW = "multimodal.audio_tokenizer_args", "multimodal.audio_model_args.acoustic_transformer_args"


@pytest.mark.parametrize(
    ("keys", "value", "part", "expected"),
    [
        ("n_layers", 30, "backbone", BackboneConfig(n_layers=30)),
        ("norm_eps", 1e-6, "backbone", BackboneConfig(norm_eps=1e-6)),
        ("rope_theta", 1e4, "backbone", BackboneConfig(rope_theta=1e4)),
        (f"{FLOW}.n_layers", 4, "flow", FlowConfig(n_layers=4)),
        (f"{FLOW}.n_decoding_steps", 9, "flow", FlowConfig(steps=9)),
        (f"{TOKENIZER}.encoder_transformer_lengths_str", "1,2,3,4", "codec", CodecConfig(encoder_lengths=(1, 2, 3, 4))),
        (f"{TOKENIZER}.decoder_convs_kernels_str", "5,4,4,4", "codec", CodecConfig(decoder_kernels=(5, 4, 4, 4))),
        (f"{TOKENIZER}.attn_sliding_window_size", 32, "codec", CodecConfig(window=32)),
        (f"{TOKENIZER}.sampling_rate", 48_000, "codec", CodecConfig(sample_rate=48_000)),
        ("multimodal.bos_token_id", 7, "tokens", SpecialTokens(bos=7)),
        ("multimodal.audio_model_args.audio_token_id", 8, "tokens", SpecialTokens(audio=8)),
        ("multimodal.audio_model_args.begin_audio_token_id", 9, "tokens", SpecialTokens(begin_audio=9)),
    ],
)
def test_parameters_go_where_they_belong(keys, value, part, expected):
    assert getattr(from_params(changed(keys, value)), part) == expected


def test_parameters_that_are_the_trainings_are_passed_over():
    assert from_params(PARAMS | {"fsdp2": True, "init": "normal"}) == from_params(PARAMS)


@pytest.mark.parametrize("keys", ["n_layers", "multimodal", f"{FLOW}.hidden_dim", f"{TOKENIZER}.semantic_dim"])
def test_a_missing_parameter_is_named(keys):
    params = copy.deepcopy(PARAMS)
    inner, last = group(params, keys)
    del inner[last]
    with pytest.raises(ValueError, match=f"params.json has no '{last}'; expected that of Voxtral-4B-TTS"):
        from_params(params)


def test_parameters_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="the encoder shortens 8 times and the decoder lengthens 1 times"):
        from_params(changed(f"{TOKENIZER}.decoder_convs_strides_str", "1,1,1,1"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("causal",), False),
        (("tied_embeddings",), False),
        (("multimodal", "audio_model_args", "semantic_codebook_size"), 4096),
        (("multimodal", "audio_model_args", "input_embedding_concat_type"), "concat"),
        (("multimodal", "audio_model_args", "acoustic_transformer_args", "input_dim"), 2048),
        (("multimodal", "audio_tokenizer_args", "qk_norm"), False),
        (("multimodal", "audio_tokenizer_args", "half_attn_window_upon_downsampling"), False),
        (("multimodal", "audio_tokenizer_args", "n_kv_heads"), 2),
    ],
    ids=lambda value: value[-1] if isinstance(value, tuple) else "",
)
def test_params_that_say_what_the_code_does_not_do_are_refused(path, value):
    params = json.loads(json.dumps(PARAMS))
    inner = params
    for key in path[:-1]:
        inner = inner[key]
    known, inner[path[-1]] = inner[path[-1]], value
    with pytest.raises(ValueError, match=rf"{path[-1]} is {value!r}; this code knows {known!r} alone"):
        from_params(params)


def test_a_frame_shorter_than_its_first_convolution_is_refused():
    with pytest.raises(ValueError, match="a frame has 4 patches and patch_kernel is 7; expected at least as many"):
        CodecConfig(encoder_strides=(1, 2, 2, 1), decoder_strides=(1, 1, 2, 2))
