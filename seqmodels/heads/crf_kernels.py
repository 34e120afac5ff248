"""The compiled half of the CRF: sums and expected counts over all tag sequences, and the best one, row by row.

A sum over the tags before is a sum of products, exp(alpha_i) exp(pair_ij): one exponential a tag and one product a pair
of tags, where a logarithm of summed exponentials takes an exponential a pair. All is in double precision, and what is
kept are logarithms; a sum whose products have vanished, because the tags that it comes from are beyond the range of
numbers below the best one, is taken again the long way. So results are exact whatever the scores are.
"""

from __future__ import annotations

import numpy as np

from textprep.kernels.compiled import (
    DoubleBlocks,
    DoubleBlocksOut,
    DoubleRows,
    DoubleRowsOut,
    Doubles,
    DoublesOut,
    LongRows,
    LongRowsOut,
    Longs,
    compiled,
    inner,
)

_SMALL = 1e-200  # a sum of products that is above this has lost nothing: what vanishes is below 1e-300
_FAR = 460.0  # exp of it is 1 / _SMALL


@compiled
def sum_sequences(
    emissions: DoubleBlocks,  # (batch, time, K)
    pairs: DoubleRows,  # (from, to)
    start: Doubles,  # (K,)
    end: Doubles,  # (K,)
    lengths: Longs,  # (batch,)
    alphas: DoubleBlocksOut,  # (batch, time, K)
    shares: DoubleBlocksOut,  # (batch, time, K)
    totals: DoublesOut,  # (batch,)
) -> None:
    """The log of the summed exp(score) of all tag sequences of each row, by the forward algorithm.

    Args:
        emissions, pairs, start, end, lengths: The scores.
        alphas: Filled with the log of the summed exp(score) of all ways to each tag; not beyond `lengths`.
        shares: Filled with exp of the alphas below the highest of their step; not at a row's last step.
        totals: Filled with the log of the sum over whole sequences, 0 for a row without tokens.
    """
    highest = pairs.max()
    products = np.exp(pairs - highest)
    for row in range(len(lengths)):
        totals[row] = 0.0
        if lengths[row] == 0:
            continue
        alpha = alphas[row]
        alpha[0] = start + emissions[row, 0]
        for t in range(1, lengths[row]):
            _step(alpha[t - 1], pairs, products, highest, shares[row, t - 1], alpha[t])
            for tag in range(len(start)):
                alpha[t, tag] += emissions[row, t, tag]
        totals[row] = _log_sum(alpha[lengths[row] - 1], end)


@compiled
def expect_counts(
    emissions: DoubleBlocks,  # (batch, time, K)
    pairs: DoubleRows,  # (from, to)
    end: Doubles,  # (K,)
    lengths: Longs,  # (batch,)
    alphas: DoubleBlocks,  # (batch, time, K)
    shares: DoubleBlocks,  # (batch, time, K)
    totals: Doubles,  # (batch,)
    rows: Doubles,  # (batch,)
    tags: DoubleBlocksOut,  # (batch, time, K)
    moves: DoubleRowsOut,  # (from, to)
) -> None:
    """How often each tag stands at each token and follows each other, in the mean over all tag sequences.

    These are the derivatives of the totals by the scores (forward-backward; Rabiner, 1989).

    Args:
        emissions, pairs, end, lengths: The scores.
        alphas, shares, totals: From `sum_sequences`.
        rows: By how much the counts of each row are multiplied.
        tags: Zeros; filled with the probability of each tag at each token.
        moves: Zeros; filled with the number of times that one tag follows another, in all rows together.
    """
    back = np.ascontiguousarray(pairs.T)  # (to, from)
    highest = pairs.max()
    products, products_back = np.exp(pairs - highest), np.exp(back - highest)
    onward, after, beta = np.empty_like(end), np.empty_like(end), np.empty_like(end)
    for row in range(len(lengths)):
        beta[:] = end
        for t in range(lengths[row] - 1, 0, -1):
            for tag in range(len(end)):
                onward[tag] = emissions[row, t, tag] + beta[tag]
            _step(onward, back, products_back, highest, after, beta)
            alpha = alphas[row, t - 1]
            scale = alpha.max() + highest + onward.max() - totals[row]
            if scale < _FAR:
                factor = rows[row] * np.exp(scale)
                _count_moves(shares[row, t - 1], products, after, factor, tags[row, t], moves)
            else:  # the likeliest tags before and after do not go together, so that products of others may vanish
                _count_moves_exactly(alpha, pairs, onward, totals[row], rows[row], tags[row, t], moves)
        if lengths[row] > 0:
            for tag in range(len(end)):
                tags[row, 0, tag] = rows[row] * np.exp(alphas[row, 0, tag] + beta[tag] - totals[row])


@compiled
def score_sequences(
    emissions: DoubleBlocks,  # (batch, time, K)
    pairs: DoubleRows,  # (from, to)
    start: Doubles,  # (K,)
    end: Doubles,  # (K,)
    lengths: Longs,  # (batch,)
    given: LongRows,  # (batch, time)
    scores: DoublesOut,  # (batch,)
) -> None:
    """The score of one tag sequence of each row.

    Args:
        emissions, pairs, start, end, lengths: The scores.
        given: The tags; those beyond `lengths` are not looked at.
        scores: Filled with the scores, 0 for a row without tokens.
    """
    for row in range(len(lengths)):
        scores[row] = 0.0
        if lengths[row] > 0:
            scores[row] = start[given[row, 0]] + end[given[row, lengths[row] - 1]]
        for t in range(lengths[row]):
            scores[row] += emissions[row, t, given[row, t]]
            if t > 0:
                scores[row] += pairs[given[row, t - 1], given[row, t]]


@compiled
def count_sequences(
    lengths: Longs,  # (batch,)
    given: LongRows,  # (batch, time)
    rows: Doubles,  # (batch,)
    tags: DoubleBlocksOut,  # (batch, time, K)
    moves: DoubleRowsOut,  # (from, to)
) -> None:
    """How often each tag stands at each token and follows each other in one sequence of each row, as `expect_counts`.

    Args:
        lengths, given: The sequences.
        rows: By how much the counts of each row are multiplied.
        tags, moves: The counts are added to these.
    """
    for row in range(len(lengths)):
        for t in range(lengths[row]):
            tags[row, t, given[row, t]] += rows[row]
            if t > 0:
                moves[given[row, t - 1], given[row, t]] += rows[row]


@compiled
def best_sequences(
    emissions: DoubleBlocks,  # (batch, time, K)
    pairs: DoubleRows,  # (from, to)
    start: Doubles,  # (K,)
    end: Doubles,  # (K,)
    lengths: Longs,  # (batch,)
    best: LongRowsOut,  # (batch, time)
) -> None:
    """The best tag sequence of each row, by the Viterbi algorithm; of equally good tags the first.

    Args:
        emissions, pairs, start, end, lengths: The scores.
        best: Zeros; filled with the tags.
    """
    origins = np.empty(emissions.shape[1:], np.int64)
    score, highest = np.empty_like(start), np.empty_like(start)
    for row in range(len(lengths)):
        last = lengths[row] - 1
        if last < 0:
            continue
        score[:] = start + emissions[row, 0]
        for t in range(1, last + 1):
            origin = origins[t]
            origin[:] = 0
            for tag in range(len(start)):
                highest[tag] = score[0] + pairs[0, tag]
            for before in range(1, len(start)):
                for tag in range(len(start)):
                    way = score[before] + pairs[before, tag]
                    better = way > highest[tag]
                    origin[tag] = before if better else origin[tag]
                    highest[tag] = way if better else highest[tag]
            for tag in range(len(start)):
                score[tag] = highest[tag] + emissions[row, t, tag]
        best[row, last] = (score + end).argmax()
        for t in range(last, 0, -1):
            best[row, t - 1] = origins[t, best[row, t]]


@inner
def _exponentials(values: Doubles, shares: DoublesOut) -> float:
    """Fill `shares` with exp of the values below the highest of them, and give that."""
    highest = values.max()
    for i in range(len(values)):
        shares[i] = np.exp(values[i] - highest)
    return highest


@inner
def _step(
    values: Doubles,  # (K,)
    pairs: DoubleRows,  # (from, to)
    products: DoubleRows,  # (from, to), exp(pairs - highest)
    highest: float,
    shares: DoublesOut,  # (K,)
    sums: DoublesOut,  # (K,)
) -> None:
    """Fill `sums` with log sum_i exp(values_i + pairs_ij), and `shares` with exp of the values below the highest."""
    top = _exponentials(values, shares) + highest
    sums[:] = 0.0
    for i in range(len(values)):
        share = shares[i]
        for j in range(len(sums)):
            sums[j] += share * products[i, j]
    for j in range(len(sums)):
        sums[j] = np.log(sums[j]) + top if sums[j] > _SMALL else _log_sum(values, pairs[:, j])


@inner
def _log_sum(values: Doubles, more: Doubles) -> float:
    """log sum_i exp(values_i + more_i)."""
    highest = -np.inf
    for i in range(len(values)):
        highest = max(highest, values[i] + more[i])
    total = 0.0
    for i in range(len(values)):
        total += np.exp(values[i] + more[i] - highest)
    return highest + np.log(total)


@inner
def _count_moves(
    before: Doubles, products: DoubleRows, after: Doubles, factor: float, tags: DoublesOut, moves: DoubleRowsOut
) -> None:
    """Add `factor` times before_i products_ij after_j to `moves`, and to the `tags` that are moved to."""
    for i in range(len(before)):
        share = before[i] * factor
        for j in range(len(after)):
            count = share * products[i, j] * after[j]
            moves[i, j] += count
            tags[j] += count


@inner
def _count_moves_exactly(
    alpha: Doubles,
    pairs: DoubleRows,
    onward: Doubles,
    total: float,
    factor: float,
    tags: DoublesOut,
    moves: DoubleRowsOut,
) -> None:
    """Add `factor` times exp(alpha_i + pairs_ij + onward_j - total) to `moves`, and to the `tags` that are moved to."""
    for i in range(len(alpha)):
        for j in range(len(onward)):
            count = factor * np.exp(alpha[i] + pairs[i, j] + onward[j] - total)
            moves[i, j] += count
            tags[j] += count
