"""Language models for the tests of generation: small, with random weights, and dependent on all that they have read."""

from __future__ import annotations

import torch
from torch import nn


class Recurrent(nn.Module):
    """An Elman network, step by step and in double precision, so that company cannot change a result."""

    def __init__(self, words=11, size=6, seed=0, sharp=2.0, context=None):
        super().__init__()
        random = torch.Generator().manual_seed(seed)
        self.words, self.context = words, context
        self.vectors, self.turn = (
            nn.Parameter(torch.randn(rows, size, generator=random, dtype=torch.float64)) for rows in (words, size)
        )
        self.scored = nn.Parameter(sharp * torch.randn(size, words, generator=random, dtype=torch.float64))
        self.rows_read = []

    def next_hidden(self, ids, lengths, state):
        self.rows_read.append(len(ids))
        now = self.vectors.new_zeros(len(ids), len(self.turn)) if state is None else state[0]
        hidden = []
        for step, words in enumerate(ids.T):
            after = torch.tanh(self.vectors[words] + (now.unsqueeze(1) @ self.turn).squeeze(1))
            now = torch.where((step < lengths).unsqueeze(1), after, now)
            hidden.append(now)
        scores = (now.unsqueeze(2) * self.scored).sum(1)
        return scores, torch.stack(hidden, 1), (now,)

    def next_scores(self, ids, lengths, state):
        scores, _, state = self.next_hidden(ids, lengths, state)
        return scores, state


class Table:
    """Scores by the last token alone: (words, words). It says nothing of its limits, and shows no vectors."""

    def __init__(self, scores):
        self.scores = torch.as_tensor(scores, dtype=torch.float32)

    def next_scores(self, ids, lengths, state):
        last = ids.gather(1, (lengths - 1).unsqueeze(1)).squeeze(1)
        return self.scores[last], (last,)


class GPT2(nn.Module):
    """GPT-2 of `transformers`, with random weights, read through its own cache."""

    def __init__(self, words=23, layers=2, size=16, context=64, spread=1.0):
        from transformers import GPT2Config, GPT2LMHeadModel

        super().__init__()
        torch.manual_seed(0)
        config = GPT2Config(
            vocab_size=words,
            n_positions=context,
            n_embd=size,
            n_layer=layers,
            n_head=2,
            initializer_range=spread,
            bos_token_id=None,
            eos_token_id=None,
        )
        self.model = GPT2LMHeadModel(config).eval()
        self.words, self.context = words, context

    def next_hidden(self, ids, lengths, state):
        from transformers import DynamicCache

        mask = torch.arange(ids.shape[1]) < lengths.unsqueeze(1)
        past, *parts = (mask[:, :0],) if state is None else state
        seen = torch.cat([past, mask], 1)
        cache = DynamicCache(config=self.model.config)
        for layer in range(len(parts) // 2):
            cache.update(parts[2 * layer], parts[2 * layer + 1], layer)
        places = (past.sum(1, keepdim=True) + torch.arange(ids.shape[1])).clamp(max=self.context - 1)
        given = {"attention_mask": seen.long(), "position_ids": places, "past_key_values": cache}
        output = self.model(ids, **given, output_hidden_states=True)
        after = tuple(part for layer in cache.layers for part in (layer.keys, layer.values))
        scores = output.logits[torch.arange(len(ids)), lengths - 1]
        return scores, output.hidden_states[-1], (seen, *after)

    def next_scores(self, ids, lengths, state):
        scores, _, state = self.next_hidden(ids, lengths, state)
        return scores, state


def read_at_once(model, texts):
    """The model's scores behind each whole text, without any state kept: (texts, words)."""
    rows = [model.next_scores(torch.tensor([text]), torch.tensor([len(text)]), None)[0] for text in texts]
    return torch.cat(rows).detach()
