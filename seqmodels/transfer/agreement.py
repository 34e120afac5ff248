"""Whether models can be asked the same: they have the same labels, and read words by the same vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from textprep.errors import ConfigError

SAME = "put together what was trained with the same labels and vocabulary"


def check_agreement(models: Sequence[nn.Module], vocabularies: Sequence[Sequence[str]] | None = None) -> None:
    """Raise ConfigError unless the models have the same labels and the same vocabulary.

    Args:
        models: At least one.
        vocabularies: The words of each in the order of their ids; without them only the number of words is compared,
            which is all that a model knows of them.
    """
    if not models:
        raise ConfigError("there are no models to put together; give at least one")
    first = models[0]
    for number, model in enumerate(models[1:], 2):
        ours, theirs = getattr(first, "labels", None), getattr(model, "labels", None)
        if ours != theirs:
            raise ConfigError(f"model {number} has the labels {theirs}, model 1 has {ours}; {SAME}")
        words, others = _words(first), _words(model)
        if words != others:
            raise ConfigError(f"model {number} knows {others} words, model 1 {words}; {SAME}")
    if vocabularies is None:
        return
    if len(vocabularies) != len(models):
        raise ConfigError(f"{len(models)} models have {len(vocabularies)} vocabularies; give one for each")
    for number, vocabulary in enumerate(vocabularies[1:], 2):
        for row, (own, other) in enumerate(zip(vocabularies[0], vocabulary, strict=False)):
            if own != other:
                raise ConfigError(f"word {row} is {other!r} to model {number} and {own!r} to model 1; {SAME}")
        if len(vocabulary) != len(vocabularies[0]):
            counts = f"{len(vocabulary)} words, that of model 1 {len(vocabularies[0])}"
            raise ConfigError(f"the vocabulary of model {number} has {counts}; {SAME}")


def _words(model: nn.Module) -> int | None:
    return getattr(getattr(model, "sizes", None), "words", None)
