"""What the weights of recurrent networks are before training, block by block.

Xavier (Glorot & Bengio, 2010) and He (He et al., 2015) keep the size of activations from layer to layer, tanh's and
ReLU's; orthogonal matrices (Saxe et al., 2014) keep it from step to step; uniform within 0.1 is Zaremba et al.'s
(2014). Biases are zero, but for the forget gate's 1 (Gers et al., 2000): an LSTM remembers until it learns to forget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import torch
from torch import nn

from textprep.registry import Registry


class InitialWeights(NamedTuple):
    """What fills the block of one gate, in place."""

    inputs: Callable[[torch.Tensor], torch.Tensor]  # of (hidden, input)
    recurrent: Callable[[torch.Tensor], torch.Tensor]  # of (hidden, hidden)


he = partial(nn.init.kaiming_uniform_, nonlinearity="relu")
within_a_tenth = partial(nn.init.uniform_, a=-0.1, b=0.1)

INITIAL_WEIGHTS: Registry[InitialWeights] = Registry("kind of initial weights", __name__)
INITIAL_WEIGHTS.register("orthogonal")(InitialWeights(nn.init.xavier_uniform_, nn.init.orthogonal_))
INITIAL_WEIGHTS.register("xavier")(InitialWeights(nn.init.xavier_uniform_, nn.init.xavier_uniform_))
INITIAL_WEIGHTS.register("he")(InitialWeights(he, he))
INITIAL_WEIGHTS.register("uniform")(InitialWeights(within_a_tenth, within_a_tenth))


def initialise(network: nn.Module, blocks: Sequence[str], kind: str = "orthogonal") -> None:
    """Fill the matrices and biases of a recurrent layer, torch's or one of our cells.

    PyTorch adds two bias vectors; the forget gate's 1 goes into one of them only, since both would make it 2.

    Args:
        network: One layer; its matrices are called `weight_ih…` and `weight_hh…`, its biases `bias…`.
        blocks: What the blocks of its matrices compute, in order.
        kind: "orthogonal" (and Xavier for what comes in), "xavier", "he" or "uniform".

    Raises:
        ConfigError: If `kind` is not known.
    """
    fill = INITIAL_WEIGHTS[kind]
    with torch.no_grad():
        for name, weight in network.named_parameters(recurse=False):
            gates = weight.chunk(len(blocks))
            if name.startswith("weight"):
                for gate in gates:
                    (fill.inputs if name.startswith("weight_ih") else fill.recurrent)(gate)
            elif name.startswith("bias"):
                nn.init.zeros_(weight)
                if "forget" in blocks and not name.startswith("bias_hh"):
                    gates[blocks.index("forget")].fill_(1.0)
