"""Linear-chain conditional random field (Lafferty, McCallum & Pereira, 2001; for neural taggers Collobert et
al., 2011).

The score of a tag sequence y is start[y_1] + sum_t emission[t, y_t] + sum_t transition[y_t-1, y_t] +
end[y_n]; its probability is exp(score) / Z. Everything is computed in log space, for a batch of padded
sequences at once.
"""

from __future__ import annotations

import torch
from torch import nn

from seqmodels.heads.tag_decoder import TAG_DECODERS, TagDecoder
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
        """Log-probability of `tags` (batch, time) in nats, whatever stands beyond `lengths`: (batch,).

        Args:
            emissions: Score of every tag at every token, (batch, time, K).
            tags: The right tags, (batch, time).
            lengths: Tokens in each row, (batch,); a row without tokens has log-probability 0.
        """
        return self.score(emissions, tags, lengths) - self.log_partition(emissions, lengths)

    def score(self, emissions: torch.Tensor, tags: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Unnormalised score of tag sequences: (batch,)."""
        mask = _mask(emissions, lengths)  # (batch, time)
        if mask.shape[1] == 0:
            return emissions.sum((1, 2))  # zeros that still have a gradient
        tags = tags.masked_fill(~mask, 0)
        pairs, start, end = self._scores()
        given = emissions.gather(2, tags.unsqueeze(2)).squeeze(2)  # (batch, time)
        # gather, not indexing: its gradient is a plain sum, where that of an index sorts first
        steps = (tags[:, :-1] * len(start) + tags[:, 1:]).flatten()  # (batch * (time - 1),)
        moved = pairs.flatten().gather(0, steps).view(mask[:, 1:].shape)  # (batch, time - 1)
        last = tags.gather(1, (lengths - 1).clamp(min=0).unsqueeze(1)).squeeze(1)  # (batch,)
        edges = (start.gather(0, tags[:, 0]) + end.gather(0, last)) * (lengths > 0)
        return (given * mask).sum(1) + (moved * mask[:, 1:]).sum(1) + edges

    def log_partition(self, emissions: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Log of the summed exp(score) of all tag sequences, log Z, by the forward algorithm: (batch,)."""
        alphas = self._forward(emissions, lengths)
        if not alphas:
            return emissions.sum((1, 2))  # zeros that still have a gradient
        total = torch.logsumexp(alphas[-1] + self._scores()[2], 1)  # (batch,)
        return total.masked_fill(lengths == 0, 0.0)

    def marginals(self, emissions: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Probability of each tag at each token, by forward–backward: (batch, time, K), 0 beyond `lengths`."""
        mask = _mask(emissions, lengths)
        alphas = self._forward(emissions, lengths)
        if not alphas:
            return emissions.new_zeros(emissions.shape)
        pairs, _, end = self._scores()
        beta = end.expand_as(alphas[0])  # (batch, K)
        betas = [beta]
        for t in range(mask.shape[1] - 1, 0, -1):
            onward = torch.logsumexp(pairs + (emissions[:, t] + beta).unsqueeze(1), 2)  # (batch, K)
            beta = torch.where(mask[:, t, None], onward, beta)
            betas.append(beta)
        both = torch.stack(alphas, 1) + torch.stack(betas[::-1], 1)  # (batch, time, K)
        return torch.softmax(both, 2) * mask.unsqueeze(2)

    @torch.no_grad()
    def decode(self, emissions: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """The best tag sequence of each row, by the Viterbi algorithm: (batch, time), 0 beyond `lengths`."""
        mask = _mask(emissions, lengths)
        time = mask.shape[1]
        if time == 0:
            return lengths.new_zeros(mask.shape)
        pairs, start, end = self._scores()
        into = pairs.t().contiguous()  # (to, from): the maximum then runs over neighbours in memory
        best = start + emissions[:, 0]  # (batch, K)
        stay = torch.arange(len(start), device=emissions.device).expand_as(best)
        origins = []
        for t in range(1, time):
            highest, origin = (best.unsqueeze(1) + into).max(2)  # (batch, K) each
            alive = mask[:, t, None]
            best = torch.where(alive, highest + emissions[:, t], best)
            origins.append(torch.where(alive, origin, stay))  # beyond the end, a tag comes from itself
        tag = (best + end).argmax(1, keepdim=True)  # (batch, 1)
        path = [tag]
        for origin in reversed(origins):
            tag = origin.gather(1, tag)
            path.append(tag)
        return torch.cat(path[::-1], 1).masked_fill(~mask, 0)

    def _forward(self, emissions: torch.Tensor, lengths: torch.Tensor) -> list[torch.Tensor]:
        """For every step, the log of the summed exp(score) of all ways to each tag: time × (batch, K).

        Beyond a row's length its last values are carried on.
        """
        mask = _mask(emissions, lengths)
        if mask.shape[1] == 0:
            return []
        pairs, start, _ = self._scores()
        alphas = [start + emissions[:, 0]]
        for t in range(1, mask.shape[1]):
            onward = torch.logsumexp(alphas[-1].unsqueeze(2) + pairs, 1) + emissions[:, t]  # (batch, K)
            alphas.append(torch.where(mask[:, t, None], onward, alphas[-1]))
        return alphas

    def _scores(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Transitions (from, to), start and end with illegal ones ruled out."""
        return (
            self.transitions + self.pair_penalty,
            self.start + self.start_penalty,
            self.end + self.end_penalty,
        )


def _mask(emissions: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """True where there is a token: (batch, time)."""
    if lengths.shape != emissions.shape[:1] or (len(lengths) and int(lengths.max()) > emissions.shape[1]):
        raise InputError(f"lengths {tuple(lengths.shape)} do not fit emissions {tuple(emissions.shape)}")
    return token_mask(lengths, emissions.shape[1])
