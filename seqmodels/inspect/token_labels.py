"""The tokens at the axes of a figure: without line ends or invisible characters, none of them long."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import torch

from textprep.errors import InputError

LONGEST = 16
MARKS = {"\n": "⏎", "\r": "␍", "\t": "⇥", " ": "␣"}
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"}  # categories of Unicode that have no shape of their own


def shown_tokens(tokens: Sequence[str]) -> list[str]:
    """Each token as it is shown: white space by signs, other unseen characters by U+FFFD, long ones cut."""
    return [shown_token(token) for token in tokens]


def shown_token(token: str) -> str:
    """One token as it is shown, see `shown_tokens`; an empty one is "∅"."""
    signs = [MARKS.get(sign) or ("�" if unicodedata.category(sign) in UNSEEN else sign) for sign in token]
    text = "".join(signs) or "∅"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def check_steps(output: torch.Tensor, row: int, tokens: int, name: str) -> None:
    """Raise InputError unless a layer's output (batch, time, ...) has such a row with at least so many steps."""
    rows, steps = output.shape[:2]
    if not 0 <= row < rows or steps < tokens:
        raise InputError(
            f"{name} has read {rows} rows of {steps} steps, and {tokens} tokens of row {row} are to be shown",
            remedy="give the tokens of one row of the batch that is read",
        )
