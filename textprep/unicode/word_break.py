"""The Word_Break property of every code point, Unicode 17.0 (UAX #29, table 3), as one flat array of bytes.

A byte holds the class in its low five bits and three flags above them: Extended_Pictographic (UTS #51),
White_Space, and XID_Continue (UAX #31: what a hashtag may be made of).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

TABLE_FILE = Path(__file__).with_name("word_break.txt")

CLASSES = (
    "Other",
    "ALetter",
    "Hebrew_Letter",
    "Numeric",
    "Katakana",
    "ExtendNumLet",
    "Extend",
    "Format",
    "ZWJ",
    "MidLetter",
    "MidNum",
    "MidNumLet",
    "Single_Quote",
    "Double_Quote",
    "Regional_Indicator",
    "WSegSpace",
    "CR",
    "LF",
    "Newline",
)
CLASS_BITS = 0x1F
FLAGS = {"Extended_Pictographic": 0x20, "White_Space": 0x40, "XID_Continue": 0x80}


@cache
def word_break_table() -> npt.NDArray[np.uint8]:
    """Return the property byte of each code point.  # (0x110000,)"""
    table = np.zeros(0x110000, np.uint8)
    codes = {name: code for code, name in enumerate(CLASSES)}
    for line in TABLE_FILE.read_text(encoding="ascii").splitlines()[1:]:
        span, name, *flags = line.split()
        first, last = span.split("..")
        table[int(first, 16) : int(last, 16) + 1] = codes[name] | sum(FLAGS[flag] for flag in flags)
    table.flags.writeable = False
    return table
