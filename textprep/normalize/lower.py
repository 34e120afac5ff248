"""Lower-casing by the Unicode default case conversion, as `str.lower` does it (The Unicode Standard, 3.13)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from textprep.edits import EditLog
from textprep.stages import register
from textprep.texts import Texts

LONGER = re.compile("\u0130")  # the one character whose lower case is longer: İ gives two code points


@register("lower.v1")
@dataclass(frozen=True)
class Lower:
    """Lower-case texts or words."""

    def edit(self, texts: Texts) -> Texts:
        """Lower-case whole texts."""
        log = EditLog()
        for text in texts.strings:
            log.substitute(LONGER, lambda match: match.group().lower(), text)
        return texts.edited([text.lower() for text in texts.strings], log.edits())

    def map_words(self, words: Sequence[str]) -> list[str]:
        """Lower-case each word."""
        return [word.lower() for word in words]
