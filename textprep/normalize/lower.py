"""Lower-casing by the Unicode default case conversion, as `str.lower` does it (The Unicode Standard, 3.13)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textprep.edits import EditLog
from textprep.stages import register
from textprep.texts import Texts

if TYPE_CHECKING:
    import pyarrow as pa

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

    def map_array(self, words: pa.LargeStringArray) -> pa.LargeStringArray:
        """Lower-case each word; Arrow does it for those of ASCII letters alone."""
        return lower_case(words)


def lower_case(words: pa.LargeStringArray) -> pa.LargeStringArray:
    """The words as `str.lower` gives them, most of them compiled."""
    import pyarrow as pa
    import pyarrow.compute as pc

    beyond = pc.invert(pc.string_is_ascii(words))
    lowered = pc.ascii_lower(words)
    if not pc.any(beyond).as_py():
        return lowered
    others = [word.lower() for word in words.filter(beyond).to_pylist()]
    return pc.replace_with_mask(lowered, beyond, pa.array(others, pa.large_string()))
