from itertools import pairwise

import fasttext
import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.batches.word_batches import Batches
from seqmodels.inputs.word_features import WordFeatures
from seqmodels.layers.mask import token_mask
from seqmodels.layers.ngram_bag import NGramBagSettings, ngram_rows
from seqmodels.layers.pooling import MeanPooling
from textprep.errors import ConfigError

TEXTS = ["the cat sat", "the cat sat on the mat", "no", "a dog and a cat sat on a dog", "the the the the", ""]
BUCKETS = 50_021


def bucket(words, buckets):
    """fastText's hash of an n-gram: FNV-1a of each word as a signed number, put together modulo 2^64."""
    together = 0
    for word in words:
        h = 2166136261
        for byte in word.encode():
            h = (h ^ byte) * 16777619 % 2**32
        together = (together * 116049371 + (h - 2**32 if h >= 2**31 else h)) % 2**64
    return together % buckets


@pytest.mark.parametrize("most", [1, 2, 3])
def test_the_mean_is_fasttexts_vector_of_a_text(tmp_path, most):
    (tmp_path / "train.txt").write_text("".join(f"__label__{k % 2} {text}\n" for k, text in enumerate(TEXTS)))
    theirs = fasttext.train_supervised(
        str(tmp_path / "train.txt"), dim=6, wordNgrams=most, bucket=500, minCount=1, epoch=0, verbose=0
    )
    torch.manual_seed(0)
    names, vectors = theirs.get_words(), torch.randn(theirs.get_input_matrix().shape)
    theirs.set_matrices(vectors.numpy(), theirs.get_output_matrix())
    bag = NGramBagSettings(ngram_words=most, buckets=BUCKETS).build(6)
    rows = [[*text.split(), "</s>"] for text in TEXTS]  # what fastText reads at the end of a line
    ids = torch.nn.utils.rnn.pad_sequence([torch.tensor([names.index(word) + 2 for word in row]) for row in rows], True)
    lengths = torch.tensor(list(map(len, rows)))
    mask = token_mask(lengths, ids.shape[1])
    if most > 1:
        put = {}
        for row, places in zip(rows, ngram_rows(ids, mask, most, BUCKETS), strict=True):
            for end in range(len(row)):
                for further in range(1, min(end + 1, most)):
                    ngram = tuple(row[end - further : end + 1])
                    place = int(places[end, further - 1])
                    assert put.setdefault(place, ngram) == ngram  # a table so large keeps all apart
                    bag.ngrams.weight.data[place] = vectors[len(names) + bucket(ngram, 500)]
    x = vectors[(ids - 2).clamp(min=0)]
    pooled = MeanPooling(6)(bag(x, lengths, words=ids).output, mask).detach().numpy()
    for row, text in enumerate(TEXTS):
        np.testing.assert_allclose(pooled[row], theirs.get_sentence_vector(text), atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 2**31 - 1), max_size=6), min_size=1, max_size=4),
    st.integers(2, 4),
    st.integers(1, 1_000_000),
)
def test_rows_of_the_table_are_those_of_the_ngrams(texts, most, buckets):
    lengths = torch.tensor(list(map(len, texts)))
    words = torch.full((len(texts), 7), 5)
    for row, text in enumerate(texts):
        words[row, : len(text)] = torch.tensor(text, dtype=torch.int64)
    found = ngram_rows(words, token_mask(lengths, 7), most, buckets)
    assert found.shape == (len(texts), 7, most - 1)
    for row, text in enumerate(texts):
        for end in range(7):
            for further in range(1, most):
                expected = 0
                if further <= end < len(text):
                    for word in text[end - further : end + 1]:
                        expected = (expected * 116_049_371 + word) % buckets
                    expected += 1
                assert found[row, end, further - 1] == expected


def test_most_pairs_have_a_place_of_their_own():
    words = torch.cartesian_prod(torch.arange(2, 102), torch.arange(2, 102))  # (10,000, 2)
    places = ngram_rows(words, torch.ones(10_000, 2, dtype=torch.bool), 2, 50_000)[:, 1, 0]
    by_chance = 50_000 * (1 - (1 - 1 / 50_000) ** 10_000)
    assert len(places.unique()) > 0.95 * by_chance


def test_the_words_come_from_the_batch_and_padding_has_no_influence():
    known = ["a", "b", "c"]
    features = WordFeatures(["<pad>", "<unk>", *known])(known)
    rows = [[0, 1, 2, 1], [1, 2], [], [0]]
    offsets, codes = np.cumsum([0, *map(len, rows)]), np.concatenate(rows).astype(np.int32)
    torch.manual_seed(0)
    bag = NGramBagSettings(ngram_words=2, buckets=1000).build(3)
    torch.nn.init.normal_(bag.ngrams.weight)
    for shared in (False, True):
        (batch,) = Batches(features, codes, offsets, size=4, shared_words=shared)
        x = torch.full((4, 4, 3), 1e4).masked_fill(batch.mask.unsqueeze(-1), 1.0).requires_grad_()
        output = bag.read(x, batch)
        for k, row in enumerate(batch.rows.tolist()):
            length, pairs = len(rows[row]), list(pairwise(rows[row]))
            expected = torch.ones(length, 3)
            for end, (first, second) in enumerate(pairs, 1):
                expected[end] += bag.ngrams.weight[((first + 2) * 116_049_371 + second + 2) % 1000 + 1]
            scale = length / max(1, length + len(pairs))
            torch.testing.assert_close(output[k, :length], expected * scale)
            assert output[k, length:].abs().sum() == 0
        output.sin().sum().backward()
        assert x.grad.isfinite().all()


def test_an_ngram_that_was_never_seen_says_nothing():
    bag, x, lengths = NGramBagSettings(ngram_words=3).build(4), torch.randn(2, 5, 4), torch.tensor([5, 3])
    output = bag(x, lengths, words=torch.randint(0, 99, (2, 5))).output
    torch.testing.assert_close(output[0], x[0] * 5 / 12)  # 5 words, 4 pairs, 3 triples
    output.sum().backward()
    assert bag.ngrams.weight.grad.abs().sum() > 0


def test_what_it_cannot_do():
    bag, x, lengths = NGramBagSettings().build(3), torch.zeros(1, 2, 3), torch.tensor([2])
    with pytest.raises(ConfigError, match="must be told the words"):
        bag(x, lengths)
    with pytest.raises(ConfigError, match="cannot go on from a state"):
        bag(x, lengths, (), words=torch.zeros(1, 2, dtype=torch.int64))
