"""`Vocabulary`: which id each word has."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from textprep.atomic import atomic_file
from textprep.errors import ArtifactError, ConfigError
from textprep.ids import Ids
from textprep.tokens import Tokens

PADDING, UNKNOWN = "<pad>", "<unk>"


class Vocabulary:
    """Words in the order of their ids; id 0 is padding and id 1 stands for every unknown word.

    Args:
        words: The known words, without the two special ones, each once.
        counts: How often each occurred where it was learned.  # (words,)

    Raises:
        ConfigError: A word is given twice, or `counts` has another length.
    """

    def __init__(self, words: Iterable[str], counts: Iterable[int] | None = None) -> None:
        self.words = [PADDING, UNKNOWN, *words]
        self.counts = [0, 0, *(counts if counts is not None else [0] * (len(self.words) - 2))]
        if len(self.counts) != len(self.words):
            raise ConfigError(f"{len(self.words) - 2} words but {len(self.counts) - 2} counts; give one count a word")
        if len(self.index) != len(self.words):
            raise ConfigError("a word stands twice in the vocabulary; give each once")

    @classmethod
    def learned(cls, tokens: Tokens, min_count: int = 1, max_words: int | None = None) -> Vocabulary:
        """The words that occur at least `min_count` times, most frequent first (ties by first appearance)."""
        counts = tokens.counts()
        order = np.argsort(-counts, kind="stable")
        words = tokens.words
        frequent = order[counts[order] >= max(min_count, 1)].tolist()
        chosen = [code for code in frequent if words[code] not in (PADDING, UNKNOWN)][:max_words]
        return cls([words[code] for code in chosen], counts[chosen].tolist())

    @cached_property
    def index(self) -> dict[str, int]:
        """The id of each word."""
        return {word: k for k, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self.index

    def __getitem__(self, word: str) -> int:
        """The id of a word, that of `<unk>` if it is not known."""
        return self.index.get(word, 1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and (self.words, self.counts) == (other.words, other.counts)

    def __hash__(self) -> int:
        return hash(tuple(self.words))

    def __repr__(self) -> str:
        return f"Vocabulary({len(self)} words)"

    def ids(self, tokens: Tokens) -> Ids:
        """Turn tokens into ids: one look-up a distinct word, one gather."""
        from textprep.kernels.gather import translate

        index = self.index
        of_type: npt.NDArray[np.int32] = np.array([index.get(word, 1) for word in tokens.words], np.int32)
        values = np.empty_like(tokens.codes)
        translate(tokens.codes, of_type, values)
        return Ids(values, tokens.offsets)

    def save(self, file: str | os.PathLike[str]) -> None:
        """Write one line a word, `["word", count]`, in the order of the ids from 2 on (JSON Lines)."""
        lines = (
            json.dumps(pair, ensure_ascii=False) + "\n" for pair in zip(self.words[2:], self.counts[2:], strict=True)
        )
        with atomic_file(file) as part, part.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(lines)

    @classmethod
    def load(cls, file: str | os.PathLike[str]) -> Vocabulary:
        """Read what `save` wrote.

        Raises:
            ArtifactError: The file is missing or damaged.
        """
        words: list[str] = []
        counts: list[int] = []
        try:
            with Path(file).open(encoding="utf-8", newline="\n") as source:
                for text in source:
                    match json.loads(text):
                        case [str(word), int(count)]:
                            words.append(word)
                            counts.append(count)
                        case _:
                            raise ValueError("this is not [word, count]")
            return cls(words, counts)
        except FileNotFoundError:
            raise ArtifactError(f"{os.fspath(file)} is missing; save the pipeline again") from None
        except (ValueError, ConfigError) as error:
            raise ArtifactError(
                f"{os.fspath(file)}:{len(words) + 1}: not a saved vocabulary ({error}); save the pipeline again"
            ) from None
