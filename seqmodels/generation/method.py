"""What every method of choosing words keeps to, and what it gives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from seqmodels.generation.drafts import Drafts
from seqmodels.generation.rules import Rules
from textprep.errors import InputError
from textprep.registry import Registry


class Step(NamedTuple):
    """The next token of every row that is still being written."""

    rows: torch.Tensor  # (n,)
    """The number of the prompt of each."""
    ids: torch.Tensor  # (n,)
    """What is said."""
    log_probabilities: torch.Tensor  # (n,)
    """Those that the model gives to it, before all settings, in nats."""
    stop: torch.Tensor  # (n,)
    """The length of the stop phrase that is now whole, with which the row ends; 0 elsewhere."""


class Said(NamedTuple):
    """What was said after one prompt."""

    row: int
    """The number of the prompt."""
    ids: NDArray[np.int64]  # (tokens,)
    """What was said, without the prompt."""
    log_probabilities: NDArray[np.float32]  # (tokens,)
    """Those that the model gives to each token, before all settings, in nats."""
    score: float
    """By which the better text is known: the sum of the log-probabilities, or what a search makes of it."""
    stop: int
    """How many tokens at the end are the stop phrase; 0 if the text ended because it may not be longer."""

    @property
    def content(self) -> NDArray[np.int64]:
        """What was said before the stop phrase."""
        return self.ids[: len(self.ids) - self.stop]


class Method(ABC):
    """A way to choose words, with its settings."""

    def check(self, drafts: Drafts) -> None:  # noqa: B027 - most have nothing to object to
        """Raise ConfigError if the settings or the model do not suit the method."""

    @abstractmethod
    def write(self, drafts: Drafts, rules: Rules) -> list[Said]:
        """Write on until all texts have ended; texts of one prompt stand together, the best first.

        Raises:
            InputError: The model's scores are no numbers, or the rules leave a row no word.
        """


class Stepwise(Method):
    """A method that says a token as soon as it is chosen."""

    @abstractmethod
    def steps(self, drafts: Drafts, rules: Rules) -> Iterator[Step]:
        """Write on until all texts have ended."""

    def write(self, drafts: Drafts, rules: Rules) -> list[Said]:
        """Write on until all texts have ended, see `Method.write`."""
        return collected(self.steps(drafts, rules))


METHODS: Registry[type[Method]] = Registry("method", "seqmodels.generation")
"""The settings of each method: `greedy`, `sampling`, `beam` and `contrastive` stand in the files of these names."""


def token_by_token(
    drafts: Drafts, rules: Rules, choose: Callable[[torch.Tensor, Drafts], torch.Tensor]
) -> Iterator[Step]:
    """Write with a method that needs no more than the next token's scores: `choose(scores, drafts)` gives (rows,)."""
    while len(drafts) and drafts.said < rules.max_tokens:
        scores = drafts.read()  # (rows, words)
        allowed = rules.applied(scores, drafts)
        words = choose(allowed, drafts)  # (rows,)
        places = words.unsqueeze(1)
        log_probabilities = scores.gather(1, places).squeeze(1) - scores.logsumexp(1)  # (rows,)
        check_words(allowed.gather(1, places).squeeze(1) + log_probabilities, drafts.rows)
        drafts.say(words)
        yield (step := Step(drafts.rows, words, log_probabilities, rules.stop.ended(drafts.new)))
        if step.stop.any():
            drafts.choose((step.stop == 0).nonzero().squeeze(1))


def check_words(scores: torch.Tensor, rows: torch.Tensor) -> None:
    """Raise InputError unless the scores (n,) of the words that were chosen, for these rows, are numbers."""
    if not (wrong := ~scores.isfinite()).any():
        return
    line, score = int(rows[wrong][0]) + 1, float(scores[wrong][0])
    if score == -torch.inf:
        remedy = "ban fewer phrases, lower min_tokens, or allow repetitions"
        raise InputError("no word is left that may follow this prompt, all are ruled out", line=line, remedy=remedy)
    raise InputError("the model's scores behind this prompt are no numbers", line=line, remedy="look at its weights")


def collected(steps: Iterable[Step]) -> list[Said]:
    """All that was said, by rows."""
    rows, *others = (torch.cat(parts).cpu().numpy() for parts in zip(*steps, strict=True))
    order = np.argsort(rows, kind="stable")
    numbers, firsts = np.unique(rows[order], return_index=True)
    ids, log_probabilities, stop = (np.split(other[order], firsts[1:]) for other in others)
    return [
        Said(row, said, likely.astype(np.float32), float(likely.sum()), int(stops[-1]))
        for row, said, likely, stops in zip(numbers.tolist(), ids, log_probabilities, stop, strict=True)
    ]
