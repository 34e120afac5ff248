import copy
import math

import numpy as np
import pytest
import torch
from torch import nn

from seqmodels.training.fit import fit
from seqmodels.training.settings import TrainingSettings
from seqmodels.training.weights import load_weights, save_weights
from seqmodels.transfer.adapters import Adapter, add_adapters
from seqmodels.transfer.named_parts import trained_part
from textprep.errors import ConfigError


def linear_layers(model):
    """The names of a Transformer's linear layers that give as many features as are passed from layer to layer."""
    size, modules = model.encoder.output_size, model.encoder.named_modules()
    return [f"encoder.{name}" for name, each in modules if isinstance(each, nn.Linear) and each.out_features == size]


def disturb(model):
    """Let adapters change what they take in."""
    for module in model.modules():
        if isinstance(module, Adapter):
            nn.init.normal_(module.up.weight)


def test_equal_to_the_formula_written_out():
    adapter = Adapter(4, 2).double()
    disturb(adapter)
    nn.init.normal_(adapter.up.bias)
    D, d, U, u = (weight.detach().numpy() for weight in adapter.parameters())
    x = np.random.default_rng(0).normal(size=(3, 4))
    inner = x @ D.T + d
    gelu = inner * np.vectorize(lambda z: (1 + math.erf(z / math.sqrt(2))) / 2)(inner)
    np.testing.assert_allclose(adapter(torch.from_numpy(x)).detach(), x + gelu @ U.T + u, rtol=1e-12)


def test_nothing_changes_at_first(classifier, sentences):
    model = classifier("transformer")
    before, names = model.predict(sentences()), model.state_dict().keys()
    add_adapters(model, linear_layers(model), inner_size=3)
    assert (model.predict(sentences()) == before).all()
    assert model.state_dict().keys() >= names


def test_every_module_runs_its_own_adapter(classifier, sentences):
    model = classifier("transformer")
    batch = next(iter(sentences()))
    names = add_adapters(model, linear_layers(model), inner_size=3)
    assert len(names) >= 4
    before = model.eval()(batch)
    for name in names:
        nn.init.normal_(model.get_submodule(name).adapter.up.weight)
        changed = model(batch)
        assert not changed.equal(before)
        before = changed
    model.loss(batch).backward()
    own = {f"{name}.adapter.{part}" for name in names for part in ("down.weight", "down.bias", "up.weight", "up.bias")}
    assert {name for name, weight in model.named_parameters() if weight.grad is not None} == own
    assert all(weight.grad.any() for name, weight in model.named_parameters() if name in own)


def test_a_module_with_an_adapter_gives_what_the_adapter_makes_of_its_output():
    model = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4))
    plain = copy.deepcopy(model)
    add_adapters(model, ["0", "1"], inner_size=2)
    disturb(model)
    x = torch.randn(5, 3)
    wanted = model[1].adapter(plain[1](model[0].adapter(plain[0](x))))
    assert model(x).equal(wanted)
    twin = copy.deepcopy(model)
    nn.init.zeros_(model[1].adapter.up.weight)
    assert not model(x).equal(wanted)
    assert twin(x).equal(wanted)  # a copy has adapters of its own


def test_adapters_are_saved_by_themselves(classifier, sentences, tmp_path):
    saved, loaded = classifier("transformer"), classifier("transformer")
    for model in (saved, loaded):
        add_adapters(model, linear_layers(model), inner_size=3)
        disturb(model)
    save_weights(trained_part(saved), tmp_path / "adapters")
    load_weights(trained_part(loaded), tmp_path / "adapters")
    assert (saved.predict(sentences()) == loaded.predict(sentences())).all()


def test_they_learn_and_the_model_stays(classifier, sentences, corpus):
    model = classifier("transformer")
    add_adapters(model, ["input", *linear_layers(model)], inner_size=8, train=["head.**"])
    frozen = {name: weight.clone() for name, weight in model.named_parameters() if not weight.requires_grad}

    def accuracy(model):
        return {"accuracy": float((model.decide(model.predict(sentences())) == corpus.labels).mean())}

    settings = TrainingSettings(epochs=10, learning_rate=0.02, warmup_steps=0, average_decay=0.0)
    assert accuracy(model)["accuracy"] < 0.8
    assert fit(model, sentences(seed=0), accuracy, settings).best_score > 0.95
    weights = dict(model.named_parameters())
    assert len(frozen) > 10
    assert all(weights[name].equal(value) for name, value in frozen.items())


@pytest.mark.parametrize("name", ["encoder", "encoder.ahead.0", "encoder.ahead", "head.dropout"])
def test_where_no_adapter_can_stand(classifier, name):
    model = classifier("recurrent")
    with pytest.raises(ConfigError, match=f"no adapter can stand behind {name}, a "):
        add_adapters(model, [name])
    assert all(weight.requires_grad for weight in model.parameters())


def test_no_second_adapter_and_no_unknown_name():
    model = nn.Sequential(nn.Linear(2, 2))
    add_adapters(model, ["0"])
    with pytest.raises(ConfigError, match="has an adapter already"):
        add_adapters(model, ["0"])
    with pytest.raises(ConfigError, match="unknown module 'layers"):
        add_adapters(model, ["layers.*"])
