"""Text that was decoded by the wrong encoding, repaired by ftfy (Speer 2019): `schÃ¶n` becomes `schön`.

ftfy looks at one line at a time, finds sequences of characters that come of such mistakes and hardly otherwise, and
undoes the mistake where it can tell which it was. It gives no positions; these are found afterwards. Neither mistake
nor repair touches ASCII but for spaces and `?` among broken characters, so ASCII cuts both lines in stretches that
belong together. Of a stretch that is one encoding's bytes read as another's, each character is aligned by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from textprep.changed_documents import beyond_ascii, with_documents
from textprep.edits import EditLog
from textprep.extras import missing_part
from textprep.stages import register
from textprep.texts import Texts

LINE = re.compile(r"[^\n]{0,999999}+\n|[^\n]{1,1000000}")  # what ftfy takes at once
NEAR = 16  # characters; none of ftfy's signs is longer
BEYOND_ASCII = re.compile(rf"[^\x00-\x7f]+(?:[\x00-\x7f]{{1,{NEAR}}}[^\x00-\x7f]+)*")
KEPT = re.compile(r"[^\x00\x1a ?\x80-\U0010ffff]+(?: +[^\x00\x1a ?\x80-\U0010ffff]+)*")  # no repair changes these
SPACES = re.compile(r" +")
ENCODINGS = (
    *("latin-1", "sloppy-windows-1252", "sloppy-windows-1251", "sloppy-windows-1250", "sloppy-windows-1253"),
    *("sloppy-windows-1254", "sloppy-windows-1257", "iso-8859-2", "macroman", "cp437"),
)

Stretch: TypeAlias = tuple[int, int, str]


@register("mojibake.v1")
@dataclass(frozen=True)
class Mojibake:
    """Undo decoding by the wrong encoding, line by line, as `ftfy.fix_encoding` does.

    What ftfy can do besides is done by other stages: `Html`, `ControlCharacters`, `UnicodeForm`, `Replace`.

    Args:
        restore_byte_a0: Whether a space may stand for the byte A0, which others took for a no-break space.
        replace_lossy_sequences: Whether characters of which bytes were lost become U+FFFD, so that others are repaired.
        decode_inconsistent_utf8: Whether broken words are repaired in a line of which the rest is right.
        fix_c1_controls: Whether C1 controls are read as the characters of Windows-1252 in their places.

    Raises:
        MissingPartError: ftfy is not installed.
    """

    restore_byte_a0: bool = True
    replace_lossy_sequences: bool = True
    decode_inconsistent_utf8: bool = True
    fix_c1_controls: bool = True

    def __post_init__(self) -> None:
        try:
            import ftfy
        except ModuleNotFoundError as error:
            raise missing_part(error) or error from None
        config = ftfy.TextFixerConfig(
            restore_byte_a0=self.restore_byte_a0,
            replace_lossy_sequences=self.replace_lossy_sequences,
            decode_inconsistent_utf8=self.decode_inconsistent_utf8,
            fix_c1_controls=self.fix_c1_controls,
        )
        object.__setattr__(self, "_config", config)

    def edit(self, texts: Texts) -> Texts:
        """Repair whole texts."""
        others = beyond_ascii(texts)
        if not others:
            return texts
        log = EditLog()
        changed = {}
        for row in range(len(texts)):
            text = others.get(row, "")
            new = log.replace(text, _repairs(text, self._config))  # type: ignore[attr-defined]
            if new is not text:
                changed[row] = new
        return with_documents(texts, changed, log.edits())


def _repairs(text: str, config: Any) -> Iterator[Stretch]:
    """Start, end and new text of everything in a document that is repaired."""
    from ftfy import fix_encoding

    for match in LINE.finditer(text):
        line = match.group()
        new = fix_encoding(line, config) if suspicious(line) else line
        if new != line:
            yield from ((match.start() + start, match.start() + end, part) for start, end, part in aligned(line, new))


def suspicious(line: str) -> bool:
    """Whether ftfy sees signs of a mistake; they are short, and it is slow, so it is asked about what is not ASCII."""
    from ftfy.badness import is_bad

    return any(is_bad(line[max(0, each.start() - NEAR) : each.end() + NEAR]) for each in BEYOND_ASCII.finditer(line))


def aligned(old: str, new: str) -> Iterator[Stretch]:
    """Start, end and new text of the stretches in which a repaired line differs from the line that it was."""
    for start, before, after in _between(KEPT, old, new):
        for further, broken, whole in _between(SPACES, before, after):
            if broken != whole:
                yield from _by_character(start + further, broken, whole)


def _between(pattern: re.Pattern[str], old: str, new: str) -> Iterator[tuple[int, str, str]]:
    """What stands between the same matches in both, and where in old; all of both if the matches are not the same."""
    old_matches, new_matches = list(pattern.finditer(old)), list(pattern.finditer(new))
    if [match.group() for match in old_matches] != [match.group() for match in new_matches]:
        old_matches = new_matches = []
    a = b = 0
    for old_match, new_match in zip(old_matches, new_matches, strict=True):
        yield a, old[a : old_match.start()], new[b : new_match.start()]
        a, b = old_match.end(), new_match.end()
    yield a, old[a:], new[b:]


def _by_character(start: int, old: str, new: str) -> Iterator[Stretch]:
    """One stretch a character if old is the bytes of new in one of the encodings, else one for what differs."""
    if any(_read_as(encoding, old, new) for encoding in ENCODINGS):
        for character in new:
            size = len(character.encode())  # bytes, each of which was read as one character
            yield start, start + size, character
            start += size
        return
    before = _shared(old, new)
    behind = _shared(old[:before:-1], new[:before:-1])
    yield start + before, start + len(old) - behind, new[before : len(new) - behind]


def _shared(a: str, b: str) -> int:
    """How many characters two texts begin with that are the same."""
    return next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _read_as(encoding: str, old: str, new: str) -> bool:
    """Whether old is what the UTF-8 of new becomes when it is read in an encoding, byte A0 perhaps as a space."""
    try:
        return old.encode(encoding).replace(b"\xa0", b" ") == new.encode().replace(b"\xa0", b" ")
    except UnicodeEncodeError:
        return False
