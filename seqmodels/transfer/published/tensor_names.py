"""Where in a published file the weights of our models lie, as a table that can be read.

    "encoder.layers.*.inner_norm.*": same("h.*.ln_2.*")

says that each weight of that norm in our layer k is the one of that name in their layer k: a `*` stands for one step of
a name, and theirs for what ours, in turn, has found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

import torch


class Source(NamedTuple):
    """The tensors that one weight of ours is made of."""

    names: tuple[str, ...]
    """Their names; of several, the rows lie one below the other in ours."""
    transposed: bool = False
    """Whether a matrix has rows and columns the other way round."""

    def shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape that each of them has if ours has `shape`."""
        each = (shape[0] // len(self.names), *shape[1:])
        return each[::-1] if self.transposed else each

    def weight(self, tensors: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Our weight, made of these tensors."""
        weight = torch.cat([tensors[name] for name in self.names]) if len(self.names) > 1 else tensors[self.names[0]]
        return weight.T if self.transposed and weight.ndim == 2 else weight


Table: TypeAlias = Mapping[str, Source]
"""Where our weights lie, by their names."""


def same(name: str) -> Source:
    """A tensor as it is."""
    return Source((name,))


def stacked(*names: str) -> Source:
    """Tensors whose rows lie one below the other in ours."""
    return Source(names)


def transposed(name: str) -> Source:
    """A matrix with rows and columns the other way round, as GPT-2's; its bias as it is."""
    return Source((name,), transposed=True)


def source_of(table: Table, name: str) -> Source:
    """Where one of our weights lies; KeyError if the table does not say so."""
    for pattern, source in table.items():
        if found := matched(pattern, name):
            steps = found.groups()
            return source._replace(names=tuple(_filled(each, steps) for each in source.names))
    raise KeyError(name)


def matched(pattern: str, name: str) -> re.Match[str] | None:
    """Whether a name is such as a pattern means, with one group a star; `**` stands for any number of steps."""
    return re.fullmatch(re.escape(pattern).replace(r"\*\*", "(.+)").replace(r"\*", r"([^.]+)"), name)


def _filled(pattern: str, steps: tuple[str, ...]) -> str:
    """The name that a pattern means with these steps in place of its stars."""
    for step in steps:
        pattern = pattern.replace("*", step, 1)
    return pattern
