"""Linear-chain conditional random field (Lafferty, McCallum & Pereira, 2001; for neural taggers Collobert et
al., 2011).

The score of a tag sequence y is start[y_1] + sum_t emission[t, y_t] + sum_t transition[y_t-1, y_t] +
end[y_n]; its probability is exp(score) / Z. Everything is computed for a batch of padded sequences at once: on a CPU by
compiled kernels (`compiled_paths.py`), on other devices by torch (`path_sums.py`, `viterbi.py`).
"""

from __future__ import annotations

import torch
from torch import nn

from seqmodels.batches.plan import check_at_least_one
from seqmodels.heads import compiled_paths, path_sums, viterbi
from seqmodels.heads.allowed_tags import given_tags, restricted
from seqmodels.heads.chain_scores import ChainScores
from seqmodels.heads.labels import check_labels, counted_targets
from seqmodels.heads.tag_decoder import TAG_DECODERS, NBest, TagDecoder
from seqmodels.heads.tag_schemes import Transitions
from seqmodels.layers.mask import token_mask
from textprep.errors import InputError

FORBIDDEN = -10_000.0  # finite, so that a sequence without any legal tags still has finite gradients


@TAG_DECODERS.register("crf")
class CRF(TagDecoder):
    """Scores, probabilities and the best of all tag sequences.

    Args:
        tags: Number of tags, K.
        legal: Which sequences may occur; all if None. Illegal ones have probability 0 and are never decoded.
    """

    pair_penalty: torch.Tensor
    start_penalty: torch.Tensor
    end_penalty: torch.Tensor

    def __init__(self, tags: int, legal: Transitions | None = None) -> None:
        super().__init__(tags, legal)
        self.transitions = nn.Parameter(torch.empty(tags, tags).uniform_(-0.1, 0.1))  # (from, to)
        self.start = nn.Parameter(torch.empty(tags).uniform_(-0.1, 0.1))
        self.end = nn.Parameter(torch.empty(tags).uniform_(-0.1, 0.1))
        for name, shape in (("pair", (tags, tags)), ("start", (tags,)), ("end", (tags,))):
            penalty = torch.zeros(shape)
            if legal is not None:
                allowed = torch.from_numpy({"pair": legal.pairs, "start": legal.start, "end": legal.end}[name])
                penalty.masked_fill_(~allowed, FORBIDDEN)
            self.register_buffer(f"{name}_penalty", penalty, persistent=False)

    def log_likelihood(self, emissions: torch.Tensor, tags: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Log-probability in nats of `tags` (batch, time), of which some may be unknown, see `TagDecoder`: (batch,)."""
        mask = self._mask(emissions, lengths)  # (batch, time)
        known = counted_targets(tags, lengths, emissions.shape[2])
        if not known.equal(mask):
            return self.partial_log_likelihood(emissions, given_tags(tags, emissions.shape[2]), lengths)
        if mask.shape[1] and _compiled(emissions):
            return compiled_paths.log_likelihood(emissions, self._chain(), tags, lengths)
        return self.score(emissions, tags, lengths) - self.log_partition(emissions, lengths)

    def partial_log_likelihood(
        self, emissions: torch.Tensor, allowed: torch.Tensor, lengths: torch.Tensor
    ) -> torch.Tensor:
        """Log-probability in nats that every token has one of its allowed tags (Tsuboi et al., 2008): (batch,).

        Args:
            emissions: Score of every tag at every token, (batch, time, K).
            allowed: True for the tags that may be right at a token, (batch, time, K).
            lengths: Tokens in each row, (batch,).

        Raises:
            InputError: If no tag is allowed at some token, or the lengths do not fit.
        """
        those = self.log_partition(restricted(emissions, allowed, lengths), lengths)
        return those - self.log_partition(emissions, lengths)

    def score(self, emissions: torch.Tensor, tags: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Unnormalised score of tag sequences: (batch,); InputError if a tag is none of the K."""
        mask = self._mask(emissions, lengths)  # (batch, time)
        check_labels(tags, emissions.shape[2], mask)
        if mask.shape[1] == 0:
            return _nothing(emissions)
        tags = tags.masked_fill(~mask, 0)
        given = emissions.gather(2, tags.unsqueeze(2)).squeeze(2)  # (batch, time)
        return (given * mask).sum(1) + self._chain().of(tags, lengths)

    def log_partition(self, emissions: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Log of the summed exp(score) of all tag sequences, log Z, by the forward algorithm: (batch,)."""
        if self._mask(emissions, lengths).shape[1] == 0:
            return _nothing(emissions)
        paths = compiled_paths if _compiled(emissions) else path_sums
        return paths.log_partition(emissions, self._chain(), lengths)

    def marginals(self, emissions: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Probability of each tag at each token, by forward–backward: (batch, time, K), 0 beyond `lengths`."""
        if self._mask(emissions, lengths).shape[1] == 0:
            return emissions.new_zeros(emissions.shape)
        return path_sums.marginals(emissions, self._chain(), lengths)

    @torch.no_grad()
    def decode(
        self, emissions: torch.Tensor, lengths: torch.Tensor, allowed: torch.Tensor | None = None
    ) -> torch.Tensor:
        """The best tag sequence of each row, by the Viterbi algorithm: (batch, time), 0 beyond `lengths`.

        `allowed`: the tags that tokens may have, see `TagDecoder`.
        """
        if self._mask(emissions, lengths).shape[1] == 0:
            return lengths.new_zeros(emissions.shape[:2])
        paths = compiled_paths if _compiled(emissions) else viterbi
        return paths.best_sequence(restricted(emissions, allowed, lengths), self._chain(), lengths)

    @torch.no_grad()
    def n_best(
        self, emissions: torch.Tensor, lengths: torch.Tensor, count: int, allowed: torch.Tensor | None = None
    ) -> NBest:
        """The `count` best tag sequences of each row that are legal and allowed, with their log-probabilities.

        These are those among all legal sequences, whatever is allowed.
        """
        check_at_least_one(count=count)
        self._mask(emissions, lengths)
        possible = restricted(emissions, allowed, lengths)
        tags, scores = viterbi.best_sequences(possible, self._chain(), lengths, count)
        log_probabilities = scores - self.log_partition(emissions, lengths).unsqueeze(1)
        if emissions.shape[1]:
            breaks = self._penalties().of(tags.flatten(0, 1), lengths.repeat_interleave(count)).view(scores.shape)
            log_probabilities = log_probabilities.masked_fill(breaks < 0, -torch.inf)
        return NBest(tags, log_probabilities)

    def _mask(self, emissions: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """True where there is a token, (batch, time), after a look at whether all fits, which kernels rely on."""
        tags = len(self.start)
        if emissions.dim() != 3 or emissions.shape[2] != tags:
            raise InputError(f"emissions {tuple(emissions.shape)} are no scores of {tags} tags (batch, time, {tags})")
        fits = lengths.shape == emissions.shape[:1]
        if not fits or (len(lengths) and not 0 <= int(lengths.min()) <= int(lengths.max()) <= emissions.shape[1]):
            raise InputError(f"lengths {tuple(lengths.shape)} do not fit emissions {tuple(emissions.shape)}")
        return token_mask(lengths, emissions.shape[1])

    def _chain(self) -> ChainScores:
        """Transitions (from, to), start and end with illegal ones ruled out."""
        learned = self.transitions, self.start, self.end
        return ChainScores(*(score + penalty for score, penalty in zip(learned, self._penalties(), strict=True)))

    def _penalties(self) -> ChainScores:
        return ChainScores(self.pair_penalty, self.start_penalty, self.end_penalty)


def _compiled(emissions: torch.Tensor) -> bool:
    """Whether kernels can read the scores."""
    return emissions.device.type == "cpu"


def _nothing(emissions: torch.Tensor) -> torch.Tensor:
    """For rows without steps zeros, (batch,), that still have a gradient."""
    return emissions.sum((1, 2))
