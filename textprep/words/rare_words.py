"""Rare words: what occurs too seldom to learn anything from goes, or becomes one and the same word."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from textprep.errors import ArtifactError, ConfigError, shown
from textprep.stages import in_files, register
from textprep.word_counts import WordCounts

if TYPE_CHECKING:
    import pyarrow as pa

FILE = "words.jsonl"
LARGE = 2**31 - 1


@register("rare_words.v1")
@dataclass(frozen=True)
class RareWords:
    """Drop rare words, or replace them; `Pipeline.fit` learns which words are not rare.

    Args:
        min_count: Words that occur less often are rare.
        max_words: So are all but the most frequent ones.
        replacement: What takes their place; by default they go.
        words: The words that stay, if they are known already.

    Raises:
        ConfigError: `min_count` or `max_words` is below 1 or too large, `replacement` is empty, or `words` is a single
            string.
    """

    min_count: int = 2
    max_words: int | None = None
    replacement: str | None = None
    words: frozenset[str] | None = in_files()

    def __post_init__(self) -> None:
        for name, value in (("min_count", self.min_count), ("max_words", self.max_words)):
            if value is not None and not 1 <= value <= LARGE:
                raise ConfigError(f"rare words: {name} is {shown(value)}; give 1 or more, at most {LARGE}")
        if self.replacement == "":
            raise ConfigError("rare words: the replacement is empty; give a word, or None to drop rare words")
        if isinstance(self.words, str):
            raise ConfigError("rare words: words is one string; give a set of words")
        if isinstance(self.words, Iterable):
            object.__setattr__(self, "words", frozenset(self.words))

    @property
    def learned(self) -> bool:
        """Whether the words that stay are known."""
        return self.words is not None

    def learn(self, counts: WordCounts) -> Self:
        """Keep the words that are counted often enough (ties by first appearance)."""
        common = counts.most_common(self.max_words)
        return replace(self, words=frozenset(word for word, count in common if count >= self.min_count))

    def map_words(self, words: Sequence[str]) -> list[str | None]:
        """Give each word that is not rare, and the replacement of each that is.

        Raises:
            ConfigError: Nothing is learned yet.
        """
        known = self._known()
        return [word if word in known else self.replacement for word in words]

    def map_array(self, words: pa.LargeStringArray) -> pa.LargeStringArray:
        """The same over an Arrow array; null drops a word."""
        import pyarrow as pa
        import pyarrow.compute as pc

        kept = pc.is_in(words, pa.array(list(self._known()), pa.large_string()))
        return pc.if_else(kept, words, pa.scalar(self.replacement, pa.large_string()))

    def _known(self) -> frozenset[str]:
        if self.words is None:
            raise ConfigError("RareWords does not know yet which words are rare; call fit(texts) of the pipeline first")
        return self.words

    def save_files(self, folder: Path) -> None:
        """Write the words that stay, each as a line of JSON, in the order of their code points."""
        if self.words is not None:
            lines = [json.dumps(word, ensure_ascii=False) + "\n" for word in sorted(self.words)]
            (folder / FILE).write_text("".join(lines), encoding="utf-8", newline="\n")

    def load_files(self, folder: Path) -> Self:
        """Read the words that stay.

        Raises:
            ArtifactError: The file is damaged.
        """
        file = folder / FILE
        words = []
        try:
            with file.open(encoding="utf-8", newline="\n") as lines:
                for line in lines:
                    words.append(json.loads(line))
                    if not isinstance(words[-1], str):
                        raise ValueError("this is no word")
                    words[-1].encode()  # half of a surrogate pair is no character
        except (OSError, ValueError, RecursionError) as error:
            raise ArtifactError(f"{file}: not a list of words ({error}); save the pipeline again") from None
        return replace(self, words=frozenset(words))
