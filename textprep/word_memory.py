"""`WordMemory`: what became of the words of earlier batches, kept by their bytes, within a bound."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from textprep.arrow_strings import buffers_of, strings_of, taken
from textprep.outcomes import Outcomes

if TYPE_CHECKING:
    import pyarrow as pa

MOST_WORDS = 1 << 18
MOST_BYTES = 1 << 25  # of words and pieces; more than ten times what so many words of ordinary text take


class WordMemory:
    """A table from words to their outcomes that several threads may use.

    When it is full it is emptied, so that it holds the words of the latest batches.
    """

    def __init__(self, most_words: int = MOST_WORDS, most_bytes: int = MOST_BYTES) -> None:
        self.most_words, self.most_bytes = most_words, most_bytes
        self._lock = threading.Lock()
        self._empty()

    def __len__(self) -> int:
        """How many words are remembered."""
        return self._count + (len(self._first[0]) if self._first else 0)

    def _empty(self) -> None:
        self._count = 0
        self._first: tuple[pa.LargeStringArray, Outcomes] | None = None
        self._slots: npt.NDArray[np.uint64] | None = None  # made at first use; its pages are touched as it fills
        self._words, self._pieces = _Column(np.uint8), _Column(np.uint8)
        self._bounds, self._first_pieces, self._piece_bounds = (_Column(np.int64, [0]) for _ in range(3))
        self._heads, self._tails = _Column(np.int32), _Column(np.int32)

    def recall(self, words: pa.LargeStringArray) -> tuple[npt.NDArray[np.int64], Outcomes | None]:
        """Which of these words are not known (their places), and, if all are, what became of them."""
        with self._lock:
            self._enter_first()
            places, unknown = self._places(words)
            if not unknown:
                return np.zeros(0, np.int64), self._brought(places)
        return np.flatnonzero(places < 0), None

    def remember(self, words: pa.LargeStringArray, outcomes: Outcomes) -> bool:
        """Remember what became of some distinct words; False if not all that was known is known any more."""
        with self._lock:
            if self._slots is None and self._first is None and len(words) <= self.most_words:
                self._first = words, outcomes
                return True
            self._enter_first()
            return self._entered(words, outcomes)

    def _enter_first(self) -> None:
        """Enter the first batch when there is a second one: most pipelines are called once."""
        if self._first is not None:
            words, outcomes = self._first
            self._first = None
            self._entered(words, outcomes)

    def _entered(self, words: pa.LargeStringArray, outcomes: Outcomes) -> bool:
        places, unknown = self._places(words)
        if unknown < len(words):  # another thread came first
            new = np.flatnonzero(places < 0)
            words, outcomes = taken(words, new), _selected(outcomes, new)
        letters, bounds = _packed(words)
        texts, piece_bounds = _packed(outcomes.pieces)
        if len(words) > self.most_words or len(letters) + len(texts) > self.most_bytes:
            return False
        held = len(self._words) + len(self._pieces) + len(letters) + len(texts)
        fits = self._count + len(words) <= self.most_words and held <= self.most_bytes
        if not fits:
            self._empty()
        self._append(letters, bounds, texts, piece_bounds, outcomes)
        return fits

    def _places(self, words: pa.LargeStringArray) -> tuple[npt.NDArray[np.int32], int]:
        from textprep.kernels.word_memory import recall

        if self._slots is None:
            return np.full(len(words), -1, np.int32), len(words)
        places = np.empty(len(words), np.int32)
        unknown = recall(*buffers_of(words), self._slots, self._words.array, self._bounds.array, places)
        return places, unknown

    def _brought(self, places: npt.NDArray[np.int32]) -> Outcomes:
        from textprep.kernels.word_memory import bring_pieces

        first, bounds = self._first_pieces.array, self._piece_bounds.array
        counts = first[places + 1] - first[places]
        count = int(counts.sum())
        size = int((bounds[first[places + 1]] - bounds[first[places]]).sum())
        offsets, new_bounds = np.empty(len(places) + 1, np.int64), np.empty(count + 1, np.int64)
        texts, heads, tails = np.empty(size, np.uint8), np.empty(count, np.int32), np.empty(count, np.int32)
        bring_pieces(
            places, first, self._pieces.array, bounds, self._heads.array, self._tails.array,
            offsets, new_bounds, texts, heads, tails,
        )  # fmt: skip
        return Outcomes.of(offsets, strings_of(texts, new_bounds), heads, tails)

    def _append(
        self,
        letters: npt.NDArray[np.uint8],
        bounds: npt.NDArray[np.int64],
        texts: npt.NDArray[np.uint8],
        piece_bounds: npt.NDArray[np.int64],
        outcomes: Outcomes,
    ) -> None:
        from textprep.kernels.word_memory import enter

        if self._slots is None:
            self._slots = np.zeros((2 << self.most_words.bit_length(), 2), np.uint64)
        before = self._count
        self._bounds.add(bounds[1:] + len(self._words))
        self._first_pieces.add(outcomes.offsets[1:] + len(self._heads))
        self._piece_bounds.add(piece_bounds[1:] + len(self._pieces))
        self._words.add(letters)
        self._pieces.add(texts)
        self._heads.add(outcomes.heads)
        self._tails.add(outcomes.tails)
        self._count += len(bounds) - 1
        enter(self._slots, self._words.array, self._bounds.array, before, self._count)


class _Column:
    """An array to which more is added at the end, without copying what is there each time."""

    def __init__(self, dtype: type, first: list[int] | None = None) -> None:
        self._room: npt.NDArray[Any] = np.array(first or [], dtype)
        self._size = len(self._room)

    def __len__(self) -> int:
        return self._size

    @property
    def array(self) -> npt.NDArray[Any]:
        return self._room[: self._size]

    def add(self, values: npt.NDArray[Any]) -> None:
        size = self._size + len(values)
        if size > len(self._room):
            larger = np.empty(max(size, 2 * len(self._room)), self._room.dtype)
            larger[: self._size] = self.array
            self._room = larger
        self._room[self._size : size] = values
        self._size = size


def _selected(outcomes: Outcomes, words: npt.NDArray[np.int64]) -> Outcomes:
    """The outcomes of some of the words."""
    counts = np.diff(outcomes.offsets)[words]
    offsets = np.append(0, np.cumsum(counts))
    chosen = np.arange(offsets[-1]) + np.repeat(outcomes.offsets[words] - offsets[:-1], counts)
    return Outcomes(offsets, outcomes.codes[chosen], outcomes.forms, outcomes.heads[chosen], outcomes.tails[chosen])


def _packed(strings: pa.LargeStringArray) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Bytes and bounds, from 0 on."""
    letters, bounds = buffers_of(strings)
    return letters[bounds[0] : bounds[-1]], bounds - bounds[0]
