"""ECAPA through speechbrain, with small random weights in the true layout and file formats."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from voxeval.analyzers.ecapa import FILES, Ecapa
from voxeval.analyzers.torchaudio_compat import ensure_torchaudio
from voxeval.errors import MissingDependencyError, PluginError, UsageError
from voxeval.types import Audio, Clip, Failure, Feature

WIDTH = 24
HYPERPARAMS = f"""
pretrained_path: somewhere/else
compute_features: !new:speechbrain.lobes.features.Fbank
    n_mels: 80
mean_var_norm: !new:speechbrain.processing.features.InputNormalization
    norm_type: sentence
    std_norm: False
embedding_model: !new:speechbrain.lobes.models.ECAPA_TDNN.ECAPA_TDNN
    input_size: 80
    channels: [16, 16, 16, 16, 48]
    kernel_sizes: [5, 3, 3, 3, 1]
    dilations: [1, 2, 3, 4, 1]
    attention_channels: 8
    lin_neurons: {WIDTH}
classifier: !new:speechbrain.lobes.models.ECAPA_TDNN.Classifier
    input_size: {WIDTH}
    out_neurons: 3
mean_var_norm_emb: !new:speechbrain.processing.features.InputNormalization
    norm_type: global
    std_norm: False
modules:
    compute_features: !ref <compute_features>
    mean_var_norm: !ref <mean_var_norm>
    embedding_model: !ref <embedding_model>
    mean_var_norm_emb: !ref <mean_var_norm_emb>
    classifier: !ref <classifier>
label_encoder: !new:speechbrain.dataio.encoder.CategoricalEncoder
pretrainer: !new:speechbrain.utils.parameter_transfer.Pretrainer
    loadables:
        embedding_model: !ref <embedding_model>
        mean_var_norm_emb: !ref <mean_var_norm_emb>
        classifier: !ref <classifier>
        label_encoder: !ref <label_encoder>
    paths:
        embedding_model: !ref <pretrained_path>/embedding_model.ckpt
        mean_var_norm_emb: !ref <pretrained_path>/mean_var_norm_emb.ckpt
        classifier: !ref <pretrained_path>/classifier.ckpt
        label_encoder: !ref <pretrained_path>/label_encoder.txt
"""


@pytest.fixture(scope="module", autouse=True)
def _no_lazy_modules_left():
    """speechbrain leaves modules that raise when looked at, and hypothesis looks at all modules of the process."""
    yield
    from speechbrain.utils.importutils import LazyModule

    for name in [name for name, module in sys.modules.items() if isinstance(module, LazyModule)]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    ensure_torchaudio()
    from speechbrain.dataio.encoder import CategoricalEncoder
    from speechbrain.lobes.models.ECAPA_TDNN import ECAPA_TDNN, Classifier
    from speechbrain.processing.features import InputNormalization

    folder = tmp_path_factory.mktemp("spkrec-ecapa-small")
    (folder / "hyperparams.yaml").write_text(HYPERPARAMS, encoding="utf-8")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        embedding_model = ECAPA_TDNN(
            80, lin_neurons=WIDTH, channels=[16, 16, 16, 16, 48], attention_channels=8, device="cpu"
        )
        classifier = Classifier(WIDTH, out_neurons=3)
    torch.save(embedding_model.state_dict(), folder / "embedding_model.ckpt")
    torch.save(classifier.state_dict(), folder / "classifier.ckpt")
    InputNormalization(norm_type="global", std_norm=False)._save(folder / "mean_var_norm_emb.ckpt")
    labels = CategoricalEncoder()
    labels.update_from_iterable(["anna", "bert", "cara"])
    labels.save(folder / "label_encoder.txt")
    assert {path.name for path in folder.iterdir()} == set(FILES)
    return folder


@pytest.fixture(scope="module")
def encoder(folder):
    return Ecapa(source=str(folder), device="cpu")


def noise(duration_s: float, seed: int = 0, sample_rate: int = 16_000) -> Clip:
    generator = np.random.default_rng(seed)
    samples = generator.standard_normal(round(duration_s * sample_rate)).astype(np.float32) * 0.1
    return Clip(audio=Audio(samples, sample_rate), language="en")


def heard(encoder: Ecapa, clip: Clip) -> Feature:
    (answer,) = encoder.analyze([clip])
    assert isinstance(answer, Feature), answer
    return answer


def test_the_weights_in_use_are_those_in_the_file(folder, encoder):
    heard(encoder, noise(1.0))
    loaded = encoder._model.mods.embedding_model.state_dict()
    saved = torch.load(folder / "embedding_model.ckpt", weights_only=True)
    assert loaded.keys() == saved.keys()
    assert all(torch.equal(loaded[name], saved[name]) for name in saved)


def test_the_model_folder_is_left_as_it_was(folder, encoder):
    heard(encoder, noise(1.0))
    assert {path.name for path in folder.iterdir()} == set(FILES)


def test_a_short_clip_is_one_window_that_equals_the_whole(encoder):
    feature = heard(encoder, noise(3.0))
    assert feature.values["embedding"].shape == (WIDTH,)
    assert np.linalg.norm(feature.values["embedding"]) == pytest.approx(1.0, abs=1e-5)
    np.testing.assert_array_equal(feature.values["windows"], feature.values["embedding"])
    assert feature.values["start_s"].tolist() == [0.0]
    assert feature.values["end_s"].tolist() == [3.0]


def test_long_audio_gives_windows_that_equal_their_own_stretch(encoder):
    clip = noise(11.0)
    feature = heard(encoder, clip)
    assert feature.values["start_s"].tolist() == [0.0, 2.5, 5.0, 7.5]
    assert feature.values["end_s"].tolist() == [5.0, 7.5, 10.0, 11.0]
    windows = feature.values["windows"].reshape(4, WIDTH)
    np.testing.assert_allclose(np.linalg.norm(windows, axis=1), 1.0, atol=1e-5)
    third = Clip(audio=Audio(clip.audio.samples[80_000:160_000], 16_000), language="en")
    np.testing.assert_allclose(windows[2], heard(encoder, third).values["embedding"], atol=1e-5)
    assert not np.allclose(windows[0], windows[2], atol=1e-3)


def test_one_by_one_equals_together(encoder):
    clips = [noise(1.0, 1), noise(4.0, 2), noise(2.0, 3)]
    together = encoder.analyze(clips)
    for clip, answer in zip(clips, together, strict=True):
        np.testing.assert_array_equal(heard(encoder, clip).values["embedding"], answer.values["embedding"])


def test_other_sample_rates_are_resampled(encoder):
    seconds = np.arange(3 * 48_000) / 48_000
    tone = (0.3 * np.sin(2 * np.pi * 220 * seconds) * (1 + np.sin(2 * np.pi * 3 * seconds))).astype(np.float32)
    high = heard(encoder, Clip(audio=Audio(tone, 48_000), language="en")).values["embedding"]
    low = heard(encoder, Clip(audio=Audio(tone[::3].copy(), 16_000), language="en")).values["embedding"]
    assert float(high @ low) > 0.99


def test_what_cannot_be_heard_is_a_failure_and_takes_no_other_with_it(encoder):
    clips = [
        Clip(audio=Audio(np.zeros(0, np.float32), 16_000), language="en"),
        Clip(audio=Audio(np.full(16_000, np.nan, np.float32), 16_000), language="en"),
        noise(0.2),
        Clip(audio=Audio(np.zeros(16_000, np.float32), 16_000), language="en"),
        noise(1.0),
    ]
    empty, broken, short, silent, good = encoder.analyze(clips)
    assert isinstance(empty, Failure)
    assert "0 samples" in empty.reason
    assert "NaN" in broken.reason
    assert "0.5 s" in short.reason
    assert "silence" in silent.reason
    assert [answer.skipped for answer in (empty, broken, short, silent)] == [False, False, True, True]
    assert isinstance(good, Feature)


def test_the_fingerprint_follows_weights_and_windows_and_not_the_device(folder, tmp_path):
    for name in FILES:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    fingerprint = Ecapa(source=str(folder)).info.fingerprint
    assert Ecapa(source=str(tmp_path), device="cpu").info.fingerprint == fingerprint
    assert Ecapa(source=str(folder), hop_s=1.0).info.fingerprint != fingerprint
    with (tmp_path / "embedding_model.ckpt").open("ab") as file:
        file.write(b"x")
    assert Ecapa(source=str(tmp_path)).info.fingerprint != fingerprint


def test_what_is_missing_is_said_with_the_command_that_adds_it(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert Ecapa(source=str(folder)).problem() is None
    absent = Ecapa(source="nobody/has-such-a-model")
    assert "hf download nobody/has-such-a-model" in (absent.problem() or "")
    with pytest.raises(MissingDependencyError, match="nobody/has-such-a-model"):
        absent.analyze([noise(1.0)])
    assert "lacks hyperparams.yaml" in (Ecapa(source=str(tmp_path)).problem() or "")


def test_weights_that_the_file_lacks_are_never_made_up(folder, tmp_path):
    for name in FILES:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    weights = torch.load(tmp_path / "embedding_model.ckpt", weights_only=True)
    del weights["fc.conv.weight"]
    torch.save(weights, tmp_path / "embedding_model.ckpt")
    with pytest.raises(PluginError, match=r"fc\.conv\.weight"):
        Ecapa(source=str(tmp_path), device="cpu").analyze([noise(1.0)])
    (tmp_path / "embedding_model.ckpt").write_bytes(b"no weights")
    with pytest.raises(PluginError, match="can't be loaded"):
        Ecapa(source=str(tmp_path), device="cpu").analyze([noise(1.0)])


def test_windows_with_gaps_are_refused():
    with pytest.raises(UsageError, match="hop_s"):
        Ecapa(window_s=2.0, hop_s=3.0)


def test_torchaudio_is_imported_without_a_compiled_library_that_does_not_load(tmp_path):
    package = tmp_path / "torchaudio"
    package.mkdir()
    (package / "_extension.py").write_text("raise OSError('libc10_cuda.so: cannot open shared object file')\n")
    (package / "__init__.py").write_text(
        "from torchaudio import _extension\nusable = not _extension.__dict__['_IS_ALIGN_AVAILABLE']\n"
    )
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); "
        "from voxeval.analyzers.torchaudio_compat import ensure_torchaudio; ensure_torchaudio(); "
        "import torchaudio; print(torchaudio.__file__, torchaudio.usable)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(package / "__init__.py"), "True"]
