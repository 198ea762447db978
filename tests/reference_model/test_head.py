"""Another head than the flow can stand in its place: nothing outside of a head knows how it draws a frame."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from reference_model.checkpoint import random_model
from reference_model.config import END_AUDIO, N_SPECIAL, TTSConfig, tiny
from reference_model.frame_step import EagerStep, FixedStep
from reference_model.head import RELEASED, Sampling
from reference_model.tts import TTS, Example, Request


class OneClassifier(nn.Module):
    """All codebooks at once, by one linear map: the plainest head that there is."""

    def __init__(self, config: TTSConfig) -> None:
        super().__init__()
        self.sizes = list(config.codebook_sizes)
        self.scores = nn.Linear(config.backbone.dim, sum(self.sizes))

    def constants(self, sampling: Sampling) -> tuple[Tensor, ...]:
        return ()

    def chances(self, generators: Sequence[torch.Generator], sampling: Sampling) -> tuple[Tensor, ...]:
        return (torch.stack([torch.rand(sum(self.sizes), generator=generator) for generator in generators]),)

    def logits(self, hidden: Tensor) -> list[Tensor]:
        parts = list(self.scores(hidden).split(self.sizes, dim=-1))
        return [part.index_fill(-1, torch.arange(N_SPECIAL), -1e9) for part in parts]

    def frame(
        self, hidden: Tensor, chances: Sequence[Tensor], sampling: Sampling, constants: Sequence[Tensor]
    ) -> Tensor:
        drawn = chances[0].split(self.sizes, dim=-1)
        gumbel = [-(-each.clamp(min=1e-9).log()).log() for each in drawn]
        return torch.stack([(s + g).argmax(-1) for s, g in zip(self.logits(hidden), gumbel, strict=True)], dim=1)

    def loss(
        self, hidden: Tensor, ids: Tensor, weight: Tensor, generator: torch.Generator | None = None
    ) -> dict[str, Tensor]:
        sounds = ids[:, 0] != END_AUDIO
        each = [cross_entropy(s[sounds], ids[sounds, row]) for row, s in enumerate(self.logits(hidden))]
        return {"codes": torch.stack(each).mean()}


@pytest.fixture
def tts() -> TTS:
    made = random_model(tiny(), 3)
    torch.manual_seed(0)
    made.flow = OneClassifier(made.config)  # type: ignore[assignment]
    return made


def asked(seed: int) -> Request:
    return Request(
        text="One, two.",
        voice=torch.randn(6, tiny().backbone.dim, generator=torch.Generator().manual_seed(9)),
        language="en",
        seed=seed,
        max_frames=7,
    )


def test_it_speaks_alone_in_a_batch_and_in_pieces(tts):
    alone = [tts.generate([asked(seed)])[0] for seed in (1, 2)]
    together = tts.generate([asked(1), asked(2)])
    pieces = tts.stream(asked(1).text, asked(1).voice, language="en", seed=1, max_frames=7, first_frames=2)
    assert len(alone[0]) == 7 * tts.config.codec.frame_size
    for one, other in zip(alone, together, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=0)
    torch.testing.assert_close(torch.cat(list(pieces)), alone[0], atol=1e-5, rtol=0)
    assert not torch.allclose(alone[0], alone[1], atol=1e-3)


@torch.inference_mode()
def test_it_makes_the_same_frames_at_fixed_places(tts):
    steps = (
        EagerStep(tts.backbone, tts.head, 1, 32, RELEASED),
        FixedStep(tts.backbone, tts.head, 1, 32, RELEASED, compiled=False),
    )
    found = []
    for step in steps:
        generator, ids = torch.Generator().manual_seed(1), torch.full((1, tts.config.codec.n_codebooks), N_SPECIAL)
        found.append([])
        for _ in range(4):
            ids = step(ids, tts.head.chances([generator], RELEASED)).clone()
            found[-1].append(tuple(ids[0].tolist()))
    assert found[0] == found[1]
    assert len(set(found[0])) > 1


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"steps": 0}, "got 0 steps; expected at least 1"),
        ({"steps": -2}, "got -2 steps; expected at least 1"),
        ({"guidance": math.nan}, "got the guidance nan; expected a finite number"),
        ({"guidance": -math.inf}, "got the guidance -inf; expected a finite number"),
        ({"temperature": math.nan}, r"temperature nan, top_p 1\.0; expected from 0"),
        ({"temperature": math.inf}, r"temperature inf, top_p 1\.0; expected from 0"),
        ({"top_p": math.nan}, r"temperature 0\.0, top_p nan; expected from 0, and in \(0, 1\]"),
    ],
    ids=str,
)
def test_what_nothing_can_be_drawn_by_is_refused(asked, message):
    with pytest.raises(ValueError, match=message):
        Sampling(**asked)


def test_it_learns(tts):
    torch.manual_seed(1)
    ids = torch.randint(30, 60, (12,))
    ids[2:6] = tts.config.tokens.audio
    reference, target = (torch.randint(N_SPECIAL, 5, (tts.config.codec.n_codebooks, length)) for length in (4, 6))
    optimizer = torch.optim.AdamW(tts.parameters(), 1e-2)
    losses = []
    for _ in range(30):
        loss = tts.loss([Example(ids=ids, reference=reference, target=target)])
        assert loss.keys() == {"total", "codes"}
        optimizer.zero_grad()
        loss["total"].backward()
        optimizer.step()
        losses.append(loss["total"].item())
    assert losses[-1] < losses[0] / 5
