"""Perplexity: among how many equally likely tokens a model would be as unsure (Jelinek et al., 1977)."""

from __future__ import annotations

import math

LARGEST = 709.0  # nats whose exponential is still a float


def perplexity(nats: float, tokens: int = 1) -> float:
    """exp of the nats a token; infinite where that is too large a number.

    Args:
        nats: The sum of -log p over all tokens.
        tokens: How many they are, 1 or more.
    """
    each = nats / tokens
    return math.exp(each) if each <= LARGEST else math.inf
