import pytest
import torch
from torch import nn

from seqmodels.inputs.split_embedding import SplitEmbedding
from seqmodels.inputs.token_input import TokenInputSettings, TokenSizes
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.models.language_model import LanguageModel, LanguageModelSettings
from seqmodels.transfer.carry_over import carry_over, carry_rows
from textprep.errors import ConfigError

OLD = ["<pad>", "<unk>", "the", "cat", "sat"]
NEW = ["<pad>", "<unk>", "cat", "mat", "the", "Sat"]


def test_an_encoder_is_carried_whole(classifier, sentences):
    source, target = classifier(seed=1), classifier(seed=2)
    head = target.head.output.weight.clone()
    names = carry_over(source.encoder, target.encoder)
    assert names == list(source.encoder.state_dict())
    assert carry_over(source.input, target.input) == list(source.input.state_dict())
    batch = next(iter(sentences()))
    assert target.eval().encode(batch).equal(source.eval().encode(batch))
    assert target.head.output.weight.equal(head)
    with torch.no_grad():
        source.encoder.ahead[0].weight_hh_l0.zero_()
    assert target.encoder.ahead[0].weight_hh_l0.any()  # a copy


@torch.no_grad()
def test_a_classifier_reads_as_the_language_model_did(classifier, corpus):
    encoder = RecurrentSettings(hidden_size=6, layers=2, bidirectional=False)
    settings = LanguageModelSettings(input=TokenInputSettings(size=corpus.sizes.word_size), encoder=encoder)
    rows = [5, 3, 11, 7]  # where the classifier has the language model's four words
    source, target = LanguageModel(settings, TokenSizes(4)).eval(), classifier(encoder=encoder).eval()
    carry_over(source.encoder, target.encoder)
    words = [f"word {row}" for row in range(corpus.sizes.words)]
    carried = carry_rows(source.input.words, [words[row] for row in rows], target.input.words, words)
    assert carried.found == [words[row] for row in sorted(rows)]
    vectors, lengths = target.input.words(torch.tensor([rows])), torch.tensor([4])
    assert target.encoder(vectors, lengths).output.equal(source(torch.tensor([[0, 1, 2, 3]]), lengths).output)


def test_what_does_not_fit_is_named_and_nothing_is_carried(classifier):
    source, target = classifier("recurrent"), classifier("transformer", seed=1)
    before = {name: value.clone() for name, value in target.state_dict().items()}
    with pytest.raises(ConfigError, match=r"ahead\.0\.bias_hh_l0 has shape \(24,\) in the source and nowhere in the"):
        carry_over(source.encoder, target.encoder)
    with pytest.raises(ConfigError, match=r"weight has shape \(3, 2\) in the source and \(3, 4\) in the target"):
        carry_over(nn.Linear(2, 3), nn.Linear(4, 3))
    assert all(value.equal(before[name]) for name, value in target.state_dict().items())


def tables():
    """A matrix of each kind, of words with vectors of three numbers."""
    return [lambda words: nn.Embedding(words, 3), *(lambda words, k=k: SplitEmbedding(words, 3, k) for k in (0, 2, 5))]


def rows(table):
    return table.weight if isinstance(table, nn.Embedding) else torch.cat([table.trained, table.frozen])


@pytest.mark.parametrize("make_source", tables())
@pytest.mark.parametrize("make_target", tables())
def test_rows_go_to_the_same_words(make_source, make_target):
    source, target = make_source(len(OLD)), make_target(len(NEW))
    before = rows(target).detach().clone()
    carried = carry_rows(source, OLD, target, NEW)
    assert carried.found == ["<pad>", "<unk>", "cat", "the"]
    assert carried.fresh == ["mat", "Sat"]
    for row, word in enumerate(NEW):
        wanted = rows(source)[OLD.index(word)] if word in OLD else before[row]
        assert rows(target)[row].equal(wanted)


def test_nothing_in_common():
    target = nn.Embedding(2, 3)
    before = target.weight.clone()
    assert carry_rows(nn.Embedding(1, 3), ["a"], target, ["b", "c"]) == ([], ["b", "c"])
    assert target.weight.equal(before)


def test_a_vocabulary_that_does_not_match_the_weights():
    source, target = nn.Embedding(5, 3), nn.Embedding(6, 3)
    with pytest.raises(ConfigError, match="the source has 5 rows but 6 words"):
        carry_rows(source, NEW, target, NEW)
    with pytest.raises(ConfigError, match="the target has 6 rows but 5 words"):
        carry_rows(source, OLD, target, OLD)
    with pytest.raises(ConfigError, match="vectors of 3 numbers, the target of 4"):
        carry_rows(source, OLD, nn.Embedding(6, 4), NEW)
