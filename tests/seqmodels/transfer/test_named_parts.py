import pytest
import torch
from torch import nn

from seqmodels.training.weights import load_weights, save_weights
from seqmodels.transfer.named_parts import names_like, train_only, trained_part
from textprep.errors import ArtifactError, ConfigError

NAMES = [
    "input.words",
    "encoder.layers.0.inner",
    "encoder.layers.10.inner",
    "encoder.layers.0.norm",
    "encoderX",
    "head",
]


@pytest.mark.parametrize(
    ("patterns", "chosen"),
    [
        (["head"], ["head"]),
        (["encoder.layers.*.inner"], NAMES[1:3]),
        (["encoder.**"], NAMES[1:4]),
        (["**norm", "input.*"], [NAMES[0], NAMES[3]]),
        (["*"], NAMES[4:]),
        ([], []),
    ],
)
def test_patterns(patterns, chosen):
    assert names_like(patterns, NAMES, "part") == chosen


@pytest.mark.parametrize("pattern", ["encoder", "encoder.*", "encoder.layers.*.iner", "Head", "hea."])
def test_a_pattern_that_means_nothing_is_refused(pattern):
    with pytest.raises(ConfigError, match="unknown part"):
        names_like(["head", pattern], NAMES, "part")


def test_only_what_is_named_is_trained():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2))
    train_only(model, ["1.*"])
    assert [weight.requires_grad for weight in model.parameters()] == [False, False, True, True]
    train_only(model, ["0.bias"])
    assert [weight.requires_grad for weight in model.parameters()] == [False, True, False, False]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
        self.scale = nn.Parameter(torch.ones(()))
        self.register_buffer("own", torch.zeros(2))
        self.register_buffer("made", torch.zeros(2), persistent=False)


def test_the_trained_part_is_saved_and_loaded_under_the_models_names(tmp_path):
    saved, loaded = Net(), Net()
    for model in (saved, loaded):
        train_only(model, ["body.1.*", "scale"])
    with torch.no_grad():
        saved.body[1].weight.fill_(2.0), saved.scale.fill_(3.0), saved.body[1].running_mean.fill_(4.0)
    part = trained_part(saved)
    wanted = {"scale", "own"} | {f"body.1.{name}" for name in nn.BatchNorm1d(4).state_dict()}
    assert part.state_dict().keys() == wanted
    assert part.get_parameter("body.1.weight") is saved.body[1].weight
    save_weights(part, tmp_path / "part")
    frozen = loaded.body[0].weight.clone()
    load_weights(trained_part(loaded), tmp_path / "part")
    assert (loaded.body[1].weight == 2).all()
    assert loaded.scale == 3
    assert (loaded.body[1].running_mean == 4).all()
    assert loaded.body[0].weight.equal(frozen)


def test_the_part_of_another_model_is_refused(tmp_path):
    save_weights(trained_part(nn.Linear(3, 2)), tmp_path / "part")
    with pytest.raises(ArtifactError, match=r"weight has shape \(2, 3\) float32 in the file and \(2, 4\) float32"):
        load_weights(trained_part(nn.Linear(4, 2)), tmp_path / "part")
    with pytest.raises(ArtifactError, match=r"body\.0\.bias has shape nowhere in the file|bias has shape .* nowhere"):
        load_weights(trained_part(Net()), tmp_path / "part")


def test_a_model_without_trained_parts_has_none():
    with pytest.raises(ConfigError, match="save the whole model"):
        trained_part(nn.Linear(2, 2).requires_grad_(False))
