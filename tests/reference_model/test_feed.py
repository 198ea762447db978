"""Batches come in order whatever becomes of the workers. Each worker loads torch and makes real speech."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from reference_model.train.examples import Batch, Mix
from reference_model.train.feed import Feed

MIX = Mix(owner="b", seed=3)
pytestmark = pytest.mark.slow


def taken(feed: Feed, n: int) -> list[Batch]:
    return [next(feed) for _ in range(n)]


@pytest.fixture(scope="module")
def undisturbed():
    feed = Feed(MIX, start=7, ramp=100, workers=1)
    batches = taken(feed, 5)
    feed.close()
    assert feed.restarts == 0
    return batches


def test_batches_come_in_order(undisturbed):
    assert [batch.number for batch in undisturbed] == [7, 8, 9, 10, 11]


def test_a_killed_worker_is_started_again_and_nothing_is_lost_or_changed(undisturbed):
    feed = Feed(MIX, start=7, ramp=100, workers=2)
    batches = taken(feed, 1)
    feed._workers[0].process.kill()
    feed._workers[0].process.join()
    batches += taken(feed, 4)
    restarts = feed.restarts
    feed.close()
    assert restarts == 1
    for one, other in zip(batches, undisturbed, strict=True):
        assert one.number == other.number
        np.testing.assert_array_equal(one.features, other.features)
        assert [row.tolist() for row in one.letters] == [row.tolist() for row in other.letters]


def test_no_worker_is_left_behind():
    feed = Feed(MIX, start=0, ramp=100, workers=1)
    process = feed._workers[0].process
    feed.close()
    process.join(10)
    assert not process.is_alive()


def test_workers_that_die_at_their_start_end_the_training():
    """And don't keep it waiting: the thread that waits is done in time."""
    feed = Feed(Mix(owner="nobody", seed=1), start=0, ramp=100, workers=1)
    outcome: list[BaseException] = []

    def wait() -> None:
        try:
            next(feed)
        except RuntimeError as error:
            outcome.append(error)

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    waiting.join(120)
    feed.close()
    assert [str(error).partition(":")[0] for error in outcome] == ["the speech workers die again and again"]
