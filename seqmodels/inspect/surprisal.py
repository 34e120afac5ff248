"""How little a language model expected each token of a text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.models.language_model import LanguageModel
from textprep.errors import InputError


@dataclass(frozen=True)
class Surprisal:
    """-log2 p of each token, given all before it."""

    tokens: list[str]
    bits: NDArray[np.float64]  # (tokens,)


@torch.no_grad()
def surprisal(model: LanguageModel, ids: Sequence[int], tokens: Sequence[str]) -> Surprisal:
    """The bits of each token of a text but the first, which the model is given; in evaluation mode.

    Args:
        model: The model.
        ids: Those of the text, first that of what stands before it.
        tokens: The text of each id but the first.

    Raises:
        InputError: There is not one token for each id but the first.
    """
    if len(ids) != len(tokens) + 1:
        raise InputError(f"{len(ids)} ids need {len(ids) - 1} tokens, all but the first; there are {len(tokens)}")
    model.eval()
    row = torch.tensor([list(ids)], dtype=torch.int64, device=model.device)
    length = torch.tensor([len(tokens)], device=model.device)
    nats = model.head.nats(model(row[:, :-1], length).output, row[:, 1:], length)
    return Surprisal(list(tokens), nats.double().cpu().numpy() / math.log(2))
