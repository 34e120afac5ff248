import pytest
import torch
from torch import nn

from seqmodels.heads.language_head import LanguageHeadSettings
from seqmodels.inputs.token_input import TokenSizes
from seqmodels.layers.encoder import Encoded, Encoder
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.layers.transformer import TransformerSettings
from seqmodels.models.language_model import LanguageModel, LanguageModelSettings
from seqmodels.transfer.layer_order import layers_of
from textprep.errors import ConfigError


def names(model):
    """The names of each layer's parameters."""
    by_weight = {weight: name for name, weight in model.named_parameters()}
    return {layer.name: {by_weight[weight] for weight in layer.parameters} for layer in layers_of(model)}


def below(model, *prefixes):
    return {name for name, _ in model.named_parameters() if name.startswith(prefixes)}


def test_a_recurrent_model(classifier):
    model = classifier("recurrent")
    layers = names(model)
    assert list(layers) == ["input", "encoder.0", "encoder.1", "encoder.2", "head"]
    assert layers["input"] == below(model, "input.")
    assert layers["encoder.1"] == below(model, "encoder.ahead.1.", "encoder.back.1.")
    assert layers["head"] == below(model, "head.")


def test_a_transformer(classifier):
    model = classifier("transformer")
    layers = names(model)
    assert list(layers) == ["input", "encoder.0", "encoder.1", "head"]
    beside = below(model, "encoder.") - below(model, "encoder.layers.")
    behind = below(model, "encoder.norm.")
    assert behind
    assert layers["encoder.0"] == below(model, "encoder.layers.0.") | (beside - behind)
    assert layers["encoder.1"] == below(model, "encoder.layers.1.") | behind


def test_what_stands_beside_each_layer_belongs_to_it(classifier):
    model = classifier("recurrent")
    model.encoder.norms = nn.ModuleList(nn.LayerNorm(12) for _ in range(2))  # in front of all layers but the first
    model.encoder.starts = nn.ParameterList(torch.zeros(6) for _ in range(6))  # state and memory of each
    layers = names(model)
    for k, norm in enumerate([(), ("encoder.norms.0.",), ("encoder.norms.1.",)]):
        starts = f"encoder.starts.{2 * k}", f"encoder.starts.{2 * k + 1}"
        wanted = below(model, f"encoder.ahead.{k}.", f"encoder.back.{k}.", *norm, *starts)
        assert layers[f"encoder.{k}"] == wanted


class Both(Encoder):
    """An LSTM below a Transformer."""

    def __init__(self, size):
        super().__init__()
        self.first = nn.Parameter(torch.zeros(size))
        self.lower = RecurrentSettings(hidden_size=4, layers=2).build(size)
        self.between = nn.Linear(8, 8)
        self.upper = TransformerSettings(hidden_size=8, heads=2, inner_size=8).build(8)
        self.output_size = 8

    def forward(self, x, lengths, state=None):
        between = self.between(self.lower(x, lengths).output)
        return Encoded(self.upper(between, lengths).output, None)


class InTurn(Both):
    """The same in a list."""

    def __init__(self, size):
        super().__init__(size)
        self.layers = nn.ModuleList([self.lower, self.upper])
        del self.lower, self.upper


@pytest.mark.parametrize("kind", [Both, InTurn])
def test_encoders_within_an_encoder(classifier, kind):
    model = classifier()
    model.encoder = kind(model.input.output_size)
    layers = names(model)
    assert list(layers) == ["input", *(f"encoder.{k}" for k in range(4)), "head"]
    assert {"encoder.first"} < layers["encoder.0"]
    assert "ahead.1.weight_hh_l0" in " ".join(layers["encoder.1"])
    assert any("norm." in name for name in layers["encoder.3"])
    assert set().union(*layers.values()) == below(model, "")


class NGrams(Encoder):
    """One layer of filters side by side."""

    def __init__(self, size):
        super().__init__()
        self.filters = nn.ModuleList(nn.Conv1d(size, 3, width) for width in (2, 3, 4))
        self.output_size = 9

    def forward(self, x, lengths, state=None):
        """Never asked: only what the encoder is made of counts."""


def test_lists_that_are_not_stacked_are_one_layer(classifier):
    model = classifier()
    model.encoder = NGrams(model.input.output_size)
    assert list(names(model)) == ["input", "encoder", "head"]
    assert names(model)["encoder"] == below(model, "encoder.")


def language_model(**options):
    settings = LanguageModelSettings(encoder=RecurrentSettings(hidden_size=4, layers=2, bidirectional=False), **options)
    return LanguageModel(settings, TokenSizes(5))


def test_a_shared_weight_is_the_upper_layers():
    model = language_model(head=LanguageHeadSettings())
    assert list(names(model)) == ["input", "encoder.0", "encoder.1", "head"]
    model = language_model()
    assert list(names(model)) == ["encoder.0", "encoder.1", "head"]
    softmax = model.head.softmax
    assert set(layers_of(model)[-1].parameters) == {model.input.table, softmax.bias, softmax.project.weight}


def test_what_takes_no_gradient_is_left_out(classifier):
    model = classifier()
    model.input.requires_grad_(False)
    model.encoder.ahead[1].requires_grad_(False)
    assert list(names(model)) == ["encoder.0", "encoder.1", "encoder.2", "head"]
    assert names(model)["encoder.1"] == below(model, "encoder.back.1.")
    with pytest.raises(ConfigError, match="no layers to train"):
        layers_of(model.requires_grad_(False))


def test_a_parameter_of_no_part_is_named():
    model = language_model()
    model.temperature = nn.Parameter(torch.ones(()))
    with pytest.raises(ConfigError, match="temperature belongs to no part"):
        layers_of(model)
