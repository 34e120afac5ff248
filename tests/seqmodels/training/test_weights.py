import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from seqmodels.batches.word_batches import Batches
from seqmodels.models.tagger import Tagger, TaggerSettings
from seqmodels.training.weights import check_weights, load_weights, save_weights
from textprep.errors import ArtifactError, TextmillError
from textprep.settings import with_values


def test_weights_survive(tmp_path):
    saved, loaded = nn.Linear(3, 2), nn.Linear(3, 2)
    save_weights(saved, tmp_path / "model.safetensors")
    load_weights(loaded, tmp_path / "model.safetensors")
    assert saved.weight.equal(loaded.weight)
    assert saved.bias.equal(loaded.bias)


def test_a_tagger_is_rebuilt_from_settings_sizes_and_weights(corpus, tmp_path):
    settings = with_values(TaggerSettings(), {"hidden_size": 8, "char_output": 4})
    saved, loaded = (Tagger(settings, corpus.sizes, corpus.tag_names) for _ in range(2))
    save_weights(saved, tmp_path / "tagger.safetensors")
    load_weights(loaded, tmp_path / "tagger.safetensors")
    batches = Batches(corpus.features, corpus.codes, corpus.offsets)
    assert (saved.predict(batches).ids == loaded.predict(batches).ids).all()


def test_what_does_not_fit_is_refused_and_changes_nothing(tmp_path):
    path = tmp_path / "model.safetensors"
    save_weights(nn.Linear(3, 2), path)
    for other, name in ((nn.Linear(3, 4), "bias"), (nn.Linear(3, 2, bias=False), "bias")):
        before = other.weight.detach().clone()
        with pytest.raises(ArtifactError, match=name):
            load_weights(other, path)
        assert torch.equal(other.weight, before)
    with pytest.raises(ArtifactError, match="no such file"):
        load_weights(nn.Linear(3, 2), tmp_path / "none")
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(ArtifactError, match="not a whole"):
        load_weights(nn.Linear(3, 2), path)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_not_finite_are_refused_in_a_file_and_not_written(tmp_path, number):
    path, model = tmp_path / "model.safetensors", nn.Linear(3, 2)
    state = {"bias": torch.zeros(2), "weight": torch.zeros(2, 3)}
    state["weight"][1, 2] = number
    save_file(state, path)
    with pytest.raises(ArtifactError, match=r"model\.safetensors: damaged \(weight has numbers that are not finite"):
        load_weights(model, path)
    with torch.no_grad():
        model.weight[0, 0] = number
    with pytest.raises(TextmillError, match="weight is no longer finite; lower learning_rate"):
        save_weights(model, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_large_numbers_are_finite(tmp_path):
    model = nn.Linear(3, 2)
    with torch.no_grad():
        model.weight.fill_(torch.finfo(torch.float32).max)  # their sum is infinite
    save_weights(model, tmp_path / "file")
    load_weights(nn.Linear(3, 2), tmp_path / "file")


@pytest.mark.parametrize("kind", [torch.float16, torch.float64, torch.int32])
def test_weights_of_another_type(tmp_path, kind):
    save_file({"bias": torch.zeros(2, dtype=kind), "weight": torch.zeros(2, 3)}, tmp_path / "file")
    for check in (load_weights, check_weights):
        with pytest.raises(
            ArtifactError, match=rf"bias has shape \(2,\) {str(kind)[6:]} in the file and \(2,\) float32"
        ):
            check(nn.Linear(3, 2), tmp_path / "file")


def test_a_model_without_memory_is_compared(tmp_path):
    save_weights(nn.Linear(3, 2), tmp_path / "file")
    check_weights(nn.Linear(3, 2, device="meta"), tmp_path / "file")
    with pytest.raises(ArtifactError, match=r"\(2, 3\) float32 in the file and \(2, 1000000\) float32"):
        check_weights(nn.Linear(1_000_000, 2, device="meta"), tmp_path / "file")


def test_a_full_disk_is_an_error_of_the_system_that_names_the_file(tmp_path):
    code = """
import resource, sys, torch
from torch import nn
from seqmodels.training.checkpoint_file import write_checkpoint
from seqmodels.training.weights import save_weights
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
for write in (lambda: save_weights(nn.Linear(50, 50), sys.argv[1]), lambda: write_checkpoint(sys.argv[1],
        {"weight": torch.zeros(5000)})):
    try:
        write()
    except OSError as error:
        print(error)
"""
    target = tmp_path / "model.safetensors"
    done = subprocess.run([sys.executable, "-c", code, str(target)], capture_output=True, text=True, check=True)
    assert done.stdout == f"[Errno 27] File too large: '{target}'\n" * 2
    assert list(tmp_path.iterdir()) == []


def test_a_tied_matrix_is_written_once_and_stays_tied(tmp_path):
    def tied() -> nn.Module:
        model = nn.ModuleDict({"table": nn.Embedding(5, 3), "output": nn.Linear(3, 5)})
        model["output"].weight = model["table"].weight
        return model

    model, again = tied(), tied()
    save_weights(model, tmp_path / "weights.safetensors")
    assert sorted(load_file(tmp_path / "weights.safetensors")) == ["output.bias", "table.weight"]
    load_weights(again, tmp_path / "weights.safetensors")
    assert again["output"].weight is again["table"].weight
    assert torch.equal(again["output"].weight, model["table"].weight)
