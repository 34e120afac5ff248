"""What a sequence of tags scores, beside what each tag scores at its token."""

from __future__ import annotations

from typing import NamedTuple

import torch

from seqmodels.layers.mask import token_mask


class ChainScores(NamedTuple):
    """Scores of what follows what, for K tags."""

    pairs: torch.Tensor  # (from, to)
    start: torch.Tensor  # (K,), of the first tag
    end: torch.Tensor  # (K,), of the last tag

    def of(self, tags: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """The score of sequences of tags (batch, time), of a step or more, whatever stands beyond `lengths`: (batch,).

        Args:
            tags: The sequences; in the padding, too, there must be tags.
            lengths: Tokens in each row, (batch,); a row without tokens scores 0.
        """
        inside = token_mask(lengths, tags.shape[1])[:, 1:]  # (batch, time - 1)
        # gather, not indexing: its gradient is a plain sum, where that of an index sorts first
        steps = (tags[:, :-1] * len(self.start) + tags[:, 1:]).flatten()  # (batch * (time - 1),)
        moved = self.pairs.flatten().gather(0, steps).view(inside.shape)  # (batch, time - 1)
        last = tags.gather(1, (lengths - 1).clamp(min=0).unsqueeze(1)).squeeze(1)  # (batch,)
        edges = (self.start.gather(0, tags[:, 0]) + self.end.gather(0, last)) * (lengths > 0)
        return (moved * inside).sum(1) + edges
