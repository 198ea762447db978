"""Train the recognizer: python -m reference_model.train.recognizer NAME --out FOLDER --batches N.

Interrupt it or kill it when you like: the same command goes on from the last checkpoint, which holds weights,
optimizers and the number of the next batch; a batch, its masks too, follows from its number, so that nothing else is
random (but for the running means of the norms, which two threads update). With a larger --batches a finished training
goes on from where its learning rate began to fall.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from reference_model.alphabet import BLANK, LANGUAGES
from reference_model.ctc_network import CtcNetwork, Heard, NetworkConfig
from reference_model.recognizer import Recognizer
from reference_model.train.examples import NO_LANGUAGE, NO_PHONEME, Batch, Mix
from reference_model.train.feed import Feed
from reference_model.train.held_out import HeldOut
from reference_model.train.recordings import usable
from reference_model.train.told import PHONEME_CLASSES, Mimic, Told, roughened

SHIPPED = NetworkConfig(n_gates=32)
TRAINED = replace(SHIPPED, n_phonemes=PHONEME_CLASSES)
RATE = 1.5e-3  # of learning, where it is highest; both optimizers
SLOWEST = 8  # frames of letters for one letter: 6 letters a second
NEWTON_SCHULZ = 3  # steps towards an orthogonal update: 5 learn no faster here and cost more


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a network is trained; it is kept in the checkpoint."""

    name: str
    owner: str  # whose texts and variants it learns from
    seed: int
    batches: int  # of 64 s
    accumulate: int = 2  # batches at once, each heard by a thread of its own
    cuts: int = 2  # steps that such batches are cut into
    rate: float = RATE
    decay: float = 0.05  # of weights
    warmup: int = 200  # of `accumulate` batches each
    fall: float = 0.5  # last share of the batches, over which the learning rate falls to zero
    ramp: int = 3000  # batches until the longest rows are let in
    phoneme_weight: float = 0.5
    language_weight: float = 0.25
    told_weight: float = 1.0  # of the spelling of what is told as phonemes
    told_from: int = 0  # the batch from which on phonemes are told; before, the ear learns faster without

    def rate_at(self, batch: int) -> float:
        """Learning rate: a short rise, a plateau, and a linear fall to zero."""
        rise = min(1.0, (batch / self.accumulate + 1) / self.warmup)
        left = (self.batches - batch) / (self.batches * self.fall)
        return self.rate * min(rise, max(0.0, min(1.0, left)))

    @property
    def falls_at(self) -> int:
        """The batch at which the learning rate begins to fall."""
        return int(self.batches * (1 - self.fall)) // self.accumulate * self.accumulate


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What the finished training had that this one goes on from."""

    batches: int = 0
    told_h: float = 0.0
    recordings: str | None = None


class Trainer:
    """Network, optimizers and log of one training."""

    def __init__(
        self, plan: Plan, mix: Mix, out: Path, device: torch.device, config: NetworkConfig = TRAINED, threads: int = 2
    ) -> None:
        self.plan, self.mix, self.out, self.device = plan, mix, out, device
        torch.manual_seed(plan.seed)  # the one global seed: modules draw their first weights from it
        self.network = CtcNetwork(config).to(device)
        self.mimic = Mimic(config.width).to(device)
        matrices = {id(module.weight) for module in self.network.modules() if type(module).__name__ == "Conv"}
        inner = [p for p in self.network.parameters() if id(p) in matrices]
        rest = [p for p in self.network.parameters() if id(p) not in matrices] + list(self.mimic.parameters())
        # Convolutions by Muon (Jordan et al., 2024), heads and norms by AdamW. Muon is dealt out to the threads.
        self.muons = [
            torch.optim.Muon(
                part, lr=plan.rate, weight_decay=plan.decay, adjust_lr_fn="match_rms_adamw", ns_steps=NEWTON_SCHULZ
            )
            for part in (inner[i :: plan.accumulate] for i in range(plan.accumulate))
        ]
        self.adam = torch.optim.AdamW(rest, lr=plan.rate, weight_decay=0.0, betas=(0.9, 0.98), fused=True)
        self.parameters = [*inner, *rest]
        # A thread with a core of its own for each batch: cores that share each convolution wait for each other.
        self.threads = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
        self.stopped_by: int | None = None  # the signal, where one asked for an end
        self.batch = 0
        self.spent_s = 0.0
        self.heard_s = 0.0
        self.log: list[dict[str, Any]] = []
        self.earlier = Earlier()

    @property
    def recordings(self) -> str | None:
        """What was mixed in, now or earlier; None where all was espeak-ng's."""
        now = None if self.mix.recordings is None else f"{self.mix.share:.0%} {self.mix.recordings.name}"
        found = [each for each in (self.earlier.recordings, now) if each is not None]
        return "; ".join(dict.fromkeys(found)) or None

    def train(
        self, feed: Iterator[Batch], held_out: HeldOut, until_s: float | None = None, save_every_s: float = 300.0
    ) -> None:
        """Go on until the plan is done, so many seconds have passed, or `stopped_by` is set, after a step.

        `feed` gives the batches from number `self.batch` on. Raises FloatingPointError for a loss that is no number:
        what was saved before is then kept as it is.
        """
        begun, before = time.monotonic(), self.spent_s
        last_save = last_check = begun
        try:
            while self.batch < self.plan.batches and self.stopped_by is None:
                losses = self._steps([next(feed) for _ in range(self.plan.accumulate)])
                self.spent_s = before + time.monotonic() - begun
                row = {"batch": self.batch, "heard_h": self.heard_s / 3600, "spent_s": self.spent_s} | losses
                now = time.monotonic()
                if now - last_check > 180 or self.batch >= self.plan.batches:
                    row |= self._checked(held_out)
                    last_check = time.monotonic()
                self.log.append(row)
                if self.batch % 100 < self.plan.accumulate or "cer" in row:
                    speed = (self.heard_s - self.log[max(0, len(self.log) - 50)]["heard_h"] * 3600) / max(
                        1e-6, self.spent_s - self.log[max(0, len(self.log) - 50)]["spent_s"]
                    )
                    print(_line(row, self.plan, speed), file=sys.stderr, flush=True)  # noqa: T201
                if self.batch == self.plan.falls_at:
                    self.save("plateau")
                if now - last_save > save_every_s:
                    self.save("last")
                    last_save = now
                if until_s is not None and now - begun > until_s:
                    break
        except FloatingPointError:
            raise
        except BaseException:
            self.save("last")
            raise
        self.save("last")

    def _steps(self, batches: list[Batch]) -> dict[str, float]:
        """Steps of the optimizers on batches that are heard side by side; means of the losses."""
        self.network.train()
        rate = self.plan.rate_at(self.batch)
        for optimizer in (*self.muons, self.adam):
            for group in optimizer.param_groups:
                group["lr"] = rate
        n_cuts = min(self.plan.cuts, *(batch.most_parts for batch in batches))
        losses = [self._step(list(parts)) for parts in zip(*(batch.cut(n_cuts) for batch in batches), strict=True)]
        self.batch = batches[-1].number + 1
        self.heard_s += sum(batch.seconds for batch in batches)
        return {name: sum(each[name] for each in losses) / len(losses) for name in losses[0]} | {"rate": rate}

    def _step(self, parts: list[Batch]) -> dict[str, float]:
        """One step on parts of batches, one a thread; means of the losses."""
        answers = list(self.threads.map(self._gradients, parts))
        for parameter, first, *others in zip(self.parameters, *(gradients for _, gradients in answers), strict=True):
            for gradient in others:
                first.add_(gradient)  # in place: a stack of all of them takes as long as a tenth of the step
            parameter.grad = first.div_(len(parts))
        nn.utils.clip_grad_norm_(self.parameters, 5.0)
        list(self.threads.map(lambda optimizer: optimizer.step(), (*self.muons, self.adam)))
        return {name: sum(losses[name] for losses, _ in answers) / len(answers) for name in answers[0][0]}

    def _gradients(self, batch: Batch) -> tuple[dict[str, float], tuple[Tensor, ...]]:
        losses = self._losses(batch)
        wrong = [name for name, loss in losses.items() if not bool(torch.isfinite(loss))]
        if wrong:
            raise FloatingPointError(
                f"the loss {' and '.join(wrong)} of batch {batch.number} is no number; expected a finite one: go on "
                "from the last checkpoint with a lower --rate"
            )
        plan = self.plan
        total = (
            losses["ctc"]
            + plan.phoneme_weight * losses["phoneme"]
            + plan.language_weight * losses["language"]
            + losses["mimic"]
            + plan.told_weight * losses["told"]
        )
        gradients = torch.autograd.grad(total, self.parameters)
        return {name: float(loss.detach()) for name, loss in losses.items()}, gradients

    def _losses(self, batch: Batch) -> dict[str, Tensor]:
        generator = torch.Generator().manual_seed(batch.number * self.plan.cuts + batch.part)
        features = masked(torch.from_numpy(batch.features).float(), generator)
        phonemes = torch.from_numpy(batch.phonemes).long().to(self.device)
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            heard: Heard = self.network(features.to(self.device))
            imitated = self.mimic(phonemes.clamp(min=0))
        assert heard.phonemes is not None
        missed = heard.sounds.detach().float() - imitated.float()  # (B, D, T/4)
        aim = heard.sounds.detach().float().var().clamp(min=1e-6)
        heard_of = (phonemes[:, ::2] != NO_PHONEME)[:, None]  # (B, 1, T/4)
        languages = torch.from_numpy(batch.languages).long().to(self.device)
        known = [row for row, language in enumerate(batch.languages) if language != len(LANGUAGES)]
        return {
            "ctc": _ctc(heard.letters[known], [batch.letters[row] for row in known]),
            "phoneme": _cross_entropy(heard.phonemes.flatten(0, 1), phonemes.flatten(), NO_PHONEME),
            "language": _cross_entropy(heard.language, languages, NO_LANGUAGE),
            "mimic": (missed.square() * heard_of).mean() / aim,
            "told": (
                self._told(batch.told, missed.detach().transpose(0, 1).flatten(1), generator)
                if batch.number >= self.plan.told_from
                else heard.letters.new_zeros(())
            ),
        }

    def _told(self, told: Told, missed: Tensor, generator: torch.Generator) -> Tensor:
        """Loss of the spelling of told phonemes; `missed` (D, N) is what the mimic misses in frames that are heard."""
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            with torch.no_grad():
                sounds = self.mimic(torch.from_numpy(told.phonemes).long().to(self.device))  # (B, D, T/4)
                sounds = roughened(sounds, missed, generator)
            written, _ = self.network.written(sounds, tracked=False)
            logits = self.network.letters(written)
        return _ctc(logits, told.letters)

    def _checked(self, held_out: HeldOut) -> dict[str, Any]:
        self.network.eval()
        cer, identified = held_out.measure(self.network, self.device)
        return {"cer": cer, "identified": identified}

    def _optimizers(self) -> list[tuple[str, torch.optim.Optimizer]]:
        return [*((f"muon{index}", muon) for index, muon in enumerate(self.muons)), ("adam", self.adam)]

    def save(self, name: str) -> None:
        """Write FOLDER/NAME.safetensors, whole or not at all, and the log beside it."""
        tensors: dict[str, Tensor] = {f"network.{key}": value for key, value in self.network.state_dict().items()}
        tensors |= {f"mimic.{key}": value for key, value in self.mimic.state_dict().items()}
        for prefix, optimizer in self._optimizers():
            for index, state in optimizer.state_dict()["state"].items():
                for key, value in state.items():
                    tensors[f"{prefix}.{index}.{key}"] = value
        facts = {
            "plan": asdict(self.plan),
            "batch": self.batch,
            "heard_s": self.heard_s,
            "spent_s": self.spent_s,
            "network": asdict(self.network.config),
            "recordings": self.recordings,
            "earlier": asdict(self.earlier),
        }
        self.out.mkdir(parents=True, exist_ok=True)
        # The log first: where it has come further than the checkpoint, `resume` drops its last rows.
        if self.log:
            rows = [{k: v for k, v in row.items() if k not in {"cer", "identified"}} | _wide(row) for row in self.log]
            columns = sorted({key for row in rows for key in row})
            table = pa.table({column: [row.get(column) for row in rows] for column in columns})
            log_part = self.out / "log.parquet.part"
            pq.write_table(table, log_part)
            log_part.replace(self.out / "log.parquet")
        part = self.out / f"{name}.safetensors.part"
        save_file({key: value.contiguous() for key, value in tensors.items()}, part, {"facts": json.dumps(facts)})
        part.replace(self.out / f"{name}.safetensors")

    def begin_with(self, weights: Path) -> None:
        """Take up the weights of a finished training, and its hours; heads that it did not keep begin anew.

        Raises what `Recognizer.load` raises, and ValueError where the weights learned from what is another's.
        """
        recognizer = Recognizer.load(weights)
        training = recognizer.about.training
        if training.get("variants_and_texts") != self.plan.owner:
            raise ValueError(f"{weights} learned from texts of {training.get('variants_and_texts')!r}; "
                             f"{self.plan.name} learns from those of {self.plan.owner!r} alone")  # fmt: skip
        self.network.load_state_dict(recognizer.network.state_dict(), strict=False)
        self.heard_s, self.spent_s = training["heard_h"] * 3600, training["hours"] * 3600
        for point in training["curve"]:
            cer = {language: point[language] for language in LANGUAGES}
            row = {"batch": 0, "heard_h": point["heard_h"], "spent_s": point["hours"] * 3600, "cer": cer}
            self.log.append(row)
        self.earlier = Earlier(
            batches=training["batches"], told_h=training.get("told_h", 0.0), recordings=training.get("recordings")
        )

    def resume(self, path: Path) -> None:
        """Take up weights, optimizers and position from a checkpoint. Raises ValueError for another network's.

        Recordings that were mixed in until then stay among what the network has heard.
        """
        facts = facts_of(path)
        if facts["plan"]["owner"] != self.plan.owner or facts["plan"]["seed"] != self.plan.seed:
            raise ValueError(f"{path} is a training of {facts['plan']['name']}; expected {self.plan.name}")
        if NetworkConfig.read(facts["network"]) != self.network.config:
            raise ValueError(f"{path} is a training of a network of other sizes; expected {self.network.config}")
        self.earlier = Earlier(**facts["earlier"] | {"recordings": facts["recordings"]})
        tensors = load_file(path, device=str(self.device))
        self.network.load_state_dict(_under("network.", tensors))
        self.mimic.load_state_dict(_under("mimic.", tensors))
        for prefix, optimizer in self._optimizers():
            state: dict[int, dict[str, Tensor]] = {}
            for key, value in _under(f"{prefix}.", tensors).items():
                index, name = key.split(".", 1)
                state.setdefault(int(index), {})[name] = value
            optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
        self.batch, self.heard_s, self.spent_s = facts["batch"], facts["heard_s"], facts["spent_s"]
        log = self.out / "log.parquet"
        if log.exists():
            self.log = [_narrow(row) for row in pq.read_table(log).to_pylist() if row["batch"] <= self.batch]


def weights_of(path: Path) -> dict[str, Tensor]:
    """The network's tensors in a checkpoint, without the head that training alone needs."""
    return {key: value for key, value in _under("network.", load_file(path)).items() if not key.startswith("phonemes.")}


def _ctc(logits: Tensor, letters: Sequence[NDArray[np.int16]]) -> Tensor:
    """Loss a letter of logits (B, T/2, V) for each row's letters; 0 of no rows.

    Silence alone has no letters: rows have at least those of slow speech together, so that it is not worth a hundred.
    """
    if not letters:
        return 0 * logits.float().sum()
    lengths = torch.tensor([len(row) for row in letters])
    targets = torch.from_numpy(np.concatenate(letters)).long().to(logits.device)
    logs = logits.float().log_softmax(-1).transpose(0, 1)  # (T/2, B, V)
    frames = torch.full((logs.shape[1],), logs.shape[0])
    each = F.ctc_loss(logs, targets, frames, lengths, BLANK, reduction="none")
    return each.sum() / lengths.sum().clamp(min=logs.shape[0] // SLOWEST)


def _cross_entropy(logits: Tensor, classes: Tensor, unknown: int) -> Tensor:
    """Mean over the rows (N, n) whose class (N,) is known; 0 where none is."""
    total = F.cross_entropy(logits.float(), classes, ignore_index=unknown, reduction="sum")
    return total / (classes != unknown).sum().clamp(min=1)


def masked(features: Tensor, generator: torch.Generator) -> Tensor:
    """Features (B, T, M) with bands and moments left out, and at times blurred over bands.

    After SpecAugment (D. Park et al., Interspeech 2019).
    """
    batch, n_frames, n_mels = features.shape
    out = features.clone()
    for row in range(batch):
        chance = torch.rand(4, generator=generator).tolist()
        if chance[0] < 0.15:
            kernel = torch.ones(1, 1, 3 if chance[1] < 0.6 else 5)
            out[row] = F.conv1d(out[row][:, None], kernel / kernel.sum(), padding=kernel.shape[-1] // 2)[:, 0]
        if chance[2] < 0.4:
            width = int(torch.randint(1, 10, (1,), generator=generator))
            low = int(torch.randint(0, n_mels - width, (1,), generator=generator))
            out[row, :, low : low + width] = 0
        if chance[3] < 0.4:
            for _ in range(1 + n_frames // 300):
                width = int(torch.randint(1, 6, (1,), generator=generator))
                start = int(torch.randint(0, n_frames - width, (1,), generator=generator))
                out[row, start : start + width] = 0
    return out


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}


def _wide(row: Mapping[str, Any]) -> dict[str, float]:
    return {
        f"{name}_{language}": value for name in ("cer", "identified") for language, value in row.get(name, {}).items()
    }


def _narrow(row: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in row.items():
        name, _, language = key.partition("_")
        if name in {"cer", "identified"}:
            if value is not None:
                out.setdefault(name, {})[language] = value
        else:
            out[key] = value
    return out


def _line(row: Mapping[str, Any], plan: Plan, speed: float) -> str:
    losses = " ".join(f"{name} {row[name]:.3f}" for name in ("ctc", "told", "mimic", "phoneme", "language"))
    text = (
        f"{row['batch']:6d}/{plan.batches} {row['heard_h']:6.1f} h heard, {row['spent_s'] / 60:5.1f} min, {speed:4.0f}x"
        f"  {losses} rate {row['rate']:.1e}"
    )
    if "cer" in row:
        text += "\n       CER % " + " ".join(f"{k} {100 * v:.1f}" for k, v in row["cer"].items())
        text += "\n       identified % " + " ".join(f"{k} {100 * v:.0f}" for k, v in row["identified"].items())
    return text


def plans(batches: int, **changes: Any) -> Mapping[str, Plan]:
    """The two networks that voxeval knows; `changes` are other fields of their plans."""
    return {
        f"ctc-synthetic-{owner}": Plan(
            name=f"ctc-synthetic-{owner}", owner=owner, seed=seed, batches=batches, **changes
        )
        for owner, seed in (("a", 1), ("b", 2))
    }


def main() -> int:
    """Parse, train or go on training."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(plans(1)))
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoints and the log")
    parser.add_argument("--batches", type=int, default=16_000, help="of 64 s each, in all (default 16000: 280 hours)")
    parser.add_argument(
        "--told-from", type=int, default=2000, help="batch from which on phonemes are told without sound (default 2000)"
    )
    parser.add_argument("--minutes", type=float, help="stop after so long, to go on later")
    parser.add_argument("--workers", type=int, default=1, help="processes that make speech (default 1)")
    parser.add_argument(
        "--threads", type=int, choices=(1, 2), default=2, help="batches heard at once, 1 or 2 (default 2)"
    )
    parser.add_argument(
        "--begin-with",
        type=Path,
        metavar="WEIGHTS",
        help="go on from a finished network's weights: long rows at once, and the learning rate falls from the start",
    )
    parser.add_argument("--rate", type=float, default=RATE, help=f"highest learning rate (default {RATE})")
    parser.add_argument("--recordings", type=Path, help="folder of recordings to mix in: metadata.csv and wavs/")
    parser.add_argument("--language", default="en", choices=LANGUAGES, help="of the recordings (default en)")
    parser.add_argument("--share", type=float, default=0.1, help="of the rows that are recordings (default 0.1)")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    if options.recordings is not None:
        try:
            usable(options.recordings, options.language)
        except (OSError, ValueError) as error:
            parser.error(f"--recordings: {error}")
    torch.set_num_threads(1)  # each batch has a thread of its own
    finished: dict[str, Any] = {} if options.begin_with is None else {"ramp": 1, "fall": 1.0}
    plan = plans(options.batches, told_from=options.told_from, rate=options.rate, **finished)[options.name]
    mix = Mix(
        owner=plan.owner,
        seed=plan.seed,
        recordings=options.recordings,
        language=options.language,
        share=options.share,
    )
    trainer = Trainer(plan, mix, options.out, torch.device(options.device), threads=options.threads)
    checkpoint = checkpoint_of(options.out, plan)
    if checkpoint is not None:
        trainer.resume(checkpoint)
    elif options.begin_with is not None:
        trainer.begin_with(options.begin_with)

    def stop(number: int, _: object) -> None:
        trainer.stopped_by = number

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)  # after the step at hand: weights, optimizers and position are saved as one
    # What was finished earlier has met the batches of the first numbers.
    mix = replace(mix, first=trainer.earlier.batches)
    feed = Feed(mix, start=trainer.batch, ramp=plan.ramp, workers=options.workers)
    try:
        held_out = HeldOut.spoken(per_language=12)
        trainer.train(feed, held_out, None if options.minutes is None else options.minutes * 60)
    finally:
        feed.close()
    return 0 if trainer.stopped_by is None else 128 + trainer.stopped_by


def checkpoint_of(out: Path, plan: Plan) -> Path | None:
    """Where a training goes on from: its last state, or the plateau where a longer plan came after its fall began."""
    last, plateau = out / "last.safetensors", out / "plateau.safetensors"
    if not last.exists():
        return None
    fallen = facts_of(last)["batch"] > facts_of(last)["plan"]["batches"] * (1 - plan.fall)
    longer = plan.batches > facts_of(last)["plan"]["batches"]
    return plateau if fallen and longer and plateau.exists() else last


def facts_of(path: Path) -> dict[str, Any]:
    """Plan, position and time of a checkpoint. Raises ValueError where it is none."""
    with safe_open(path, "pt") as file:
        found = (file.metadata() or {}).get("facts")
    if found is None:
        raise ValueError(f"{path} is no checkpoint of a training")
    facts: dict[str, Any] = json.loads(found)
    return facts


if __name__ == "__main__":
    sys.exit(main())
