"""Vectors of tokens by their ids."""

import pytest
import torch

from seqmodels.inputs.token_input import TokenInput, TokenInputSettings, TokenSizes
from textprep.errors import ConfigError, InputError


def test_the_rows_of_words_and_segments_are_added():
    layer = TokenInput(TokenInputSettings(size=4, dropout=0), TokenSizes(5, segments=2))
    ids, segments = torch.tensor([[1, 4], [0, 0]]), torch.tensor([[0, 1], [1, 1]])
    words, kinds = layer.words.weight, layer.segments.weight
    for row in range(2):
        for step in range(2):
            wanted = words[ids[row, step]] + kinds[segments[row, step]]
            assert torch.equal(layer(ids, segments)[row, step], wanted)
    assert torch.equal(layer(ids), layer(ids, torch.zeros_like(ids)))


def test_vectors_are_scaled_by_the_root_of_their_size():
    torch.manual_seed(0)
    plain = TokenInput(TokenInputSettings(size=4, dropout=0), TokenSizes(5))
    scaled = TokenInput(TokenInputSettings(size=4, dropout=0, scaled=True), TokenSizes(5))
    scaled.load_state_dict(plain.state_dict())
    torch.testing.assert_close(scaled(torch.tensor([[3, 4]])), 2 * plain.words.weight[[3, 4]].unsqueeze(0))


def test_locked_dropout_drops_the_same_features_of_all_tokens():
    layer = TokenInput(TokenInputSettings(size=50, dropout=0.5, locked_dropout=True), TokenSizes(3))
    dropped = layer(torch.tensor([[1, 1, 1], [1, 1, 1]])) == 0
    assert torch.equal(dropped[:, 0], dropped[:, 2]) and not torch.equal(dropped[0], dropped[1])


@pytest.mark.parametrize("wrong", [5, -1])
def test_an_id_that_there_is_not(wrong):
    layer = TokenInput(TokenInputSettings(), TokenSizes(5, segments=2))
    with pytest.raises(InputError, match=rf"the id {wrong}, and the model knows 0\.\.4"):
        layer(torch.tensor([[1, wrong]]))
    with pytest.raises(InputError, match=r"the segment 2, and the model knows 0\.\.1"):
        layer(torch.tensor([[1]]), torch.tensor([[2]]))


def test_a_vocabulary_without_ids():
    with pytest.raises(ConfigError, match="words"):
        TokenSizes(0)


def test_noise_on_tokens_in_training_only():
    torch.manual_seed(0)
    ids, sizes = torch.ones(40, 50, dtype=torch.int64), TokenSizes(4)
    plain = {"size": 6, "dropout": 0.0}
    left_out = TokenInput(TokenInputSettings(**plain, token_dropout=0.25), sizes)
    read = left_out(ids)
    gone = (read == 0).all(2)
    assert gone.float().mean().item() == pytest.approx(0.25, abs=0.04)
    torch.testing.assert_close(read[~gone], (left_out.words.weight[1] / 0.75).expand(int((~gone).sum()), 6))
    noisy = TokenInput(TokenInputSettings(**plain, noise=0.5), sizes)
    assert (noisy(ids) - noisy.words.weight[1]).std().item() == pytest.approx(0.5, abs=0.02)
    others = TokenInput(TokenInputSettings(**plain, random_tokens=0.5), sizes)
    read = (others(ids).unsqueeze(2) == others.words.weight).all(3).float().mean((0, 1))
    assert read.tolist() == pytest.approx([0.125, 0.625, 0.125, 0.125], abs=0.04)
    for layer in (left_out, noisy, others):
        assert layer.eval()(ids).equal(layer.words.weight[ids])
