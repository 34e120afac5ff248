import pytest
import torch
from torch import nn

from seqmodels.batches.word_batches import Batches
from seqmodels.models.tagger import Tagger, TaggerSettings
from seqmodels.training.weights import load_weights, save_weights
from textprep.errors import ArtifactError
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
