"""What every analyzer that listens clip by clip can rely on."""

import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from voxeval.analyzers.clipwise import cores, each, is_silent
from voxeval.analyzers.device import one_thread, torch_device
from voxeval.analyzers.identity import files_hash, fingerprint, installed, package_folder
from voxeval.analyzers.windows import window_bounds
from voxeval.errors import AudioError
from voxeval.types import Audio, Clip, Failure


def clip(samples: list[float] | np.ndarray) -> Clip:
    return Clip(audio=Audio(np.asarray(samples, dtype=np.float32), 16_000), language="en")


@pytest.mark.parametrize("threads", [1, 4])
def test_answers_come_in_the_order_of_the_clips(threads):
    clips = [clip(np.full(1_600 + 16 * count, 0.1)) for count in range(20)]
    answers = each(clips, lambda audio: len(audio.samples), min_s=0.1, threads=threads)
    assert answers == [1_600 + 16 * count for count in range(20)]


def test_threads_listen_at_the_same_time():
    both_there = threading.Barrier(2, timeout=5)
    assert len(each([clip(np.ones(1_600))] * 2, lambda _: both_there.wait(), min_s=0.1, threads=2)) == 2


def test_what_no_model_can_hear_never_reaches_it():
    def listen(audio: Audio) -> float:
        assert np.isfinite(audio.samples).all()
        return audio.duration_s

    clips = [clip([]), clip([0.1] * 100), clip(np.full(16_000, np.nan)), clip(np.ones(16_000))]
    empty, short, broken, good = each(clips, listen, min_s=0.5)
    assert isinstance(empty, Failure)
    assert isinstance(short, Failure)
    assert "at least 0.5 s" in short.reason
    assert isinstance(broken, Failure)
    assert good == 1.0


def test_audio_that_a_model_refuses_is_a_failure_and_other_errors_pass():
    def refuse(_audio: Audio) -> float:
        raise AudioError("nobody can hear this")

    assert each([clip(np.ones(16_000))], refuse, min_s=0.1) == [Failure(reason="nobody can hear this")]
    with pytest.raises(ZeroDivisionError):
        each([clip(np.ones(16_000))], lambda _: 1 / 0, min_s=0.1)


def test_one_step_of_16_bits_is_silence_and_two_are_not():
    assert is_silent(np.zeros(0, np.float32))
    assert is_silent(np.full(10, 1 / 32768, np.float32))
    assert not is_silent(np.full(10, -2 / 32768, np.float32))
    assert 1 <= cores() <= 8


@example(duration_s=2.0, hop_s=1 / 3, overlap_s=0.0)  # five hops and a window end just before 2
@given(
    duration_s=st.floats(0.1, 500),
    hop_s=st.floats(0.25, 5),
    overlap_s=st.floats(0, 5),
)
def test_windows_cover_the_recording_and_none_is_needlessly_short(duration_s, hop_s, overlap_s):
    window_s = hop_s + overlap_s
    bounds = window_bounds(duration_s, window_s, hop_s)
    assert bounds[0][0] == 0.0
    assert bounds[-1][1] == duration_s
    assert all(0 < end_s - start_s <= window_s + 1e-9 for start_s, end_s in bounds)
    assert all(end_s == start_s + window_s for start_s, end_s in bounds[:-1])
    if len(bounds) > 1:
        assert bounds[-1][1] - bounds[-1][0] > overlap_s - 1e-9


def test_fingerprints_follow_every_part(tmp_path):
    assert fingerprint("a", 1) == fingerprint("a", 1)
    assert len({fingerprint("a", 1), fingerprint("a", "1"), fingerprint("b", 1), fingerprint("a", 1, None)}) == 4
    weights = tmp_path / "weights"
    weights.write_bytes(b"1")
    before = files_hash([weights])
    weights.write_bytes(b"2")
    assert files_hash([weights]) != before
    assert files_hash([tmp_path / "absent"]) != files_hash([weights])


def test_packages_are_found_without_importing_them():
    assert installed("numpy") == np.__version__
    assert installed("no-such-distribution-at-all") is None
    assert package_folder("numpy") == Path(np.__file__).parent
    assert package_folder("no_such_package_at_all") is None


def test_the_cpu_is_always_there():
    assert torch_device("cpu") == "cpu"
    assert torch_device("auto") in {"cpu", "cuda"}


def test_the_number_of_threads_is_set_back_also_after_an_error():
    def fail() -> None:
        with one_thread():
            assert torch.get_num_threads() == 1
            raise ZeroDivisionError

    before = torch.get_num_threads()
    with pytest.raises(ZeroDivisionError):
        fail()
    assert torch.get_num_threads() == before
