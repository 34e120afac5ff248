"""`Layer`: what is known about each token beside its word: its part of speech, lemma, language or entity tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from textprep.arrow_strings import distinct
from textprep.errors import InputError

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Layer:
    """One tag a token, over K distinct tags.

    Attributes:
        values: The distinct tags, an Arrow array of strings.  # (K,)
        codes: Which of them each token has.  # (N,)
    """

    values: Any
    codes: Ints

    @classmethod
    def of(cls, tags: Sequence[str]) -> Layer:
        """The layer of one tag a token; the distinct tags are numbered by first appearance.

        Raises:
            InputError: A tag is not a string.
        """
        import pyarrow as pa

        try:
            column = pa.array(tags, pa.large_string())
        except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError) as error:
            raise InputError(f"a tag is not text ({error})", remedy="give one string a token") from None
        codes, values = distinct(column)
        if column.null_count:
            token = int(np.argmax(codes < 0)) + 1
            raise InputError(f"the tag of token {token} is null", remedy="give a tag for none, such as ''")
        return cls(values, codes)

    def __len__(self) -> int:
        """How many tokens there are."""
        return len(self.codes)

    def __getitem__(self, where: slice) -> list[str]:
        """The tags of some tokens."""
        values = self.values.to_pylist()
        return [values[code] for code in self.codes[where].tolist()]

    def taken(self, positions: Longs) -> Layer:
        """The tags of the tokens at these positions."""
        return Layer(self.values, self.codes[positions])

    @staticmethod
    def concat(parts: Sequence[Layer]) -> Layer:
        """The tags of all parts, in order, over one set of distinct tags."""
        parts = with_shared_values(parts)
        return Layer(parts[0].values, np.concatenate([part.codes for part in parts]))

    def to_arrow(self) -> Any:
        """A dictionary-encoded Arrow array of the tags.  # (N,)"""
        import pyarrow as pa

        return pa.DictionaryArray.from_arrays(pa.array(self.codes), self.values)


def with_shared_values(parts: Sequence[Layer]) -> list[Layer]:
    """The same parts, over one set of distinct tags: those of the first part, then what each other one adds."""
    import pyarrow as pa

    values = [part.values.cast(pa.large_string()) for part in parts]
    codes, shared = distinct(pa.concat_arrays(values))
    bounds = np.cumsum([0, *map(len, values)]).tolist()
    return [
        Layer(shared, codes[first:last][part.codes])
        for part, first, last in zip(parts, bounds[:-1], bounds[1:], strict=True)
    ]
