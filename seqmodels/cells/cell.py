"""What every recurrent cell keeps to: one step, written out in plain arithmetic, that can be looked into.

    step = cell.step(x, cell.begin(x))    # one step: the state after it, and each gate by name
    run = cell.run(x, lengths)            # padded sequences: output, state at each row's own end, gates over time
    cell = LSTM.from_torch(network)       # a cell with the weights of a trained layer of torch's

A cell adds the matrices in one piece: the blocks of `weight_ih`, `weight_hh` and `bias` are the gates, in torch's
order. It has one bias a gate, where torch adds two. Gradients go back through all steps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar, NamedTuple, Self

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.cells.initial_weights import initialise
from seqmodels.layers.encoder import State
from seqmodels.layers.mask import token_mask
from textprep.errors import ConfigError, InputError
from textprep.registry import Registry


class Step(NamedTuple):
    """One step of a cell."""

    state: State  # (batch, hidden) each
    """After the step: the hidden state, which is the output, and the memory of an LSTM."""
    gates: dict[str, torch.Tensor]  # (batch, hidden) each
    """What the cell worked out on the way, by the names in `Cell.gates`."""

    @property
    def output(self) -> torch.Tensor:
        """The hidden state: (batch, hidden)."""
        return self.state[0]


class Run(NamedTuple):
    """What a cell made of padded sequences; output and gates are zero beyond each row's length."""

    output: torch.Tensor  # (batch, time, hidden)
    state: State  # (batch, hidden) each
    """At each row's own end; of a row without steps, the one that it began with."""
    gates: dict[str, torch.Tensor]  # (batch, time, hidden) each
    """As in the steps; empty if they were not to be kept."""
    steps: tuple[Step, ...]
    """One step after the other as they hang together, so that `retain_grad` on their states tells the gradients at each
    step; beyond its length a row keeps its state."""


class Cell(nn.Module, ABC):
    """One step of a recurrent layer, in one direction.

    Args:
        input_size: Features of each step.
        hidden_size: Units, the features of the output.
    """

    blocks: ClassVar[tuple[str, ...]]
    """What the blocks of the matrices compute, in order."""
    gates: ClassVar[tuple[str, ...]]
    """The names of what a step shows."""
    parts: ClassVar[int] = 1
    """Tensors of the state: the hidden state, and with LSTMs the memory."""
    mode: ClassVar[str | None] = None
    """The mode (`torch.nn.RNNBase.mode`) of torch's layer that computes the same; None if there is none."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        rows = len(self.blocks) * hidden_size
        self.weight_ih = nn.Parameter(torch.empty(rows, input_size))
        self.weight_hh = nn.Parameter(torch.empty(rows, hidden_size))
        self.bias = nn.Parameter(torch.empty(rows))
        initialise(self, self.blocks)

    @property
    def hidden_size(self) -> int:
        """Units."""
        return self.weight_hh.shape[1]

    @abstractmethod
    def advance(self, taken_in: torch.Tensor, state: State, heard: torch.Tensor) -> Step:
        """The step itself.

        Args:
            taken_in: What came in, multiplied with its weights, see `take_in`: (batch, blocks * hidden).
            state: Before the step, (batch, hidden) each.
            heard: The hidden state as the matrices get it, (batch, hidden): that of `state`, or what dropout left.
        """

    def take_in(self, x: torch.Tensor) -> torch.Tensor:
        """What of a step does not depend on the one before: from `x` (..., input) to (..., blocks * hidden)."""
        return F.linear(x, self.weight_ih, self.bias)

    def begin(self, x: torch.Tensor) -> State:
        """The state before the first step, zeros: (batch, hidden) each."""
        return tuple(x.new_zeros(len(x), self.hidden_size) for _ in range(self.parts))

    def step(self, x: torch.Tensor, state: State) -> Step:
        """One step of each row.

        Args:
            x: What comes in, (batch, input).
            state: Before the step, (batch, hidden) each.
        """
        return self.advance(self.take_in(x), state, state[0])

    def run(
        self,
        x: torch.Tensor,
        lengths: torch.Tensor,
        state: State | None = None,
        mask: torch.Tensor | None = None,
        *,
        keep_gates: bool = True,
    ) -> Run:
        """Read padded sequences from left to right. A call of the cell does the same.

        Args:
            x: The sequences, (batch, time, input); what stands beyond a row's length has no influence.
            lengths: Steps of each row, (batch,); 0 is allowed.
            state: What came before, (batch, hidden) each; zeros at the beginning.
            mask: What the hidden state is multiplied with wherever a matrix gets it, (batch, hidden): variational
                dropout (Gal & Ghahramani, 2016), the same at all steps.
            keep_gates: Whether the gates are kept; without, there is only output and state.

        Raises:
            InputError: If `x`, `lengths` or `state` do not fit the cell or each other.
        """
        state = self.begin(x) if state is None else state
        steps = self._steps(x, lengths, state, mask)
        kept = [step if keep_gates else Step(step.state, {}) for step in steps]
        present = token_mask(lengths, x.shape[1]).unsqueeze(-1)  # (batch, time, 1)

        def over_time(parts: list[torch.Tensor]) -> torch.Tensor:
            together = torch.stack(parts, 1) if parts else x.new_zeros(len(x), 0, self.hidden_size)
            return together.masked_fill(~present, 0.0)  # (batch, time, hidden)

        return Run(
            over_time([step.output for step in kept]),
            kept[-1].state if kept else state,
            {name: over_time([step.gates[name] for step in kept]) for name in self.gates if keep_gates},
            tuple(kept),
        )

    forward = run

    @classmethod
    def from_torch(cls, network: nn.RNNBase, layer: int = 0, *, reverse: bool = False) -> Self:
        """A cell with a copy of the weights of one layer of torch's, see `weights_of`."""
        weights = {name: weight.detach() for name, weight in cls.weights_of(network, layer, reverse=reverse).items()}
        cell = cls(weights["weight_ih"].shape[1], network.hidden_size).to(weights["weight_ih"])
        cell.load_state_dict(weights)
        return cell

    @classmethod
    def weights_of(cls, network: nn.RNNBase, layer: int = 0, *, reverse: bool = False) -> dict[str, torch.Tensor]:
        """The weights that a cell needs to compute what a layer of torch's does; gradients go back to that layer.

        Args:
            network: A `torch.nn.RNN`, `LSTM` or `GRU` that has the cell's convention.
            layer: Which layer, counted from 0.
            reverse: Whether it is the one that reads from right to left; the cell has to be given reversed sequences.

        Raises:
            ConfigError: If the network computes something else, or has no such layer.
        """
        if network.mode != cls.mode or network.proj_size:
            kind = f"{network.mode} with projections" if network.proj_size else network.mode
            raise ConfigError(
                f"{cls.__name__} does not compute what torch's {kind} does; take the cell whose mode is that"
            )
        if not 0 <= layer < network.num_layers or (reverse and not network.bidirectional):
            way = " from right to left" if reverse else ""
            raise ConfigError(f"the network has no layer {layer}{way}; it has {network.num_layers}, counted from 0")
        end = f"_l{layer}" + ("_reverse" if reverse else "")
        inputs, recurrent = getattr(network, f"weight_ih{end}"), getattr(network, f"weight_hh{end}")
        none = inputs.new_zeros(len(inputs))
        biases = [getattr(network, f"bias_{kind}{end}") if network.bias else none for kind in ("ih", "hh")]
        return {"weight_ih": inputs, "weight_hh": recurrent} | cls.one_bias(*biases)

    @classmethod
    def one_bias(cls, inner: torch.Tensor, recurrent: torch.Tensor) -> dict[str, torch.Tensor]:
        """The cell's bias, of torch's two."""
        return {"bias": inner + recurrent}

    def _steps(self, x: torch.Tensor, lengths: torch.Tensor, state: State, mask: torch.Tensor | None) -> Iterator[Step]:
        self._check(x, lengths, state)
        present = token_mask(lengths, x.shape[1]).unsqueeze(-1)  # (batch, time, 1)
        shortest = int(lengths.min()) if len(lengths) else 0
        for time, taken_in in enumerate(self.take_in(x.masked_fill(~present, 0.0)).unbind(1)):
            after, gates = self.advance(taken_in, state, state[0] if mask is None else state[0] * mask)
            if time >= shortest:
                pairs = zip(after, state, strict=True)
                after = tuple(torch.where(present[:, time], new, old) for new, old in pairs)
            state = after
            yield Step(state, gates)

    def _check(self, x: torch.Tensor, lengths: torch.Tensor, state: State) -> None:
        rows, time, size = x.shape
        if size != self.weight_ih.shape[1]:
            raise InputError(f"the cell takes in {self.weight_ih.shape[1]} features a step, and was given {size}")
        if lengths.shape != (rows,) or (rows and not 0 <= int(lengths.min()) <= int(lengths.max()) <= time):
            raise InputError(f"each of the {rows} rows needs a length from 0 to {time}, the steps that were given")
        if [part.shape for part in state] != [(rows, self.hidden_size)] * self.parts:
            raise InputError(
                f"the state must be {self.parts} of shape ({rows}, {self.hidden_size}), "
                f"not {[tuple(part.shape) for part in state]}; give the one that was returned for these rows"
            )


FAMILIES = ("seqmodels.cells.rnn", "seqmodels.cells.lstm", "seqmodels.cells.gru")

CELLS: Registry[type[Cell]] = Registry("cell", *FAMILIES)
