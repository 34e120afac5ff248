import numpy as np
import pytest
import torch

from seqmodels.inputs.word_features import TypeFeatures
from seqmodels.inputs.word_input import InputSizes, WordCharInput, WordVectors, encode_types
from textprep.errors import ConfigError, InputError

MATRIX = np.arange(18, dtype=np.float32).reshape(6, 3)
FEATURES = TypeFeatures(["<pad>", "<unk>", "a", "b", "c", "d"], alphabet="abcde")
TYPES = FEATURES(["d", "a", "B", "eee", "ab", "dddd"]).with_padding()


@pytest.mark.parametrize("trained", [0, 2, 6])
def test_every_row_comes_back_whichever_part_holds_it(trained):
    vectors = WordVectors(6, 3, trained)
    vectors.fill(MATRIX)
    out = vectors(torch.tensor([5, 0, 1, 2, 2]))
    assert out.tolist() == MATRIX[[5, 0, 1, 2, 2]].tolist()
    if trained:
        out.sum().backward()
        counts = torch.tensor([1.0, 1, 2, 0, 0, 1])[:trained]
        assert vectors.trained.grad[:, 0].tolist() == counts.tolist()


def test_the_matrix_is_copied():
    matrix = MATRIX.copy()
    vectors = WordVectors(6, 3, 2)
    vectors.fill(matrix)
    matrix[:] = 0
    assert vectors(torch.arange(6)).tolist() == MATRIX.tolist()


def test_parts_stand_side_by_side():
    encoder = WordCharInput(InputSizes(6, 3, 4, chars=7), char_output=8, char_size=4, shape_size=5)
    encoder.words.fill(MATRIX)
    x = encoder(TYPES)
    assert x.shape == (7, encoder.output_size) == (7, 16)
    assert x[:, :3].tolist() == MATRIX[[0, 5, 2, 3, 1, 1, 1]].tolist()
    torch.testing.assert_close(x[:, 3:11], encoder.chars(TYPES.chars))
    torch.testing.assert_close(x[:, 11:], encoder.shapes(TYPES.shapes))
    assert x[0, 3:].abs().sum() == 0


def test_words_alone():
    encoder = WordCharInput(InputSizes(6, 3), char_encoder="none")
    assert encoder(TYPES).shape == (7, encoder.output_size) == (7, 3)
    assert [name for name, _ in encoder.named_parameters()] == ["words.trained"]
    assert len(encoder.words.trained) == 0


def test_word_dropout_makes_words_unknown_in_training_only():
    torch.manual_seed(0)
    encoder = WordCharInput(InputSizes(6, 3), char_encoder="none", word_dropout=0.5)
    encoder.words.fill(MATRIX)
    seen = torch.stack([encoder(TYPES)[:3, 0] for _ in range(200)])
    assert set(seen[:, 0].tolist()) == {0.0}  # padding stays padding
    assert set(seen[:, 1].tolist()) == {3.0, 15.0}
    assert 60 < (seen[:, 1] == 3).sum() < 140
    assert encoder.eval()(TYPES)[1, 0] == 15


def test_encode_types_in_chunks_equals_all_at_once():
    encoder = WordCharInput(InputSizes(6, 3, chars=7), char_output=8, shape_size=2).eval()
    with torch.no_grad():
        torch.testing.assert_close(encode_types(encoder, TYPES, chunk=2), encoder(TYPES))


def test_what_does_not_fit_is_refused():
    with pytest.raises(InputError, match=r"\(6, 3\)"):
        WordVectors(6, 4, 0).fill(MATRIX)
    with pytest.raises(ConfigError, match="trained_words"):
        WordVectors(6, 4, 7)
