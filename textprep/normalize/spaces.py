"""White space made even: runs become one space or line break, and none stays at either end.

White space is what has Unicode's property White_Space (Unicode 17.0). Line breaks among it are those of the standard's
newline guidelines (The Unicode Standard, 5.8): LF, CR, CR LF (as one), VT, FF, NEL (U+0085), U+2028 and U+2029.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from textprep.changed_stretches import found_stretches, with_stretches
from textprep.errors import ConfigError, shown
from textprep.stages import register
from textprep.texts import Texts

if TYPE_CHECKING:
    from textprep.kernels.compiled import Bytes

LINE_BREAKS = (0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029)
CHOICES = ("drop", "keep", "paragraphs")


@register("spaces.v1")
@dataclass(frozen=True)
class Spaces:
    r"""Replace each run of white space by one space, or by its line breaks.

    Args:
        line_breaks: "drop" makes a space of a run with line breaks too, "keep" as many `\n` as it has, and "paragraphs"
            `\n\n` where it has two or more, so that a blank line still ends a paragraph, and a space where it has one.
        strip: Whether white space at either end of a document goes.

    Raises:
        ConfigError: `line_breaks` is none of the three.
    """

    line_breaks: Literal["drop", "keep", "paragraphs"] = "drop"
    strip: bool = True

    def __post_init__(self) -> None:
        if self.line_breaks not in CHOICES:
            choices = ", ".join(map(repr, CHOICES))
            raise ConfigError(f"spaces: line_breaks is {shown(self.line_breaks)}; give one of {choices}")

    def edit(self, texts: Texts) -> Texts:
        """Make the white space of whole texts even."""
        from textprep.kernels.runs import find_white_space

        find = partial(find_white_space, *texts.utf8, *_white_space(), self.strip)
        begins, ends, kinds = found_stretches(find, texts, 3)
        different, which = np.unique(kinds, return_inverse=True)
        return with_stretches(texts, begins, ends, which.astype(np.int32), list(map(self._instead, different.tolist())))

    def _instead(self, line_breaks: int) -> str:
        """What stands in the place of a run with so many line breaks; less than none: of a run at an end."""
        if line_breaks < 0:
            return ""
        if self.line_breaks == "drop" or line_breaks < (1 if self.line_breaks == "keep" else 2):
            return " "
        return "\n" * (line_breaks if self.line_breaks == "keep" else 2)


@cache
def _white_space() -> tuple[Bytes, Bytes]:
    """First bytes and code points of white space, as the kernel knows them."""
    from textprep.kernels.runs import IN_LINE, LINE_BREAK, first_bytes
    from textprep.unicode.word_break import FLAGS, word_break_table

    table = (word_break_table() & FLAGS["White_Space"] != 0).astype(np.uint8) * IN_LINE
    table[list(LINE_BREAKS)] = LINE_BREAK
    return first_bytes(table), table
