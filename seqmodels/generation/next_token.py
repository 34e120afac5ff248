"""What generation asks of a model."""

from __future__ import annotations

from typing import Protocol

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
