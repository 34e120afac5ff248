"""The keys and values of steps that were read, kept so that each is computed once (a "KV cache").

They are part of a `State`, a tensor for each layer and kind: (batch, heads, slots, head_size). The k-th step of a row
lies in its slot k, whatever the lengths of its neighbours, so that the place of a step and its slot are one number.

Nobody may see a state change, since others can go on from it too. But a copy of all slots for every token makes
generation quadratic; so there are more slots than steps, and those behind the last step that was written (`claimed`)
belong to nobody. A state whose own steps end there writes behind them, where no other state of that memory looks; one
that comes second finds them claimed and copies. States whose rows were chosen or repeated are copies already. Where
gradients are recorded nothing is written into what is there.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import torch
from torch.nn import functional as F

from seqmodels.layers.encoder import State

PARTS = 2  # of a state before its keys and values: the steps of each row, and the slots that are claimed, (batch,) each

_CLAIMING = threading.Lock()


@dataclass(frozen=True)
class Slots:
    """Where the next steps of a batch go, the same in all layers."""

    places: torch.Tensor
    """The place of each step in its row, and its slot: (batch, time), or (1, time) if it is the same in all rows."""
    used: int
    """Slots that have been given, with those of these steps."""
    state: State
    """The first `PARTS` of the state behind these steps."""
    room: int | None = None
    """Slots to be made behind the former steps; None if there are enough to write into."""

    @property
    def before(self) -> int:
        """Slots that the former steps have been given."""
        return self.used - self.places.shape[1]

    @property
    def first(self) -> bool:
        """Whether there were no steps before these."""
        return self.before == 0

    def append(self, past: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
        """What is `past` (batch, heads, slots, head_size), with what is `new` (batch, heads, time, head_size) behind.

        Only the first `used` slots of the result count.
        """
        slots = past if self.room is None else F.pad(past[:, :, : self.before], (0, 0, 0, self.room))
        if len(self.places) == 1:
            slots[:, :, self.before : self.used] = new
        else:
            rows = torch.arange(len(past), device=past.device).unsqueeze(1)  # (batch, 1)
            slots.transpose(1, 2)[rows, self.places] = new.transpose(1, 2).to(slots.dtype)
        return slots


def first_slots(lengths: torch.Tensor, time: int) -> Slots:
    """The slots of the first `time` steps of sequences, of which each row has `lengths` (batch,)."""
    places = torch.arange(time, device=lengths.device).unsqueeze(0)  # (1, time)
    return Slots(places, time, (lengths, torch.full_like(lengths, time)))


def next_slots(lengths: torch.Tensor, time: int, state: State) -> Slots:
    """The slots of the next `time` steps, of which each row has `lengths` (batch,), behind those of a state.

    They are claimed by this call.
    """
    counts, claimed, keys, *_ = state
    low, before = (int(count) for count in counts.aminmax()) if len(counts) else (0, 0)
    if before == 0:
        return first_slots(lengths, time)
    new = torch.arange(before, before + time, device=counts.device).unsqueeze(0)  # (1, time)
    places = new if low == before else new - before + counts.unsqueeze(1)
    used, after = before + time, counts + lengths
    with _CLAIMING:
        if used <= keys.shape[2] and _can_be_claimed(counts, claimed):
            return Slots(places, used, (after, claimed.copy_(after)))
    if torch.is_grad_enabled():
        return Slots(places, used, (after, torch.full_like(after, used)), time)
    room = time + used // 2 + 32
    return Slots(places, used, (after, after.clone()), room)


def _can_be_claimed(counts: torch.Tensor, claimed: torch.Tensor) -> bool:
    """Whether nobody has written behind the steps of a state, and writing there is allowed."""
    if torch.is_grad_enabled() or (claimed.is_inference() and not torch.is_inference_mode_enabled()):
        return False
    repeated = len(claimed) > 1 and claimed.stride(0) == 0  # rows that share their memory
    return not repeated and torch.equal(counts, claimed)
