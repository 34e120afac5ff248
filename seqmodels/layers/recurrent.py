"""Recurrent encoders: RNN (Elman, 1990), LSTM (Hochreiter & Schmidhuber, 1997), GRU (Cho et al., 2014), and whatever
other cell is in `seqmodels.cells`.

Stacked and bidirectional, with locked ("variational") dropout between layers (Gal & Ghahramani, 2016). Between layers
there may also be a layer norm (Ba, Kiros & Hinton, 2016) and a way past each layer (He et al., 2016; for LSTMs Wu et
al., 2016), and layers may become smaller from one to the next.

The backward direction is a second network that reads each sequence reversed within its own length, so
padding stays at the end and cannot reach a valid step. Packed sequences would do the same, but leave
oneDNN's LSTM kernels: for 64 sequences of 280 steps, 50 in and 150 out, a training step takes 1.8 s packed
and 0.2 s this way on two cores.

The GRU called "gru" is PyTorch's, "gru_cho" the one of Cho et al.: `seqmodels/cells/gru.py` tells how they differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import nn

from seqmodels.cells.cell import CELLS, Run
from seqmodels.cells.initial_weights import INITIAL_WEIGHTS, initialise
from seqmodels.layers.dropout import LockedDropout
from seqmodels.layers.encoder import ENCODERS, Encoded, Encoder, State
from seqmodels.layers.mask import token_mask
from seqmodels.layers.recurrent_layer import LayerReader, recurrent_network
from seqmodels.layers.reversal import Reversal
from textprep.errors import ConfigError
from textprep.settings import Depth, Features, OneOf, Share, Within


@ENCODERS.register("recurrent")
@dataclass(frozen=True)
class RecurrentSettings:
    """How a `RecurrentEncoder` is built."""

    cell: Annotated[str, OneOf(CELLS)] = "lstm"
    """Recurrent cell: lstm, gru, rnn or relu; or, step by step and some two times slower, lstm_peephole, lstm_norm,
    gru_cho or rnn_norm."""
    hidden_size: Features = 128
    """Units of each direction of the recurrent encoder."""
    layers: Depth = 1
    """Recurrent layers on top of each other."""
    bidirectional: bool = True
    """Whether the encoder also reads from right to left."""
    layer_dropout: Share = 0.3
    """Locked dropout between recurrent layers."""
    taper: Annotated[float, Within(0.01, 1)] = 1.0
    """Units of each further layer as a share of those of the layer below it; with 0.5 each has half as many."""
    residual: bool = False
    """Whether what a layer takes in is added to what it gives, wherever both have as many features."""
    layer_norm: bool = False
    """Whether a layer norm stands before each layer but the first."""
    learned_start: bool = False
    """Whether the state before the first step is learned; otherwise it is zero."""
    weight_drop: Share = 0.0
    """Share of hidden-to-hidden weights that are left out for a batch, in training."""
    recurrent_dropout: Share = 0.0
    """Share of hidden units that the recurrent matrices do not see in a sequence; training then goes step by step."""
    initial_weights: Annotated[str, OneOf(INITIAL_WEIGHTS)] = "orthogonal"
    """Weights before training: orthogonal (what comes in: xavier), xavier, he or uniform (within 0.1)."""

    def build(self, input_size: int) -> RecurrentEncoder:
        """The encoder of vectors with `input_size` features."""
        return RecurrentEncoder(
            input_size,
            self.hidden_size,
            layers=self.layers,
            cell=self.cell,
            bidirectional=self.bidirectional,
            dropout=self.layer_dropout,
            taper=self.taper,
            residual=self.residual,
            layer_norm=self.layer_norm,
            learned_start=self.learned_start,
            weight_drop=self.weight_drop,
            recurrent_dropout=self.recurrent_dropout,
            initial_weights=self.initial_weights,
        )


class RecurrentEncoder(Encoder):
    """A stack of recurrent layers over padded sequences.

    Its state, when it reads in one direction, is for each layer the hidden state and with LSTMs the memory, (batch,
    units of the layer) each.

    With `keep_gates = True` a forward pass goes step by step, and leaves in `runs` what each layer's cell did: from the
    lowest up, and with both directions the one from the left before the one from the right. Step t of a run is token t
    in either direction (`Run.steps` are in the order of reading). Runs hold the graph until the next pass.

    Args:
        input_size: Features of each step.
        hidden_size: Units of each direction.
        layers: Layers on top of each other.
        cell: A name of `CELLS`.
        bidirectional: Whether each layer also reads from right to left; its output is both, side by side.
        dropout: Locked dropout on what every layer after the first takes in.
        taper: Units of each further layer as a share of those of the layer below it.
        residual: Whether what a layer takes in is added to what it gives, where both have as many features.
        layer_norm: Whether what every layer after the first takes in is normalised; the way past a layer is not.
        learned_start: Whether the state before the first step is learned, from zero on.
        weight_drop: Share of hidden-to-hidden weights that are left out in a forward pass, in training.
        recurrent_dropout: Share of hidden units that the recurrent matrices do not see, in training: the same at all
            steps of a row, others in each row and forward pass.
        initial_weights: "orthogonal", "xavier", "he" or "uniform".

    Raises:
        ConfigError: If a name is not known, or no layer has a way past it that `residual` could open.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        layers: int = 1,
        cell: str = "lstm",
        bidirectional: bool = True,
        dropout: float = 0.0,
        taper: float = 1.0,
        residual: bool = False,
        layer_norm: bool = False,
        learned_start: bool = False,
        weight_drop: float = 0.0,
        recurrent_dropout: float = 0.0,
        initial_weights: str = "orthogonal",
    ) -> None:
        super().__init__()
        self.bidirectional = bidirectional
        self.units = [max(1, round(hidden_size * taper**layer)) for layer in range(layers)]
        gives = [size * (2 if bidirectional else 1) for size in self.units]
        takes = [input_size, *gives[:-1]]
        self.output_size = gives[-1]
        shapes = list(zip(takes, self.units, strict=True))
        self.ahead = nn.ModuleList(recurrent_network(cell, *shape) for shape in shapes)
        self.back = nn.ModuleList(recurrent_network(cell, *shape) for shape in shapes if bidirectional)
        self.reader = LayerReader(cell, weight_drop=weight_drop, state_dropout=recurrent_dropout)
        self.dropout = LockedDropout(dropout)
        self.norms = nn.ModuleList(nn.LayerNorm(size) for size in takes[1:] if layer_norm)
        self.passes = [residual and taken == given for taken, given in zip(takes, gives, strict=True)]
        if residual and not any(self.passes):
            raise ConfigError(
                f"residual connections need a layer that gives as many features as it takes in; these take in {takes} "
                f"and give {gives}; set taper = 1 and layers to 2 or more, or residual = false"
            )
        for each in (*self.ahead, *self.back):
            initialise(each, CELLS[cell].blocks, initial_weights)
        self.parts = CELLS[cell].parts
        starts = [size for size in self.units for _ in range(self.parts)]
        self.start_ahead = nn.ParameterList(torch.zeros(size) for size in starts if learned_start)
        self.start_back = nn.ParameterList(torch.zeros(size) for size in starts if learned_start and bidirectional)
        self.keep_gates = False
        self.runs: list[Run] = []

    def forward(self, x: torch.Tensor, lengths: torch.Tensor, state: State | None = None) -> Encoded:
        """Encode `x` (batch, time, input_size), see `Encoder.forward`; the output is (batch, time, output_size)."""
        self.runs = []
        if not self.bidirectional:
            return self._from_left(x, lengths, state)
        if state is not None:
            raise ConfigError(
                "an encoder that also reads from right to left cannot go on from a state, because it needs the end "
                "of its sequences; build it with bidirectional = false, or give whole sequences"
            )
        return Encoded(self._from_both_sides(x, lengths), None)

    def _from_left(self, x: torch.Tensor, lengths: torch.Tensor, state: State | None) -> Encoded:
        state = self._start(self.start_ahead, x) if state is None else state
        after: State = ()
        for layer, ahead in enumerate(self.ahead):
            before = state[self.parts * layer : self.parts * (layer + 1)]
            output, ended = self._read(ahead, self._taken_in(x, layer), lengths, before)
            x = output + x if self.passes[layer] else output
            after += ended
        return Encoded(x * token_mask(lengths, x.shape[1]).unsqueeze(-1), after)

    def _from_both_sides(self, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        if x.shape[0] == 0 or x.shape[1] == 0:
            return x.new_zeros(x.shape[0], x.shape[1], self.output_size)
        reverse = Reversal(lengths, x.shape[1])
        ahead_from = self._start(self.start_ahead, x)
        back_from = self._start(self.start_back, x)
        for layer, (ahead, back) in enumerate(zip(self.ahead, self.back, strict=True)):
            part = slice(self.parts * layer, self.parts * (layer + 1))
            taken_in = self._taken_in(x, layer)
            from_left, _ = self._read(ahead, taken_in, lengths, ahead_from[part])
            from_right, _ = self._read(back, taken_in, lengths, back_from[part], reverse)
            output = torch.cat([from_left, from_right], -1)  # (batch, time, output)
            x = output + x if self.passes[layer] else output
        return x * reverse.mask.unsqueeze(-1)

    def _start(self, learned: nn.ParameterList, x: torch.Tensor) -> State:
        """The state before the first step, of all layers in one direction."""
        if len(learned):
            return tuple(part.expand(len(x), -1) for part in learned)
        return tuple(x.new_zeros(len(x), units) for units in self.units for _ in range(self.parts))

    def _taken_in(self, x: torch.Tensor, layer: int) -> torch.Tensor:
        """What a layer takes in of what the one below it gives."""
        if layer and len(self.norms):
            x = self.norms[layer - 1](x)
        return self.dropout(x) if layer else x

    def _read(
        self, network: nn.Module, x: torch.Tensor, lengths: torch.Tensor, state: State, reverse: Reversal | None = None
    ) -> tuple[torch.Tensor, State]:
        """Output of one layer in one direction, and the state at its end, which is asked for in one direction only."""
        x = reverse(x) if reverse else x
        if self.keep_gates:
            run = self.reader.run(network, x, lengths, state)
            if reverse:
                gates = {name: reverse(gate) for name, gate in run.gates.items()}
                run = run._replace(output=reverse(run.output), gates=gates)
            self.runs.append(run)
            return run.output, run.state
        output, ended = self.reader(network, x, lengths, state, ends=not self.bidirectional)
        return reverse(output) if reverse else output, ended
