import numpy as np
import pytest
import torch

from seqmodels.inspect.position_maps import position_map
from seqmodels.layers.transformer import TransformerSettings
from textprep.errors import ConfigError, InputError


def encoder(kind, **changes):
    return TransformerSettings(hidden_size=8, heads=2, inner_size=8, positions=kind, context=6, **changes).build(8)


def test_sinusoids_by_the_papers_formula():
    found = position_map(encoder("sinusoidal"), 5)
    assert (found.kind, found.acts_on) == ("sinusoidal", "input")
    expected = [
        [f(place / 10000 ** (2 * pair / 8)) for pair in range(4) for f in (np.sin, np.cos)] for place in range(5)
    ]
    np.testing.assert_allclose(found.values, [expected], atol=1e-6)


def test_learned_vectors_as_far_as_the_context_goes():
    model = encoder("learned")
    found = position_map(model, 6)
    np.testing.assert_array_equal(found.values[0], model.entrance.positions.vectors.weight.detach())
    with pytest.raises(InputError, match="a sequence of 7 steps is longer than the model's context of 6"):
        position_map(model, 7)


def test_alibi_falls_with_the_distance():
    found = position_map(encoder("alibi"), 4)
    assert found.acts_on == "scores"
    distance = np.abs(np.arange(4)[:, None] - np.arange(4))
    np.testing.assert_allclose(found.values, [-distance / 16, -distance / 256])


def test_relative_biases_are_the_learned_ones():
    model = encoder("relative", causal=True)
    found = position_map(model, 4)
    biases = model.entrance.positions.biases.weight.detach().numpy()  # (ranges, heads)
    for look, seen in [(3, 3), (3, 1), (2, 0)]:
        np.testing.assert_array_equal(found.values[:, look, seen], biases[look - seen])


def test_rotary_angles_by_the_papers_formula():
    found = position_map(encoder("rotary"), 5)
    assert found.acts_on == "queries"
    angles = np.arange(5)[:, None] * 10000.0 ** (-np.arange(0, 4, 2) / 4)
    np.testing.assert_allclose(found.values[0], (angles + np.pi) % (2 * np.pi) - np.pi, atol=1e-5)


def test_nothing_to_show():
    with pytest.raises(ConfigError, match="this model has no positions"):
        position_map(encoder("none"), 3)
    with pytest.raises(ConfigError, match="places"):
        position_map(encoder("alibi"), 0)
    assert torch.is_grad_enabled()
