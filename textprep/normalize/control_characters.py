"""Characters that are not seen, out of the text: controls, marks of direction, and others that only format it.

| option | characters |
|---|---|
| `controls` | C0 and C1 controls and DEL (ISO/IEC 6429) but for tabs and line ends |
| `line_ends` | tab and line ends: U+0009 to U+000D, U+0085, U+2028, U+2029 |
| `byte_order_marks` | U+FEFF, wherever it stands |
| `soft_hyphens` | U+00AD, where a word may be broken |
| `zero_width` | zero-width space U+200B and word joiner U+2060 |
| `joiners` | zero-width non-joiner U+200C and joiner U+200D, with which emoji and some scripts are spelt |
| `bidi` | marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX #9) |
| `formats` | U+180E, invisible operators U+2061 to U+2064, deprecated U+206A to U+206F, interlinear annotation |
| | U+FFF9 to U+FFFB, tags U+E0001 and U+E0020 to U+E007F, with which some flags are spelt |

Format characters that are seen, such as the Arabic number sign, are on no list.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from textprep.changed_stretches import found_stretches, with_stretches
from textprep.errors import ConfigError, shown
from textprep.option_types import is_text
from textprep.stages import register
from textprep.texts import Texts

if TYPE_CHECKING:
    from textprep.kernels.compiled import Bytes

LINE_ENDS = (*range(0x09, 0x0E), 0x85, 0x2028, 0x2029)
CATEGORIES: dict[str, tuple[int, ...]] = {
    "controls": tuple(point for point in (*range(0x20), *range(0x7F, 0xA0)) if point not in LINE_ENDS),
    "line_ends": LINE_ENDS,
    "byte_order_marks": (0xFEFF,),
    "soft_hyphens": (0xAD,),
    "zero_width": (0x200B, 0x2060),
    "joiners": (0x200C, 0x200D),
    "bidi": (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
    "formats": (
        *(0x180E, *range(0x2061, 0x2065), *range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC)),
        *(0xE0001, *range(0xE0020, 0xE0080)),
    ),
}


@register("control_characters.v1")
@dataclass(frozen=True)
class ControlCharacters:
    """Drop characters that are not seen, or put something in the place of each run of them.

    Args:
        controls: Whether C0 and C1 controls and DEL go, but for tabs and line ends.
        line_ends: Whether tabs and line ends go.
        byte_order_marks: Whether byte order marks go.
        soft_hyphens: Whether soft hyphens go.
        zero_width: Whether zero-width spaces and word joiners go.
        joiners: Whether zero-width joiners and non-joiners go, which some scripts and emoji need.
        bidi: Whether marks of the bidirectional algorithm go.
        formats: Whether other format characters go that are not seen.
        replacement: What stands in the place of a run of them, such as a space.

    Raises:
        ConfigError: The replacement is no text.
    """

    controls: bool = True
    line_ends: bool = False
    byte_order_marks: bool = True
    soft_hyphens: bool = True
    zero_width: bool = True
    joiners: bool = False
    bidi: bool = True
    formats: bool = True
    replacement: str = ""

    def __post_init__(self) -> None:
        if not is_text(self.replacement):
            problem = f"control_characters: replacement is {shown(self.replacement)}"
            raise ConfigError(f"{problem}; give text such as ' ', or '' to drop the characters")

    def edit(self, texts: Texts) -> Texts:
        """Take the characters out of whole texts."""
        from textprep.kernels.runs import find_runs

        chosen = tuple(each.name for each in fields(self) if each.name in CATEGORIES and getattr(self, each.name))
        begins, ends = found_stretches(partial(find_runs, *texts.utf8, *_chosen(chosen)), texts, 2)
        return with_stretches(texts, begins, ends, np.zeros(len(begins), np.int32), [self.replacement])


@cache
def _chosen(categories: tuple[str, ...]) -> tuple[Bytes, Bytes]:
    """First bytes and code points of some categories, as the kernel knows them."""
    from textprep.kernels.runs import first_bytes

    table = np.zeros(0x110000, np.uint8)
    for category in categories:
        table[list(CATEGORIES[category])] = 1
    return first_bytes(table), table
