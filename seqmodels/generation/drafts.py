"""Texts that are being written: what each row holds so far, and what the model remembers of it."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from seqmodels.generation.filters import NOTHING
from seqmodels.generation.next_token import NextHidden, NextToken
from seqmodels.layers.encoder import State
from textprep.settings import LARGE


class Drafts:
    """Rows that grow by a token at a time; they may be chosen, repeated and dropped.

    Rows are laid out with their newest token in the same column, so that a step concerns one column of all rows.

    Args:
        model: What reads them.
        prompts: What they begin with, int64, 1 token or more each.
        room: Tokens that may be added.
        context: Tokens that the model can look back on; None if there is no end to it.
        reread: Where the context is full, this share of it, its end, is read anew.
        state: What the model knows before the prompts, rows in their order; None for nothing.
        first_row: The number of the first row.
    """

    def __init__(
        self,
        model: NextToken,
        prompts: Sequence[torch.Tensor],
        room: int,
        *,
        context: int | None = None,
        reread: float = 0.5,
        state: State | None = None,
        first_row: int = 0,
    ) -> None:
        device = prompts[0].device
        lengths = [len(prompt) for prompt in prompts]
        self.model = model
        self._context = LARGE if context is None else context
        self._reread = max(1, int(self._context * reread))
        self._state = state
        self._before = None if context is None else state  # for reading anew
        self._begin = self._width = self._unread = max(lengths)
        self._read = 0  # columns that the state has seen
        self._ids = torch.full((len(prompts), self._begin + room), NOTHING, device=device)  # (rows, columns)
        for row, prompt in enumerate(prompts):
            self._ids[row, self._begin - len(prompt) : self._begin] = prompt
        self._given = torch.tensor(lengths, device=device)  # (rows,)
        self._one = torch.ones_like(self._given)  # (rows,)
        self.rows = torch.arange(first_row, first_row + len(prompts), device=device)
        """The number of each row, (rows,)."""

    def __len__(self) -> int:
        return len(self._given)

    @property
    def history(self) -> torch.Tensor:
        """All tokens, `NOTHING` before the beginning of shorter rows: (rows, time)."""
        return self._ids[:, : self._width]

    @property
    def new(self) -> torch.Tensor:
        """The tokens that came after the prompts: (rows, said)."""
        return self._ids[:, self._begin : self._width]

    @property
    def said(self) -> int:
        """How many tokens came after the prompts."""
        return self._width - self._begin

    def read(self) -> torch.Tensor:
        """Let the model read what it has not read yet: the scores of every token that may follow, (rows, words)."""
        scores, self._state = self.model.next_scores(*self._not_read(), self._state)
        return scores

    def read_hidden(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """As `read`, of a `NextHidden`; also its vectors (rows, time, size), and how many each row has, (rows,)."""
        assert isinstance(self.model, NextHidden)
        ids, lengths = self._not_read()
        scores, hidden, self._state = self.model.next_hidden(ids, lengths, self._state)
        return scores, hidden, lengths

    def say(self, words: torch.Tensor) -> None:
        """Add a token to each row, (rows,)."""
        self._ids[:, self._width] = words
        self._width += 1
        self._unread += 1

    def choose(self, rows: torch.Tensor) -> None:
        """Go on with these rows, in this order; one may come several times."""
        self._ids, self._given, self._one = self._ids[rows], self._given[rows], self._one[rows]
        self.rows = self.rows[rows]
        self._state, self._before = _chosen(self._state, rows), _chosen(self._before, rows)

    def _not_read(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The next tokens for the model, padded at the end, (rows, time), and how many they are, (rows,)."""
        if self._read + self._unread > self._context:
            self._state, self._read, self._unread = self._before, 0, self._reread
        count, self._unread = self._unread, 0
        self._read += count
        if count == 1:
            return self._ids[:, self._width - 1 : self._width], self._one
        lengths = (self._given + self.said).clamp(max=count)
        places = (self._width - lengths).unsqueeze(1) + torch.arange(count, device=lengths.device)
        return self._ids.gather(1, places.clamp(max=self._width - 1)), lengths


def _chosen(state: State | None, rows: torch.Tensor) -> State | None:
    return None if state is None else tuple(part.index_select(0, rows) for part in state)
