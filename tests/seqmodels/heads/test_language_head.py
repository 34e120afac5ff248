import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch import nn
from torch.nn import functional as F

from seqmodels.batches.masked_batches import IGNORED
from seqmodels.heads.language_head import LanguageHeadSettings
from seqmodels.heads.word_softmax import WORD_SOFTMAXES
from textprep.errors import ConfigError, InputError
from textprep.settings import with_values

KINDS = ("adaptive", "full", "sampled", "tied")
SMALL = {"adaptive": {"frequent": 4, "clusters": 2, "shrink": 2.0}, "sampled": {"draws": 5}}


def make(kind, words=30, size=8, table_size=8, **values):
    torch.manual_seed(0)
    chosen = {"softmax.kind": kind, **SMALL.get(kind, {}), **values}
    table = nn.Embedding(words, table_size).weight
    return with_values(LanguageHeadSettings(), chosen).build(size, words, table, torch.arange(words) + 1)


def test_kinds_are_chosen_by_name():
    assert tuple(WORD_SOFTMAXES) == KINDS
    with pytest.raises(ConfigError, match="adaptive"):
        with_values(LanguageHeadSettings(), {"softmax.kind": "adaptative"})


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None)
@given(lengths=st.lists(st.integers(0, 4), min_size=1, max_size=4), seed=st.integers(0, 99))
def test_loss_is_the_mean_of_the_scores_that_count(kind, lengths, seed):
    head = make(kind).double().eval()
    torch.manual_seed(seed)
    x = torch.randn(len(lengths), 4, 8, dtype=torch.float64, requires_grad=True)
    targets, counts = torch.randint(0, 30, (len(lengths), 4)), torch.tensor(lengths)
    targets[torch.rand(targets.shape) < 0.3] = IGNORED
    probabilities = head(x).log_softmax(2)
    nats = [
        -probabilities[row, t, targets[row, t]]
        for row, length in enumerate(lengths)
        for t in range(length)
        if targets[row, t] != IGNORED
    ]
    expected = torch.stack(nats).mean() if nats else 0 * x.sum()
    found = head.loss(x, targets, counts)
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(head.nats(x, targets, counts), torch.stack(nats) if nats else x.new_zeros(0))
    mine, theirs = (torch.autograd.grad(loss, x)[0] for loss in (found, expected))
    torch.testing.assert_close(mine, theirs)


@pytest.mark.parametrize("kind", KINDS)
def test_in_training_no_target_and_padding_are_harmless(kind):
    head = make(kind)
    x = torch.randn(2, 3, 8, requires_grad=True)
    nothing = torch.full((2, 3), IGNORED)
    for targets, lengths in ((nothing, [3, 2]), (torch.full((2, 3), 99), [0, 0])):
        loss = head.loss(x, targets, torch.tensor(lengths))
        assert loss == 0
        loss.backward()
    assert x.grad.abs().sum() == 0
    targets, lengths = torch.tensor([[3, 9, 99], [-5, 99, 99]]), torch.tensor([2, 0])
    head.loss(x, targets, lengths).backward()
    assert x.grad[0, :2].abs().sum(1).gt(0).all()
    assert x.grad[0, 2].abs().sum() == x.grad[1].abs().sum() == 0
    assert all(weight.grad.isfinite().all() for weight in head.parameters() if weight.grad is not None)


@pytest.mark.parametrize("kind", KINDS)
def test_words_that_there_are_not_are_refused(kind):
    with pytest.raises(InputError, match="target 30 at row 1, step 0 of the batch is none of the 30"):
        make(kind).loss(torch.randn(2, 1, 8), torch.tensor([[29], [30]]), torch.tensor([1, 1]))


@pytest.mark.parametrize("kind", ["full", "tied"])
def test_labels_are_smoothed_in_training_only(kind):
    head = make(kind, label_smoothing=0.3)
    x, targets, lengths = torch.randn(2, 3, 8), torch.randint(0, 30, (2, 3)), torch.tensor([3, 3])
    scores = head(x).flatten(0, 1)
    for smoothing in (0.3, 0.0):
        expected = F.cross_entropy(scores, targets.flatten(), label_smoothing=smoothing)
        torch.testing.assert_close(head.loss(x, targets, lengths), expected)
        head.eval()


def test_a_tied_table_is_that_of_the_input():
    table = nn.Embedding(30, 8).weight
    head = with_values(LanguageHeadSettings(), {"softmax.kind": "tied"}).build(8, 30, table)
    assert head.softmax.table is table
    head.loss(torch.randn(1, 2, 8), torch.tensor([[1, 2]]), torch.tensor([2])).backward()
    assert table.grad.abs().sum() > 0
    x = torch.randn(2, 3, 8)
    torch.testing.assert_close(head(x), x @ table.T + head.softmax.bias)


@pytest.mark.parametrize("kind", ["tied", "sampled"])
def test_a_matrix_brings_vectors_to_the_size_of_the_table(kind):
    more = {"tied": True} if kind == "sampled" else {}
    head = make(kind, table_size=5, **more)
    assert head.softmax.project.weight.shape == (5, 8)
    assert head(torch.randn(2, 3, 8)).shape == (2, 3, 30)
    assert head.loss(torch.randn(1, 2, 8), torch.tensor([[1, 2]]), torch.tensor([2])) > 0


@pytest.mark.parametrize(("table", "message"), [(None, "give a table"), (nn.Embedding(29, 8).weight, "29 words")])
def test_what_cannot_be_tied_is_refused(table, message):
    with pytest.raises(ConfigError, match=message):
        with_values(LanguageHeadSettings(), {"softmax.kind": "tied"}).build(8, 30, table)


def test_dropout_is_on_the_output_of_the_encoder():
    head = make("full", output_dropout=1.0, bias=False)
    x = torch.randn(2, 3, 8)
    assert head(x).abs().sum() == 0
    assert head.eval()(x).abs().sum() > 0
