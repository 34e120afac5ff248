import pytest
import torch
from torch import nn
from transformers import BertConfig
from transformers.models.bert.modeling_bert import BertOnlyNSPHead, BertPooler

from seqmodels.batches.next_sentence_batches import FOLLOWS, RANDOM
from seqmodels.heads.next_sentence_head import NextSentenceHeadSettings
from textprep.errors import InputError


def test_equals_transformers():
    torch.manual_seed(0)
    config = BertConfig(hidden_size=8, num_attention_heads=2)
    pooler, peer, head = BertPooler(config), BertOnlyNSPHead(config), NextSentenceHeadSettings().build(8)
    head.dense.load_state_dict(pooler.dense.state_dict())
    head.output.load_state_dict(peer.seq_relationship.state_dict())
    x, targets = torch.randn(3, 5, 8), torch.tensor([FOLLOWS, RANDOM, RANDOM])
    torch.testing.assert_close(head(x), peer(pooler(x)))
    torch.testing.assert_close(head.loss(x, targets), nn.functional.cross_entropy(peer(pooler(x)), targets))


def test_no_steps_and_wrong_classes():
    head = NextSentenceHeadSettings().build(8)
    assert head(torch.zeros(2, 0, 8)).isfinite().all()
    with pytest.raises(InputError, match="target 2 at row 1"):
        head.loss(torch.zeros(2, 1, 8), torch.tensor([0, 2]))
