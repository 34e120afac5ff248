"""Long short-term memory (Hochreiter & Schmidhuber, 1997; with the forget gate of Gers, Schmidhuber & Cummins, 2000).

    i = sigmoid(W_i x + U_i h + b_i)     the input gate: how much of the new is written
    f = sigmoid(W_f x + U_f h + b_f)     the forget gate: how much of the old is kept
    g = tanh(W_g x + U_g h + b_g)        the cell, or candidate: the new
    o = sigmoid(W_o x + U_o h + b_o)     the output gate: how much of the memory is shown
    c' = f * c + i * g,  h' = o * tanh(c')

Steps show the gates as the field names them: `input`, `forget`, `cell`, `output`, and `memory`, which is c'. Other
texts tell the same of four gates that are called forget, learn, remember and use: see `forget_learn_remember_use`.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from seqmodels.cells.cell import CELLS, Cell, Run, Step
from seqmodels.layers.encoder import State


def forget_learn_remember_use(read: Step | Run) -> dict[str, torch.Tensor]:
    """What the four gates give, as they are named where an LSTM is told as long-term and short-term memory.

    | there | here |
    |---|---|
    | forget | `forget`: the share of each old memory that is kept |
    | learn | `input` * `cell`: what is added to the memory |
    | remember | `memory`: `forget` * the memory before + learn |
    | use | the output, `output` * tanh(`memory`): what is shown of the memory |

    Args:
        read: A step of an LSTM, or a run of one.

    Returns:
        Each of the shape of the gates.
    """
    gates = read.gates
    return {
        "forget": gates["forget"],
        "learn": gates["input"] * gates["cell"],
        "remember": gates["memory"],
        "use": read.output,
    }


class GatedMemory(Cell):
    """What all LSTMs here have in common."""

    blocks = ("input", "forget", "cell", "output")
    gates = ("input", "forget", "cell", "output", "memory")
    parts = 2


@CELLS.register("lstm")
class LSTM(GatedMemory):
    """The LSTM as above, and as `torch.nn.LSTM`."""

    mode = "LSTM"

    def advance(self, taken_in: torch.Tensor, state: State, heard: torch.Tensor) -> Step:
        """The step itself, see `Cell.advance`."""
        i, f, g, o = (taken_in + F.linear(heard, self.weight_hh)).chunk(4, -1)
        i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
        memory = f * state[1] + i * g
        hidden = o * torch.tanh(memory)
        return Step((hidden, memory), {"input": i, "forget": f, "cell": g, "output": o, "memory": memory})


@CELLS.register("lstm_peephole")
class PeepholeLSTM(GatedMemory):
    """The LSTM whose gates look at the memory (Gers & Schmidhuber, 2000; Gers, Schraudolph & Schmidhuber, 2002).

    To what input and forget gate sum up comes p * c, to the output gate p * c', with a p for each unit of each gate.
    These are zero before training, so that it begins as an LSTM without peepholes. Torch has no such layer.
    """

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__(input_size, hidden_size)
        self.peepholes = nn.Parameter(torch.zeros(3, hidden_size))  # of input, forget, output

    def advance(self, taken_in: torch.Tensor, state: State, heard: torch.Tensor) -> Step:
        """The step itself, see `Cell.advance`."""
        i, f, g, o = (taken_in + F.linear(heard, self.weight_hh)).chunk(4, -1)
        to_input, to_forget, to_output = self.peepholes
        i, f = torch.sigmoid(i + to_input * state[1]), torch.sigmoid(f + to_forget * state[1])
        g = torch.tanh(g)
        memory = f * state[1] + i * g
        o = torch.sigmoid(o + to_output * memory)
        hidden = o * torch.tanh(memory)
        return Step((hidden, memory), {"input": i, "forget": f, "cell": g, "output": o, "memory": memory})


@CELLS.register("lstm_norm")
class NormLSTM(GatedMemory):
    """The LSTM with layer norm (Ba, Kiros & Hinton, 2016, eq. 20–22).

    The four gates' sums are norm(W x) + norm(U h) + b, each norm over all 4 * hidden numbers with gains of its own, and
    h' = o * tanh(norm(c')). The paper's shifts of the first two norms would only add to b, and are left out. Torch has
    no such layer.
    """

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__(input_size, hidden_size)
        self.inputs_norm = nn.LayerNorm(4 * hidden_size, bias=False)
        self.recurrent_norm = nn.LayerNorm(4 * hidden_size, bias=False)
        self.memory_norm = nn.LayerNorm(hidden_size)

    def take_in(self, x: torch.Tensor) -> torch.Tensor:
        """norm(W x) + b: from `x` (..., input) to (..., 4 * hidden)."""
        normed: torch.Tensor = self.inputs_norm(F.linear(x, self.weight_ih)) + self.bias
        return normed

    def advance(self, taken_in: torch.Tensor, state: State, heard: torch.Tensor) -> Step:
        """The step itself, see `Cell.advance`."""
        i, f, g, o = (taken_in + self.recurrent_norm(F.linear(heard, self.weight_hh))).chunk(4, -1)
        i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
        memory = f * state[1] + i * g
        hidden = o * torch.tanh(self.memory_norm(memory))
        return Step((hidden, memory), {"input": i, "forget": f, "cell": g, "output": o, "memory": memory})
