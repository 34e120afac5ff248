"""A trained masked language model in use: what may stand in the gaps of a text, and how likely texts are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import seqmodels
from pipelines.runs.run import Run
from pipelines.tasks.id_inputs import vocabulary_of
from pipelines.tasks.masked_inputs import FRAME, framed, ids_with_gaps, plain_ids, special_ids
from textprep.errors import ConfigError, InputError
from textprep.texts import Texts

if TYPE_CHECKING:
    from seqmodels import IdBatch, Pieces
    from textprep import Ids

TOKENS = 8192  # of a batch


@dataclass(frozen=True)
class Guess:
    """A word that may stand in a gap.

    Attributes:
        word: The word, or the piece of one, as the vocabulary spells it.
        probability: How likely it is, by the model.
    """

    word: str
    probability: float


@dataclass(frozen=True)
class Gap:
    """A mask in a text, and what may stand there.

    Attributes:
        start, end: Where the mask stands: `text[start:end]`.
        guesses: The likeliest words, the best first.
    """

    start: int
    end: int
    guesses: tuple[Guess, ...]


@dataclass(frozen=True)
class Judged:
    """How likely a text is; or, if it has gaps, what may stand there.

    Attributes:
        nats: The sum of -log p over the known words of the text, each guessed by all that stands around it: its
            pseudo-log-likelihood (Salazar et al., 2020) with the sign turned. None for a text with gaps, which cannot
            be compared with whole ones.
        tokens: How many words (with subwords: pieces) these are; unknown ones cannot be guessed and do not count.
        perplexity: exp of the nats a token; None without them.
        gaps: The gaps of the text, in their order.
    """

    nats: float | None
    tokens: int
    perplexity: float | None
    gaps: tuple[Gap, ...] = ()


class MaskedRun(Run[Judged]):
    """A trained masked language model."""

    @property
    def mask(self) -> str:
        """How a gap is spelled in a text."""
        vocabulary = vocabulary_of(self.parts.pipeline)
        return vocabulary.words[vocabulary.special.id_of("mask")]

    def fill(self, text: str, best: int = 5) -> list[Gap]:
        """The gaps of a text, its masks, each with the words that are likeliest to stand there.

        Special tokens are left out, so probabilities sum to less than 1. Several gaps are guessed each by itself. A
        text that is longer than those of the training is read in parts.

        Args:
            text: A text with one gap or more.
            best: How many words are given for each, at most.

        Raises:
            InputError: The text is no string, or has no gap.
            ConfigError: `best` is below 1.
        """
        (text,) = Texts.of([text]).strings
        if self.mask not in text:
            raise InputError(f"there is no {self.mask} in the text", remedy="write it where a word is to be guessed")
        return self._gaps([text], best)[0]

    def judge(self, texts: Sequence[str], best: int = 5) -> list[Judged]:
        """How likely each text is, or what may stand in its gaps, `best` words in each."""
        whole = [text for text in texts if self.mask not in text]
        judged = iter(self._likelihoods(whole))
        gaps = iter(self._gaps([text for text in texts if self.mask in text], best))
        return [Judged(None, 0, None, tuple(next(gaps))) if self.mask in text else next(judged) for text in texts]

    def _gaps(self, texts: Sequence[str], best: int) -> list[list[Gap]]:
        """The gaps of each text."""
        if best < 1:
            raise ConfigError(f"best must be at least 1, not {best}")
        pieces, found = self._pieces(ids_with_gaps(self.parts.pipeline, texts)), dict[int, list[tuple[Guess, ...]]]()
        with self.model_in_use() as model:
            for batch in seqmodels.IdBatches(framed(self.parts.pipeline, pieces.ids), tokens=TOKENS):
                for row, guesses in self._guesses(model, batch, best):
                    found.setdefault(row, []).append(guesses)
        in_order = (guesses for row in sorted(found) for guesses in found[row])
        places = [[each.span() for each in re.finditer(re.escape(self.mask), text)] for text in texts]
        return [[Gap(start, end, next(in_order)) for start, end in spans] for spans in places]

    def _guesses(self, model: Any, batch: IdBatch, best: int) -> Iterator[tuple[int, tuple[Guess, ...]]]:
        """The best words of each mask in a batch, with the row of the corpus that it stands in."""
        vocabulary, special = vocabulary_of(self.parts.pipeline), special_ids(self.parts.pipeline)
        rows, steps = (batch.ids == vocabulary.special.id_of("mask")).nonzero(as_tuple=True)
        vectors = model.vectors(batch.ids, batch.lengths)[rows, steps]  # (masks, size)
        chances = (
            model.head(vectors).detach().softmax(-1)[:, len(special) :].cpu()
        )  # (masks, words that are not special)
        values, words = chances.topk(min(best, chances.shape[1]))  # (masks, best) each
        for row, each, of in zip(batch.rows[rows].tolist(), values.tolist(), words.tolist(), strict=True):
            guessed = zip(of, each, strict=True)
            yield row, tuple(Guess(vocabulary.words[len(special) + word], chance) for word, chance in guessed)

    def _likelihoods(self, texts: Sequence[str]) -> list[Judged]:
        """How likely each of some texts without gaps is."""
        pipeline = self.parts.pipeline
        pieces, special = self._pieces(plain_ids(pipeline, texts)[0]), special_ids(pipeline)
        mask = vocabulary_of(pipeline).special.id_of("mask")
        batches = seqmodels.EachHidden(framed(pipeline, pieces.ids), mask_id=mask, special=special, tokens=TOKENS)
        with self.model_in_use() as model:
            nats = np.append(0.0, np.cumsum(model.text_losses(batches)))  # (pieces + 1,)
        known = np.append(0, np.cumsum(pieces.ids.values >= len(special)))  # (tokens + 1,)
        ends = pieces.documents  # (texts + 1,)
        sums = np.diff(nats[ends]).tolist(), np.diff(known[pieces.ids.offsets[ends]]).tolist()
        return [
            Judged(lost, count, seqmodels.perplexity(lost, count) if count else None)
            for lost, count in zip(*sums, strict=True)
        ]

    def _pieces(self, ids: Ids) -> Pieces:
        """Texts in pieces that are no longer than those of the training."""
        room = self.parts.settings.data.max_length - FRAME
        return seqmodels.cut_documents(ids, np.arange(len(ids) + 1), room)
