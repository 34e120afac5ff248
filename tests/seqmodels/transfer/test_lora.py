import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.training.fit import fit
from seqmodels.training.settings import TrainingSettings
from seqmodels.training.weights import load_weights, save_weights
from seqmodels.transfer.lora import LoRALinear, add_lora, merge_lora, unmerge_lora
from seqmodels.transfer.named_parts import trained_part
from textprep.errors import ArtifactError, ConfigError

LINEAR = "encoder.layers.**"


def with_lora(model, **options):
    """Add LoRA whose B is no longer zero."""
    names = add_lora(model, [LINEAR], **options)
    for name in names:
        nn.init.normal_(model.get_submodule(name).lora_b, std=0.3)
    return names


def test_equal_to_the_formula_written_out():
    rng = np.random.default_rng(0)
    W, b, A, B, x = (rng.normal(size=shape) for shape in [(5, 7), (5,), (3, 7), (5, 3), (2, 4, 7)])
    layer = LoRALinear(nn.Linear(7, 5).double(), rank=3, alpha=6.0)
    with torch.no_grad():
        for weight, values in ((layer.weight, W), (layer.bias, b), (layer.lora_a, A), (layer.lora_b, B)):
            weight.copy_(torch.from_numpy(values))
    wanted = x @ W.T + b + 6 / 3 * x @ (B @ A).T
    np.testing.assert_allclose(layer(torch.from_numpy(x)).detach(), wanted, rtol=1e-12)
    np.testing.assert_allclose(layer.merged()(torch.from_numpy(x)).detach(), wanted, rtol=1e-12)


def test_nothing_changes_at_first(classifier, sentences):
    model = classifier("transformer")
    before, names = model.predict(sentences()), model.state_dict().keys()
    added = add_lora(model, [LINEAR])
    assert len(added) >= 8
    assert (model.predict(sentences()) == before).all()
    assert model.state_dict().keys() >= names
    assert {name.rpartition(".")[2] for name in model.state_dict().keys() - names} == {"lora_a", "lora_b", "lora_scale"}


def test_gradients_reach_what_is_trained_and_nothing_else(classifier, sentences):
    model = classifier("transformer")
    added = with_lora(model, train=["head.output.*"])
    wanted = {f"{name}.lora_{side}" for name in added for side in "ab"} | {"head.output.weight", "head.output.bias"}
    model.loss(next(iter(sentences()))).backward()
    assert {name for name, weight in model.named_parameters() if weight.grad is not None} == wanted
    assert all(weight.grad.any() for name, weight in model.named_parameters() if name in wanted)


def test_merging_gives_the_same_outputs_and_the_same_names(classifier, sentences):
    model = classifier("transformer").double()
    batch = next(iter(sentences()))
    names = list(model.state_dict())
    with_lora(model)
    before = model.eval()(batch)
    layers = merge_lora(model)
    assert list(model.state_dict()) == names
    assert not any(isinstance(module, LoRALinear) for module in model.modules())
    torch.testing.assert_close(model(batch), before, rtol=0, atol=1e-6)
    unmerge_lora(model, layers)
    assert model(batch).equal(before)


def test_unmerging_gives_the_very_weights_back(classifier):
    model = classifier("transformer")
    with_lora(model)
    before = copy.deepcopy(model.state_dict())
    layers = merge_lora(model)
    merged = model.state_dict()
    assert all(not merged[f"{name}.weight"].equal(before[f"{name}.weight"]) for name in layers)
    unmerge_lora(model, layers)
    assert all(value.equal(before[name]) for name, value in model.state_dict().items())
    with pytest.raises(ConfigError, match="no linear layer"):
        unmerge_lora(nn.Linear(2, 2), layers)


def test_the_weights_of_lora_are_saved_by_themselves(classifier, sentences, tmp_path):
    saved, loaded, other = (classifier("transformer") for _ in range(3))
    with_lora(saved, rank=2, alpha=3.0)
    save_weights(trained_part(saved), tmp_path / "lora")
    add_lora(loaded, [LINEAR], rank=2, alpha=99.0)
    load_weights(trained_part(loaded), tmp_path / "lora")  # the scale comes with them
    assert (loaded.predict(sentences()) == saved.predict(sentences())).all()
    add_lora(other, [LINEAR], rank=4)
    with pytest.raises(ArtifactError, match=r"lora_a has shape \(2, \d+\) float32 in the file and \(4, "):
        load_weights(trained_part(other), tmp_path / "lora")


class Shifted(nn.Module):
    """Learns a linear map that differs from its own by a matrix of rank 2."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 5)
        self.target = (self.body.weight + torch.randn(5, 2) @ torch.randn(2, 6)).detach()

    def loss(self, x):
        return (self.body(x) - F.linear(x, self.target, self.body.bias)).square().mean()


class Points:
    """Batches of points, the same in each epoch."""

    def __len__(self):
        return 50

    def epoch(self, number):
        numbers = torch.Generator().manual_seed(0)
        return (torch.randn(32, 6, generator=numbers) for _ in range(50))


def test_it_learns_what_has_its_rank_and_the_base_stays():
    torch.manual_seed(0)
    model, first = Shifted(), next(Points().epoch(0))
    base = [weight.clone() for weight in model.parameters()]
    add_lora(model, ["body"], rank=2)
    before = model.loss(first).item()
    settings = TrainingSettings(epochs=8, learning_rate=0.02, warmup_steps=0, average_decay=0.0, metric="loss")
    state = fit(model, Points(), lambda model: {"loss": model.loss(first).item()}, settings)
    assert state.best_score < 1e-4 * before
    assert model.body.weight.equal(base[0])
    assert model.body.bias.equal(base[1])
    merge_lora(model)
    torch.testing.assert_close(model.body.weight, model.target, atol=0.05, rtol=0)


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.output, self.inner = nn.Embedding(5, 3), nn.Linear(3, 5, bias=False), nn.Linear(3, 3)
        self.output.weight = self.words.weight


def test_a_shared_weight_is_refused_because_merging_would_change_the_other_part():
    model = Tied()
    with pytest.raises(ConfigError, match="the weight of output is also another part's"):
        add_lora(model, ["*"])
    assert all(weight.requires_grad for weight in model.parameters())
    assert add_lora(model, ["inner"]) == ["inner"]


def test_what_cannot_be(classifier):
    with pytest.raises(ConfigError, match=r"unknown linear layer 'encoder\.ahead"):
        add_lora(classifier("recurrent"), ["encoder.ahead.*"])
    with pytest.raises(ConfigError, match="rank"):
        add_lora(nn.Sequential(nn.Linear(2, 2)), ["0"], rank=0)
    with pytest.raises(ConfigError, match="add_lora makes them"):
        merge_lora(nn.Linear(2, 2))
    with pytest.raises(ConfigError, match="unknown parameter"):
        add_lora(nn.Sequential(nn.Linear(2, 2)), ["0"], train=["head.**"])


def test_dropout_is_on_what_is_added_only():
    layer = LoRALinear(nn.Linear(4, 4), rank=2, alpha=2.0, dropout=1.0)
    nn.init.normal_(layer.lora_b)
    x = torch.randn(3, 4)
    plain = F.linear(x, layer.weight, layer.bias)
    assert layer.train()(x).equal(plain)
    assert not layer.eval()(x).equal(plain)
