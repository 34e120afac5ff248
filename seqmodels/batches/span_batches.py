"""Batches for learning by filling gaps (Raffel et al., "T5", 2020): spans of a text are cut out, each leaves a
sentinel, and the target says what stood where:

    text      Thank you for inviting me to your party last week .
    source    Thank you <X> me to your party <Y> week .
    target    <X> for inviting <Y> last <Z>
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from seqmodels.batches.id_batches import IdBatch, IdBatches
from seqmodels.batches.pair_batches import PairBatch
from seqmodels.batches.ragged import int64_tensor
from textprep.errors import ConfigError, InputError


class SpanBatches:
    """The batches of a corpus with gaps to be filled: sources with sentinels, and the targets that fill them.

    Of each row's tokens a share is cut out, in spans whose number follows from their mean length, at places chosen anew
    in every epoch; a row of fewer than two tokens stays whole. Between two spans there is a token at least, so that
    each sentinel stands for one. (The authors' program lets each row end in a span; here all places are alike.)

    Args:
        batches: The corpus; its targets are left out.
        sentinels: The ids that mark gaps, in the order in which they are used; a row has one span fewer at most, since
            the next sentinel ends its target. They do not occur in the corpus.
        share: How many of the tokens are cut out.
        span: Mean tokens of a span.
        seed: Of the choice; the batches of an epoch depend on its number and the seeds only.

    Raises:
        ConfigError: If `share` does not lie within 0..1, `span` is below 1, or there are fewer than two sentinels, or
            one of them twice.
    """

    def __init__(
        self, batches: IdBatches, *, sentinels: Sequence[int], share: float = 0.15, span: float = 3.0, seed: int = 0
    ) -> None:
        if not 0 < share < 1:
            raise ConfigError(f"share must lie within 0..1, not {share}")
        if not span >= 1:
            raise ConfigError(f"span must be at least 1, not {span}")
        if len(set(sentinels)) != len(sentinels) or len(sentinels) < 2:
            raise ConfigError(f"there are {len(set(sentinels))} different sentinels; give two or more, each once")
        self.batches, self.share, self.span, self.seed = batches, share, span, seed
        self.sentinels = np.array(sentinels, np.int64)

    def __len__(self) -> int:
        """Batches in an epoch."""
        return len(self.batches)

    def __iter__(self) -> Iterator[PairBatch]:
        return self.epoch(0)

    def epoch(self, number: int) -> Iterator[PairBatch]:
        """The batches of one epoch; the same number always gives the same batches.

        Raises:
            InputError: A sentinel stands in the corpus.
        """
        rng = np.random.default_rng((self.seed, number))
        for batch in self.batches.epoch(number):
            ids, lengths = batch.ids.numpy(), batch.lengths.numpy()
            if np.isin(ids, self.sentinels).any():
                problem = f"the corpus holds the sentinel {ids[np.isin(ids, self.sentinels)][0]}"
                raise InputError(problem, remedy="choose ids that no text has")
            rows = [row[:length] for row, length in zip(ids, lengths, strict=True)]
            gapped = [with_gaps(row, self._cut_out(len(row), rng), self.sentinels) for row in rows]
            sources, targets = ([pair[side] for pair in gapped] for side in range(2))
            yield PairBatch(self._padded(sources, batch), self._padded(targets, batch))

    def _cut_out(self, length: int, rng: np.random.Generator) -> NDArray[np.bool_]:
        """Which tokens of a row are cut out: (length,)."""
        cut = min(max(round(length * self.share), 1), length - 1)
        if cut < 1:
            return np.zeros(length, np.bool_)
        spans = min(max(round(cut / self.span), 1), cut, length - cut + 1, len(self.sentinels) - 1)
        kept = _parted(length - cut + 2, spans + 1, rng)
        kept[[0, -1]] -= 1  # a row may begin and end with a span
        runs = np.insert(kept, np.arange(spans) + 1, _parted(cut, spans, rng))  # (2 * spans + 1,), by turns
        return np.repeat(np.arange(len(runs)) % 2 == 1, runs)

    def _padded(self, rows: list[NDArray[np.int64]], batch: IdBatch) -> IdBatch:
        lengths = np.array([len(row) for row in rows], np.int64)
        ids = np.full((len(rows), int(lengths.max(initial=0))), self.batches.padding, np.int64)
        ids[np.arange(ids.shape[1]) < lengths[:, None]] = np.concatenate([*rows, ids[:0].ravel()])
        return IdBatch(int64_tensor(ids), int64_tensor(lengths), batch.rows)


def with_gaps(
    ids: NDArray[np.int64], cut: NDArray[np.bool_], sentinels: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A row with a sentinel for each span that is cut out, and the spans, each behind its sentinel and one more behind
    the last.

    Args:
        ids: The row, (tokens,).
        cut: Which tokens are cut out, (tokens,).
        sentinels: The ids that mark gaps; one more than there are spans.
    """
    begins = np.flatnonzero(cut & ~np.append(False, cut)[:-1])  # of the spans
    source = np.insert(ids, begins, sentinels[: len(begins)])
    left = np.insert(~cut, begins, True)
    places: NDArray[np.int64] = (np.cumsum(cut) - cut)[begins]  # of the spans among the tokens that are cut out
    target = np.append(np.insert(ids[cut], places, sentinels[: len(begins)]), sentinels[len(begins)])
    return source[left], target


def filled(source: NDArray[np.int64], target: NDArray[np.int64], sentinels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The row that a source with gaps and the target that fills them come from: the inverse of `with_gaps`.

    A gap that the target does not fill stays empty, and so do the target's spans that have no gap.

    Args:
        source: The row with sentinels, (tokens,).
        target: The spans, each behind its sentinel, (tokens,); as a model wrote it.
        sentinels: The ids that mark gaps.
    """
    marks = np.flatnonzero(np.isin(target, sentinels))
    spans = {int(target[mark]): part[1:] for mark, part in zip(marks, np.split(target, marks)[1:], strict=True)}
    gaps = np.isin(source, sentinels)
    parts = [spans.get(int(token), source[:0]) if gap else [token] for token, gap in zip(source, gaps, strict=True)]
    return np.concatenate([source[:0], *parts])


def _parted(count: int, parts: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """A number parted at random into numbers of at least 1: (parts,)."""
    ends = np.sort(rng.choice(count - 1, parts - 1, replace=False)) + 1
    return np.diff(ends, prepend=0, append=count)
