import numpy as np
import pytest
import torch

from seqmodels.batches.pair_batches import PairBatches
from seqmodels.inputs.token_input import TokenSizes
from seqmodels.metrics.scores import accuracy
from seqmodels.models.pair_classifier import PairClassifier, PairClassifierSettings
from seqmodels.training.fit import fit
from seqmodels.training.settings import TrainingSettings
from seqmodels.training.weights import load_weights, save_weights
from textprep.errors import ConfigError, InputError
from textprep.ids import Ids
from textprep.settings import from_toml, to_toml, with_values

SMALL = {"input.size": 12, "encoder.hidden_size": 12, "head.hidden_size": 16, "head.output_dropout": 0.1}


def pairs(count=300, seed=0):
    """Two rows of 0 to 4 ids each; whether they begin with the same one."""
    rng = np.random.default_rng(seed)
    sides = [[rng.integers(4, 8, rng.integers(0, 5)).tolist() for _ in range(count)] for _ in range(2)]
    same = [int(first[:1] == second[:1]) for first, second in zip(*sides, strict=True)]
    ids = []
    for side in sides:
        offsets = np.append(0, np.cumsum([len(row) for row in side])).astype(np.int64)
        ids.append(Ids(np.array([i for row in side for i in row], np.int32), offsets))
    return ids, np.array(same)


def make(join, segments=0, **values):
    torch.manual_seed(0)
    settings = with_values(PairClassifierSettings(), {**SMALL, "join": join, **values})
    return PairClassifier(settings, TokenSizes(8, segments), ["other", "same"], separator=3, begin=2)


def learned(model, first, second, targets):
    data = PairBatches(first, second, targets=targets, size=20, seed=0)

    def evaluate(trained):
        return {"accuracy": accuracy(targets, trained.predict(data).argmax(1))}

    return fit(model, data, evaluate, TrainingSettings(epochs=15, learning_rate=0.02, warmup_steps=5)).best_score


def test_compared_it_learns_whether_two_rows_begin_alike():
    (first, second), same = pairs()
    assert learned(make("compared", pooling="last"), first, second, same) > 0.95


def test_together_it_learns_what_stands_in_the_second_row():
    (first, second), _ = pairs()
    has = np.array([int(4 in row) for row in np.split(second.values, second.offsets[1:-1])])
    assert learned(make("together", 2), first, second, has) > 0.95


@pytest.mark.parametrize("encoder", ["recurrent", "transformer"])
@pytest.mark.parametrize(("join", "segments"), [("compared", 0), ("together", 0), ("together", 2)])
def test_probabilities_do_not_depend_on_how_batches_are_made(join, segments, encoder):
    (first, second), _ = pairs(40)
    model = make(join, segments, **{"encoder.kind": encoder})
    found = model.predict(PairBatches(first, second))
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-5)
    for more in ({"size": 1}, {"tokens": 20, "seed": 3}):
        np.testing.assert_allclose(model.predict(PairBatches(first, second, **more)), found, atol=1e-5)


def test_segments_tell_the_sides_apart():
    (first, second), _ = pairs(40)
    batch = next(iter(PairBatches(first, second)))
    model = make("together", 2).eval()
    before = model(batch)
    with torch.no_grad():
        model.input.segments.weight[1] += 1
    assert not torch.allclose(model(batch), before)


def test_sides_of_no_length_have_finite_gradients():
    nothing = Ids(np.zeros(0, np.int32), np.zeros(3, np.int64))
    for join in ("compared", "together"):
        model = make(join)
        model.loss(next(iter(PairBatches(nothing, nothing, targets=np.array([0, 1]))))).backward()
        assert all(weight.grad is None or weight.grad.isfinite().all() for weight in model.parameters())


def test_bad_input_is_named():
    (first, second), same = pairs(5)
    with pytest.raises(InputError, match="no targets"):
        make("compared").loss(next(iter(PairBatches(first, second))))
    with pytest.raises(InputError, match="target 7 at row"):
        make("compared").loss(next(iter(PairBatches(first, second, targets=same * 0 + 7))))
    with pytest.raises(ConfigError, match="separator"):
        PairClassifier(with_values(PairClassifierSettings(), {"join": "together"}), TokenSizes(8), ["a", "b"])


def test_settings_and_weights_come_back(tmp_path):
    (first, second), _ = pairs(20)
    model = make("together", 2)
    (tmp_path / "config.toml").write_text(to_toml(model.settings), encoding="utf-8")
    assert from_toml(PairClassifierSettings(), tmp_path / "config.toml") == model.settings
    save_weights(model, tmp_path / "model.safetensors")
    again = make("together", 2)
    torch.nn.init.zeros_(again.input.words.weight)
    load_weights(again, tmp_path / "model.safetensors")
    data = PairBatches(first, second)
    np.testing.assert_array_equal(again.predict(data), model.predict(data))
