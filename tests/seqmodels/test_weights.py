import pytest
import torch
from torch import nn

from seqmodels.weights import load_weights, save_weights
from textprep.errors import ArtifactError


def test_weights_survive(tmp_path):
    saved, loaded = nn.Linear(3, 2), nn.Linear(3, 2)
    save_weights(saved, tmp_path / "model.safetensors")
    load_weights(loaded, tmp_path / "model.safetensors")
    assert saved.weight.equal(loaded.weight)
    assert saved.bias.equal(loaded.bias)


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
