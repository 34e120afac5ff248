"""Stemming: Porter's algorithm of 1980, compiled here, and the Snowball project's (Porter 2001), by PyStemmer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from textprep.arrow_strings import array_of, buffers_of, strings_of
from textprep.errors import ConfigError, shown, unknown_name
from textprep.stages import register

if TYPE_CHECKING:
    import pyarrow as pa


PORTER = "porter"


@register("stem.v1")
@dataclass(frozen=True)
class Stem:
    """Cut words down to their stems; they should be lower-cased before.

    Args:
        algorithm: "porter" for Porter's stemmer of 1980, or the language of a Snowball stemmer ("english", "german",
            ...).
        empty: What becomes of a word of which nothing is left, as of "s" by Porter's: "keep" or "drop" it.

    Raises:
        ConfigError: There is no such stemmer, or `empty` is neither.
    """

    algorithm: str = PORTER
    empty: Literal["keep", "drop"] = "keep"

    def __post_init__(self) -> None:
        if self.empty not in ("keep", "drop"):
            raise ConfigError(f"stem: empty is {shown(self.empty)}; give 'keep' or 'drop'")
        if self.algorithm == PORTER:
            return
        import Stemmer

        if self.algorithm not in Stemmer.algorithms():
            raise unknown_name("stemmer", self.algorithm, Stemmer.algorithms())

    def map_words(self, words: Sequence[str]) -> list[str | None]:
        """Give the stem of each word."""
        stems: list[str | None] = self.map_array(array_of(words)).to_pylist()
        return stems

    def map_array(self, words: pa.LargeStringArray) -> pa.LargeStringArray:
        """Give the stem of each word; null for one to be dropped."""
        import pyarrow.compute as pc

        stems = self._stems(words)
        nothing = pc.equal(pc.binary_length(stems), 0)
        return pc.if_else(nothing, words if self.empty == "keep" else None, stems) if pc.any(nothing).as_py() else stems

    def _stems(self, words: pa.LargeStringArray) -> pa.LargeStringArray:
        """The stem of each word, empty where nothing is left."""
        if self.algorithm == PORTER:
            from textprep.words.porter_kernels import porter

            return strings_of(*porter(*buffers_of(words)))

        import Stemmer

        # One stemmer a call: they are not safe to share between threads. The cache would cost more than it saves.
        return array_of(Stemmer.Stemmer(self.algorithm, 0).stemWords(words.to_pylist()))
