"""Replacement by regular expression, with every change recorded."""

from __future__ import annotations

import re
from dataclasses import dataclass

from textprep.changed_documents import each_document, with_documents
from textprep.edits import EditLog
from textprep.errors import ConfigError, shown
from textprep.stages import register
from textprep.texts import Texts


@register("replace.v1")
@dataclass(frozen=True)
class Replace:
    r"""Replace what matches a pattern (Python's `re`), as `re.sub` would: `Replace(r"(.)\1{2,}", r"\1\1")`.

    Args:
        pattern: The regular expression.
        replacement: The new text; group references as in `re.sub`.

    Raises:
        ConfigError: The pattern or the replacement is not valid.
    """

    pattern: str
    replacement: str = ""

    def __post_init__(self) -> None:
        try:
            pattern = re.compile(self.pattern)
            re.sub(pattern, self.replacement, "")
        except (re.error, IndexError, TypeError, OverflowError, RecursionError) as error:
            problem = f"replacing {shown(self.pattern)} by {shown(self.replacement)}: {error}"
            raise ConfigError(f"{problem}; write both as for Python's re.sub") from None
        object.__setattr__(self, "_compiled", pattern)

    def edit(self, texts: Texts) -> Texts:
        """Replace in whole texts."""
        compiled: re.Pattern[str] = self._compiled  # type: ignore[attr-defined]
        log = EditLog()
        changed = {}
        for row, text in enumerate(each_document(texts)):
            new = log.substitute(compiled, lambda match: match.expand(self.replacement), text)
            if new is not text:
                changed[row] = new
        return with_documents(texts, changed, log.edits())
