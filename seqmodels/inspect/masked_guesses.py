"""What a masked language model expects in the place of each token, by all that stands around it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.each_hidden import EachHidden
from seqmodels.batches.masked_batches import IGNORED
from seqmodels.batches.plan import check_at_least_one
from seqmodels.models.masked_language_model import MaskedLanguageModel
from textprep.errors import InputError
from textprep.ids import Ids


@dataclass(frozen=True)
class MaskedGuesses:
    """The tokens of a text that were hidden, each by itself, and what the model puts in their places."""

    tokens: list[str]
    probabilities: NDArray[np.float32]  # (tokens,)
    """That of each token itself."""
    guesses: list[list[str]]
    """The most probable words in the place of each, the best first; special tokens are none of them."""
    chances: NDArray[np.float32]  # (tokens, guesses)
    """Their probabilities."""


@torch.no_grad()
def masked_guesses(
    model: MaskedLanguageModel,
    ids: Sequence[int],
    tokens: Sequence[str],
    words: Sequence[str],
    *,
    mask_id: int,
    special: Collection[int] = (),
    best: int = 5,
) -> MaskedGuesses:
    """Hide each token of a text in turn, and ask the model for it; several rows are read at once.

    Args:
        model: The model; it is put into evaluation mode.
        ids: Those of the text, as the model reads it.
        tokens: The text of each id.
        words: What each id of the vocabulary is called.
        mask_id: The id that hides others.
        special: Ids that are neither hidden nor guessed, such as the frame of the text; the mask is among them.
        best: How many words are given for each place, at most.

    Raises:
        InputError: There is not one token for each id.
        ConfigError: `best` is below 1.
    """
    check_at_least_one(best=best)
    if len(ids) != len(tokens):
        raise InputError(f"{len(ids)} ids need as many tokens; there are {len(tokens)}")
    never = sorted({*special, mask_id})
    count = min(best, len(words) - len(never))
    probabilities = np.zeros(len(ids), np.float32)
    guesses, chances = np.zeros((len(ids), count), np.int64), np.zeros((len(ids), count), np.float32)
    text = Ids(np.array(ids, np.int32), np.array([0, len(ids)]))
    hidden = ~np.isin(text.values, never)
    for batch in EachHidden(text, mask_id=mask_id, special=never):
        rows, places = (batch.targets != IGNORED).nonzero(as_tuple=True)  # type: ignore[union-attr]  # (rows,), one each
        vectors = model.vectors(batch.ids, batch.lengths)[rows, places]  # (rows, size)
        likely = model.head(vectors).softmax(-1).cpu()  # (rows, words)
        probabilities[places] = likely[rows, text.values[places]]
        likely[:, never] = 0.0
        values, best_ids = likely.topk(count)  # (rows, count) each
        chances[places], guesses[places] = values, best_ids
    named = [[words[id_] for id_ in row] for row in guesses[hidden].tolist()]
    shown = [token for token, was_hidden in zip(tokens, hidden.tolist(), strict=True) if was_hidden]
    return MaskedGuesses(shown, probabilities[hidden], named, chances[hidden])
