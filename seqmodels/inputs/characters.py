"""Word vectors made from characters: a convolution (Ma & Hovy, 2016) or a BiLSTM (Lample et al., 2016).

All take the characters of V distinct words, never of tokens: (V, L) ids, 0 where a word has ended.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.inputs.word_features import PAD
from seqmodels.layers.pooling import LastPooling
from seqmodels.layers.recurrent import RecurrentEncoder
from textprep.errors import ConfigError
from textprep.registry import Registry


class CharacterEncoder(nn.Module, ABC):
    """Makes the vector of a word from its characters.

    Args:
        chars: Size of the alphabet, with padding and unknown.
        char_size: Features of one character.
        output_size: Features of a word.
        width: Characters that are looked at together, where that is to be said.
        dropout: Dropout on the character vectors.
    """

    output_size: int

    @abstractmethod
    def __init__(self, chars: int, char_size: int, output_size: int, *, width: int = 3, dropout: float = 0.0) -> None:
        super().__init__()

    @abstractmethod
    def forward(self, chars: torch.Tensor) -> torch.Tensor:
        """Encode `chars` (V, L): (V, output_size), zero for words without characters."""


CHARACTER_ENCODERS: Registry[type[CharacterEncoder]] = Registry("character encoder", __name__)


@CHARACTER_ENCODERS.register("cnn")
class CharCNN(CharacterEncoder):
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
        super().__init__(chars, char_size, output_size)
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


@CHARACTER_ENCODERS.register("bilstm")
class CharBiLSTM(CharacterEncoder):
    """The final states of an LSTM over a word's characters in both directions.

    Args:
        chars: Size of the alphabet, with padding and unknown.
        char_size: Features of one character.
        output_size: Features of a word, an even number; each direction gives half of them.
        width: Has no meaning here: an LSTM looks at all characters.
        dropout: Dropout on the character vectors.
    """

    def __init__(self, chars: int, char_size: int, output_size: int, *, width: int = 3, dropout: float = 0.0) -> None:
        super().__init__(chars, char_size, output_size)
        if output_size % 2:
            raise ConfigError(f"the size of a character BiLSTM must be even, not {output_size}")
        self.output_size = output_size
        self.embedding = _char_embedding(chars, char_size)
        self.dropout = nn.Dropout(dropout)
        self.encoder = RecurrentEncoder(char_size, output_size // 2)
        self.pooling = LastPooling(output_size)

    def forward(self, chars: torch.Tensor) -> torch.Tensor:
        """Encode `chars` (V, L): (V, output_size), zero for words without characters."""
        mask = chars != PAD  # (V, L)
        output = self.encoder(self.dropout(self.embedding(chars)), mask.sum(1)).output  # (V, L, output)
        pooled: torch.Tensor = self.pooling(output, mask)
        return pooled


@CHARACTER_ENCODERS.register("none")
class NoCharacters(CharacterEncoder):
    """The vector without features, for models that do not look at characters; takes the others' arguments."""

    def __init__(self, chars: int, char_size: int, output_size: int, *, width: int = 3, dropout: float = 0.0) -> None:
        super().__init__(chars, char_size, output_size)
        self.output_size = 0

    def forward(self, chars: torch.Tensor) -> torch.Tensor:
        """Nothing for each word: (V, 0)."""
        return torch.zeros(len(chars), 0, device=chars.device)


def _char_embedding(chars: int, char_size: int) -> nn.Embedding:
    embedding = nn.Embedding(chars, char_size)
    bound = (3 / char_size) ** 0.5  # vectors of length about 1, as in Ma & Hovy
    nn.init.uniform_(embedding.weight, -bound, bound)
    return embedding
