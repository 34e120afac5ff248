"""Word vectors made from characters: a convolution (Ma & Hovy, 2016) or a BiLSTM (Lample et al., 2016).

Both take the characters of V distinct words, never of tokens: (V, L) ids, 0 where a word has ended.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.layers.recurrent import RecurrentEncoder
from textprep.errors import ConfigError, unknown_name


class CharCNN(nn.Module):
    """Convolution over a word's characters, then the maximum over its positions.

    What a filter says of a character at one of its places depends on the character alone, so it is computed once
    per distinct character; a window's score is then a sum of `width` gathered rows.

    Args:
        chars: Size of the alphabet, with padding and unknown.
        char_size: Features of one character.
        output_size: Filters, the features of a word.
        width: Characters under a filter, an odd number; words are padded by half of it on both sides, and what
            padding says to a filter is learned: it marks where a word begins and ends.
        dropout: Dropout on the character vectors, one mask for a whole batch.
    """

    places: torch.Tensor
    never: torch.Tensor

    def __init__(self, chars: int, char_size: int, output_size: int, *, width: int = 3, dropout: float = 0.0) -> None:
        super().__init__()
        if width < 1 or width % 2 == 0:
            raise ConfigError(f"the width of a character filter must be odd, not {width}")
        self.width, self.output_size = width, output_size
        self.embedding = _char_embedding(chars, char_size)
        self.dropout = nn.Dropout(dropout)
        bound = (6 / (width * char_size + output_size)) ** 0.5  # Xavier
        self.filters = nn.Parameter(torch.empty(width, char_size, output_size).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(output_size))
        never = torch.zeros(width, chars, 1)
        never[width // 2, 0] = -10_000.0  # no window centred on padding can be the maximum
        self.register_buffer("never", never, persistent=False)
        self.register_buffer("places", torch.arange(width) * chars, persistent=False)

    def forward(self, chars: torch.Tensor) -> torch.Tensor:
        """Encode `chars` (V, L): (V, output_size), zero for words without characters."""
        if chars.numel() == 0:
            return self.bias.new_zeros(len(chars), self.output_size)
        table = self.dropout(self.embedding.weight) @ self.filters + self.never  # (width, chars, output)
        half = self.width // 2
        windows = F.pad(chars, (half, half)).unfold(1, self.width, 1) + self.places  # (V, L, width)
        scores = F.embedding_bag(windows.flatten(0, 1), table.flatten(0, 1), mode="sum")  # (V * L, output)
        return torch.relu(scores.view(*chars.shape, -1).amax(1) + self.bias)  # (V, output)


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
    embedding = nn.Embedding(chars, char_size)
    bound = (3 / char_size) ** 0.5  # vectors of length about 1, as in Ma & Hovy
    nn.init.uniform_(embedding.weight, -bound, bound)
    return embedding
