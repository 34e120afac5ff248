"""Vectors of tokens from a trained language model: its states, frozen, as features of a tagger.

Beside the words' vectors they are TagLM (Peters et al., "Semi-supervised sequence tagging with bidirectional language
models", 2017); from models of characters, at the ends of words, Flair (Akbik et al., "Contextual String Embeddings for
Sequence Labeling", 2018).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.batches.id_batches import IdBatches
from seqmodels.batches.ragged import check_offsets
from seqmodels.models.language_model import LanguageModel
from textprep.errors import InputError
from textprep.ids import Ids


@torch.inference_mode()
def token_states(
    model: LanguageModel, ids: Ids, places: NDArray[Any], offsets: NDArray[Any], tokens: int = 8192
) -> NDArray[np.float32]:
    """The states of a language model at some places of its rows, each of which begins without anything before it.

    Args:
        model: The language model; it is put into evaluation mode.
        ids: What it reads.
        places: Behind which id of its row the state of each token is taken, from 0.  # (N,)
        offsets: Which tokens belong to each row: those of row i are `offsets[i]:offsets[i + 1]`.  # (rows + 1,)
        tokens: Padded ids that are read side by side, at most; a longer row is read by itself.

    Returns:
        A vector for each token.  # (N, size)

    Raises:
        InputError: The places are not those of the rows.
        ConfigError: A row is longer than the model's context.
    """
    check_offsets(offsets, len(places))
    rows = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))  # (N,)
    if len(offsets) != len(ids) + 1 or (places < 0).any() or (places >= ids.lengths[rows]).any():
        raise InputError("a place lies beyond its row", remedy="give a place in 0..length - 1 for each token of a row")
    model.eval()
    states = np.zeros((len(places), model.encoder.output_size), np.float32)
    for batch in IdBatches(ids, tokens=tokens):
        output = model(batch.ids.to(model.device), batch.lengths.to(model.device)).output.float().cpu().numpy()
        for read, row in zip(output, batch.rows.tolist(), strict=True):
            own = slice(offsets[row], offsets[row + 1])
            states[own] = read[places[own]]
    return states
