import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.batches.word_batches import Batches
from seqmodels.inputs.word_features import WordFeatures
from seqmodels.layers.hierarchical import HierarchicalSettings, piece_begins
from seqmodels.layers.mask import token_mask
from seqmodels.layers.pooling import MaxPooling
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.layers.stacked import StackedSettings
from seqmodels.layers.window import WindowSettings
from textprep.errors import ConfigError

BEGINS = torch.tensor([[1, 0, 0, 1, 0, 1, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0, 1, 1], [0] * 8])
LENGTHS = torch.tensor([8, 5, 3, 0])
SENTENCES = [[(0, 3), (3, 5), (5, 8)], [(0, 5)], [(0, 1), (1, 2), (2, 3)], []]


def run(network, x):
    """A GRU over one sequence (time, size), in both directions, by torch: (time, 2 * hidden)."""
    whole = torch.nn.GRU(x.shape[1], network.ahead[0].hidden_size, bidirectional=True)
    weights = [*network.ahead[0].parameters(), *network.back[0].parameters()]
    for ours, theirs in zip(weights, whole.parameters(), strict=True):
        theirs.data = ours.data
    return whole(x)[0]


def yang(encoder, x, sentences):
    """Words, and sentences, of one document as the paper has them: (time, words), (sentences, sentence features)."""
    words, vectors = [], []
    for begin, end in sentences:
        h = run(encoder.words, x[begin:end])
        u = torch.tanh(h @ encoder.pooling.project.weight.T + encoder.pooling.project.bias)
        alpha = torch.softmax(u @ encoder.pooling.query.weight[0], 0)
        words.append(h)
        vectors.append(alpha @ h)
    return torch.cat(words), run(encoder.sentences, torch.stack(vectors))


def made(**options):
    torch.manual_seed(0)
    encoder = HierarchicalSettings(**options).build(4).eval()
    for weight in encoder.parameters():
        torch.nn.init.normal_(weight, std=0.5)
    return encoder


@pytest.mark.parametrize("with_words", [True, False])
def test_equals_the_network_of_the_paper_sentence_by_sentence(with_words):
    encoder, x = made(with_words=with_words), torch.randn(4, 8, 4)
    output = encoder(x, LENGTHS, sentences=BEGINS).output
    pooled = MaxPooling(encoder.output_size)(output, token_mask(LENGTHS, 8))
    for row, sentences in enumerate(SENTENCES):
        assert output[row, LENGTHS[row] :].abs().sum() == 0
        if not sentences:
            continue
        words, said = yang(encoder, x[row], sentences)
        spread = torch.cat([said[k].expand(end - begin, -1) for k, (begin, end) in enumerate(sentences)])
        expected = torch.cat([words, spread], 1) if with_words else spread
        torch.testing.assert_close(output[row, : LENGTHS[row]], expected, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(pooled[row, -said.shape[1] :], said.amax(0), atol=1e-5, rtol=1e-5)


def test_without_sentences_it_reads_pieces_of_one_length():
    encoder, x = made(piece_length=3), torch.randn(4, 8, 4)
    begins = torch.tensor([1, 0, 0, 1, 0, 0, 1, 0]).expand(4, 8)
    expected = made()(x, LENGTHS, sentences=begins).output
    torch.testing.assert_close(encoder(x, LENGTHS).output, expected)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=9, max_size=9), min_size=1, max_size=3), st.integers(1, 10))
def test_pieces_begin_with_sentences_and_are_never_too_long(sentences, longest):
    lengths = torch.tensor([9, 4, 0][: len(sentences)])
    found = piece_begins(token_mask(lengths, 9), torch.tensor(sentences).long(), longest)
    for row, length in enumerate(lengths.tolist()):
        size = longest
        for step in range(9):
            new = step < length and (step == 0 or sentences[row][step] or size == longest)
            size = 1 if new else size + 1
            assert found[row, step].item() == new


def test_gradients_are_finite_with_empty_rows_and_reach_all_weights():
    encoder, x = made(), torch.randn(4, 8, 4, requires_grad=True)
    encoder(x, LENGTHS, sentences=BEGINS).output.sin().sum().backward()
    assert x.grad.isfinite().all()
    assert all(weight.grad.isfinite().all() and weight.grad.abs().sum() > 0 for weight in encoder.parameters())


@pytest.mark.parametrize("stacked", [False, True])
def test_sentences_come_from_the_batch(stacked):
    features = WordFeatures(["<pad>", "<unk>", "a", "b"])(["a", "b"])
    codes, offsets = np.zeros(9, np.int32), np.array([0, 5, 9])
    plain = HierarchicalSettings(piece_length=9)
    settings = StackedSettings(plain, WindowSettings(8)) if stacked else plain
    encoder = settings.build(4).eval()
    outputs = []
    for sentences in (None, np.array([0, 2, 5, 9]), np.array([0, 5, 9])):
        (batch,) = Batches(features, codes, offsets, sentences=sentences)
        outputs.append(encoder.read(torch.ones(2, 5, 4), batch))
    torch.testing.assert_close(outputs[0], outputs[2])
    torch.testing.assert_close(outputs[0][1], outputs[1][1])
    assert (outputs[0][0] - outputs[1][0]).abs().max() > 0.01


def test_settings_build_what_they_say():
    lstm, window = RecurrentSettings(hidden_size=3), WindowSettings(5)
    encoder = HierarchicalSettings(lstm, window, "max", 7, with_words=False).build(4)
    assert (encoder.output_size, encoder.piece_length, encoder.bidirectional) == (5, 7, False)
    assert type(encoder.pooling) is MaxPooling
    assert HierarchicalSettings(lstm, window).build(4).output_size == 11
    assert HierarchicalSettings(window, lstm, with_words=False).build(4).bidirectional
    with pytest.raises(ConfigError, match="whole sentences"):
        encoder(torch.zeros(1, 2, 4), torch.tensor([2]), ())
