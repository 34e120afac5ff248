"""Greedy decoding: always the best word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seqmodels.generation.drafts import Drafts
from seqmodels.generation.method import METHODS, Step, Stepwise, token_by_token
from seqmodels.generation.rules import Rules


@METHODS.register("greedy")
@dataclass(frozen=True)
class Greedy(Stepwise):
    """Says the best word each time; of equally good ones the first."""

    def steps(self, drafts: Drafts, rules: Rules) -> Iterator[Step]:
        """Write on until all texts have ended."""
        return token_by_token(drafts, rules, lambda scores, _: scores.argmax(1))
