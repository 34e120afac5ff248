"""How much of a vocabulary has vectors: the numbers to look at before training on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_SHOWN = 10


@dataclass(frozen=True)
class Coverage:
    """Where the rows of a matrix came from; a padding row counts nowhere."""

    exact: int
    """Words found as they stand."""
    lowered: int
    """Words found only when lower-cased."""
    filled: Mapping[str, int] = field(default_factory=dict)
    """Words that each strategy filled, in the order in which the strategies were tried."""
    missing: tuple[str, ...] = ()
    """The words not found, filled or not: the most frequent first if counts were given, else in vocabulary order."""
    tokens: int | None = None
    """The sum of all counts, if counts were given."""
    tokens_found: int | None = None
    """The sum of the counts of the words found."""

    @property
    def words(self) -> int:
        """All words asked for."""
        return self.found + len(self.missing)

    @property
    def found(self) -> int:
        """Words found, as they stand or lower-cased."""
        return self.exact + self.lowered

    @property
    def zeros(self) -> int:
        """Words that no strategy filled; their rows are zero."""
        return len(self.missing) - sum(self.filled.values())

    @property
    def type_fraction(self) -> float:
        """The part of the words that was found, from 0 to 1; 1 for no words at all."""
        return self.found / self.words if self.words else 1.0

    @property
    def token_fraction(self) -> float | None:
        """The part of the tokens whose word was found, from 0 to 1; `None` without counts."""
        if self.tokens is None or self.tokens_found is None:
            return None
        return self.tokens_found / self.tokens if self.tokens else 1.0

    def __str__(self) -> str:
        by_token = "" if self.token_fraction is None else f", {self.token_fraction:.1%} of tokens"
        lines = [f"{self.found:,} of {self.words:,} words found ({self.type_fraction:.1%}{by_token})"]
        lines += [f"  {name:<14}{count:>9,}  {count / self.words:6.1%}" for name, count in self._parts() if count]
        if self.missing:
            rest = len(self.missing) - _SHOWN
            shown = " ".join(self.missing[:_SHOWN]) + (f" … and {rest:,} more" if rest > 0 else "")
            lines.append(f"not found: {shown}")
        return "\n".join(lines)

    def _parts(self) -> Iterator[tuple[str, int]]:
        yield "as they stand", self.exact
        yield "lower-cased", self.lowered
        yield from self.filled.items()
        yield "left at zero", self.zeros
