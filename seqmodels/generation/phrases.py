"""Phrases, some ids in a row each, that are looked for at the end of texts: those that end a text, and banned ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch

from seqmodels.generation.filters import OUT
from textprep.errors import ConfigError, shown

ANY = -2
"""Stands before the first token of a phrase that is shorter than the longest."""


class Phrases:
    """Some phrases.

    Args:
        phrases: An id, or several that follow each other, for each.
        kind: What they are, for messages: "stop phrase".
        words: How many ids the vocabulary has; None if that is not known.
        device: Where the texts lie.

    Raises:
        ConfigError: A phrase is empty or has an id that the vocabulary has not.
    """

    def __init__(
        self,
        phrases: Iterable[int | Sequence[int]] = (),
        *,
        kind: str = "phrase",
        words: int | None = None,
        device: torch.device | None = None,
    ) -> None:
        rows = [np.atleast_1d(np.asarray(phrase)).tolist() for phrase in phrases]
        for row in rows:
            if not row:
                raise ConfigError(f"a {kind} is empty; give the ids of its tokens, or leave it out")
            for word in row:
                check_id(word, words, kind)
        self.longest = max(map(len, rows), default=0)
        padded = [[ANY] * (self.longest - len(row)) + row for row in rows]
        self._ids = torch.tensor(padded, dtype=torch.int64, device=device).view(len(rows), self.longest)
        self._lengths = torch.tensor([len(row) for row in rows], dtype=torch.int64, device=device)

    def __len__(self) -> int:
        return len(self._lengths)

    def ended(self, texts: torch.Tensor) -> torch.Tensor:
        """The tokens of the longest phrase with which each row of `texts` (rows, time) ends, 0 where there is none."""
        if not len(self):
            return texts.new_zeros(len(texts))
        return (_at_end(texts, self._ids, self._lengths) * self._lengths).amax(1)  # (rows,)

    def ruled_out(self, scores: torch.Tensor, texts: torch.Tensor) -> torch.Tensor:
        """`scores` (rows, words) without the words that would complete a phrase at the end of `texts` (rows, time)."""
        rows, which = _at_end(texts, self._ids[:, :-1], self._lengths - 1).nonzero(as_tuple=True)
        return scores.index_put((rows, self._ids[which, -1]), scores.new_tensor(OUT))


def check_id(word: int, words: int | None, kind: str) -> None:
    """Raise ConfigError unless `word` is an id."""
    if isinstance(word, bool) or not isinstance(word, int) or word < 0 or (words is not None and word >= words):
        known = "0 and up" if words is None else f"0..{words - 1}"
        raise ConfigError(f"a {kind} has the id {shown(word)}, which the model does not know; ids are {known}")


def _at_end(texts: torch.Tensor, phrases: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Whether each row of `texts` (rows, time) ends with each phrase, (phrases, longest): (rows, phrases)."""
    known = min(texts.shape[1], phrases.shape[1])
    ending = texts[:, texts.shape[1] - known :].unsqueeze(1)  # (rows, 1, known)
    wanted = phrases[:, phrases.shape[1] - known :]  # (phrases, known)
    return ((ending == wanted) | (wanted == ANY)).all(2) & (lengths <= known)
