"""Plain text out of HTML fragments: tags become a space or nothing, character references become characters.

Comments, scripts and style sheets go with all they hold.

Tags are recognised by their shape (HTML Living Standard, 13.1.2), not by parsing a document, so that stray `<` and
`&` in ordinary text stay as they are.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from textprep.edits import EditLog
from textprep.stages import register
from textprep.texts import Texts

# What is not closed ends with the text, as in the standard; so no search runs to the end twice.
MARKUP = re.compile(
    r"""<!--.*?(?:-->|\Z)
    |   <(script|style)(?=[\s/>]).*?(?:</\1\s*>|\Z)
    |   <!doctype[^<>]*>
    |   </?([a-z][a-z0-9-]*)(?:\s[^<>]*)?/?>
    |   &(?:\#[0-9]{1,7}|\#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE | re.ASCII,
)
INLINE = frozenset(
    "a abbr b bdi bdo big cite code em font i kbd mark q s small span strike strong sub sup tt u".split()
)


@register("html.v1")
@dataclass(frozen=True)
class Html:
    """Replace tags and character references by what a reader would see."""

    def edit(self, texts: Texts) -> Texts:
        """Remove the markup from whole texts."""
        log = EditLog()
        return texts.edited([log.substitute(MARKUP, _seen, text) for text in texts.strings], log.edits())


def _seen(match: re.Match[str]) -> str:
    markup = match.group()
    if markup[0] == "&":
        return html.unescape(markup)
    tag = match.group(2)
    return "" if tag and tag.lower() in INLINE else " "
