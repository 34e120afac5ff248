"""Replacement by regular expression, with every change recorded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from textprep.changed_documents import each_document, with_documents
from textprep.edits import EditLog
from textprep.errors import ConfigError, shown
from textprep.stages import register
from textprep.texts import Texts


@register("replace.v1")
@dataclass(frozen=True)
class Replace:
    r"""Replace what matches a pattern (Python's `re`), as `re.sub` would: `Replace(r"(.)\1{2,}", r"\1\1")`.

    Flags stand in the pattern, as in `(?i)colou?r`.

    Args:
        pattern: The regular expression, or several, of which each goes over what those before it have left.
        replacement: The new text; group references as in `re.sub`. One for all patterns, or one for each.
        count: How many matches of each pattern are replaced in a document; 0 for all.

    Raises:
        ConfigError: A pattern or a replacement is not valid, there are not as many of both, or the count is negative.
    """

    pattern: str | tuple[str, ...]
    replacement: str | tuple[str, ...] = ""
    count: int = 0

    def __post_init__(self) -> None:
        for name in ("pattern", "replacement"):  # lists, such as come from JSON
            if isinstance(getattr(self, name), Iterable) and not isinstance(getattr(self, name), str):
                object.__setattr__(self, name, tuple(getattr(self, name)))
        patterns = self.pattern if isinstance(self.pattern, tuple) else (self.pattern,)
        news = self.replacement if isinstance(self.replacement, tuple) else (self.replacement,) * len(patterns)
        if len(news) != len(patterns):
            problem = f"replace: there are {len(patterns)} patterns and {len(news)} replacements"
            raise ConfigError(f"{problem}; give one replacement for all patterns, or one for each")
        if self.count < 0:
            raise ConfigError(f"replace: count is {self.count}; give how many matches are replaced, or 0 for all")
        object.__setattr__(self, "_rules", [_rule(*each) for each in zip(patterns, news, strict=True)])

    def edit(self, texts: Texts) -> Texts:
        """Replace in whole texts."""
        for pattern, new in self._rules:  # type: ignore[attr-defined]
            log = EditLog()
            changed = {}
            for row, text in enumerate(each_document(texts)):
                matches = islice(pattern.finditer(text), self.count or None)
                replaced = log.replace(text, ((*match.span(), new(match)) for match in matches))
                if replaced is not text:
                    changed[row] = replaced
            texts = with_documents(texts, changed, log.edits())
        return texts


def _rule(pattern: str, replacement: str) -> tuple[re.Pattern[str], Callable[[re.Match[str]], str]]:
    """The compiled pattern, and what gives the new text of a match."""
    try:
        compiled = re.compile(pattern)
        re.sub(compiled, replacement, "")
    except (re.error, IndexError, TypeError, OverflowError, RecursionError) as error:
        problem = f"replacing {shown(pattern)} by {shown(replacement)}: {error}"
        raise ConfigError(f"{problem}; write both as for Python's re.sub") from None
    if "\\" not in replacement:
        return compiled, lambda match: replacement
    return compiled, lambda match: match.expand(replacement)
