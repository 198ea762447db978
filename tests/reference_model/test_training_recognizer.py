"""A training that is killed and taken up again is the training that was never killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from safetensors.torch import load_file, save_file

from reference_model.alphabet import BLANK, LANGUAGES
from reference_model.ctc_network import CtcNetwork
from reference_model.train.examples import NO_PHONEME
from reference_model.train.recognizer import Plan, _ctc, checkpoint_of, facts_of, masked, plans, weights_of
from tests.reference_model.tiny_recognizer import TINY, tiny_recognizer
from tests.reference_model.tiny_training import batch_of, batches, held_out, plan_of, trainer_of

ROOT = Path(__file__).parents[2]
BATCHES = 12


def train(out: Path, plan: Plan, until: int | None = None) -> None:
    """From the checkpoint on, if there is one; to the end, or to some batch."""
    trainer = trainer_of(out, plan)
    checkpoint = checkpoint_of(out, plan)
    if checkpoint is not None:
        trainer.resume(checkpoint)
    feed = batches(trainer.batch)
    if until is not None:
        feed = stopping(trainer, feed, until)
    trainer.train(feed, held_out())


def stopping(trainer, feed, until: int):
    for batch in feed:
        if batch.number + 1 >= until:
            trainer.stopped_by = 15
        yield batch


def assert_trained_alike(one: Path, two: Path) -> None:
    """The same weights and optimizers; the norms' running statistics but for the order of two threads."""
    left, right = load_file(one), load_file(two)
    assert left.keys() == right.keys()
    for name, tensor in left.items():
        if "running_" in name:
            np.testing.assert_allclose(tensor, right[name], rtol=0.2, atol=0.05, err_msg=name)
        elif not name.endswith("num_batches_tracked"):
            np.testing.assert_array_equal(tensor, right[name], err_msg=name)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A training without an interruption."""
    out = tmp_path_factory.mktemp("whole")
    train(out, plan_of(BATCHES))
    return out


# --- checkpoints -----------------------------------------------------------------------------------------------------


def test_a_training_that_was_stopped_goes_on_as_if_it_had_not_been(whole, tmp_path):
    train(tmp_path, plan_of(BATCHES), until=4)
    assert facts_of(tmp_path / "last.safetensors")["batch"] == 4
    train(tmp_path, plan_of(BATCHES))
    assert_trained_alike(tmp_path / "last.safetensors", whole / "last.safetensors")


def test_training_changes_the_weights(whole, tmp_path):
    """So that the test above can fail."""
    trainer = trainer_of(tmp_path, plan_of(BATCHES))
    trainer.save("first")
    first, last = weights_of(tmp_path / "first.safetensors"), weights_of(whole / "last.safetensors")
    same = {name for name, tensor in first.items() if torch.equal(tensor, last[name])}
    assert same <= {"attend.bias"}  # which changes nothing


@pytest.mark.slow
def test_a_training_that_was_killed_goes_on_where_it_last_saved(whole, tmp_path):
    argv = [sys.executable, "-m", "tests.reference_model.tiny_training", str(tmp_path), str(BATCHES)]
    begun = []
    for wanted in (2, 6):  # killed at any moment after this batch was saved
        process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        begun.append(int(process.stdout.readline()))
        last, limit = tmp_path / "last.safetensors", time.monotonic() + 60
        while process.poll() is None and (not last.exists() or facts_of(last)["batch"] < wanted):
            assert time.monotonic() < limit
            time.sleep(0.01)
        process.kill()
        process.communicate()
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    begun.append(int(done.stdout))
    assert 0 == begun[0] < begun[1] < begun[2] < BATCHES
    assert_trained_alike(tmp_path / "last.safetensors", whole / "last.safetensors")
    assert pq.read_table(tmp_path / "log.parquet")["batch"].to_pylist() == list(range(2, BATCHES + 1, 2))


def test_the_log_has_a_row_a_step(whole):
    log = pq.read_table(whole / "log.parquet")
    assert log["batch"].to_pylist() == list(range(2, BATCHES + 1, 2))
    assert {f"{name}_{language}" for name in ("cer", "identified") for language in LANGUAGES} <= set(log.column_names)
    hours = BATCHES * batches_seconds() / 3600
    assert log["heard_h"].to_pylist()[-1] == pytest.approx(hours)
    assert log["cer_de"].to_pylist()[-1] is not None
    plan = plan_of(BATCHES)
    assert log["rate"].to_pylist() == pytest.approx([plan.rate_at(batch) for batch in range(0, BATCHES, 2)])
    assert all(np.isfinite(log[name].to_numpy()).all() for name in ("ctc", "phoneme", "language"))


def batches_seconds() -> float:
    return next(batches(0)).seconds


def test_the_log_of_a_training_taken_up_again_is_whole(tmp_path):
    train(tmp_path, plan_of(BATCHES), until=6)
    train(tmp_path, plan_of(BATCHES))
    log = pq.read_table(tmp_path / "log.parquet")
    assert log["batch"].to_pylist() == list(range(2, BATCHES + 1, 2))
    assert log["spent_s"].to_pylist() == sorted(log["spent_s"].to_pylist())


def test_what_is_shipped_is_the_network_without_the_helper_head(whole):
    network = CtcNetwork(TINY)
    network.load_state_dict(weights_of(whole / "last.safetensors"))
    assert any(name.startswith("network.phonemes.") for name in load_file(whole / "last.safetensors"))


@pytest.mark.parametrize("change", [{"owner": "b"}, {"seed": 2}])
def test_a_checkpoint_of_another_network_is_refused(change, whole, tmp_path):
    trainer = trainer_of(tmp_path, replace(plan_of(BATCHES), name="other", **change))
    with pytest.raises(ValueError, match=r"last\.safetensors is a training of tiny; expected other"):
        trainer.resume(whole / "last.safetensors")


def test_a_checkpoint_of_other_sizes_is_refused(whole, tmp_path):
    trainer = trainer_of(tmp_path, plan_of(BATCHES), replace(TINY, width=8))
    with pytest.raises(ValueError, match=r"is a training of a network of other sizes; expected NetworkConfig"):
        trainer.resume(whole / "last.safetensors")


def test_recordings_that_were_heard_once_are_never_forgotten(tmp_path):
    """Neither when a training is taken up again without them, nor when another goes on from its weights."""
    trainer = trainer_of(tmp_path / "one", plan_of(BATCHES))
    trainer.mix = replace(trainer.mix, recordings=Path("some/LJ"), share=0.5)
    trainer.save("last")
    again = trainer_of(tmp_path / "one", plan_of(BATCHES))
    again.resume(tmp_path / "one" / "last.safetensors")
    assert again.recordings == "50% LJ"
    again.save("last")
    assert facts_of(tmp_path / "one" / "last.safetensors")["recordings"] == "50% LJ"
    made = tiny_recognizer()
    training = {"variants_and_texts": "a", "heard_h": 2.0, "told_h": 3.0, "hours": 1.0, "batches": 40, "curve": []}
    made.about = replace(made.about, training=training | {"recordings": "50% LJ"})
    made.save(tmp_path / "made.safetensors")
    further = trainer_of(tmp_path / "two", plan_of(BATCHES))
    further.begin_with(tmp_path / "made.safetensors")
    assert further.recordings == "50% LJ"
    further.mix = replace(further.mix, recordings=Path("my/own"), share=0.1)
    further.save("last")
    facts = facts_of(tmp_path / "two" / "last.safetensors")
    assert facts["recordings"] == "50% LJ; 10% own"
    assert (facts["earlier"]["batches"], facts["earlier"]["told_h"], facts["heard_s"]) == (40, 3.0, 7200)


def test_a_loss_that_is_no_number_leaves_the_checkpoint_as_it_was(tmp_path):
    train(tmp_path, plan_of(BATCHES), until=4)
    before = (tmp_path / "last.safetensors").read_bytes()
    trainer = trainer_of(tmp_path, plan_of(BATCHES))
    trainer.resume(tmp_path / "last.safetensors")
    torn = replace(batch_of(4), features=np.full_like(batch_of(4).features, np.nan))
    with pytest.raises(FloatingPointError, match=r"of batch 4 is no number; .* a lower --rate"):
        trainer.train(iter([torn, batch_of(5)]), held_out())
    assert (tmp_path / "last.safetensors").read_bytes() == before


def test_what_fails_between_steps_is_saved(tmp_path):
    def dying():
        yield from (batch_of(0), batch_of(1))
        raise RuntimeError("the speech workers die again and again")

    trainer = trainer_of(tmp_path, plan_of(BATCHES))
    with pytest.raises(RuntimeError, match="die again"):
        trainer.train(dying(), held_out())
    assert facts_of(tmp_path / "last.safetensors")["batch"] == 2


def test_weights_that_are_no_checkpoint_are_refused(tmp_path):
    path = tmp_path / "weights.safetensors"
    save_file({"w": torch.zeros(2)}, path)
    with pytest.raises(ValueError, match=r"weights\.safetensors is no checkpoint of a training"):
        facts_of(path)


# --- where to go on --------------------------------------------------------------------------------------------------


def checkpoint(out: Path, name: str, plan: Plan, batch: int) -> Path:
    path = out / f"{name}.safetensors"
    save_file({"w": torch.zeros(1)}, path, {"facts": json.dumps({"plan": asdict(plan), "batch": batch})})
    return path


def test_a_training_without_checkpoints_begins_at_the_beginning(tmp_path):
    assert checkpoint_of(tmp_path, plan_of(100)) is None


@pytest.mark.parametrize(
    ("reached", "now", "expected"),
    [
        (50, 100, "last"),  # killed
        (90, 100, "last"),  # killed in its fall
        (50, 200, "last"),  # a longer plan before the fall began
        (90, 200, "plateau"),  # and after
        (100, 200, "plateau"),
        (100, 100, "last"),
    ],
)
def test_a_longer_plan_goes_on_from_the_plateau(reached, now, expected, tmp_path):
    checkpoint(tmp_path, "last", plan_of(100), reached)
    checkpoint(tmp_path, "plateau", plan_of(100), plan_of(100).falls_at)
    assert checkpoint_of(tmp_path, plan_of(now)) == tmp_path / f"{expected}.safetensors"


def test_without_a_plateau_a_longer_plan_goes_on_from_the_last_state(tmp_path):
    last = checkpoint(tmp_path, "last", plan_of(100), 90)
    assert checkpoint_of(tmp_path, plan_of(200)) == last


def test_the_plateau_is_saved_where_the_rate_begins_to_fall(whole):
    plan = plan_of(BATCHES)
    assert facts_of(whole / "plateau.safetensors")["batch"] == plan.falls_at == 6
    assert facts_of(whole / "last.safetensors")["batch"] == BATCHES


# --- learning rate and masks -----------------------------------------------------------------------------------------


def test_the_rate_rises_stays_and_falls():
    plan = Plan(name="p", owner="a", seed=1, batches=1000, accumulate=2, rate=1.0, warmup=100, fall=0.4)
    assert plan.falls_at == 600
    expected = {0: 0.01, 98: 0.5, 198: 1.0, 400: 1.0, 600: 1.0, 800: 0.5, 900: 0.25, 1000: 0.0, 1100: 0.0}
    assert {batch: plan.rate_at(batch) for batch in expected} == pytest.approx(expected)


def test_the_two_networks_differ_in_seed_and_owner():
    a, b = plans(10)["ctc-synthetic-a"], plans(10)["ctc-synthetic-b"]
    assert a.owner != b.owner
    assert a.seed != b.seed
    assert replace(a, name=b.name, owner=b.owner, seed=b.seed) == b


def masked_by(seed: int, features: torch.Tensor) -> torch.Tensor:
    return masked(features, torch.Generator().manual_seed(seed))


def test_masks_follow_from_the_generator_and_leave_the_features_alone():
    features = torch.rand(8, 400, 64) + 1
    before = features.clone()
    one = masked_by(3, features)
    assert torch.equal(features, before)
    assert torch.equal(one, masked_by(3, features))
    assert not torch.equal(one, masked_by(4, features))
    assert one.shape == features.shape


def test_masks_leave_out_little():
    features = torch.rand(200, 300, 64) + 1
    out = masked_by(0, features)
    left_out = (out == 0).float()
    assert 0.01 < float(left_out.mean()) < 0.1
    assert float(left_out.mean((1, 2)).max()) < 0.25
    untouched = sum(torch.equal(row, given) for row, given in zip(out, features, strict=True)) / len(out)
    assert 0.15 < untouched < 0.5  # 0.85 * 0.6 * 0.6 = 0.31


# --- steps -----------------------------------------------------------------------------------------------------------


def test_a_batch_is_cut_without_a_loss():
    whole = batch_of(3)
    for n_parts in range(1, whole.most_parts + 1):
        parts = whole.cut(n_parts)
        assert [part.part for part in parts] == list(range(n_parts))
        assert sum(part.seconds for part in parts) == pytest.approx(whole.seconds)
        for name in ("features", "phonemes", "languages"):
            rows = np.concatenate([getattr(part, name) for part in parts])
            dealt = np.concatenate([getattr(whole, name)[part::n_parts] for part in range(n_parts)])
            np.testing.assert_array_equal(rows, dealt)
            assert len(rows) == 4
        heard = [tuple(letters) for part in parts for letters in part.letters]
        told = [tuple(letters) for part in parts for letters in part.told.letters]
        assert sorted(heard) == sorted(map(tuple, whole.letters))
        assert sorted(told) == sorted(map(tuple, whole.told.letters))


def test_a_part_of_which_nothing_is_known_teaches_nothing(tmp_path):
    """No mean of nothing, which would be no number and end the training."""
    batch = batch_of(0)
    unknown = replace(
        batch,
        languages=np.full(4, len(LANGUAGES), np.int16),
        phonemes=np.full_like(batch.phonemes, NO_PHONEME),
    )
    losses, gradients = trainer_of(tmp_path, plan_of(BATCHES))._gradients(unknown)
    assert losses["ctc"] == losses["phoneme"] == 0
    assert losses["language"] > 0
    assert all(gradient.isfinite().all() for gradient in gradients)


def test_silence_is_worth_no_more_than_slow_speech():
    logits = torch.randn(1, 400, 7, generator=torch.Generator().manual_seed(0))
    blanks = -logits.log_softmax(-1)[0, :, BLANK].sum().item()
    silence, one = np.zeros(0, np.int16), np.array([3], np.int16)
    assert _ctc(logits, [silence]).item() == pytest.approx(blanks / 50)  # 400 / 8
    nll = torch.nn.functional.ctc_loss(
        logits.log_softmax(-1).transpose(0, 1), torch.tensor([[3] * 60]), [400], [60], reduction="sum"
    )
    assert _ctc(logits, [np.repeat(one, 60)]).item() == pytest.approx(nll.item() / 60)
    assert _ctc(logits[:0], []).item() == 0
