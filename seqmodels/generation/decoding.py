"""How text is generated, as settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from seqmodels.generation.greedy import Greedy
from seqmodels.generation.method import METHODS
from textprep.settings import KindOf, Share, SizeOrNone, Within


@dataclass(frozen=True)
class Decoding:
    """How text is generated, whatever the vocabulary; ids of tokens are told to `generate` itself."""

    method: Annotated[Any, KindOf(METHODS)] = field(default_factory=Greedy)
    """How words are chosen: greedy, sampling, beam or contrastive."""
    max_tokens: Annotated[int, Within(1, 100_000)] = 256
    """Tokens that are said at most, the stop phrase among them."""
    min_tokens: SizeOrNone = 0
    """Tokens that are said before a stop phrase may become whole."""
    repetition_penalty: Annotated[float, Within(0.01, 100)] = 1.0
    """Scores above 0 are divided by this for words that the text has already, those below multiplied; 1 is none."""
    no_repeat: SizeOrNone = 0
    """No sequence of this many tokens comes twice in a text, its prompt included; 0 allows it."""
    reread: Share = 0.5
    """When a model's context is full, this share of it, its end, is read anew; 0 ends the text there."""
