"""A checksum of tensors and of what holds them, by which a change is seen (CRC-32; faster than a copy)."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any

import numpy as np
import torch


def checksum(value: Any, start: int = 0) -> int:
    """The checksum of a value's content, beginning with `start`.

    Args:
        value: A tensor, an array, a string or number, or sequences, mappings and dataclasses of such; what else it
            may hold does not count.
        start: The checksum of what came before.
    """
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy()
    if isinstance(value, np.ndarray):
        return zlib.crc32(np.ascontiguousarray(value).reshape(-1).view(np.uint8).data, start)
    if isinstance(value, str | int | float | None):
        return zlib.crc32(repr(value).encode(), start)
    if is_dataclass(value):
        value = vars(value)
    if isinstance(value, Mapping):
        value = [each for pair in value.items() for each in pair]
    if isinstance(value, list | tuple):
        for each in value:
            start = checksum(each, start)
    return start
