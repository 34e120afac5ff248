import pytest
import torch
from torch import nn

from seqmodels.inspect.watching import kept_gates, kept_weights, named_runs
from seqmodels.layers.attention_scores import DotAttention
from seqmodels.layers.recurrent import RecurrentEncoder
from seqmodels.layers.stacked import StackedEncoder
from seqmodels.layers.transformer import TransformerSettings


def test_gates_are_kept_within_the_block_alone():
    encoder = RecurrentEncoder(3, 4, layers=2)
    x, lengths = torch.randn(2, 5, 3), torch.tensor([5, 2])
    with kept_gates(encoder):
        open_output = encoder(x, lengths).output
        names = [(run.name, run.backward) for run in named_runs(encoder)]
    assert names == [
        ("layer 1 from the left", False),
        ("layer 1 from the right", True),
        ("layer 2 from the left", False),
        ("layer 2 from the right", True),
    ]
    assert (encoder.keep_gates, encoder.runs) == (False, [])
    torch.testing.assert_close(open_output, encoder(x, lengths).output)


def test_an_error_within_the_block_leaves_the_model_as_it_was():
    model = nn.ModuleDict({"a": RecurrentEncoder(3, 4), "b": DotAttention(3, 3, 3)})
    with pytest.raises(KeyError), kept_gates(model), kept_weights(model):
        raise KeyError
    assert not model["a"].keep_gates
    assert not model["b"].keep_weights


def test_weights_are_kept_within_the_block_alone():
    lower = RecurrentEncoder(3, 8, bidirectional=False)
    model = StackedEncoder(lower, TransformerSettings(hidden_size=8, heads=2, layers=2, dropout=0.0).build(8)).eval()
    x, lengths = torch.randn(2, 5, 3), torch.tensor([5, 2])
    with kept_weights(model) as attentions:
        shown = model(x, lengths).output
        shapes = {name: attention.weights.shape for name, attention in attentions.items()}
    assert shapes == {f"upper.layers.{layer}.attention": (2, 2, 5, 5) for layer in (0, 1)}
    assert all(attention.weights is None and not attention.keep_weights for attention in attentions.values())
    torch.testing.assert_close(shown, model(x, lengths).output)


def test_what_was_switched_on_before_stays_on():
    encoder = RecurrentEncoder(3, 4)
    encoder.keep_gates = True
    with kept_gates(encoder):
        pass
    assert encoder.keep_gates
