"""Word → sentence → document (Yang et al., "Hierarchical Attention Networks for Document Classification", 2016): one
encoder reads each sentence, a pooling makes a vector of it, and another encoder reads these.

Where sentences begin is a fact of the batch (`read`). A sentence that is longer than a piece may be is cut, and so is a
text whose sentences nobody has looked for: it is read in pieces of that length.

A step's output says what its sentence is in the document, and also, if wanted, what the word is in the sentence. Of the
former alone, the maximum and the last step are those over sentences; a mean or attention over the steps counts each
sentence as often as it has words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import torch

from seqmodels.layers.encoder import ENCODERS, Encoded, Encoder, State
from seqmodels.layers.mask import token_mask
from seqmodels.layers.pooling import POOLINGS, Pooling
from seqmodels.layers.recurrent import RecurrentSettings
from textprep.errors import ConfigError
from textprep.settings import KindOf, OneOf, Size

if TYPE_CHECKING:
    from seqmodels.batches.word_batches import WordBatch


def _gru() -> RecurrentSettings:
    return RecurrentSettings(cell="gru", hidden_size=50)


@ENCODERS.register("hierarchical")
@dataclass(frozen=True)
class HierarchicalSettings:
    """How a `HierarchicalEncoder` is built."""

    word_encoder: Annotated[Any, KindOf(ENCODERS)] = field(default_factory=_gru)
    """The encoder that reads the words of a sentence; any kind."""
    sentence_encoder: Annotated[Any, KindOf(ENCODERS)] = field(default_factory=_gru)
    """The encoder that reads the sentences of a document; any kind."""
    sentence_pooling: Annotated[str, OneOf(POOLINGS)] = "attention"
    """How the words become the vector of a sentence: last, mean, max or attention."""
    piece_length: Size = 50
    """Words that are read as one sentence at most: longer ones are cut, and texts without known sentences."""
    with_words: bool = True
    """Whether the output has what was said of each word beside what is said of its sentence, as taggers need it."""

    def build(self, input_size: int) -> HierarchicalEncoder:
        """The encoder of vectors with `input_size` features."""
        words = self.word_encoder.build(input_size)
        return HierarchicalEncoder(
            words,
            POOLINGS[self.sentence_pooling](words.output_size, words.bidirectional),
            self.sentence_encoder.build(words.output_size),
            piece_length=self.piece_length,
            with_words=self.with_words,
        )


class HierarchicalEncoder(Encoder):
    """An encoder of sentences above an encoder of words. It has no state: a sentence must be whole.

    Args:
        words: What reads the words of a sentence.
        pooling: What makes a vector of them.
        sentences: What reads these vectors.
        piece_length: Words that are read as one sentence at most.
        with_words: Whether the output of `words` stands in front of that of `sentences`.
    """

    def __init__(
        self,
        words: Encoder,
        pooling: Pooling,
        sentences: Encoder,
        *,
        piece_length: int = 50,
        with_words: bool = True,
    ) -> None:
        super().__init__()
        self.words, self.pooling, self.sentences = words, pooling, sentences
        self.piece_length, self.with_words = piece_length, with_words
        self.output_size = sentences.output_size + (words.output_size if with_words else 0)
        self.bidirectional = sentences.bidirectional and not with_words

    def forward(
        self, x: torch.Tensor, lengths: torch.Tensor, state: State | None = None, sentences: torch.Tensor | None = None
    ) -> Encoded:
        """Encode `x` (batch, time, input_size), see `Encoder.forward`; the output is (batch, time, output_size).

        Args:
            x, lengths, state: See `Encoder.forward`.
            sentences: Not 0 where a sentence begins, (batch, time); None if that is not known.
        """
        if state is not None:
            raise ConfigError(
                "a hierarchical encoder cannot go on from a state, because it needs whole sentences; "
                "give whole sequences"
            )
        mask = token_mask(lengths, x.shape[1])  # (batch, time)
        output = x.new_zeros(*x.shape[:2], self.output_size)
        if not bool(mask.any()):
            return Encoded(output, None)
        begins = piece_begins(mask, sentences, self.piece_length)  # (batch, time)
        row, step = mask.nonzero(as_tuple=True)  # (tokens,)
        piece = begins[row, step].cumsum(0) - 1  # (tokens,), of all pieces of the batch
        number = (begins.cumsum(1) - 1)[row, step]  # (tokens,), of the row's pieces
        sizes = piece.bincount()  # (pieces,)
        first = sizes.cumsum(0) - sizes  # (pieces,), the token with which each begins
        place = torch.arange(len(piece), device=x.device) - first[piece]  # (tokens,)

        words = self.words(laid_out(x[row, step], piece, place, sizes), sizes).output  # (pieces, longest, words)
        vectors = self.pooling(words, token_mask(sizes, words.shape[1]))  # (pieces, words)
        counts = begins.sum(1)  # (batch,)
        documents = laid_out(vectors, row[first], number[first], counts)  # (batch, most, words)
        said = self.sentences(documents, counts).output[row, number]  # (tokens, sentences)
        if self.with_words:
            said = torch.cat([words[piece, place], said], -1)
        output = output.to(said.dtype)
        output[row, step] = said
        return Encoded(output, None)

    def read(self, x: torch.Tensor, batch: WordBatch) -> torch.Tensor:
        """The output for a batch's tokens, see `Encoder.read`, by the batch's sentences."""
        encoded: Encoded = self(x, batch.lengths, sentences=batch.sentences)
        return encoded.output


def piece_begins(mask: torch.Tensor, sentences: torch.Tensor | None, longest: int) -> torch.Tensor:
    """True where pieces begin, (batch, time): with each sentence, and every `longest` steps of it.

    Args:
        mask: True at tokens, (batch, time).
        sentences: Not 0 where a sentence begins, (batch, time), whatever stands at the first step; or None.
        longest: Steps of a piece at most.
    """
    steps = torch.arange(mask.shape[1], device=mask.device).expand_as(mask)  # (batch, time)
    last = 0 if sentences is None else (steps * (sentences != 0)).cummax(1).values
    return mask & ((steps - last) % longest == 0)


def laid_out(vectors: torch.Tensor, row: torch.Tensor, place: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Vectors (n, size) side by side in rows of these lengths (rows,): (rows, longest, size), zero in the padding.

    `row` (n,) and `place` (n,) say where each belongs.
    """
    rows = vectors.new_zeros(len(lengths), int(lengths.max()), vectors.shape[-1])
    rows[row, place] = vectors
    return rows
