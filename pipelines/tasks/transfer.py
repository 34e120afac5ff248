"""What training may begin with: the encoder and the words' vectors of a language model's run.

As in ULMFiT (Howard & Ruder, "Universal Language Model Fine-tuning for Text Classification", 2018): the layers are then
trained at rates of their own, and one after the other. The encoder is the language model's in all its settings; if that
reads from left to right only, so does the new model's. Before that, the language model itself may be trained on with
texts of the kind that are to be classified.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from pipelines.runs.load import load
from pipelines.tasks.word_inputs import WordData, WordInputs
from textprep import Pipeline, Vocabulary
from textprep.errors import ConfigError
from textprep.settings import SizeOrNone, Within
from textprep.special_tokens import DEFAULT

if TYPE_CHECKING:
    import torch

    from seqmodels import Hook, ParameterGroup

SHOWN = 10  # new words that a report names


@dataclass(frozen=True)
class TransferSettings:
    """What the model begins with, and how that is fine-tuned."""

    start: str = ""
    """The run folder of a language model whose encoder and words' vectors the model begins with; none if empty. The
    settings of the encoder, the size of the vectors, and for whole texts the recipe are then the language model's. A
    language model begins with all of one of its own kind."""
    rate_factor: Annotated[float, Within(1, 1000)] = 2.6
    """How much more slowly each layer of such a model learns than the one above it; 1: all alike."""
    unfreeze_epochs: SizeOrNone = 1
    """The top layer is trained alone at first, and after every so many epochs one more below; 0: all at once."""


class Start:
    """A language model from which another model begins.

    Args:
        settings: Which run it is, and how it is fine-tuned.

    Raises:
        ArtifactError: It is no whole run.
        ConfigError: Its model does not look ids up and read them.
    """

    def __init__(self, settings: TransferSettings) -> None:
        from seqmodels import TokenInput

        self.settings, self.parts = settings, load(settings.start).parts
        self.model = self.parts.model
        if not isinstance(getattr(self.model, "input", None), TokenInput) or not hasattr(self.model, "encoder"):
            raise ConfigError(
                f"{settings.start}: a run of the task {self.parts.task!r} cannot be begun with; give one of lm or mlm"
            )
        vocabulary = self.parts.pipeline.vocabulary
        assert vocabulary is not None  # a model over ids has one
        special = vocabulary.special.by_role
        usual = {special[role]: spelling for role, spelling in DEFAULT.by_role.items() if role in special}
        self.words = [usual.get(word, word) for word in vocabulary.words]
        self.own_words = self.words[len(special) :]

    def agreed(self, settings: Any) -> Any:
        """The settings of a model over words with which it can begin with this one."""
        size, encoder = self.model.input.output_size, self.model.settings.encoder
        of_words = replace(settings.model.input, char_encoder="none", shape_size=0)
        model = replace(settings.model, input=of_words, encoder=encoder)
        return replace(settings, model=model, data=replace(settings.data, word_size=size))

    def pipeline(self) -> Pipeline:
        """From text to tokens as the language model's, without its vocabulary."""
        return Pipeline(*self.parts.pipeline.stages)

    def word_inputs(self, counts: Mapping[str, int], data: WordData) -> WordInputs:
        """The words of the new model: those of the training data, and then what the language model knows besides.

        A word is looked up as it stands, then in lower case. All first vectors are the mean of the language
        model's; `carry_into` puts its own in place of those.

        Args:
            counts: How often each word occurs in the training data.
            data: Which of them are known; one that the language model knows is, however rare it is.

        Raises:
            ConfigError: The language model knows none of the words.
        """
        known = set(self.own_words)
        found: Counter[str] = Counter()
        for word, count in counts.items():
            if word not in DEFAULT.spellings:  # a text may hold them, but their ids are taken
                found[word if word in known or word.lower() not in known else word.lower()] += count
        ranked = found.most_common(data.max_words)
        kept = [(word, count) for word, count in ranked if count >= data.min_count or word in known]
        if not any(word in known for word, _ in kept):
            problem = f"{self.settings.start}: the language model knows none of the training data's words"
            raise ConfigError(f"{problem}; its recipe is {self.parts.settings.data.recipe!r}, theirs must be like it")
        seen = {word for word, _ in kept}
        extra = [word for word in self.own_words if word not in seen]
        vocabulary = Vocabulary([word for word, _ in kept] + extra, [count for _, count in kept] + [0] * len(extra))
        mean = self._vectors().mean(0).numpy()
        matrix = np.tile(mean, (len(vocabulary), 1))
        matrix[DEFAULT.id_of("pad")] = 0
        trained = len(DEFAULT) + len(kept)
        return WordInputs(vocabulary, matrix, trained if data.train_vectors else 0, None)

    def carry_into(self, model: Any, words: Sequence[str]) -> str:
        """Copy the encoder and the vectors into a model over these words; what was carried, in words."""
        from torch import nn

        from seqmodels import carry_over, carry_rows

        weights = carry_over(self.model.encoder, model.encoder)
        vectors = self._vectors()
        table = nn.Embedding(len(vectors), vectors.shape[1], _weight=vectors)
        rows = carry_rows(table, self.words, model.input.words, words)
        new = [word for word in rows.fresh if word not in DEFAULT.spellings]
        named = f": {', '.join(new[:SHOWN])}{', ...' if len(new) > SHOWN else ''}" if new else ""
        return (
            f"{self.settings.start}: its encoder ({len(weights)} arrays), and the vectors of {len(rows.found):,} of "
            f"{len(words):,} words; {len(new):,} are new to it{named}"
        )

    def carry_all_into(self, model: Any) -> str:
        """Copy all weights into a model that is built alike; what was carried, in words."""
        from seqmodels import carry_over

        return f"{self.settings.start}: all of it ({len(carry_over(self.model, model))} arrays)"

    def groups(self, model: Any) -> Sequence[ParameterGroup]:
        """The layers, each with its rate."""
        from seqmodels import discriminative_groups

        return discriminative_groups(model, self.settings.rate_factor)

    def hooks(self) -> list[Hook]:
        """What unfreezes the layers."""
        from seqmodels import GradualUnfreezing

        return [GradualUnfreezing(self.settings.unfreeze_epochs)] if self.settings.unfreeze_epochs else []

    def _vectors(self) -> torch.Tensor:
        """The vector of each of the language model's words as its encoder takes it: (words, size)."""
        import torch

        with torch.no_grad():
            vectors: torch.Tensor = self.model.input(torch.arange(len(self.words)))
        return vectors


def open_start(settings: Any, vectors: Any) -> Start | None:
    """What the settings of a task have its model begin with, if there is anything.

    Raises:
        ArtifactError, ConfigError: As `Start`; or there are word vectors, or other language models' states, as well.
    """
    transfer = getattr(settings, "transfer", None)  # tasks may have no such section
    if transfer is None or not transfer.start:
        return None
    if vectors is not None:
        raise ConfigError("a model begins with word vectors or with a language model; leave out one of them")
    if getattr(settings.data, "language_models", ""):
        raise ConfigError(
            "an encoder that is a language model's takes in words only; leave out --from or data.language_models"
        )
    return Start(transfer)
