import numpy as np
import torch

from seqmodels.inputs.word_features import WordFeatures
from seqmodels.inputs.word_input import InputSettings, InputSizes, WordInput

MATRIX = np.arange(18, dtype=np.float32).reshape(6, 3)
FEATURES = WordFeatures(["<pad>", "<unk>", "a", "b", "c", "d"], alphabet="abcde")
TYPES = FEATURES(["d", "a", "B", "eee", "ab", "dddd"]).with_padding()


def test_parts_stand_side_by_side():
    encoder = WordInput(InputSettings("cnn", char_output=8, char_size=4, shape_size=5), InputSizes(6, 3, 4, chars=7))
    encoder.words.fill(MATRIX)
    x = encoder(TYPES)
    assert x.shape == (7, encoder.output_size) == (7, 16)
    assert x[:, :3].tolist() == MATRIX[[0, 5, 2, 3, 1, 1, 1]].tolist()
    torch.testing.assert_close(x[:, 3:11], encoder.chars(TYPES.chars))
    torch.testing.assert_close(x[:, 11:], encoder.shapes(TYPES.shapes))
    assert x[0, 3:].abs().sum() == 0


def test_words_alone():
    encoder = WordInput(InputSettings(), InputSizes(6, 3))
    assert encoder(TYPES).shape == (7, encoder.output_size) == (7, 3)
    assert [name for name, _ in encoder.named_parameters()] == ["words.trained"]
    assert len(encoder.words.trained) == 0


def test_word_dropout_makes_words_unknown_in_training_only():
    torch.manual_seed(0)
    encoder = WordInput(InputSettings(word_dropout=0.5), InputSizes(6, 3))
    encoder.words.fill(MATRIX)
    seen = torch.stack([encoder(TYPES)[:3, 0] for _ in range(200)])
    assert set(seen[:, 0].tolist()) == {0.0}  # padding stays padding
    assert set(seen[:, 1].tolist()) == {3.0, 15.0}
    assert 60 < (seen[:, 1] == 3).sum() < 140
    assert encoder.eval()(TYPES)[1, 0] == 15


def test_in_chunks_equals_all_at_once():
    encoder = WordInput(InputSettings("cnn", char_output=8, shape_size=2), InputSizes(6, 3, chars=7)).eval()
    with torch.no_grad():
        torch.testing.assert_close(encoder.in_chunks(TYPES, chunk=2), encoder(TYPES))


def test_tokens_get_the_vectors_of_their_words_with_dropout_in_training():
    vectors, codes = torch.arange(1.0, 7).view(3, 2), torch.tensor([[2, 0, 1], [1, 1, 0]])
    for locked in (True, False):
        torch.manual_seed(0)
        encoder = WordInput(InputSettings(input_dropout=0.5, locked_dropout=locked), InputSizes(6, 2))
        drops = torch.stack([encoder.gather(vectors, codes) == 0 for _ in range(50)])  # (draws, batch, time, size)
        assert 0.3 < drops.float().mean() < 0.7
        assert (drops == drops[:, :, :1]).all() == locked
        assert encoder.eval().gather(vectors, codes).equal(vectors[codes])


def test_noise_on_the_tokens_vectors_in_training_only():
    torch.manual_seed(0)
    vectors, codes = torch.ones(3, 20), torch.zeros(30, 40, dtype=torch.int64)
    encoder = WordInput(InputSettings(input_dropout=0.0, noise=0.5), InputSizes(6, 20))
    assert abs(float((encoder.gather(vectors, codes) - 1).std()) - 0.5) < 0.01
    assert encoder.eval().gather(vectors, codes).equal(vectors[codes])
