"""The formats of files of tokens, chosen by the ending of the output's name."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, ClassVar, Protocol

from textprep.registry import Registry

if TYPE_CHECKING:
    import pyarrow as pa

    from textprep.ids import Ids
    from textprep.tokens import Tokens


class Writer(Protocol):
    """Writes one file, batch by batch; made with the file, which is open for bytes.

    Attributes:
        ending: How the names of such files end.
    """

    ending: ClassVar[str]

    def __init__(self, file: IO[bytes]) -> None: ...

    def render(self, batch: pa.RecordBatch, tokens: Tokens, ids: Ids | None) -> Any:
        """Turn documents, their tokens and perhaps ids into what `write` takes; several threads may do so at once."""
        ...

    def write(self, rendered: Any) -> None:
        """Write what `render` gave, batch after batch in their order; a batch without rows settles the columns."""
        ...

    def finish(self) -> None:
        """Write what stands at the end of the file."""
        ...


WRITERS: Registry[type[Writer]] = Registry("format", "textprep.writers")


def by_ending() -> dict[str, type[Writer]]:
    """All formats by the endings of their files' names."""
    return {WRITERS[name].ending: WRITERS[name] for name in WRITERS}
