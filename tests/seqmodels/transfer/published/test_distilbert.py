import pytest
import torch
from transformers import DistilBertForTokenClassification, DistilBertModel

from seqmodels.transfer.published.distilbert import load_distilbert
from tests.seqmodels.transfer.published.small_checkpoints import IDS, LENGTHS, MASK, assert_close, random_model
from textprep.errors import ArtifactError


@pytest.mark.parametrize(
    "options",
    [{}, {"activation": "relu", "n_heads": 2, "n_layers": 1}, {"activation": "gelu_new", "sinusoidal_pos_embds": True}],
)
def test_equals_transformers(saved, options):
    theirs = random_model("distilbert", **options)
    model, left_out, new = load_distilbert(saved(theirs).path)
    assert (left_out, new) == ({}, [])
    with torch.no_grad():
        expected = theirs(IDS, attention_mask=MASK.long(), output_hidden_states=True)
        output = model(IDS, LENGTHS)
        assert_close(output, expected.hidden_states[-1])
        assert_close(model.head(output), expected.logits)


@pytest.mark.parametrize("kind", [DistilBertModel, DistilBertForTokenClassification])
def test_without_its_head_only_on_request(saved, kind):
    theirs = random_model("distilbert", kind)
    folder = saved(theirs)
    with pytest.raises(ArtifactError, match=r"no masked-language head; give new_head=True"):
        load_distilbert(folder.path)
    model, left_out, new = load_distilbert(folder.path, new_head=True)
    assert len(new) == 5
    assert list(left_out) == ([] if kind is DistilBertModel else ["classifier.bias", "classifier.weight"])
    with torch.no_grad():
        expected = getattr(theirs, "distilbert", theirs)(IDS, attention_mask=MASK.long()).last_hidden_state
        assert_close(model(IDS, LENGTHS), expected)


def test_files_of_old_have_the_tied_matrix_twice(saved):
    folder = saved(random_model("distilbert"))
    expected = load_distilbert(folder.path).model(IDS, LENGTHS)
    tensors = folder.tensors
    matrix = tensors["distilbert.embeddings.word_embeddings.weight"]
    folder.put(tensors | {"vocab_projector.weight": matrix.clone()})
    folder.change(tie_word_embeddings=None, tie_weights_=True)
    assert load_distilbert(folder.path).model(IDS, LENGTHS).equal(expected)
    folder.put(tensors | {"vocab_projector.weight": matrix + 1})
    with pytest.raises(ArtifactError, match=r"vocab_projector\.weight is not distilbert\.embeddings\.word_embeddings"):
        load_distilbert(folder.path)
