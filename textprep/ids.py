"""`Ids`: documents as rows of vocabulary ids, of different lengths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Ids:
    """The ids of D documents, N in all.

    Attributes:
        values: The ids of all documents, one behind the other.  # (N,)
        offsets: Where each document begins in `values`.  # (D + 1,)
    """

    values: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self.offsets) - 1

    def __getitem__(self, document: int) -> npt.NDArray[np.int32]:
        """The ids of one document, without copying."""
        size = len(self)
        if not -size <= document < size:
            raise IndexError(f"document {document} of {size}")
        document %= size
        return self.values[self.offsets[document] : self.offsets[document + 1]]

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """How many ids each document has.  # (D,)"""
        return np.diff(self.offsets)

    def padded(
        self, documents: Sequence[int] | None = None, max_length: int | None = None, padding: int = 0
    ) -> npt.NDArray[np.int32]:
        """The chosen documents (all by default) as one matrix, cut to `max_length`.  # (documents, longest)"""
        chosen = np.arange(len(self)) if documents is None else np.asarray(documents, np.int64)
        lengths = np.minimum(self.lengths[chosen], max_length or np.iinfo(np.int64).max)
        longest = int(lengths.max(initial=0))
        inside = np.arange(longest) < lengths[:, None]  # (documents, longest)
        matrix = np.full((len(chosen), longest), padding, np.int32)
        matrix[inside] = self.values[(self.offsets[chosen][:, None] + np.arange(longest))[inside]]
        return matrix

    def to_arrow(self) -> Any:
        """An Arrow array of lists of ids, for a Parquet column."""
        import pyarrow as pa

        return pa.LargeListArray.from_arrays(pa.array(self.offsets), pa.array(self.values))
