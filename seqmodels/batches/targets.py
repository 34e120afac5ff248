"""What is to be predicted: something for each token, or something for each row."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqmodels.batches.ragged import Places
from textprep.errors import InputError


class Targets:
    """The targets of a corpus of `rows` rows with `tokens` tokens in all.

    Args:
        values: For each token (tokens,), or for each row (rows,) or (rows, labels); whole numbers.
        per_token: Whether they belong to tokens.
        tokens: Tokens of the corpus.
        rows: Rows of the corpus.

    Raises:
        InputError: If there are more or fewer of them.
    """

    def __init__(self, values: NDArray[Any], *, per_token: bool, tokens: int, rows: int) -> None:
        wanted, things = (tokens, "tokens") if per_token else (rows, "rows")
        if len(values) != wanted:
            remedy = "say per_token=True" if len(values) == tokens else f"give one for each of the {things}"
            raise InputError(f"{len(values)} targets were given for {wanted} {things}", remedy=remedy)
        self.values, self.per_token = values, per_token

    def of(self, rows: NDArray[np.int64], places: Places) -> NDArray[np.int64]:
        """Those of some rows: (batch, time) with 0 in the padding, or (batch,) or (batch, labels)."""
        return places.padded(self.values) if self.per_token else self.values[rows].astype(np.int64, copy=False)
