"""Unicode normalisation forms (UAX #15), as Python's `unicodedata` gives them: é is one code point, or e and an accent.

A text is cut in front of every character that nothing before it can change or be changed by: one whose decomposition
begins with a starter (combining class 0) that never is the second of two characters which compose. Normalising the
segments gives what normalising the whole gives (UAX #15, 9.1), so only those that change are replaced, and a character
maps back to itself unless its own segment has changed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from textprep.changed_documents import beyond_ascii, with_documents
from textprep.edits import EditLog
from textprep.errors import ConfigError, shown
from textprep.stages import register
from textprep.texts import Texts

Form: TypeAlias = Literal["NFC", "NFD", "NFKC", "NFKD"]

FORMS = ("NFC", "NFD", "NFKC", "NFKD")
CONTINUES, CHANGES, UNKNOWN = 1, 2, 4  # what a character does in a form: goes on with a segment, changes by itself
COMPOSED_PLANES = range(0x20000)  # where characters stand that are composed of two
VOWELS_AND_FINALS = (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))  # of Hangul, which compose by rule (3.12)


@register("unicode_form.v1")
@dataclass(frozen=True)
class UnicodeForm:
    """Bring texts into a normalisation form; those in it already cost a quick check.

    Args:
        form: "NFC" composes characters and their marks, "NFD" takes them apart; "NFKC" and "NFKD" also replace what
            merely looks different, such as ligatures, full-width letters and superscripts.

    Raises:
        ConfigError: There is no such form.
    """

    form: Form = "NFC"

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            choices = ", ".join(map(repr, FORMS))
            raise ConfigError(f"unicode_form: form is {shown(self.form)}; give one of {choices}")

    def edit(self, texts: Texts) -> Texts:
        """Normalise whole texts."""
        others = {
            row: text for row, text in beyond_ascii(texts).items() if not unicodedata.is_normalized(self.form, text)
        }
        if not others:
            return texts
        log = EditLog()
        changed = {}
        for row in range(len(texts)):
            text = others.get(row, "")
            new = log.replace(text, _segments(text, self.form))
            if new is not text:
                changed[row] = new
        return with_documents(texts, changed, log.edits())


def _segments(text: str, form: Form) -> Iterator[tuple[int, int, str]]:
    """Start, end and normalised text of each segment that may change; all others are one character."""
    if not text:
        return
    traits = _traits(text, form)
    starts = np.flatnonzero(traits & CONTINUES == 0)
    if traits[0] & CONTINUES:  # marks in front of everything are a segment, too
        starts = np.concatenate(([0], starts))
    ends = np.append(starts[1:], len(text))
    which = np.unique(np.searchsorted(starts, np.flatnonzero(traits), "right") - 1)
    normalize = unicodedata.normalize
    for start, end in zip(starts[which].tolist(), ends[which].tolist(), strict=True):
        yield start, end, normalize(form, text[start:end])


def _traits(text: str, form: Form) -> npt.NDArray[np.uint8]:
    """What each character of a text does in a form; characters are asked about when first met.  # (characters,)"""
    known = _known(form)
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    traits = known[points]
    unknown = traits == UNKNOWN
    if unknown.any():
        for point in np.unique(points[unknown]).tolist():
            known[point] = _trait(chr(point), form)
        traits = known[points]
    return traits


@cache
def _known(form: Form) -> npt.NDArray[np.uint8]:
    """What is known of each code point so far.  # (0x110000,)"""
    return np.full(0x110000, UNKNOWN, np.uint8)


def _trait(character: str, form: Form) -> int:
    first = unicodedata.normalize("NFKD" if "K" in form else "NFD", character)[0]
    continues = unicodedata.combining(first) or ("C" in form[-1] and first in _seconds())
    changes = unicodedata.normalize(form, character) != character
    return (CONTINUES if continues else 0) | (CHANGES if changes else 0)


@cache
def _seconds() -> frozenset[str]:
    """The starters that may be the second of two characters which compose."""
    pairs = (unicodedata.decomposition(chr(point)).split() for point in COMPOSED_PLANES)
    seconds = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and pair[0][0] != "<"}
    return frozenset(each for each in seconds if not unicodedata.combining(each)).union(map(chr, VOWELS_AND_FINALS))
