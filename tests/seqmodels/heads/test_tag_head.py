import pytest
import torch

from seqmodels.heads.crf import CRF
from seqmodels.heads.softmax import SoftmaxTags
from seqmodels.heads.tag_decoder import TAG_DECODERS
from seqmodels.heads.tag_head import TagHeadSettings
from seqmodels.heads.tag_schemes import tag_names
from seqmodels.layers.recurrent import RecurrentEncoder
from textprep.errors import ConfigError, InputError

ENCODER = RecurrentEncoder(2, 3)
TAGS = tag_names(["A"])


def test_decoders_are_chosen_by_name():
    assert list(TAG_DECODERS) == ["crf", "softmax"]
    assert isinstance(TagHeadSettings().build(ENCODER, TAGS).decoder, CRF)
    assert isinstance(TagHeadSettings(decoder="softmax").build(ENCODER, TAGS).decoder, SoftmaxTags)
    with pytest.raises(ConfigError, match="softmax"):
        TagHeadSettings(decoder="softmacks").build(ENCODER, TAGS)


def test_parts_of_speech_need_no_scheme():
    head = TagHeadSettings(scheme="none").build(ENCODER, ["NOUN", "VERB", "B-"])
    assert sum(penalty.abs().sum() for penalty in head.decoder.buffers()) == 0
    with pytest.raises(InputError, match="NOUN"):
        TagHeadSettings().build(ENCODER, ["NOUN", "VERB"])


@pytest.mark.parametrize("decoder", ["crf", "softmax"])
def test_loss_is_in_full_precision(decoder):
    torch.manual_seed(0)
    head = TagHeadSettings(decoder=decoder).build(ENCODER, TAGS)
    scores, lengths = 10 * torch.randn(2, 3, 5), torch.tensor([3, 2])
    targets = head.decode(scores, lengths)
    exact = head.loss(scores, targets, lengths)
    with torch.autocast("cpu", torch.bfloat16):
        assert head.loss(scores, targets, lengths).equal(exact)
