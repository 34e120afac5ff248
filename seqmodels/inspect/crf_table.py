"""What a CRF has learned of which tag follows which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqmodels.heads.crf import CRF
from textprep.errors import InputError


@dataclass(frozen=True)
class TransitionTable:
    """The scores of a CRF over K tags, in nats before normalisation; -inf where its scheme forbids it."""

    tags: list[str]
    transitions: NDArray[np.float32]  # (K, K), from a tag to the next
    start: NDArray[np.float32]  # (K,)
    end: NDArray[np.float32]  # (K,)


def transition_table(crf: CRF, tags: Sequence[str]) -> TransitionTable:
    """The table of a CRF; InputError unless there is a name for each of its tags."""
    if len(tags) != len(crf.start):
        raise InputError(f"the CRF knows {len(crf.start)} tags, and {len(tags)} names were given")
    learned = (crf.transitions, crf.pair_penalty), (crf.start, crf.start_penalty), (crf.end, crf.end_penalty)
    scores = [score.detach().masked_fill(penalty < 0, -np.inf).cpu().numpy() for score, penalty in learned]
    return TransitionTable(list(tags), *scores)
