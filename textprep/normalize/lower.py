"""Lower-casing by the Unicode default case conversion, as `str.lower` does it (The Unicode Standard, 3.13)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from textprep.arrow_strings import array_of
from textprep.changed_documents import beyond_ascii, with_documents
from textprep.edits import EditLog, Edits
from textprep.stages import register
from textprep.texts import Texts

if TYPE_CHECKING:
    import pyarrow as pa

LONGER = re.compile("\u0130")  # the one character whose lower case is longer: İ gives two code points


@register("lower.v1")
@dataclass(frozen=True)
class Lower:
    """Lower-case texts or words."""

    quick: ClassVar[bool] = True

    def edit(self, texts: Texts) -> Texts:
        """Lower-case whole texts."""
        data, offsets = texts.utf8
        capital = (data >= ord("A")) & (data <= ord("Z"))
        ascii_lowered = data + (capital.view(np.uint8) << 5)
        ascii_lowered.flags.writeable = False  # as in `Texts.utf8`
        before = beyond_ascii(texts)
        lowered = Texts(utf8=(ascii_lowered, offsets), edits=texts.edits)
        return with_documents(lowered, {row: text.lower() for row, text in before.items()}, _edits(before, len(texts)))

    def map_words(self, words: Sequence[str]) -> list[str]:
        """Lower-case each word."""
        return [word.lower() for word in words]

    def map_array(self, words: pa.LargeStringArray) -> pa.LargeStringArray:
        """Lower-case each word; Arrow does it for those of ASCII letters alone."""
        return lower_case(words)


def lower_case(words: pa.LargeStringArray) -> pa.LargeStringArray:
    """The words as `str.lower` gives them, most of them compiled."""
    import pyarrow.compute as pc

    beyond = pc.invert(pc.string_is_ascii(words))
    lowered = pc.ascii_lower(words)
    if not pc.any(beyond).as_py():
        return lowered
    others = [word.lower() for word in words.filter(beyond).to_pylist()]
    return pc.replace_with_mask(lowered, beyond, array_of(others))


def _edits(texts: Mapping[int, str], documents: int) -> Edits:
    """What lower-casing changes in the length of some of the documents."""
    log = EditLog()
    for row in range(documents):
        log.substitute(LONGER, lambda match: match.group().lower(), texts.get(row, ""))
    return log.edits()
