import pytest
import torch
from torch import nn
from transformers import BertConfig
from transformers.models.bert.modeling_bert import BertLMPredictionHead

from seqmodels.batches.masked_batches import IGNORED
from seqmodels.heads.masked_language_head import MaskedLanguageHeadSettings
from textprep.errors import InputError


def make(size=8, table_size=8, **values):
    torch.manual_seed(0)
    return MaskedLanguageHeadSettings(**values).build(size, nn.Embedding(20, table_size).weight)


@pytest.mark.parametrize(
    "activation, theirs, epsilon", [("gelu", "gelu", 1e-12), ("gelu_tanh", "gelu_new", 1e-12), ("relu", "relu", 0.1)]
)
def test_equals_transformers(activation, theirs, epsilon):
    head = make(activation=activation, norm_epsilon=epsilon)
    sizes = {"vocab_size": 20, "hidden_size": 8, "num_attention_heads": 2}
    peer = BertLMPredictionHead(BertConfig(**sizes, hidden_act=theirs, layer_norm_eps=epsilon))
    nn.init.normal_(peer.decoder.bias)
    nn.init.normal_(peer.transform.LayerNorm.weight)
    head.dense.load_state_dict(peer.transform.dense.state_dict())
    head.norm.load_state_dict(peer.transform.LayerNorm.state_dict())
    head.softmax.table.data.copy_(peer.decoder.weight)
    head.softmax.bias.data.copy_(peer.decoder.bias)
    x = torch.randn(2, 5, 8)
    torch.testing.assert_close(head(x), peer(x), rtol=1e-5, atol=1e-5)
    targets = torch.tensor([[3, IGNORED, 9, IGNORED, 4], [IGNORED] * 3 + [7, 99]])
    expected = nn.functional.cross_entropy(peer(x)[[0, 0, 0, 1], [0, 2, 4, 3]], torch.tensor([3, 9, 4, 7]))
    torch.testing.assert_close(head.loss(x, targets, torch.tensor([5, 4])), expected)
    torch.testing.assert_close(head.eval().loss(x, targets, torch.tensor([5, 4])), expected)


def test_a_smaller_table_takes_a_narrower_dense_layer():
    head = make(size=12, table_size=8)
    assert head(torch.randn(2, 3, 12)).shape == (2, 3, 20)


def test_nothing_hidden_and_ids_that_there_are_not():
    head, x = make(), torch.randn(1, 2, 8, requires_grad=True)
    loss = head.loss(x, torch.full((1, 2), IGNORED), torch.tensor([2]))
    assert loss == 0
    loss.backward()
    assert x.grad.abs().sum() == 0
    with pytest.raises(InputError, match="target 20 at row 0, step 1"):
        head.loss(x, torch.tensor([[1, 20]]), torch.tensor([2]))


def test_each_target_is_judged_by_itself():
    head, x = make(), torch.randn(2, 4, 8)
    scores = head(x).detach()
    targets = scores.argmax(-1)
    targets[0, 1], targets[1, 0], targets[1, 3] = (targets[0, 1] + 1) % 20, IGNORED, 99
    nats, right = head.judged(x, targets, torch.tensor([4, 3]))
    counted = [(0, 0), (0, 1), (0, 2), (0, 3), (1, 1), (1, 2)]
    expected = [-float(scores[place].log_softmax(-1)[targets[place]]) for place in counted]
    torch.testing.assert_close(nats, torch.tensor(expected))
    assert right.tolist() == [True, False, True, True, True, True]
    nats, right = head.judged(x[:0], targets[:0], torch.tensor([], dtype=torch.int64))
    assert (len(nats), len(right)) == (0, 0)
