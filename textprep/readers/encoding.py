"""Text in any encoding that Python knows, turned into UTF-8 block by block while it is read.

A byte that the encoding does not know becomes a mark that is no UTF-8 either: the code point U+DC00 + byte, half of a
surrogate pair, in the three bytes that UTF-8 would have for it. So there is one check for all encodings, and lines
keep their numbers.
"""

from __future__ import annotations

import codecs
import difflib
from encodings.aliases import aliases
from typing import BinaryIO, Protocol

from textprep.errors import ConfigError

UTF8 = "utf-8"
_MARK = 0xDC00


class Readable(Protocol):
    """What blocks of bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """About `size` bytes; none at the end only."""
        ...


def check_encoding(encoding: str) -> None:
    """Check that Python can read text in `encoding`.

    Raises:
        ConfigError: It cannot.
    """
    try:
        "x".encode(encoding)  # refuses what is a codec, but not of text
        codecs.getincrementaldecoder(encoding)
    except (LookupError, ValueError) as error:
        near = difflib.get_close_matches(encoding.lower().replace("-", "_"), sorted({*aliases, *aliases.values()}), n=3)
        names = f"did you mean {' or '.join(near)}?" if near else "use a name such as utf-8, latin-1, cp1252 or utf-16"
        raise ConfigError(f"unknown encoding {encoding!r}; {names}") from error


def as_utf8(stream: BinaryIO, encoding: str) -> Readable:
    """The stream with its text in UTF-8; if it is that already, the stream itself.

    Raises:
        ConfigError: There is no such encoding.
    """
    check_encoding(encoding)
    return stream if codecs.lookup(encoding).name in {UTF8, "utf-8-sig"} else _Transcoded(stream, encoding)


def utf8_fault(raw: bytes, encoding: str = UTF8) -> str | None:
    """Say where a line, read from a file in `encoding`, stops being UTF-8; None if it never does."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        mark = raw[error.start : error.start + 3].decode(UTF8, "surrogatepass") if encoding != UTF8 else ""
        if mark:
            place = len(raw[: error.start].decode()) + 1
            return f"the byte 0x{ord(mark) - _MARK:02x} at character {place} of the line is not {encoding}"
        return f"invalid UTF-8: byte 0x{raw[error.start]:02x} at byte {error.start + 1} of the line"
    return None


class _Transcoded:
    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self.stream, self.encoding = stream, encoding
        self.decoder = codecs.getincrementaldecoder(encoding)(_MARKING)

    def read(self, size: int, /) -> bytes:
        """The text of the next `size` bytes, or of more where these hold the beginning of a character only."""
        text = ""
        more = True
        while more and not text:
            block = self.stream.read(size)
            more = bool(block)
            try:
                text = self.decoder.decode(block, final=not more)
            except UnicodeError as error:  # not a fault of one byte: those are marked
                remedy = "name another, for UTF-16 and UTF-32 with its byte order (utf-16-le)"
                raise ConfigError(f"the encoding {self.encoding} does not fit: {error}; {remedy}") from error
        return text.encode(UTF8, "surrogatepass")


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(_MARK + byte) for byte in error.object[error.start : error.end]), error.end


_MARKING = "textmill-mark"
codecs.register_error(_MARKING, _mark)
