"""`Vocabulary`: which id each word has."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import repeat
from pathlib import Path

import numpy as np

from textprep.atomic import atomic_file
from textprep.errors import ArtifactError, ConfigError, InputError
from textprep.ids import Ids
from textprep.special_tokens import DEFAULT, SpecialTokens
from textprep.tokens import Tokens, joined_offsets
from textprep.word_counts import WordCounts

MOST_COUNTED = 2**63 - 1


class Vocabulary:
    """Words in the order of their ids; the first ids are those of the special tokens.

    Args:
        words: The known words, without the special tokens, each once.
        counts: How often each occurred where it was learned.  # (words,)
        special: The special tokens; by default padding with id 0, and id 1 for every unknown word.

    Raises:
        ConfigError: A word is given twice, or `counts` has another length.
    """

    def __init__(
        self, words: Iterable[str], counts: Iterable[int] | None = None, special: SpecialTokens = DEFAULT
    ) -> None:
        first = len(special)
        self.special = special
        self.words = [*special.spellings, *words]
        self.counts = [0] * first + list(counts if counts is not None else [0] * (len(self.words) - first))
        if len(self.counts) != len(self.words):
            numbers = f"{len(self.words) - first} words but {len(self.counts) - first} counts"
            raise ConfigError(f"{numbers}; give one count a word")
        if len(self.index) != len(self.words):
            raise ConfigError("a word stands twice in the vocabulary; give each once")

    @classmethod
    def learned(
        cls,
        counts: WordCounts | Tokens,
        min_count: int = 1,
        max_words: int | None = None,
        special: SpecialTokens = DEFAULT,
    ) -> Vocabulary:
        """The words that occur at least `min_count` times, most frequent first (ties by first appearance)."""
        if isinstance(counts, Tokens):
            counts = WordCounts.of(counts, max(len(counts.types), 1))
        frequent = int(np.count_nonzero(counts.counts >= min_count))
        most = None if max_words is None else min(frequent, max_words + len(special))  # a text may spell special tokens
        ranked = counts.most_common(frequent if most is None else most)
        taken = frozenset(special.spellings)
        chosen = [(word, count) for word, count in ranked if word not in taken][:max_words]
        return cls([word for word, _ in chosen], [count for _, count in chosen], special)

    @property
    def _unknown(self) -> int:
        """The id of the unknown word, or -1 if there is none."""
        return self.special.id_of("unk") if self.special.unk is not None else -1

    @cached_property
    def index(self) -> dict[str, int]:
        """The id of each word."""
        return {word: k for k, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self.index

    def __getitem__(self, word: str) -> int:
        """The id of a word, that of the unknown word if it is not known.

        Raises:
            InputError: It is not known, and there is no special token for unknown words.
        """
        found = self.index.get(word, self._unknown)
        if found < 0:
            raise InputError(
                f"the word {word!r} is not in the vocabulary, which has no token for unknown words",
                remedy="learn it with SpecialTokens(unk=...), or drop such words before",
            )
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and (self.words, self.counts, self.special) == (
            other.words,
            other.counts,
            other.special,
        )

    def __hash__(self) -> int:
        return hash(tuple(self.words))

    def __repr__(self) -> str:
        return f"Vocabulary({len(self)} words)"

    def ids(self, tokens: Tokens, *more: Tokens, run: Callable[..., Iterable[object]] = map) -> Ids:
        """Turn tokens into ids: one look-up a distinct word, one gather.

        Args:
            tokens, more: The tokens; parts of consecutive documents over one set of distinct words.
            run: How the parts are worked on: one after the other, or by several threads.

        Raises:
            InputError: A word is not known, and there is no special token for unknown words.
        """
        from textprep.kernels.gather import translate

        parts = [tokens, *more]
        index, unknown = self.index, self._unknown
        of_type = np.fromiter(map(index.get, tokens.words, repeat(unknown)), np.int32, len(tokens.types))
        bounds = np.cumsum([0, *(part.count for part in parts)]).tolist()
        values = np.empty(bounds[-1], np.int32)
        into = [values[first:last] for first, last in zip(bounds[:-1], bounds[1:], strict=True)]
        list(run(translate, [part.codes for part in parts], [of_type] * len(parts), into))
        if unknown < 0 and (values < 0).any():
            place = int(np.argmax(values < 0))
            part = int(np.searchsorted(bounds, place, side="right")) - 1
            self[tokens.words[parts[part].codes[place - bounds[part]]]]
        return Ids(values, joined_offsets(parts))

    def save(self, file: str | os.PathLike[str]) -> None:
        """Write one line a word, `["word", count]`, in the order of the ids behind the special tokens (JSON Lines).

        Special tokens other than the default ones stand in the first line: the role and spelling of each.
        """
        first = len(self.special)
        pairs: list[object] = list(zip(self.words[first:], self.counts[first:], strict=True))
        if self.special != DEFAULT:
            pairs.insert(0, self.special.by_role)
        lines = (json.dumps(pair, ensure_ascii=False) + "\n" for pair in pairs)
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
        special = DEFAULT
        line = 0
        try:
            with Path(file).open(encoding="utf-8", newline="\n") as source:
                for line, text in enumerate(source, start=1):
                    match json.loads(text):
                        case [str(word), int(count)] if count is not True and 0 <= count <= MOST_COUNTED:
                            word.encode()  # half of a surrogate pair is no character
                            words.append(word)
                            counts.append(count)
                        case {**roles} if line == 1:
                            "".join(map(str, roles.values())).encode()
                            special = SpecialTokens(**{"pad": None, "unk": None, **roles})  # type: ignore[arg-type]
                        case _:
                            raise ValueError("this is not [word, count]")
            line += 1
            return cls(words, counts, special)
        except FileNotFoundError:
            raise ArtifactError(f"{os.fspath(file)} is missing; save the pipeline again") from None
        except (OSError, ValueError, TypeError, RecursionError, ConfigError) as error:
            raise ArtifactError(
                f"{os.fspath(file)}:{line}: not a saved vocabulary ({error}); save the pipeline again"
            ) from None
