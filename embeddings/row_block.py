"""A block: some consecutive rows of words and vectors, the unit in which vectors are read, kept and gone over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class RowBlock:
    """Some consecutive rows."""

    words: pa.LargeStringArray  # (rows,)
    matrix: NDArray[np.float32]  # (rows, dimension)
