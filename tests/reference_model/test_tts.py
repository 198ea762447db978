"""The whole model, which has learned nothing: streams against wholes, batches against single requests, where it stops
and what it draws, voices and prompts, and what its loss is on and learns from."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from reference_model.checkpoint import random_model
from reference_model.config import END_AUDIO, TTSConfig, tiny
from reference_model.head import Sampling
from reference_model.prompt import lay_out, reference_ids
from reference_model.tts import TTS, Example, Request

TINY = tiny()
FRAME = TINY.codec.frame_size
A, Q, DIM = TINY.codec.acoustic_dim, TINY.codec.n_codebooks, TINY.backbone.dim
QUICK = Sampling(steps=1, guidance=1.0)


def model(config: TTSConfig = TINY, seed: int = 0) -> TTS:
    return random_model(config, seed).double()


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=seeded(seed), dtype=torch.float64)


VOICE = drawn(3, DIM)


def asked(text: str = "Hi!", voice: str | Tensor = VOICE, **fields: int | None) -> Request:
    return Request(text=text, voice=voice, language="en", **fields)


def streamed(tts: TTS, request: Request, **how: object) -> Generator[Tensor]:
    return tts.stream(
        request.text,
        request.voice,
        language=request.language,
        seed=request.seed,
        max_frames=request.max_frames,
        **how,
    )


def close(found: Tensor, expected: Tensor, atol: float = 1e-6) -> None:
    np.testing.assert_allclose(found.detach(), expected.detach(), atol=atol, rtol=0)


def told(tts: TTS, monkeypatch: pytest.MonkeyPatch, change: Callable[[Tensor], Tensor]) -> TTS:
    """The model with its semantic logits changed."""
    inner = tts.flow.semantic_logits
    monkeypatch.setattr(tts.flow, "semantic_logits", lambda hidden: change(inner(hidden)))
    return tts


def endless(tts: TTS, monkeypatch: pytest.MonkeyPatch) -> TTS:
    return told(tts, monkeypatch, lambda logits: logits.index_fill(-1, torch.tensor(END_AUDIO), -math.inf))


def ending_after(n_frames: int, tts: TTS, monkeypatch: pytest.MonkeyPatch) -> TTS:
    steps = iter(range(1000))

    def change(logits: Tensor) -> Tensor:
        return logits.index_fill(-1, torch.tensor(END_AUDIO), math.inf if next(steps) == n_frames else -math.inf)

    return told(tts, monkeypatch, change)


def counted(owner: object, name: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """The arguments of each call from now on."""
    calls, inner = [], getattr(owner, name)

    def watched(*arguments: object, **named: object) -> object:
        calls.append(arguments)
        return inner(*arguments, **named)

    monkeypatch.setattr(owner, name, watched)
    return calls


# --- speech ----------------------------------------------------------------------------------------------------------


def test_frames_are_those_of_a_naive_loop(monkeypatch):
    """Everything is read anew for each frame: no cache, and a frame's codes are the next input."""
    tts = endless(model(), monkeypatch)
    request, generator = asked(seed=3, max_frames=6), seeded(3)
    inputs, expected = tts.prompt(request)[None], []
    for _ in range(6):
        hidden = tts.backbone(inputs)[:, -1]
        noise = torch.randn(A, generator=generator)[None]
        ids = tts.flow.filled(hidden, noise, tts.flow.semantic_logits(hidden).argmax(-1))
        expected.append(ids - 2)
        inputs = torch.cat([inputs, tts.backbone.embed_frames(ids[:, :, None])], dim=1)
    found = list(tts.frames([request]))
    assert torch.equal(torch.stack(found), torch.stack(expected))
    assert torch.stack(found).min() >= 0


def test_sound_is_the_decoded_frames(monkeypatch):
    tts = endless(model(), monkeypatch)
    codes = torch.stack(list(tts.frames([asked(max_frames=4)])), dim=-1)
    (sound,) = tts.generate([asked(max_frames=4)])
    assert sound.dtype == torch.float32
    assert sound.shape == (4 * FRAME,)
    close(sound, tts.codec.decode(codes)[0, 0])


@pytest.mark.parametrize(
    ("first_frames", "chunk_frames"), [(5, 25), (1, 1), (2, 3), (3, 7), (4, 10), (40, 40), (1, 40)], ids=str
)
def test_the_pieces_of_a_stream_are_the_whole(monkeypatch, first_frames, chunk_frames):
    tts, request = endless(model(), monkeypatch), asked(max_frames=28)
    pieces = list(streamed(tts, request, first_frames=first_frames, chunk_frames=chunk_frames, sampling=QUICK))
    (whole,) = tts.generate([request], QUICK)
    assert torch.cat(pieces).shape == whole.shape == (28 * FRAME,)
    close(torch.cat(pieces), whole)


def test_pieces_come_as_soon_as_their_frames_are_there(monkeypatch):
    tts = endless(model(), monkeypatch)
    made, came, length = counted(tts.flow, "frame", monkeypatch), [], 0
    for piece in streamed(tts, asked(max_frames=80), sampling=QUICK):
        length += len(piece)
        assert length == len(made) * FRAME
        came.append(len(made))
    assert came == [5, 10, 15, 20, 25, 50, 75, 80]


@pytest.mark.parametrize(
    ("first_frames", "chunk_frames", "n_frames", "lengths"),
    [
        (5, 25, 3, [3]),
        (5, 25, 5, [5]),
        (5, 25, 26, [5, 5, 5, 5, 5, 1]),
        (1, 4, 13, [1, 1, 1, 1, 4, 4, 1]),
        (10, 4, 9, [8, 1]),
        (3, 4, 9, [3, 5, 1]),
    ],
    ids=str,
)
def test_the_last_piece_is_what_remains(monkeypatch, first_frames, chunk_frames, n_frames, lengths):
    tts = ending_after(n_frames, model(), monkeypatch)
    pieces = list(streamed(tts, asked(), first_frames=first_frames, chunk_frames=chunk_frames, sampling=QUICK))
    assert [len(piece) for piece in pieces] == [n * FRAME for n in lengths]


@pytest.mark.parametrize(("first_frames", "chunk_frames"), [(0, 25), (5, 0), (-1, 5)])
def test_pieces_of_no_frames_are_refused(first_frames, chunk_frames):
    with pytest.raises(ValueError, match=rf"pieces of {first_frames} and {chunk_frames} frames; expected at least 1"):
        next(streamed(model(), asked(), first_frames=first_frames, chunk_frames=chunk_frames))


@pytest.mark.parametrize("temperature", [0.0, 1.0], ids=["likeliest", "drawn"])
def test_a_batch_is_spoken_as_one_by_one(temperature):
    """Texts, voices, seeds and limits differ, and each ends by itself."""
    tts, sampling = model(seed=4), Sampling(temperature=temperature, top_p=0.9, steps=2)
    requests = [
        asked("A.", seed=0, max_frames=12),
        asked("A much longer text than that.", drawn(7, DIM, seed=1), seed=1, max_frames=3),
        asked("A.", seed=2, max_frames=20),
        asked("Some text", drawn(1, DIM, seed=2), seed=3, max_frames=9),
        asked("A.", seed=9, max_frames=0),
    ]
    together = tts.generate(requests, sampling)
    alone = [tts.generate([request], sampling)[0] for request in requests]
    lengths = [len(sound) for sound in together]
    assert lengths == [len(sound) for sound in alone]
    assert len(set(lengths)) >= 4
    for one, other in zip(together, alone, strict=True):
        close(one, other)


def test_a_request_that_has_ended_has_minus_one_in_its_row(monkeypatch):
    tts = endless(model(), monkeypatch)
    codes = torch.stack(list(tts.frames([asked(max_frames=2), asked(max_frames=4, seed=1)], QUICK)))  # (F, B, Q)
    assert codes.shape == (4, 2, Q)
    assert (codes[2:, 0] == -1).all()
    assert (codes[:2, 0] >= 0).all()
    assert (codes[:, 1] >= 0).all()


def test_no_requests_have_no_sound():
    assert model().generate([]) == []


def test_the_seed_decides(monkeypatch):
    tts = endless(model(), monkeypatch)
    one, again, other = tts.generate([asked(seed=seed, max_frames=3) for seed in (1, 1, 2)])
    assert torch.equal(one, again)
    assert not torch.isclose(one, other, atol=1e-4).all()


def test_speaking_leaves_the_global_generator_alone():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    model().generate([asked(max_frames=2)], Sampling(temperature=1.0))
    assert torch.equal(torch.get_rng_state(), before)


# --- where it stops --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_frames", [0, 1, 4])
def test_speech_stops_at_the_end_of_audio(monkeypatch, n_frames):
    tts = ending_after(n_frames, model(), monkeypatch)
    assert len(list(tts.frames([asked()], QUICK))) == n_frames
    tts = ending_after(n_frames, model(), monkeypatch)
    (sound,) = tts.generate([asked()], QUICK)
    assert sound.shape == (n_frames * FRAME,)


def test_a_stream_that_ends_at_once_has_no_pieces(monkeypatch):
    assert list(streamed(ending_after(0, model(), monkeypatch), asked())) == []


@pytest.mark.parametrize(("request_s", "configuration_s", "expected"), [(4, 7, 4), (None, 7, 7), (9, 7, 9), (0, 7, 0)])
def test_speech_stops_at_the_most_frames(monkeypatch, request_s, configuration_s, expected):
    tts = endless(model(replace(TINY, max_frames=configuration_s)), monkeypatch)
    (sound,) = tts.generate([asked(max_frames=request_s)], QUICK)
    assert sound.shape == (expected * FRAME,)


@pytest.mark.parametrize("left", [1, 2, 6])
def test_speech_stops_at_the_last_position(monkeypatch, left):
    n_prompt = len(model().prompt(asked()))
    config = replace(TINY, backbone=replace(TINY.backbone, max_positions=n_prompt + left))
    tts = endless(model(config), monkeypatch)
    (sound,) = tts.generate([asked()], QUICK)
    assert sound.shape == (left * FRAME,)


def test_closing_a_stream_ends_the_speech(monkeypatch):
    """Five frames need the prompt and four frames to be read; nothing is read after."""
    tts = endless(model(), monkeypatch)
    read = counted(tts.backbone, "read", monkeypatch)
    stream = streamed(tts, asked(), first_frames=5)
    assert read == []
    next(stream)
    assert len(read) == 5
    stream.close()
    assert len(read) == 5
    assert list(stream) == []


# --- sampling --------------------------------------------------------------------------------------------------------


def semantic_codes(tts: TTS, sampling: Sampling) -> Counter[int]:
    """How often each semantic id is drawn in 400 frames."""
    steps = tts.frames([asked(seed=seed, max_frames=10) for seed in range(40)], replace(sampling, steps=1, guidance=1))
    return Counter((torch.stack(list(steps))[..., 0] + 2).flatten().tolist())


CHANCES = {9: 0.5, 30: 0.3, 4: 0.15, 2: 0.05}


def with_chances(monkeypatch: pytest.MonkeyPatch) -> TTS:
    def change(logits: Tensor) -> Tensor:
        known = torch.full_like(logits, -math.inf)
        for index, chance in CHANCES.items():
            known[..., index] = math.log(chance)
        return known

    return told(model(), monkeypatch, change)


@pytest.mark.parametrize(
    ("top_p", "allowed"),
    [(1e-6, [9]), (0.4, [9]), (0.6, [9, 30]), (0.9, [9, 30, 4]), (0.97, [9, 30, 4, 2]), (1.0, [9, 30, 4, 2])],
)
def test_only_the_likeliest_are_drawn(monkeypatch, top_p, allowed):
    found = semantic_codes(with_chances(monkeypatch), Sampling(temperature=1.0, top_p=top_p))
    assert set(found) == set(allowed)
    whole = sum(CHANCES[index] for index in allowed)
    for index in allowed:
        assert found[index] / found.total() == pytest.approx(CHANCES[index] / whole, abs=0.08)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_temperature_makes_the_likely_more_or_less_likely(monkeypatch, temperature):
    found = semantic_codes(with_chances(monkeypatch), Sampling(temperature=temperature))
    whole = sum(chance ** (1 / temperature) for chance in CHANCES.values())
    assert set(found) <= set(CHANCES)
    for index, chance in CHANCES.items():
        assert found[index] / found.total() == pytest.approx(chance ** (1 / temperature) / whole, abs=0.08)


@pytest.mark.parametrize(
    "sampling", [Sampling(temperature=1.0, top_p=1e-6), Sampling(temperature=1e-4)], ids=["top p", "temperature"]
)
def test_a_little_of_either_is_the_likeliest(monkeypatch, sampling):
    tts = endless(model(), monkeypatch)
    hidden = drawn(50, DIM)
    expected = tts.flow.semantic_logits(hidden).argmax(-1)
    monkeypatch.setattr(
        tts.backbone, "read", lambda x, cache, lengths=None, **_: hidden[:, None].expand(-1, x.shape[1], -1)
    )
    (found,) = tts.frames([asked(seed=seed, max_frames=1) for seed in range(50)], sampling)
    assert torch.equal(found[:, 0], expected - 2)
    assert len(expected.unique()) > 5


@pytest.mark.parametrize(("sampling", "evaluations"), [(Sampling(), 7), (Sampling(steps=3), 3)])
def test_sampling_says_how_many_steps_the_flow_makes(monkeypatch, sampling, evaluations):
    tts = endless(model(), monkeypatch)
    calls = counted(tts.flow, "velocity", monkeypatch)
    tts.generate([asked(max_frames=2)], sampling)
    assert len(calls) == 2 * evaluations


def test_sampling_says_how_much_the_flow_is_guided(monkeypatch):
    tts = endless(model(), monkeypatch)
    calls = counted(tts.flow, "velocity", monkeypatch)
    tts.generate([asked(max_frames=1)], Sampling(steps=1))
    tts.generate([asked(max_frames=1)], Sampling(steps=1, guidance=1.0))
    assert [len(x) for x, _, _ in calls] == [2, 1]


# --- voices ----------------------------------------------------------------------------------------------------------


def recording(n_samples: int) -> Tensor:
    return drawn(n_samples, seed=n_samples).clamp(-1, 1) / 2


@pytest.mark.parametrize("n_samples", [1, FRAME - 1, FRAME, FRAME + 1, 5 * FRAME + 7])
def test_a_cloned_voice_is_its_frames_and_the_end_of_audio(n_samples):
    tts = model()
    rows = tts.clone(recording(n_samples))
    n_frames = math.ceil(n_samples / FRAME)
    assert rows.shape == (n_frames + 1, DIM)
    codes = tts.codec.encode(recording(n_samples)[None, None])
    close(rows[:-1], tts.backbone.embed_frames(codes + 2)[0])
    table = tts.backbone.mm_audio_embeddings.audio_codebook_embeddings.embeddings.weight
    close(rows[-1], table[1] + table[32] + table[39] + table[46])  # [END_AUDIO], and three times [EMPTY_AUDIO]


def test_a_cloned_voice_speaks(monkeypatch):
    tts = endless(model(), monkeypatch)
    rows = tts.clone(recording(3 * FRAME))
    assert torch.equal(tts.prompt(asked(voice=rows))[2:6], rows)
    (sound,) = tts.generate([asked(voice=rows, max_frames=2)])
    assert sound.shape == (2 * FRAME,)
    assert sound.isfinite().all()


def test_a_model_without_an_encoder_clones_no_voice():
    tts = model()
    assert tts.can_clone
    tts.codec.drop_encoder()
    assert not tts.can_clone
    with pytest.raises(ValueError, match="no codec encoder, so it clones no voices; use one of its presets"):
        tts.clone(recording(FRAME))


@pytest.mark.parametrize("shape", [(0,), (1, 100), (2, 100), ()], ids=str)
def test_what_is_no_mono_recording_is_not_cloned(shape):
    with pytest.raises(ValueError, match=r"got a recording of the shape .*; expected \(samples,\)"):
        model().clone(torch.zeros(shape))


def test_a_preset_is_found_by_its_name(tmp_path: Path):
    tts = model()
    file = tmp_path / "ben.pt"
    torch.save(VOICE.bfloat16(), file)
    tts.voices |= {"anna": VOICE, "ben": file}
    assert torch.equal(tts.voice("anna"), VOICE)
    for _ in range(2):
        assert torch.equal(tts.voice("ben"), VOICE.bfloat16().double())
        file.unlink(missing_ok=True)  # it is read once


def test_an_unknown_voice_is_refused_with_the_known_ones():
    tts = model()
    with pytest.raises(ValueError, match=r"there is no voice 'anna'; there are: none"):
        tts.prompt(asked(voice="anna"))
    tts.voices |= {"dora": VOICE, "carl": VOICE}
    with pytest.raises(ValueError, match=r"there is no voice 'anna'; there are: carl, dora"):
        next(streamed(tts, asked(voice="anna")))


@pytest.mark.parametrize("shape", [(DIM,), (3, DIM + 1), (1, 3, DIM)], ids=str)
def test_rows_of_another_shape_are_no_voice(shape):
    with pytest.raises(ValueError, match=rf"a voice has the shape .*; expected \(places, {DIM}\)"):
        model().prompt(asked(voice=torch.zeros(shape)))


# --- prompts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_rows", [0, 1, 5])
def test_a_voices_rows_are_in_the_audio_places(n_rows):
    tts, rows = model(), drawn(n_rows, DIM)
    text = tts.tokenizer.encode("Hi!", "en")
    inputs = tts.prompt(asked(voice=rows))
    assert len(inputs) == 2 + n_rows + 1 + len(text) + 2
    assert torch.equal(inputs[2 : 2 + n_rows], rows)
    table = tts.backbone.mm_audio_embeddings.tok_embeddings.weight
    assert torch.equal(inputs[:2], table[[1, 25]])
    assert torch.equal(inputs[2 + n_rows :], table[[36, *text, 35, 25]])


def test_rows_become_the_models_type():
    tts = random_model(TINY, 0).bfloat16()
    assert tts.prompt(asked()).dtype == torch.bfloat16


def test_a_prompt_leaves_room_for_a_frame():
    n_prompt = len(model().prompt(asked()))
    narrow = replace(TINY, backbone=replace(TINY.backbone, max_positions=n_prompt))
    with pytest.raises(ValueError, match=rf"the prompt has {n_prompt} places; expected under {n_prompt}"):
        model(narrow).prompt(asked())


def test_a_text_that_cant_be_read_is_refused():
    tts = model()
    with pytest.raises(ValueError, match="language None"):
        tts.prompt(Request(text="Hi!", voice=VOICE))
    with pytest.raises(ValueError, match="한"):
        tts.prompt(asked("한"))
    tts.tokenizer = None
    with pytest.raises(ValueError, match="this model has no tokenizer"):
        tts.prompt(asked())


def test_an_empty_text_is_refused(monkeypatch):
    tts = model()
    monkeypatch.setattr(tts.tokenizer, "encode", lambda text, language: [])  # as a tokenizer without languages does
    with pytest.raises(ValueError, match=r"the text is empty; expected something to say"):
        tts.prompt(asked(""))


# --- training --------------------------------------------------------------------------------------------------------


def example(n_text: int, n_reference: int, n_frames: int, seed: int = 0) -> Example:
    generator = seeded(seed)

    def codes(n: int) -> Tensor:
        semantic = torch.randint(TINY.codec.semantic_codebook_size, (1, 1, n), generator=generator)
        levels = torch.randint(TINY.codec.acoustic_codebook_size, (1, A, n), generator=generator)
        return torch.cat([semantic, levels], dim=1)

    text = torch.randint(64, TINY.backbone.vocab_size, (n_text,), generator=generator).tolist()
    return Example(
        ids=torch.tensor(lay_out(TINY.tokens, text, n_reference + 1)),
        reference=reference_ids(codes(n_reference))[0],
        target=codes(n_frames)[0] + 2,
    )


SHORT, LONG = example(3, 2, 4, seed=1), example(9, 5, 7, seed=2)


def losses(tts: TTS, examples: list[Example], seed: int = 0) -> dict[str, float]:
    return {name: float(loss.detach()) for name, loss in tts.loss(examples, seeded(seed)).items()}


def hidden_states(tts: TTS, one: Example) -> Tensor:
    """Hidden states (F+1, D) that give an example's frames and its end, with teacher forcing."""
    reference = tts.backbone.embed_frames(one.reference[None])
    text = tts.backbone.embed_text(one.ids[None])
    n_reference = reference.shape[1]
    prompt = torch.cat([text[:, :2], reference, text[:, 2 + n_reference :]], dim=1)
    whole = torch.cat([prompt, tts.backbone.embed_frames(one.target[None])], dim=1)
    return tts.backbone(whole)[0, prompt.shape[1] - 1 :]


def test_the_loss_is_the_surprise_at_each_semantic_code_and_at_the_end():
    tts = model()
    surprises = []
    for one in (SHORT, LONG):
        logits = tts.flow.semantic_logits(hidden_states(tts, one)).detach()
        aims = [*one.target[0].tolist(), END_AUDIO]
        surprises += [float(row.logsumexp(0) - row[aim]) for row, aim in zip(logits, aims, strict=True)]
    found = losses(tts, [SHORT, LONG])
    assert len(surprises) == 4 + 1 + 7 + 1
    assert found["semantic"] == pytest.approx(sum(surprises) / 13, rel=1e-5)
    assert found["total"] == pytest.approx(found["semantic"] + found["acoustic"])


def test_the_loss_is_the_flows_error_at_each_frame():
    tts, generator = model(), seeded(7)
    states = torch.cat([hidden_states(tts, one)[:-1] for one in (SHORT, LONG)])
    errors = tts.flow.acoustic_loss(states, torch.cat([one.target[1:].T for one in (SHORT, LONG)]), generator)
    found = losses(tts, [SHORT, LONG], seed=7)
    assert found["acoustic"] == pytest.approx(float(errors.detach().mean()), rel=1e-5)


def test_frames_count_by_their_weights():
    tts = model()
    weight = torch.tensor([0.0, 1.0, 0.5, 0.25])
    weighted = replace(SHORT, weight=weight)
    hidden = hidden_states(tts, SHORT).detach()
    logits = tts.flow.semantic_logits(hidden).detach()
    surprise = logits.logsumexp(-1) - logits[torch.arange(5), [*SHORT.target[0].tolist(), END_AUDIO]]
    error = tts.flow.acoustic_loss(hidden[:-1], SHORT.target[1:].T, seeded()).detach()
    found = losses(tts, [weighted])
    assert found["semantic"] == pytest.approx(float((surprise[:-1] @ weight + surprise[-1]) / 2.75), rel=1e-5)
    assert found["acoustic"] == pytest.approx(float(error @ weight / 1.75), rel=1e-5)


def test_weights_of_one_are_no_weights():
    tts = model()
    assert losses(tts, [replace(SHORT, weight=torch.ones(4))]) == losses(tts, [SHORT])


def test_an_example_of_silence_teaches_where_it_ends():
    tts = model()
    found = losses(tts, [replace(SHORT, weight=torch.zeros(4))])
    logits = tts.flow.semantic_logits(hidden_states(tts, SHORT)).detach()[-1]
    assert found["semantic"] == pytest.approx(float(logits.logsumexp(0) - logits[END_AUDIO]), rel=1e-5)
    assert found["acoustic"] == 0


def test_the_loss_is_on_the_targets_frames_alone(monkeypatch):
    """Only hidden states that give a frame with a weight, or an end, have a gradient."""
    tts, kept = model(), []
    forward = tts.backbone.forward

    def watched(x: Tensor) -> Tensor:
        kept.append(forward(x))
        kept[-1].retain_grad()
        return kept[-1]

    monkeypatch.setattr(tts.backbone, "forward", watched)
    weighted = replace(SHORT, weight=torch.tensor([1.0, 0.0, 1.0, 1.0]))
    tts.loss([weighted, LONG], seeded())["total"].backward()
    (hidden,) = kept
    begins = [len(one.ids) - 1 for one in (SHORT, LONG)]
    found = [row.abs().sum(-1).nonzero().flatten().tolist() for row in hidden.grad]
    assert found[0] == [begins[0] + step for step in (0, 2, 3, 4)]
    assert found[1] == [begins[1] + step for step in range(8)]


def test_the_loss_depends_on_text_and_reference():
    tts = model()
    plain = losses(tts, [SHORT])
    text = SHORT.ids.clone()
    text[-4] += 1
    reference = SHORT.reference.clone()
    reference[0, 0] += 1
    for changed in (replace(SHORT, ids=text), replace(SHORT, reference=reference)):
        found = losses(tts, [changed])
        assert abs(found["semantic"] - plain["semantic"]) > 1e-5
        assert abs(found["acoustic"] - plain["acoustic"]) > 1e-5


def test_the_loss_does_not_depend_on_padding(monkeypatch):
    tts = model()
    before = losses(tts, [SHORT, LONG])
    pad = torch.nn.utils.rnn.pad_sequence
    monkeypatch.setattr(
        torch.nn.utils.rnn, "pad_sequence", lambda rows, batch_first: pad(rows, batch_first, padding_value=100.0)
    )
    assert losses(tts, [SHORT, LONG]) == pytest.approx(before, abs=1e-6)


def test_a_generator_repeats_a_loss():
    tts = model()
    one, again, other = (losses(tts, [SHORT, LONG], seed)["total"] for seed in (1, 1, 2))
    assert one == again != other


def test_gradients_reach_every_number_that_speech_depends_on():
    tts = model()
    tts.loss([SHORT, LONG], seeded())["total"].backward()
    for part in (tts.backbone, tts.flow):
        unmoved = [name for name, parameter in part.named_parameters() if parameter.grad is None]
        unmoved += [name for name, parameter in part.named_parameters() if not parameter.grad.abs().sum() > 0]
        assert unmoved == []
    assert all(parameter.grad is None for parameter in tts.codec.parameters())


def test_it_trains_in_bfloat16():
    tts = random_model(TINY, 0)
    exact = losses(tts, [SHORT, LONG])
    with torch.autocast("cpu", torch.bfloat16):
        found = tts.loss([SHORT, LONG], seeded())
    assert {loss.dtype for loss in found.values()} == {torch.float32}
    assert {name: float(loss.detach()) for name, loss in found.items()} == pytest.approx(exact, rel=0.03)
    found["total"].backward()
    gradients = [parameter.grad for part in (tts.backbone, tts.flow) for parameter in part.parameters()]
    assert all(gradient is not None and gradient.isfinite().all() for gradient in gradients)


@pytest.mark.slow
def test_what_is_learned_by_heart_is_said(monkeypatch):
    """The semantic codes become certain, the values nearly; then most seeds say what was learned, and end."""
    tts, generator = random_model(TINY, 2), seeded()
    optimizer = torch.optim.Adam([*tts.backbone.parameters(), *tts.flow.parameters()], lr=5e-3)
    seen = []
    for _ in range(200):
        found = tts.loss([SHORT, LONG], generator)
        optimizer.zero_grad()
        found["total"].backward()
        optimizer.step()
        seen.append({name: float(loss.detach()) for name, loss in found.items()})
    last = {name: np.mean([each[name] for each in seen[-10:]]) for name in seen[0]}
    assert last["semantic"] < seen[0]["semantic"] / 100
    assert last["acoustic"] < seen[0]["acoustic"] / 3
    for one in (SHORT, LONG):
        text = [index for index in one.ids.tolist() if index >= 64]
        monkeypatch.setattr(tts.tokenizer, "encode", lambda *_, text=text: text)
        rows = tts.backbone.embed_frames(one.reference[None])[0].detach()
        steps = tts.frames([asked(voice=rows, seed=seed, max_frames=12) for seed in range(20)])
        codes = (torch.stack(list(steps))[..., 0].T + 2).tolist()  # of each seed
        (said, _), *_ = Counter(tuple(code for code in each if code > END_AUDIO) for each in codes).most_common(1)
        assert list(said) == one.target[0].tolist()


@pytest.mark.parametrize("n_frames", [1, 4])
def test_a_reference_that_does_not_fit_its_prompt_is_refused(n_frames):
    other = replace(SHORT, reference=SHORT.reference[:, :1].repeat(1, n_frames))
    places = SHORT.reference.shape[1]
    assert places not in {1, 4}
    with pytest.raises(ValueError, match=f"the prompt has {places} places for a reference of {n_frames} frames"):
        model().loss([LONG, other])


def test_no_examples_are_refused():
    with pytest.raises(ValueError, match="got no examples; expected at least one"):
        model().loss([])
