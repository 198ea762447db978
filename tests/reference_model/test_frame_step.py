"""A frame at fixed shapes and places, captured or compiled: the same frames as kernel by kernel, again and again."""

from __future__ import annotations

import copy
import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from reference_model import frame_step
from reference_model import tts as tts_module
from reference_model.backbone import Backbone
from reference_model.checkpoint import random_model
from reference_model.config import END_AUDIO, tiny
from reference_model.frame_step import KEPT_STEPS, FixedStep
from reference_model.head import RELEASED, FrameHead, Sampling
from reference_model.tts import TTS, Request

DRAWN = Sampling(temperature=0.8, top_p=0.9, steps=2)
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")


def endless(device: str = "cpu") -> TTS:
    tts = random_model(tiny(), 0).to(device, torch.float64)
    with torch.no_grad():
        tts.flow.semantic_codebook_output.weight[END_AUDIO] = 0
    return tts


def requests() -> list[Request]:
    generator = torch.Generator().manual_seed(0)
    rows = [torch.randn(n, tiny().backbone.dim, generator=generator) for n in (3, 9)]
    return [
        Request(text="Hi!", voice=rows[0], language="en", seed=1, max_frames=9),
        Request(text="A longer text.", voice=rows[1], language="de", seed=2, max_frames=5),
    ]


def codes(tts: TTS, asked: list[Request], sampling: Sampling) -> torch.Tensor:
    return torch.stack(list(tts.frames(asked, sampling)))  # (F, B, Q)


class Fixed(FixedStep):
    """In the place of the eager step."""

    def __init__(self, backbone: Backbone, head: FrameHead, batch: int, room: int, sampling: Sampling) -> None:
        super().__init__(backbone, head, batch, room + 20, sampling, compiled=False)


@pytest.mark.parametrize(
    "sampling", [Sampling(steps=3), DRAWN, Sampling(guidance=1.0)], ids=["likeliest", "drawn", "1"]
)
def test_fixed_places_give_the_same_frames(monkeypatch, sampling):
    tts = endless()
    expected = codes(tts, requests(), sampling)
    monkeypatch.setattr(tts_module, "EagerStep", Fixed)
    assert torch.equal(codes(tts, requests(), sampling), expected)


def test_at_fixed_places_no_shape_depends_on_what_was_read(monkeypatch):
    """A graph that was captured at the first frame must be that of every other: here, the shapes of all kernels are."""
    tts, seen = endless(), []
    inner = torch.nn.functional.scaled_dot_product_attention

    def watched(q, k, v, **named):
        seen.append((q.shape, k.shape))
        return inner(q, k, v, **named)

    step = Fixed(tts.backbone, tts.head, 1, 40, Sampling(steps=1))
    monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", watched)
    ids, found = torch.full((1, 4), 2), []
    with torch.inference_mode():
        for _ in range(3):
            ids = step(ids, tts.head.chances([torch.Generator()], Sampling()))
            found.append(list(seen))
            seen.clear()
    assert found[0]
    assert found[0] == found[1] == found[2]


def counting(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Batch and room of each fixed step that is made from now on; none is compiled."""
    made = []

    class Counted(FixedStep):
        def __init__(self, backbone, head, batch, room, sampling, *, compiled):
            made.append((batch, room))
            super().__init__(backbone, head, batch, room, sampling, compiled=False)

    monkeypatch.setattr(tts_module, "FixedStep", Counted)
    return made


def test_a_step_is_used_again_and_begins_anew(monkeypatch):
    tts, asked = endless(), requests()
    expected = [codes(tts, asked, DRAWN), codes(tts, asked[:1], DRAWN)]
    made = counting(monkeypatch)
    tts.compiled = True
    for _ in range(2):
        assert torch.equal(codes(tts, asked, DRAWN), expected[0])
        assert torch.equal(codes(tts, asked[:1], DRAWN), expected[1])
    assert made == [(2, 512), (1, tiny().backbone.max_positions)]


def test_two_streams_at_once_have_a_step_each(monkeypatch):
    tts, asked = endless(), requests()
    expected = [codes(tts, [request], DRAWN) for request in asked]
    made = counting(monkeypatch)
    tts.compiled = True
    streams = [tts.frames([request], DRAWN) for request in asked]
    found: list[list[torch.Tensor]] = [[], []]
    for index in range(9):
        for stream, kept in zip(streams, found, strict=True):
            if index < len(expected[streams.index(stream)]):
                kept.append(next(stream))
    for kept, known in zip(found, expected, strict=True):
        assert torch.equal(torch.stack(kept), known)
    assert len(made) == 2


def test_a_stream_that_is_closed_gives_its_step_back(monkeypatch):
    tts, made = endless(), counting(monkeypatch)
    tts.compiled = True
    for _ in range(3):
        stream = tts.frames(requests(), DRAWN)
        next(stream)
        stream.close()
    assert len(made) == 1


def test_no_more_than_a_few_wait(monkeypatch):
    tts = endless()
    counting(monkeypatch)
    tts.compiled = True
    for steps in range(1, KEPT_STEPS + 3):
        codes(tts, requests(), Sampling(steps=steps))
    assert [key[2].steps for key, _ in tts._steps._kept] == list(range(3, KEPT_STEPS + 3))


def test_no_more_than_a_few_wait_after_many_spoke_at_once(monkeypatch):
    tts = endless()
    counting(monkeypatch)
    tts.compiled = True
    with ThreadPoolExecutor(6) as threads:
        asked = [Sampling(steps=1 + index % 3) for index in range(12)]
        found = list(threads.map(lambda sampling: codes(tts, requests(), sampling), asked))
    assert len(tts._steps) == KEPT_STEPS
    tts.compiled = False
    for sampling, one in zip(asked, found, strict=True):
        assert torch.equal(one, codes(tts, requests(), sampling))


def test_a_step_that_is_let_go_takes_its_cache_with_it():
    """At once, not when cycles are next looked for: on a GPU the next step needs the room."""
    tts = endless()
    gc.disable()
    try:
        step = FixedStep(tts.backbone, tts.head, 1, 32, RELEASED, compiled=False)
        cache = weakref.ref(step.cache)
        del step
        assert cache() is None
    finally:
        gc.enable()


def test_a_copy_of_a_model_has_steps_of_its_own(monkeypatch):
    tts = endless()
    counting(monkeypatch)
    tts.compiled = True
    expected = codes(tts, requests(), DRAWN)
    other = copy.deepcopy(tts)
    assert (len(tts._steps), len(other._steps)) == (1, 0)
    assert torch.equal(codes(other, requests(), DRAWN), expected)


@pytest.mark.parametrize("move", [lambda tts: tts.float(), lambda tts: tts.backbone.float()], ids=["all", "a part"])
def test_what_was_captured_is_forgotten_when_the_weights_move(monkeypatch, move):
    """Even while a stream is open, which gives its step back after they moved."""
    tts, made = endless(), counting(monkeypatch)
    tts.compiled = True
    stream = tts.frames(requests(), Sampling())
    next(stream)
    move(tts)
    stream.close()
    tts.float()
    assert codes(tts, requests(), Sampling()).shape == (9, 2, 4)
    assert len(made) == 2
    assert len(tts._steps) == 1


def test_a_step_that_is_used_again_has_the_weights_as_they_are_now(monkeypatch):
    tts = endless()
    made = counting(monkeypatch)
    tts.compiled = True
    before = codes(tts, requests(), Sampling())
    with torch.no_grad():
        tts.flow.time_projection.weight.mul_(-3)
    after = codes(tts, requests(), Sampling())
    assert len(made) == 1
    assert not torch.equal(before, after)
    tts.compiled = False
    assert torch.equal(after, codes(tts, requests(), Sampling()))


@pytest.mark.slow
def test_more_shapes_are_compiled_than_torch_compiles_of_one_function():
    """With a compiler that compiles nothing: what is tested is that none is refused."""
    tts, sampling = endless(), Sampling(steps=1)
    with pytest.MonkeyPatch.context() as patch:
        compile_ = torch.compile
        patch.setattr(torch, "compile", lambda work, **named: compile_(work, backend="eager", **named))
        for batch in range(1, 11):
            step = FixedStep(tts.backbone, tts.head, batch, 64, sampling, compiled=True)
            chances = tts.head.chances([torch.Generator() for _ in range(batch)], sampling)
            with torch.inference_mode():
                assert step(torch.full((batch, 4), 2), chances).shape == (batch, 4)


@pytest.mark.slow
@pytest.mark.parametrize("sampling", [Sampling(), DRAWN], ids=["likeliest", "drawn"])
def test_a_compiled_frame_is_the_same(sampling):
    """Compiled as one graph: nothing in a frame asks the device or needs Python, so that it can be captured, too."""
    tts = endless()
    expected = codes(tts, requests(), sampling)
    tts.compiled = True
    for _ in range(2):
        assert torch.equal(codes(tts, requests(), sampling), expected)


ON_A_GPU = [pytest.param("cuda", compiled, marks=needs_gpu) for compiled in (False, True)]


@pytest.mark.parametrize(("device", "compiled"), [("cpu", True), *ON_A_GPU])  # on the first, fixed but not captured
@pytest.mark.parametrize("sampling", [Sampling(), DRAWN], ids=["likeliest", "drawn"])
def test_a_captured_frame_is_the_same(monkeypatch, sampling, device, compiled):
    with monkeypatch.context() as uncaptured:
        uncaptured.setattr(frame_step, "captured", lambda work, device: (None, None))
        expected = codes(endless(device), requests(), sampling)
    tts = endless(device)
    if device == "cpu":
        counting(monkeypatch)
    tts.compiled = compiled
    for _ in range(2):
        assert torch.equal(codes(tts, requests(), sampling), expected)
