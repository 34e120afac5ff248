"""Recurrent decoders that look at their source at every step.

| attention | at step t | source |
|---|---|---|
| `luong` | h_t from x_t; c_t by the query h_t; output a_t = tanh(W [c_t, h_t]) | Luong et al., 2015 |
| `luong`, `input_feeding` | h_t from [x_t, a_(t-1)], then the same | there, 3.3 |
| `bahdanau` | c_t by the query h_(t-1); h_t from [x_t, c_t]; output tanh(W [c_t, h_t, x_t]) | Bahdanau et al., 2015 |

Luong's without input feeding needs no output to go on, so torch's own kernel reads all of a target at once; the others
take one step after the other. Bahdanau et al. put a maxout layer of h_(t-1) where the tanh of h_t stands here.

The first state is tanh(V s) of a summary s of the source, since an encoder of both directions ends nowhere.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

import torch
from torch import nn

from seqmodels.cells.cell import CELLS, Cell
from seqmodels.cells.initial_weights import initialise
from seqmodels.layers.attention_scores import ATTENTIONS
from seqmodels.layers.decoder import DECODERS, Decoder
from seqmodels.layers.dropout import LockedDropout
from seqmodels.layers.encoder import Encoded, State
from seqmodels.layers.mask import token_mask
from seqmodels.layers.pooling import LastPooling, MeanPooling
from seqmodels.layers.recurrent_layer import LayerReader, recurrent_network
from textprep.settings import Depth, Features, OneOf, Share

STEPS: dict[str, Callable[..., Any]] = {
    "LSTM": torch.lstm_cell,
    "GRU": torch.gru_cell,
    "RNN_TANH": torch.rnn_tanh_cell,
    "RNN_RELU": torch.rnn_relu_cell,
}
"""One step of torch's layers, by their modes."""


@DECODERS.register("recurrent")
@dataclass(frozen=True)
class RecurrentDecoderSettings:
    """How a `RecurrentDecoder` is built."""

    cell: Annotated[str, OneOf(CELLS)] = "lstm"
    """Recurrent cell: lstm, gru, rnn or relu; or, slower, lstm_peephole, lstm_norm, gru_cho or rnn_norm."""
    hidden_size: Features = 256
    """Units of each recurrent layer of the decoder, and features of its output."""
    layers: Depth = 1
    """Recurrent layers on top of each other."""
    attention: Literal["luong", "bahdanau"] = "luong"
    """Whether the source is looked at after the cell (luong), or before it and with what is seen as its input
    (bahdanau)."""
    score: Annotated[str, OneOf(ATTENTIONS)] = "multiplicative"
    """How well a step and a step of the source agree: dot, scaled, multiplicative, or additive as Bahdanau has it."""
    input_feeding: bool = False
    """Whether luong's cell also takes in the output of the step before; bahdanau's always knows what was seen."""
    first_state: Literal["mean", "ends"] = "mean"
    """What the first state is made of: the mean of the source, or its first and its last step side by side."""
    layer_dropout: Share = 0.3
    """Locked dropout between recurrent layers."""

    def build(self, input_size: int, source_size: int) -> RecurrentDecoder:
        """The decoder of vectors with `input_size` features, beside a source of vectors with `source_size`."""
        kind = LuongDecoder if self.attention == "luong" else BahdanauDecoder
        return kind(self, input_size, source_size)


class _Source(NamedTuple):
    """What a decoder looks at; it is the first part of its state."""

    keys: torch.Tensor  # (batch, source time, size of a key)
    vectors: torch.Tensor  # (batch, source time, source_size)
    mask: torch.Tensor  # (batch, source time)


class RecurrentDecoder(Decoder):
    """A stack of recurrent layers with attention to a source.

    Its state is the source's keys, vectors and mask, (batch, source time, ...) each; with input feeding the last
    output, (batch, hidden_size); and for each layer the hidden state and with LSTMs the memory, (batch, hidden_size)
    each.

    Args:
        settings: How it is built.
        input_size: Features of each step of the target.
        source_size: Features of each step of the source.
        fed_size: Features that the first layer takes in beside those of the target.

    Raises:
        ConfigError: If the cell or the score is not known, or the score asks for other sizes.
    """

    def __init__(
        self, settings: RecurrentDecoderSettings, input_size: int, source_size: int, fed_size: int = 0
    ) -> None:
        super().__init__()
        cell, hidden = CELLS[settings.cell], settings.hidden_size
        self.output_size = hidden
        sizes = [input_size + fed_size] + [hidden] * (settings.layers - 1)
        self.layers = nn.ModuleList(recurrent_network(settings.cell, size, hidden) for size in sizes)
        self.reader = LayerReader(settings.cell)
        self.dropout = LockedDropout(settings.layer_dropout)
        self.attention = ATTENTIONS[settings.score](hidden, source_size, hidden)
        self.parts = cell.parts  # tensors of state of each layer
        self.mean = MeanPooling(source_size, bidirectional=False)
        self.last = LastPooling(source_size, bidirectional=False) if settings.first_state == "ends" else None
        self.first = nn.Linear(source_size * (2 if self.last else 1), hidden * self.parts * settings.layers)
        for layer in self.layers:
            initialise(layer, cell.blocks)
        nn.init.xavier_uniform_(self.first.weight)
        nn.init.zeros_(self.first.bias)

    def begin(self, source: torch.Tensor, lengths: torch.Tensor) -> State:
        """The state before the first step, see `Decoder.begin`."""
        mask = token_mask(lengths, source.shape[1])  # (batch, source time)
        vectors = source.masked_fill(~mask.unsqueeze(-1), 0.0)
        if self.last is None:
            summary = self.mean(vectors, mask)  # (batch, source_size)
        else:
            summary = torch.cat([vectors[:, :1].sum(1), self.last(vectors, mask)], -1)  # (batch, 2 * source_size)
        states = torch.tanh(self.first(summary)).chunk(self.parts * len(self.layers), -1)
        return (self.attention.prepared(vectors), vectors, mask, *states)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor, state: State) -> Encoded:
        """Read `x` (batch, time, input_size) on from a state, see `Decoder.forward`."""
        if x.shape[0] == 0 or x.shape[1] == 0:
            return Encoded(x.new_zeros(x.shape[0], x.shape[1], self.output_size), state)
        mask = token_mask(lengths, x.shape[1]).unsqueeze(-1)  # (batch, time, 1)
        output, read = self.read(x.masked_fill(~mask, 0.0), lengths, _Source(*state[:3]), state[3:])
        return Encoded(output * mask, (*state[:3], *read))

    @abstractmethod
    def read(self, x: torch.Tensor, lengths: torch.Tensor, source: _Source, read: State) -> tuple[torch.Tensor, State]:
        """The output (batch, time, hidden_size) and the state at each row's end, both without the source."""

    def see(self, queries: torch.Tensor, source: _Source) -> torch.Tensor:
        """What queries (batch, time, hidden_size) see of the source: (batch, time, source_size)."""
        seen: torch.Tensor = self.attention(queries, source.keys, source.vectors, source.mask)
        return seen

    def locked(self, x: torch.Tensor) -> list[torch.Tensor]:
        """What dropout leaves of the input of each layer after the first, at all steps: (batch, hidden_size) each."""
        ones = x.new_ones(len(x), 1, self.output_size)
        return [self.dropout(ones).squeeze(1) for _ in self.layers[1:]]

    def step(self, x: torch.Tensor, read: State, kept: list[torch.Tensor]) -> State:
        """The state of all layers after one step (batch, size)."""
        after: State = ()
        for number, layer in enumerate(self.layers):
            if number:
                x = x * kept[number - 1]
            after += _one_step(layer, x, read[self.parts * number : self.parts * (number + 1)])
            x = after[-self.parts]
        return after

    def hidden(self, read: State) -> torch.Tensor:
        """The hidden state of the uppermost layer: (batch, hidden_size)."""
        return read[-self.parts]


class LuongDecoder(RecurrentDecoder):
    """Looks at the source after the cell; see `RecurrentDecoder`."""

    def __init__(self, settings: RecurrentDecoderSettings, input_size: int, source_size: int) -> None:
        feeding = settings.input_feeding
        super().__init__(settings, input_size, source_size, settings.hidden_size if feeding else 0)
        self.feeding = feeding
        self.combine = _output_layer(source_size + self.output_size, self.output_size)

    def begin(self, source: torch.Tensor, lengths: torch.Tensor) -> State:
        """The state before the first step, see `Decoder.begin`; the output fed to it is zero."""
        state = super().begin(source, lengths)
        fed = (source.new_zeros(len(source), self.output_size),) if self.feeding else ()
        return (*state[:3], *fed, *state[3:])

    def read(self, x: torch.Tensor, lengths: torch.Tensor, source: _Source, read: State) -> tuple[torch.Tensor, State]:
        """The output (batch, time, hidden_size) and the state at each row's end."""
        if self.feeding:
            return self._read_by_steps(x, lengths, source, read)
        after: State = ()
        for number, layer in enumerate(self.layers):
            if number:
                x = self.dropout(x)
            given = read[self.parts * number : self.parts * (number + 1)]
            x, ended = self.reader(layer, x, lengths, given)
            after += ended
        return self._output(x, source), after

    def _read_by_steps(
        self, x: torch.Tensor, lengths: torch.Tensor, source: _Source, read: State
    ) -> tuple[torch.Tensor, State]:
        outputs, weights, kept = [], [], self.locked(x)
        for alive, now in _steps(x, lengths):
            after = self.step(torch.cat([now, read[0]], -1), read[1:], kept)
            output = self._output(self.hidden(after).unsqueeze(1), source)  # (batch, 1, hidden)
            read = _where(alive, (output.squeeze(1), *after), read)
            outputs.append(output)
            weights.append(self.attention.weights)
        self.attention.weights = _together(weights)
        return torch.cat(outputs, 1), read

    def _output(self, hidden: torch.Tensor, source: _Source) -> torch.Tensor:
        return torch.tanh(self.combine(torch.cat([self.see(hidden, source), hidden], -1)))


class BahdanauDecoder(RecurrentDecoder):
    """Looks at the source before the cell, which takes in what is seen; see `RecurrentDecoder`."""

    def __init__(self, settings: RecurrentDecoderSettings, input_size: int, source_size: int) -> None:
        super().__init__(settings, input_size, source_size, source_size)
        self.combine = _output_layer(source_size + self.output_size + input_size, self.output_size)

    def read(self, x: torch.Tensor, lengths: torch.Tensor, source: _Source, read: State) -> tuple[torch.Tensor, State]:
        """The output (batch, time, hidden_size) and the state at each row's end."""
        contexts, hidden, weights, kept = [], [], [], self.locked(x)
        for alive, now in _steps(x, lengths):
            seen = self.see(self.hidden(read).unsqueeze(1), source)  # (batch, 1, source_size)
            after = self.step(torch.cat([now, seen.squeeze(1)], -1), read, kept)
            read = _where(alive, after, read)
            contexts.append(seen)
            hidden.append(self.hidden(after))
            weights.append(self.attention.weights)
        self.attention.weights = _together(weights)
        output = torch.cat([torch.cat(contexts, 1), torch.stack(hidden, 1), x], -1)
        return torch.tanh(self.combine(output)), read


def _output_layer(size: int, output_size: int) -> nn.Linear:
    layer = nn.Linear(size, output_size)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def _one_step(layer: nn.Module, x: torch.Tensor, state: State) -> State:
    """The state of one layer, torch's or a cell, after one step (batch, size)."""
    if isinstance(layer, Cell):
        return layer.step(x, state).state
    assert isinstance(layer, nn.RNNBase)  # as `recurrent_network` gave it
    lstm = isinstance(layer, nn.LSTM)
    after = STEPS[layer.mode](x, list(state) if lstm else state[0], *layer.parameters())
    return after if lstm else (after,)


def _steps(x: torch.Tensor, lengths: torch.Tensor) -> list[tuple[torch.Tensor | None, torch.Tensor]]:
    """Each step (batch, size), with the rows (batch, 1) that have it, or None if all have."""
    full = int(lengths.min())
    alive = token_mask(lengths, x.shape[1]).unsqueeze(-1).unbind(1)
    return [(None if t < full else alive[t], now) for t, now in enumerate(x.unbind(1))]


def _where(alive: torch.Tensor | None, after: State, before: State) -> State:
    """The state after a step in the rows that have it, and that before in the others."""
    if alive is None:
        return after
    return tuple(torch.where(alive, new, old) for new, old in zip(after, before, strict=True))


def _together(weights: list[torch.Tensor | None]) -> torch.Tensor | None:
    """The weights of all steps, if they were kept: (batch, 1, time, keys)."""
    kept = [each for each in weights if each is not None]
    return torch.cat(kept, 2) if kept else None
