"""Plain text out of HTML fragments: tags become a space or nothing, character references become characters.

Tags are recognised by their shape (HTML Living Standard, 13.1.2), not by parsing a document, so that stray `<` and
`&` in ordinary text stay as they are. Letters match in both cases, and white space is that of ASCII:

| markup | its shape | becomes |
|---|---|---|
| comment | `<!--` to `-->` | a space |
| script, style sheet | `<script` or `<style`, white space, `/` or `>`, to its closing tag | a space |
| document type | `<!doctype` to `>`, without `<` | a space |
| tag | `<` or `</`, a name; `>`, `/>`, or white space and anything but `<`, to `>` | a space |
| inline tag (`INLINE`) | a tag of that name | nothing |
| character reference | `&#` and up to 7 digits, `&#x` and up to 6, or `&` and a name, to `;` | its character |

A tag's name is a letter and any letters, digits and `-`; a reference's, a letter and 1 to 31 letters and digits. A
comment, script or style sheet that is not closed ends with the text, as in the standard.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from textprep.changed_stretches import with_stretches
from textprep.edits import Longs
from textprep.stages import register
from textprep.texts import Texts

if TYPE_CHECKING:
    from textprep.kernels.compiled import Bytes, Ints, Keys

INLINE = tuple("a abbr b bdi bdo big cite code em font i kbd mark q s small span strike strong sub sup tt u".split())


@register("html.v1")
@dataclass(frozen=True)
class Html:
    """Replace tags and character references by what a reader would see.

    Args:
        tags: Whether tags, comments, scripts, style sheets and document types go.
        references: Whether character references become their characters.
    """

    tags: bool = True
    references: bool = True

    def edit(self, texts: Texts) -> Texts:
        """Remove the markup from whole texts."""
        data, offsets = texts.utf8
        first, last = int(offsets[0]), int(offsets[-1])
        marks = self._marks(data[first:last]) + first
        if not len(marks):
            return texts
        from textprep.kernels.html import find_markup

        begins, ends, kinds = find_markup(data, offsets, marks, *_grammar())
        which, new = _replacements(data, begins, ends, kinds)
        changed = which >= 0
        return with_stretches(texts, begins[changed], ends[changed], which[changed], new)

    def _marks(self, data: Bytes) -> Longs:
        """Where markup may begin: the places of all `<` and `&`."""
        return np.flatnonzero((self.tags & (data == ord("<"))) | (self.references & (data == ord("&"))))


def _replacements(data: Bytes, begins: Longs, ends: Longs, kinds: Bytes) -> tuple[Ints, list[str]]:
    """What stands in the place of each piece of markup, an index into the list; -1 if it stays as it is."""
    from textprep.kernels.html import A_SPACE, NOTHING, REFERENCE

    new = {NOTHING: "", A_SPACE: " "}
    which = kinds.astype(np.int32)
    seen: dict[str, int] = {}
    whole = memoryview(data)  # type: ignore[arg-type]
    for place in np.flatnonzero(kinds == REFERENCE).tolist():
        reference = str(whole[begins[place] : ends[place]], "ascii")
        if reference not in seen:
            character = html.unescape(reference)
            seen[reference] = -1 if character == reference else len(new)
            if character != reference:
                new[len(new)] = character
        which[place] = seen[reference]
    return which, list(new.values())


@cache
def _grammar() -> tuple[Bytes, Keys]:
    """The classes of bytes and the names of tags, as the kernel knows them."""
    from textprep.kernels.html import NAMES, byte_classes

    names = [int.from_bytes(name.encode()) for name in (*NAMES, *INLINE)]
    return byte_classes(), np.array(names, np.uint64)
