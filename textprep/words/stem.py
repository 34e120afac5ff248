"""Stemming: Porter's algorithm of 1980 and Lancaster's of 1990, compiled here, and the Snowball project's by PyStemmer.

Sources: M. F. Porter, "An algorithm for suffix stripping" (1980) and "Snowball" (2001); C. D. Paice, "Another Stemmer"
(1990).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from textprep.arrow_strings import array_of, buffers_of, strings_of
from textprep.errors import ConfigError, shown, unknown_name
from textprep.stages import register

if TYPE_CHECKING:
    import pyarrow as pa


PORTER, LANCASTER = "porter", "lancaster"
NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@register("stem.v1")
@dataclass(frozen=True)
class Stem:
    """Cut words down to their stems; they should be lower-cased before.

    Args:
        algorithm: "porter" for Porter's stemmer of 1980, "lancaster" for that of Paice and Husk, or the language of a
            Snowball stemmer, by its name ("english", "german", ...) or its code ("en", "de", ...).
        empty: What becomes of a word of which nothing is left, as of "s" by Porter's: "keep" or "drop" it.

    Raises:
        ConfigError: There is no such stemmer, or `empty` is neither.
    """

    algorithm: str = PORTER
    empty: Literal["keep", "drop"] = "keep"

    def __post_init__(self) -> None:
        if self.empty not in ("keep", "drop"):
            raise ConfigError(f"stem: empty is {shown(self.empty)}; give 'keep' or 'drop'")
        if self.algorithm in (PORTER, LANCASTER):
            return
        import Stemmer

        try:
            Stemmer.Stemmer(self.algorithm, 0)
        except KeyError:
            raise unknown_name("stemmer", self.algorithm, [LANCASTER, *Stemmer.algorithms()]) from None

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
        if self.algorithm == LANCASTER:
            return _lancaster(words)
        import Stemmer

        # One stemmer a call: they are not safe to share between threads. The cache would cost more than it saves.
        return array_of(Stemmer.Stemmer(self.algorithm, 0).stemWords(words.to_pylist()))


def _lancaster(words: pa.LargeStringArray) -> pa.LargeStringArray:
    """The stem of each word by compiled code for ASCII: no rule changes other letters or what stands before them."""
    import pyarrow.compute as pc

    from textprep.words.lancaster_kernels import lancaster

    beyond = pc.invert(pc.string_is_ascii(words))
    if not pc.any(beyond).as_py():
        return strings_of(*lancaster(*buffers_of(words)))
    others = words.filter(beyond).to_pylist()
    plain = pc.replace_with_mask(words, beyond, array_of([NOT_ASCII.sub(_stand_in, word) for word in others]))
    stems = strings_of(*lancaster(*buffers_of(plain)))
    kept = [max(place.end() for place in NOT_ASCII.finditer(word)) for word in others]
    parts = zip(others, kept, stems.filter(beyond).to_pylist(), strict=True)
    whole = [word[:size] + stem[size:] for word, size, stem in parts]
    return pc.replace_with_mask(stems, beyond, array_of(whole))


def _stand_in(character: re.Match[str]) -> str:
    """An ASCII letter that no rule knows for a letter, and a sign for any other character."""
    return "X" if character.group().isalpha() else "."
