"""Word vectors made from characters: a convolution (Ma & Hovy, 2016) or a BiLSTM (Lample et al., 2016).

Both take the characters of V distinct words, never of tokens: (V, L) ids, 0 where a word has ended.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.recurrent import RecurrentEncoder
from textprep.errors import ConfigError, unknown_name


class CharCNN(nn.Module):
    """Convolution over a word's characters, then the maximum over its positions.

    Args:
        chars: Size of the alphabet, with padding and unknown.
        char_size: Features of one character.
        output_size: Filters, the features of a word.
        width: Characters under a filter, an odd number; words are padded by half of it on both sides.
        dropout: Dropout on the character vectors.
    """

    def __init__(self, chars: int, char_size: int, output_size: int, *, width: int = 3, dropout: float = 0.0) -> None:
        super().__init__()
        if width < 1 or width % 2 == 0:
            raise ConfigError(f"the width of a character filter must be odd, not {width}")
        self.output_size = output_size
        self.embedding = _char_embedding(chars, char_size)
        self.dropout = nn.Dropout(dropout)
        self.width = width
        self.convolution = nn.Linear(width * char_size, output_size)

    def forward(self, chars: torch.Tensor) -> torch.Tensor:
        """Encode `chars` (V, L): (V, output_size), zero for words without characters."""
        if chars.numel() == 0:
            return self.embedding.weight.new_zeros(len(chars), self.output_size)
        mask = chars != 0  # (V, L)
        x = self.dropout(self.embedding(chars))  # (V, L, char); padding is the zero vector
        # As one matrix product over unfolded windows: for these small sizes faster on a CPU than Conv1d.
        x = F.pad(x, (0, 0, self.width // 2, self.width // 2))
        windows = x.unfold(1, self.width, 1).flatten(2)  # (V, L, char * width)
        scores = self.convolution(windows)  # (V, L, output)
        highest = scores.masked_fill(~mask.unsqueeze(-1), torch.finfo(scores.dtype).min).amax(1)  # (V, output)
        return torch.relu(highest.masked_fill(~mask.any(1, keepdim=True), 0.0))


class CharBiLSTM(nn.Module):
    """The final states of an LSTM over a word's characters in both directions.

    Args:
        chars: Size of the alphabet, with padding and unknown.
        char_size: Features of one character.
        output_size: Features of a word, an even number; each direction gives half of them.
        dropout: Dropout on the character vectors.
    """

    def __init__(self, chars: int, char_size: int, output_size: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        if output_size % 2:
            raise ConfigError(f"the size of a character BiLSTM must be even, not {output_size}")
        self.output_size = output_size
        self.embedding = _char_embedding(chars, char_size)
        self.dropout = nn.Dropout(dropout)
        self.encoder = RecurrentEncoder(char_size, output_size // 2)

    def forward(self, chars: torch.Tensor) -> torch.Tensor:
        """Encode `chars` (V, L): (V, output_size), zero for words without characters."""
        lengths = (chars != 0).sum(1)  # (V,)
        output = self.encoder(self.dropout(self.embedding(chars)), lengths)  # (V, L, output)
        return self.encoder.final_state(output, lengths)


CHAR_ENCODERS = ("cnn", "bilstm", "none")


def make_char_encoder(
    name: str, chars: int, char_size: int, output_size: int, *, width: int = 3, dropout: float = 0.0
) -> CharCNN | CharBiLSTM | None:
    """The character encoder called `name`, None for "none"; ConfigError if there is no such encoder."""
    if name == "cnn":
        return CharCNN(chars, char_size, output_size, width=width, dropout=dropout)
    if name == "bilstm":
        return CharBiLSTM(chars, char_size, output_size, dropout=dropout)
    if name == "none":
        return None
    raise unknown_name("character encoder", name, CHAR_ENCODERS)


def _char_embedding(chars: int, char_size: int) -> nn.Embedding:
    embedding = nn.Embedding(chars, char_size, padding_idx=0)
    bound = (3 / char_size) ** 0.5  # unit variance over the vector, as in Ma & Hovy
    with torch.no_grad():
        embedding.weight.uniform_(-bound, bound)
        embedding.weight[0] = 0.0
    return embedding
