import pytest
import torch
from transformers import BertForMaskedLM, BertForSequenceClassification, BertModel

from seqmodels.batches.id_batches import IdBatch
from seqmodels.training.weights import load_weights, save_weights
from seqmodels.transfer.published.bert import load_bert
from tests.seqmodels.transfer.published.small_checkpoints import (
    IDS,
    LENGTHS,
    MASK,
    SEGMENTS,
    WORDS,
    assert_close,
    random_model,
)
from textprep.errors import ArtifactError

VARIANTS = [
    {},
    {"layer_norm_eps": 0.01, "hidden_act": "gelu_new"},
    {"hidden_act": "relu", "num_attention_heads": 2, "num_hidden_layers": 3, "type_vocab_size": 3},
]


@pytest.mark.parametrize("options", VARIANTS)
def test_equals_transformers(saved, options):
    theirs = random_model("bert", **options)
    model, left_out, new = load_bert(saved(theirs).path)
    assert (left_out, new) == ({}, [])
    with torch.no_grad():
        named = {"attention_mask": MASK.long(), "token_type_ids": SEGMENTS, "output_hidden_states": True}
        expected = theirs(IDS, **named)
        output = model(IDS, LENGTHS, SEGMENTS)
        assert_close(output, expected.hidden_states[-1])
        assert_close(model.head(output), expected.prediction_logits)
        torch.testing.assert_close(model.next_sentence(output), expected.seq_relationship_logits, rtol=1e-5, atol=1e-5)


def test_the_loss_is_theirs(saved):
    theirs = random_model("bert", BertForMaskedLM)
    targets = torch.full_like(IDS, -100)
    targets[0, 2], targets[0, 7], targets[1, 1] = 3, 8, 21
    model = load_bert(saved(theirs).path).model
    assert model.next_sentence is None
    with torch.no_grad():
        expected = theirs(IDS, attention_mask=MASK.long(), labels=targets).loss
        torch.testing.assert_close(model.loss(IdBatch(IDS, LENGTHS, torch.arange(3), targets)), expected)


def test_files_of_old_have_other_names(saved):
    theirs = random_model("bert")
    folder = saved(theirs)
    expected = load_bert(folder.path).model(IDS, LENGTHS, SEGMENTS)
    old = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor
        for name, tensor in folder.tensors.items()
    }
    assert sum(name.endswith(".gamma") for name in old) == 6
    old["cls.predictions.decoder.weight"] = old["bert.embeddings.word_embeddings.weight"].clone()
    old["cls.predictions.decoder.bias"] = old["cls.predictions.bias"].clone()
    old["bert.embeddings.position_ids"] = torch.arange(20).unsqueeze(0)
    folder.put(old)
    folder.change(layer_norm_eps=None, type_vocab_size=None, hidden_act=None, position_embedding_type="absolute")
    model, left_out, _ = load_bert(folder.path)
    assert model(IDS, LENGTHS, SEGMENTS).equal(expected)
    assert left_out == {"bert.embeddings.position_ids": "the numbers from 0 on"}


@pytest.mark.parametrize("kind", [BertModel, BertForSequenceClassification])
def test_without_its_head_only_on_request(saved, kind):
    theirs = random_model("bert", kind)
    folder = saved(theirs)
    with pytest.raises(ArtifactError, match=r"no masked-language head; give new_head=True"):
        load_bert(folder.path)
    model, left_out, new = load_bert(folder.path, new_head=True)
    with torch.no_grad():
        named = {"attention_mask": MASK.long(), "token_type_ids": SEGMENTS}
        expected = getattr(theirs, "bert", theirs)(IDS, **named).last_hidden_state
        assert_close(model(IDS, LENGTHS, SEGMENTS), expected)
    assert new == ["head.dense.weight", "head.dense.bias", "head.norm.weight", "head.norm.bias", "head.softmax.bias"]
    prefix, classifier = ("", []) if kind is BertModel else ("bert.", ["classifier.bias", "classifier.weight"])
    assert sorted(left_out) == sorted([*classifier, f"{prefix}pooler.dense.bias", f"{prefix}pooler.dense.weight"])


def test_half_a_head_is_none(saved):
    folder = saved(random_model("bert"))
    tensors = folder.tensors
    del tensors["cls.predictions.transform.dense.bias"]
    folder.put(tensors)
    for new_head in (False, True):
        with pytest.raises(ArtifactError, match=r"there is no tensor cls\.predictions\.transform\.dense\.bias"):
            load_bert(folder.path, new_head=new_head)


@pytest.mark.parametrize(
    "values, message",
    [
        ({"tie_word_embeddings": False}, "tie_word_embeddings is False; only true can be loaded"),
        ({"position_embedding_type": "relative_key"}, "position_embedding_type is 'relative_key'; only \"absolute\""),
        ({"is_decoder": True}, "is_decoder is True; only false can be loaded"),
        ({"pruned_heads": {"0": [1]}}, "pruned_heads is {'0': .*; only {} can be loaded"),
        ({"hidden_act": "silu"}, "hidden_act is 'silu'; our models have gelu"),
    ],
)
def test_variants_that_we_do_not_have(saved, values, message):
    folder = saved(random_model("bert"))
    folder.change(**values)
    with pytest.raises(ArtifactError, match=rf"config\.json: {message}"):
        load_bert(folder.path)


def test_what_was_loaded_is_saved_as_any_model(saved, tmp_path):
    model = load_bert(saved(random_model("bert")).path).model
    save_weights(model, tmp_path / "ours")
    again = type(model)(model.settings, model.sizes).eval()
    load_weights(again, tmp_path / "ours")
    assert again.sizes.words == WORDS
    assert again.head(again(IDS, LENGTHS)).equal(model.head(model(IDS, LENGTHS)))
