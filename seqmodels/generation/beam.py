"""Beam search: the best of many texts that are written side by side; with diverse groups of beams (Vijayakumar et al.,
"Diverse Beam Search", 2018).

A text's score is the sum of its log-probabilities, divided by its length to the power of `length_penalty` (of the
tokens that were said, with the stop phrase). Each step looks at the best continuations of all beams of a search: those
of the first `beams` that end are candidates for the result, and the best ones that do not end go on.

Groups search one after the other at each step. A word costs a later group `diversity` for each beam of an earlier one
that has just gone on with it, and this stays in the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

import torch

from seqmodels.generation.drafts import Drafts
from seqmodels.generation.filters import strongest
from seqmodels.generation.method import METHODS, Method, Said, check_words
from seqmodels.generation.rules import Rules
from textprep.errors import ConfigError
from textprep.settings import Size, Within


@METHODS.register("beam")
@dataclass(frozen=True)
class Beam(Method):
    """Keeps several beginnings of a text, and says the best whole ones."""

    beams: Size = 4
    """Beginnings that are kept of each text, in all groups together."""
    n_best: Size = 1
    """Texts that are given for each prompt, or fewer if there are not so many; at most as many as beams."""
    length_penalty: Annotated[float, Within(-10, 10)] = 1.0
    """Power of the length that a text's log-probability is divided by: 0 favours short texts, above 0 longer ones."""
    early_stopping: Literal["full", "heuristic", "exact"] = "heuristic"
    """When a search ends: full, with as many whole texts as beams; heuristic, once no beginning, at its present
    length, is better than those; exact, once none can become better."""
    groups: Size = 1
    """Groups of beams that are kept apart from each other."""
    diversity: Annotated[float, Within(0, 1000)] = 0.5
    """What a word loses for each beam of an earlier group that has just said it, in nats."""

    def check(self, drafts: Drafts) -> None:
        """Raise ConfigError if the numbers do not suit each other."""
        if self.n_best > self.beams:
            raise ConfigError(f"n_best may be at most beams, {self.beams}, not {self.n_best}")
        if self.beams % self.groups:
            raise ConfigError(f"beams must be a multiple of groups; {self.beams} is none of {self.groups}")

    def write(self, drafts: Drafts, rules: Rules) -> list[Said]:
        """Search until no better text is to be found, see `Method.write`."""
        return _Search(self, drafts, rules).results()


class _Whole(NamedTuple):
    """The best whole texts of each search, the best first; a score of minus infinity where there is none."""

    scores: torch.Tensor  # (prompts, groups, beams)
    ids: torch.Tensor  # (prompts, groups, beams, max_tokens)
    log_probabilities: torch.Tensor  # (prompts, groups, beams, max_tokens)
    lengths: torch.Tensor  # (prompts, groups, beams)
    stop: torch.Tensor  # (prompts, groups, beams)


class _Continuations(NamedTuple):
    """Texts with one more token, the best first."""

    sums: torch.Tensor  # (prompts, groups, candidates)
    parents: torch.Tensor  # (prompts, groups, candidates)
    """Which beam of the group each goes on from."""
    words: torch.Tensor  # (prompts, groups, candidates)
    stop: torch.Tensor  # (prompts, groups, candidates)

    def at(self, places: torch.Tensor) -> _Continuations:
        return _Continuations(*(field.gather(-1, places) for field in self))


class _Search:
    """One search for each prompt and group, all at once; the drafts' rows are (prompts * groups * beams)."""

    def __init__(self, settings: Beam, drafts: Drafts, rules: Rules) -> None:
        self.settings, self.drafts, self.rules = settings, drafts, rules
        self.groups, self.beams = settings.groups, settings.beams // settings.groups
        self.first = int(drafts.rows[0])
        self.found: list[list[Said]] = [[] for _ in range(len(drafts))]

    def results(self) -> list[Said]:
        scores = self._begun()
        while True:
            raw = scores.log_softmax(1)  # (rows, words)
            allowed = self.rules.applied(raw, self.drafts)
            check_words(raw.amax(1), self.drafts.rows)
            candidates, onward = self._continued(allowed.view(*self.sums.shape, -1))
            self._keep_whole(candidates, raw)
            self._go_on(onward, raw)
            self._leave()
            if not len(self.drafts):
                return [said for texts in self.found for said in texts]
            scores = self.drafts.read()

    def _begun(self) -> torch.Tensor:
        """Read the prompts, and make as many rows of each as there are beams; only the first of a group counts yet."""
        scores = self.drafts.read()  # (prompts, words)
        prompts = torch.arange(len(scores), device=scores.device)
        rows = prompts.repeat_interleave(self.settings.beams)
        self.drafts.choose(rows)
        shape = (len(scores), self.groups, self.beams)
        self.sums = scores.new_full(shape, -torch.inf)
        self.sums[:, :, 0] = 0.0
        self.log_probabilities = scores.new_zeros(len(rows), self.rules.max_tokens)
        texts = (*shape, self.rules.max_tokens)
        none = torch.zeros(shape, dtype=torch.int64, device=scores.device)
        self.whole = _Whole(
            torch.full_like(self.sums, -torch.inf),
            none.new_zeros(texts),
            scores.new_zeros(texts),
            none,
            none,
        )
        self.done = none[:, :, 0].bool()  # (prompts, groups)
        return scores[rows]

    def _continued(self, scores: torch.Tensor) -> tuple[_Continuations, _Continuations]:
        """The best `beams` continuations of each search, and those with which it goes on, by scores (prompts, groups,
        beams, words)."""
        count = self.beams * (1 + len(self.rules.stop))  # so that enough are left if some end
        said = torch.zeros_like(scores[:, 0, :1])  # (prompts, 1, words), how many beams of earlier groups said a word
        best, onward = [], []
        for group in range(self.groups):
            own = scores[:, group] - self.settings.diversity * said if group else scores[:, group]
            each, words = strongest(own.flatten(0, 1), count)  # (prompts * beams, best)
            sums = self.sums[:, group].unsqueeze(2) + each.view(*own.shape[:2], -1)  # (prompts, beams, best)
            top = sums.flatten(1).topk(min(count, sums[0].numel()))  # (prompts, count)
            parents, last = top.indices // each.shape[1], words.view(len(sums), -1).gather(1, top.indices)
            candidates = _Continuations(top.values, parents, last, self._stops(group, parents, last))
            alive = top.values.masked_fill(candidates.stop > 0, -torch.inf)
            sums, places = alive.topk(self.beams)
            going = candidates.at(places)._replace(sums=sums)
            if group < self.groups - 1:
                said[:, 0].scatter_add_(1, going.words, sums.isfinite().to(said.dtype))
            best.append(_Continuations(*(field[:, : self.beams] for field in candidates)))
            onward.append(going)
        return _stacked(best), _stacked(onward)

    def _stops(self, group: int, parents: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """The length of the stop phrase with which each text ends, else 0: (prompts, candidates)."""
        if not len(self.rules.stop):
            return torch.zeros_like(words)
        ending = self.drafts.new[:, -self.rules.stop.longest :]
        ending = ending.reshape(*self.sums.shape, ending.shape[1])[:, group]  # (prompts, beams, time)
        ending = ending.gather(1, parents.unsqueeze(2).expand(-1, -1, ending.shape[2]))  # (prompts, candidates, time)
        texts = torch.cat([ending, words.unsqueeze(2)], 2)
        return self.rules.stop.ended(texts.flatten(0, 1)).view(words.shape)

    def _keep_whole(self, candidates: _Continuations, raw: torch.Tensor) -> None:
        """Texts that end, if they are among the best."""
        said = self.drafts.said
        ends = candidates.stop > 0 if said + 1 < self.rules.max_tokens else torch.ones_like(candidates.stop).bool()
        ends = ends & candidates.sums.isfinite() & ~self.done.unsqueeze(2)
        if not ends.any():
            return
        rows = self._rows(candidates.parents)  # (prompts * groups * beams,)
        ids, likely = self.whole.ids.new_zeros(len(rows), self.rules.max_tokens), self.log_probabilities[rows]
        ids[:, :said] = self.drafts.new[rows]
        ids[:, said] = candidates.words.flatten()
        likely[:, said] = raw[rows, ids[:, said]]
        scores = (candidates.sums / (said + 1) ** self.settings.length_penalty).masked_fill(~ends, -torch.inf)
        shape = (*self.sums.shape, -1)
        lengths = torch.full_like(candidates.stop, said + 1)
        new = _Whole(scores, ids.view(shape), likely.view(shape), lengths, candidates.stop)
        both = _Whole(*(torch.cat(pair, 2) for pair in zip(self.whole, new, strict=True)))
        places = both.scores.topk(self.beams).indices  # (prompts, groups, beams)
        each = places.unsqueeze(3).expand(-1, -1, -1, self.rules.max_tokens)
        self.whole = _Whole(*(field.gather(2, each if field.dim() == 4 else places) for field in both))

    def _go_on(self, onward: _Continuations, raw: torch.Tensor) -> None:
        said, rows, words = self.drafts.said, self._rows(onward.parents), onward.words.flatten()
        self.drafts.choose(rows)
        self.drafts.say(words)
        self.log_probabilities = self.log_probabilities[rows]
        self.log_probabilities[:, said] = raw[rows, words]
        self.sums = onward.sums

    def _leave(self) -> None:
        """Let go of prompts for which no better text is to be found."""
        said, settings = self.drafts.said, self.settings
        longest = settings.early_stopping == "exact" and settings.length_penalty > 0
        best = self.sums[:, :, 0]  # (prompts, groups)
        hope = best / (self.rules.max_tokens if longest else said) ** settings.length_penalty
        worst = self.whole.scores[:, :, -1]  # minus infinity while there is room
        self.done |= (hope <= worst) | (best == -torch.inf)
        if settings.early_stopping == "full":
            self.done |= worst.isfinite()
        leaving = self.done.all(1) | (said == self.rules.max_tokens)  # (prompts,)
        if not leaving.any():
            return
        for prompt in leaving.nonzero().flatten().tolist():
            self._give(prompt)
        staying = (~leaving).nonzero().flatten()
        rows = torch.arange(len(self.drafts), device=staying.device).view(self.sums.shape)[staying].flatten()
        self.drafts.choose(rows)
        self.log_probabilities = self.log_probabilities[rows]
        self.sums, self.done = self.sums[staying], self.done[staying]
        self.whole = _Whole(*(field[staying] for field in self.whole))

    def _give(self, prompt: int) -> None:
        """The best whole texts of one prompt."""
        row = int(self.drafts.rows[prompt * self.settings.beams])
        whole = _Whole(*(field[prompt].flatten(0, 1).cpu() for field in self.whole))  # (groups * beams, ...)
        order = whole.scores.argsort(descending=True, stable=True)[: self.settings.n_best]
        check_words(whole.scores[order[:1]], self.drafts.rows.new_tensor([row]).cpu())
        for place in order[whole.scores[order].isfinite()].tolist():
            length = int(whole.lengths[place])
            ids, likely = whole.ids[place, :length].numpy(), whole.log_probabilities[place, :length].float().numpy()
            said = Said(row, ids, likely, float(whole.scores[place]), int(whole.stop[place]))
            self.found[row - self.first].append(said)

    def _rows(self, parents: torch.Tensor) -> torch.Tensor:
        """The drafts' rows of beams (prompts, groups, n) that are counted within their group."""
        searches = torch.arange(parents.shape[0] * parents.shape[1], device=parents.device).view(*parents.shape[:2], 1)
        return (searches * self.beams + parents).flatten()


def _stacked(groups: list[_Continuations]) -> _Continuations:
    return _Continuations(*(torch.stack(fields, 1) for fields in zip(*groups, strict=True)))
