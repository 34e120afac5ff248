"""What generation asks of a model."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import torch

from seqmodels.layers.encoder import State


class NextToken(Protocol):
    """A model that says what may come next, and that can go on from where it stopped."""

    def next_scores(self, ids: torch.Tensor, lengths: torch.Tensor, state: State | None) -> tuple[torch.Tensor, State]:
        """Read some tokens, and score every token that may follow.

        Args:
            ids: The next tokens of each row, (rows, time), padded at the end.
            lengths: How many they are, (rows,), 1 or more.
            state: What came before, as a former call gave it; None at the beginning. Each tensor of it has the rows
                first, so that rows may be chosen, repeated and dropped.

        Returns:
            The scores, not normalised, (rows, words), and the state behind these tokens.
        """


@runtime_checkable
class NextHidden(NextToken, Protocol):
    """A model that also shows its vectors, for methods that compare tokens by them, such as contrastive search."""

    def next_hidden(
        self, ids: torch.Tensor, lengths: torch.Tensor, state: State | None
    ) -> tuple[torch.Tensor, torch.Tensor, State]:
        """As `next_scores`, with the last layer's vector of every token read, (rows, time, size), before the state."""


@runtime_checkable
class Bounded(Protocol):
    """A model that says what it can take, so that a prompt beyond that is refused before it is read."""

    words: int
    """Tokens that it knows: ids lie below this."""
    context: int | None
    """Tokens that it can look back on, the one it is reading among them; None if there is no end to it."""
