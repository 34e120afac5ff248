import torch
from torch import nn

from seqmodels.inputs.split_embedding import SplitEmbedding
from seqmodels.training.trained_weights import LARGE, TrainedWeights


def test_a_frozen_word_matrix_is_left_out():
    words = SplitEmbedding(LARGE // 16, 8, 10)
    trained = TrainedWeights(words, words.parameters())
    assert list(trained.state_dict()) == ["trained"]
    assert list(trained.constant) == ["frozen"]


def test_what_changes_is_kept_and_comes_back():
    model = nn.Module()
    model.norm, model.fixed = nn.BatchNorm1d(2), nn.Parameter(torch.ones(2), requires_grad=False)
    for name in ("changing", "still"):
        model.register_buffer(name, torch.zeros(LARGE // 4))
    model.register_buffer("small", torch.zeros(LARGE // 4 - 1))
    trained = TrainedWeights(model, model.norm.parameters())
    model.changing[7] = 1
    model.norm(torch.randn(4, 2))
    kept = trained.copy()
    assert sorted(kept) == ["changing", *(f"norm.{name}" for name in sorted(model.norm.state_dict())), "small"]
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with torch.no_grad():
        model.changing.zero_()
        model.norm.weight.zero_()
        model.norm(torch.randn(4, 2))
    trained.load_state_dict(kept)
    assert all(value.equal(before[name]) for name, value in model.state_dict().items())


def test_a_frozen_weight_that_is_changed_by_hand_is_kept():
    model = nn.Linear(2, 2)
    trained = TrainedWeights(model, [model.weight])
    assert list(trained.state_dict()) == ["weight"]
    with torch.no_grad():
        model.bias += 1
    assert list(trained.state_dict()) == ["weight", "bias"]
