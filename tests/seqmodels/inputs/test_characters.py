import pytest
import torch
from torch.nn import functional as F

from seqmodels.inputs.characters import CHARACTER_ENCODERS, CharBiLSTM, CharCNN
from textprep.errors import ConfigError

ENCODERS = [CharCNN(9, 4, 6, width=3), CharCNN(9, 4, 6, width=5), CharBiLSTM(9, 4, 6)]
WORDS = torch.tensor([[2, 3, 4, 5, 6], [7, 2, 0, 0, 0], [8, 0, 0, 0, 0], [0, 0, 0, 0, 0]])


@pytest.mark.parametrize("encoder", ENCODERS)
def test_words_do_not_depend_on_their_company(encoder):
    together = encoder(WORDS)
    assert together.shape == (4, 6)
    for word, length in enumerate([5, 2, 1]):
        torch.testing.assert_close(encoder(WORDS[word : word + 1, :length]), together[word : word + 1])


@pytest.mark.parametrize("encoder", ENCODERS)
def test_words_without_characters_are_zero(encoder):
    assert encoder(WORDS)[3].tolist() == [0.0] * 6
    assert encoder(torch.zeros(2, 0, dtype=torch.int64)).tolist() == [[0.0] * 6] * 2
    assert encoder(torch.zeros(0, 3, dtype=torch.int64)).shape == (0, 6)


@pytest.mark.parametrize("width", [1, 3, 5])
def test_cnn_equals_torch_convolution(width):
    encoder = CharCNN(9, 4, 6, width=width)
    filters = encoder.filters.permute(2, 1, 0)  # (output, char, width)
    padded = F.pad(WORDS[:1], (width // 2, width // 2))  # padding is a character like any other to a filter
    x = F.conv1d(encoder.embedding(padded).transpose(1, 2), filters, encoder.bias)
    torch.testing.assert_close(encoder(WORDS[:1]), x.amax(2).relu())


def test_bilstm_equals_torch_on_a_whole_word():
    encoder = CharBiLSTM(9, 4, 6)
    x = encoder.embedding(WORDS[:1])
    ahead, back = encoder.encoder.ahead[0](x)[0], encoder.encoder.back[0](x.flip(1))[0]
    torch.testing.assert_close(encoder(WORDS[:1]), torch.cat([ahead[:, -1], back[:, -1]], 1))


def test_names():
    assert [CHARACTER_ENCODERS[name](9, 4, 6).output_size for name in ("cnn", "bilstm", "none")] == [6, 6, 0]
    assert CHARACTER_ENCODERS["none"](9, 4, 6)(WORDS).shape == (4, 0)
    for wrong in (lambda: CHARACTER_ENCODERS["cmm"], lambda: CharCNN(9, 4, 6, width=2)):
        with pytest.raises(ConfigError):
            wrong()
    with pytest.raises(ConfigError, match="even"):
        CharBiLSTM(9, 4, 5)
