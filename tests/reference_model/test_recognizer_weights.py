"""A recognizer's file: what goes in comes out, and what is none says so."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from reference_model.alphabet import ALPHABET
from reference_model.recognizer import Recognizer
from reference_model.recognizer_file import FORMAT, KEY, read_about
from tests.reference_model.tiny_recognizer import TINY, tiny_network, tiny_recognizer

ROOT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "deep" / "tiny.safetensors"
    tiny_recognizer().save(path)
    return path


def rewritten(file, **changes):
    """The file with other things said of it."""
    recognizer = Recognizer.load(file)
    recognizer.about = replace(recognizer.about, **changes)
    recognizer.save(file)
    return file


def test_what_was_saved_is_loaded_in_half_precision(file):
    made, loaded = tiny_recognizer(), Recognizer.load(file)
    assert loaded.network.config == TINY
    assert not loaded.network.training
    for (name, before), (again, after) in zip(
        made.network.state_dict().items(), loaded.network.state_dict().items(), strict=True
    ):
        assert name == again
        assert after.dtype == before.dtype
        assert torch.equal(after.float(), before.half().float())


def test_saving_what_was_loaded_changes_nothing(file, tmp_path):
    Recognizer.load(file).save(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == file.read_bytes()


def test_nothing_is_left_beside_the_file(file):
    assert [path.name for path in file.parent.iterdir()] == ["tiny.safetensors"]


def test_what_is_known_of_it_comes_back(file):
    about = read_about(file)
    expected = tiny_recognizer().about
    assert about.alphabet == ALPHABET
    assert about.validity == expected.validity
    assert json.loads(json.dumps(asdict(about))) == json.loads(json.dumps(asdict(expected)))


def test_what_is_known_of_it_is_read_without_torch(file):
    program = (
        "import sys; from pathlib import Path; from reference_model.recognizer_file import read_about\n"
        "print(read_about(Path(sys.argv[1])).name, 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == ["tiny", "False"]


@pytest.mark.parametrize("read", [read_about, Recognizer.load])
def test_a_missing_file_is_named(read, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no recognizer weights at .*gone\.safetensors"):
        read(tmp_path / "gone.safetensors")


@pytest.mark.parametrize("content", [b"", b"not safetensors, and long enough for a head", b"\xff" * 100])
def test_what_is_not_safetensors_is_refused(content, tmp_path):
    path = tmp_path / "some.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"some\.safetensors is not a safetensors file"):
        Recognizer.load(path)


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {"of": "something else"},
        *(
            {KEY: text}
            for text in (
                json.dumps({"format": FORMAT + 1}), json.dumps({"format": FORMAT}), "null", "[]", '"text"', "no JSON",
                json.dumps(asdict(tiny_recognizer().about) | {"format": FORMAT, "validity": [{"cer": 1}]}),
                json.dumps(asdict(tiny_recognizer().about) | {"format": FORMAT, "alphabet": None}),
            )
        ),
    ],
)  # fmt: skip
def test_weights_of_something_else_are_refused(metadata, tmp_path):
    path = tmp_path / "other.safetensors"
    save_file({"w": np.zeros(3, np.float32)}, path, metadata)
    with pytest.raises(ValueError, match=rf"other\.safetensors holds no recognizer of format {FORMAT}"):
        Recognizer.load(path)


@pytest.mark.parametrize("alphabet", [(), ALPHABET[:-1], (*ALPHABET[:-2], ALPHABET[-1], ALPHABET[-2])])
def test_another_alphabet_is_refused(alphabet, file):
    with pytest.raises(ValueError, match=rf"trained with another alphabet of {len(alphabet)} letters"):
        Recognizer.load(rewritten(file, alphabet=alphabet))


@pytest.mark.parametrize(
    "changes",
    [
        {"width": 32},
        {"width": 0},
        {"width": "wide"},
        {"dilations": [1]},
        {"late_dilations": [1, 1]},
        {"n_phonemes": 3},
        {"n_layers": 3},
    ],
)
def test_a_configuration_that_does_not_fit_is_refused(changes, file):
    with pytest.raises(ValueError, match=r"tiny\.safetensors does not fit its own configuration"):
        Recognizer.load(rewritten(file, network=asdict(TINY) | changes))


@pytest.mark.parametrize("changes", [{"n_languages": 9}, {"n_letters": 7}, {"n_mels": 80}])
def test_a_network_of_other_letters_or_languages_is_refused(changes, tmp_path):
    network = tiny_network(replace(TINY, **changes))
    path = tmp_path / "odd.safetensors"
    Recognizer(network, replace(tiny_recognizer().about, network=asdict(network.config))).save(path)
    [got] = changes.values()
    with pytest.raises(ValueError, match=rf"odd\.safetensors hears .*{got}.*train anew"):
        Recognizer.load(path)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_damaged_file_is_refused(value, tmp_path):
    recognizer = tiny_recognizer()
    with torch.no_grad():
        recognizer.network.spell.weight[0, 0] = value
    recognizer.save(tmp_path / "torn.safetensors")
    with pytest.raises(ValueError, match=r"torn\.safetensors is damaged: spell\.weight holds what is no number"):
        Recognizer.load(tmp_path / "torn.safetensors")
