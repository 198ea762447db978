"""A training of a tiny network on batches of noise, as a program that can be killed.

python -m tests.reference_model.tiny_training FOLDER BATCHES
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from reference_model.alphabet import LANGUAGES
from reference_model.ctc_network import NetworkConfig
from reference_model.train.examples import Batch, Mix
from reference_model.train.held_out import HeldOut, Sentence
from reference_model.train.recognizer import Plan, Trainer, checkpoint_of
from reference_model.train.told import PHONEME_CLASSES, Told
from tests.reference_model.tiny_recognizer import TINY

N_FRAMES = 48


def plan_of(batches: int) -> Plan:
    return Plan(name="tiny", owner="a", seed=1, batches=batches, warmup=2)


def trainer_of(out: Path, plan: Plan, config: NetworkConfig = TINY) -> Trainer:
    mix = Mix(owner=plan.owner, seed=plan.seed)
    return Trainer(plan, mix, out, torch.device("cpu"), replace(config, n_phonemes=PHONEME_CLASSES))


def batch_of(number: int) -> Batch:
    rng = np.random.default_rng(number)
    return Batch(
        number=number,
        features=rng.normal(0, 1, (4, N_FRAMES, TINY.n_mels)).astype(np.float16),
        letters=tuple(rng.integers(2, 20, 5).astype(np.int16) for _ in range(4)),
        phonemes=rng.integers(0, PHONEME_CLASSES, (4, N_FRAMES // 2)).astype(np.int16),
        languages=np.array([0, 1, len(LANGUAGES), -100], np.int16),
        told=Told(
            phonemes=rng.integers(0, PHONEME_CLASSES, (2, N_FRAMES // 2)).astype(np.int16),
            letters=tuple(rng.integers(2, 20, 6).astype(np.int16) for _ in range(2)),
        ),
    )


def batches(start: int, pause_s: float = 0.0) -> Iterator[Batch]:
    while True:
        time.sleep(pause_s)
        yield batch_of(start)
        start += 1


def held_out() -> HeldOut:
    noise = np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32)
    return HeldOut(tuple(Sentence(language=language, written="ab", samples=noise, words={}) for language in LANGUAGES))


def main() -> None:
    """Train from the checkpoint on, if there is one, and save after each step."""
    out, plan = Path(sys.argv[1]), plan_of(int(sys.argv[2]))
    trainer = trainer_of(out, plan)
    checkpoint = checkpoint_of(out, plan)
    if checkpoint is not None:
        trainer.resume(checkpoint)
    sys.stdout.write(f"{trainer.batch}\n")
    sys.stdout.flush()
    trainer.train(batches(trainer.batch, pause_s=0.05), held_out(), save_every_s=0)


if __name__ == "__main__":
    main()
