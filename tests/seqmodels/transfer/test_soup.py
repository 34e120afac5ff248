import numpy as np
import pytest
from torch import nn

from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.transfer.soup import soup
from textprep.errors import ConfigError


def test_each_weight_is_the_mean(classifier):
    models = [classifier(seed=seed) for seed in range(3)]
    before = [{name: value.clone() for name, value in model.state_dict().items()} for model in models]
    mixed = soup(models)
    for name, value in mixed.state_dict().items():
        wanted = np.mean([state[name].double().numpy() for state in before], 0)
        np.testing.assert_allclose(value, wanted, rtol=1e-6, atol=1e-7)
    assert mixed is not models[0]
    assert all(value.equal(before[0][name]) for name, value in models[0].state_dict().items())


def test_the_soup_of_one_model_many_times_is_that_model_to_the_bit(classifier):
    mixed = soup([classifier()] * 3)  # three times a float32, over three, is another float32 now and then
    assert all(value.equal(mixed.state_dict()[name]) for name, value in classifier().state_dict().items())


def test_models_built_otherwise_are_refused(classifier):
    smaller = classifier(encoder="recurrent", seed=1)
    other = type(smaller)(
        smaller.settings.__class__(encoder=RecurrentSettings(hidden_size=5, layers=3)), smaller.sizes, smaller.labels
    )
    with pytest.raises(ConfigError, match=r"encoder\.ahead\.0\.bias_hh_l0 has shape \(20,\) in model 2 and \(24,\)"):
        soup([smaller, other])
    with pytest.raises(ConfigError, match=r"has shape nowhere in model 2 and|has shape \(.*\) in model 2 and nowhere"):
        soup([classifier("recurrent"), classifier("transformer")])
    other.labels = ["yes", "no"]
    with pytest.raises(ConfigError, match="labels"):
        soup([smaller, other])


def test_whole_numbers_have_no_mean():
    first, second = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    soup([first, second])
    second.num_batches_tracked += 1
    with pytest.raises(ConfigError, match="num_batches_tracked of model 2"):
        soup([first, second])
