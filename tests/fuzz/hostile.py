"""What readers and loaders may meet: odd texts, changed bytes, and values where others are expected."""

from __future__ import annotations

import unicodedata
from random import Random
from typing import Any

ODD = [
    *("İ", "ß", "Σ", "ς", "ﬁ", "ŉ", "K", "Ⓜ", "e\u0301", "\u0301", "\u200d", "\ufeff", "\u00ad", "\u0085", "\u2028"),
    *("\x00", "\x0c", "\r", "\r\n", "\n", "\t", " ", "\u00a0", "\u3000", "👩\u200d🚀", "🇩🇪", "😀", "\U00010400"),
    *("<b>", "</p>", "<br/>", "<!--", "<script>", "&lt;", "&amp;", "&#x130;", "&nbsp;", "'", "’", '"', ".", ",", "…"),
    *("@a", "#b", "http://a.b/c", "x@y.org", "1,000.5", "U.S.", "n't", "##a", "ก", "日"),
]
IN_TEXTS = [  # apart from ODD, by whose places saved cases name what they put in
    *("schÃ¶n", "Ð¸Ñ€", "Ã ", "\u202e", "\u200b", "ｶﾞ", "ᄀ\u1161\u11a8", "+49 30 901820", "(202) 555-0123", "www.a.b"),
]
WORDS = "the The New York new york city cats can't s y is İstanbul,cats STRASSE a aa aaa running İs no not".split()
WORDS += "don't it's John's he'd's been cannot gonna 'cause mice was better".split()
VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 2**31, 2**63, 10**30, 0.5, 1e308, float("nan"), float("inf"), "", "x", "\x00", "é"),
    *([], [None], ["a", "a"], [[[[]]]], {}, {"a": 1}, {"a": {"b": []}}),
]


def text(random: Random, longest: int = 12) -> str:
    """A text of words, odd characters and any other code points."""
    parts = []
    for _ in range(random.randint(0, longest)):
        kind = random.random()
        if kind < 0.4:
            parts.append(random.choice(WORDS) + random.choice(("", " ", " ")))
        elif kind < 0.8:
            parts.append(random.choice((*ODD, *IN_TEXTS)))
        else:
            parts.append(_character(random))
    return "".join(parts)


def _character(random: Random) -> str:
    letter = chr(random.randrange(random.choice((0x80, 0x3000, 0x110000))))
    return letter if unicodedata.category(letter) != "Cs" else "?"


def changed(random: Random, data: bytes, most: int = 4) -> bytes:
    """The bytes with a few changes: other bytes, some gone, some twice, an odd text put in."""
    for _ in range(random.randint(1, most)):
        data = change(data, random.choice(CHANGES), random.randrange(len(data) + 1), random.randrange(1 << 16))
    return data


CHANGES = ("flip", "set", "drop", "cut", "repeat", "odd", "swap")


def change(data: bytes, how: str, at: int, value: int) -> bytes:
    """One change, told by three plain values."""
    at = min(at, len(data))
    size = value % 16 + 1
    match how:
        case "flip":
            return data[:at] + bytes(byte ^ (1 << value % 8) for byte in data[at : at + 1]) + data[at + 1 :]
        case "set":
            return data[:at] + bytes([value % 256] * len(data[at : at + 1])) + data[at + 1 :]
        case "drop":
            return data[:at] + data[at + size :]
        case "cut":
            return data[:at]
        case "repeat":
            return data[: at + size] + data[at:]
        case "odd":
            return data[:at] + ODD[value % len(ODD)].encode() + data[at:]
        case _:
            return data[:at] + data[at + size : at + 2 * size] + data[at : at + size] + data[at + 2 * size :]


def places(value: Any) -> list[list[str | int]]:
    """The ways to all values inside a JSON value, its own first."""
    inside: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    return [[], *([key, *way] for key, item in inside for way in places(item))]


def replaced(value: Any, way: list[str | int], new: Any) -> Any:
    """The JSON value with another one at the end of `way`, if that is there."""
    if not way:
        return new
    if isinstance(value, dict) and way[0] in value:
        return {**value, way[0]: replaced(value[way[0]], way[1:], new)}
    if isinstance(value, list) and isinstance(way[0], int) and way[0] < len(value):
        return [*value[: way[0]], replaced(value[way[0]], way[1:], new), *value[way[0] + 1 :]]
    return value
