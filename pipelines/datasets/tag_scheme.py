"""Which tag scheme a file is written in, and its tags in IOB2; the rules are in `seqmodels/heads/tag_schemes.py`.

BILOU (Ratinov & Roth 2009) is BIOES with the letters L and U for E and S. Published files hold a few tags that have no
right to stand where they stand. They are read as conlleval reads them (Tjong Kim Sang & De Meulder 2003): a tag that
continues nothing, or an entity of another type, begins an entity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from seqmodels.heads.tag_schemes import convert_tags, illegal_tags
from textprep.errors import InputError, unknown_name

_RULES = {"iob2": "iob2", "iob1": "iob1", "bioes": "bioes", "iobes": "bioes", "bilou": "bioes"}
_EXCHANGED = {"L": "E", "U": "S", "E": "L", "S": "U"}
_ODD_SHARE = 0.01  # beyond it the column or the scheme is another, and not a tag here and there wrong


class Fault(NamedTuple):
    """A tag that is none, or that its scheme does not allow where it stands."""

    line: int
    reason: str
    is_tag: bool


class Iob2(NamedTuple):
    """Sentences in IOB2.

    Attributes:
        scheme: The scheme that they were read in.
        tags: The tags of each sentence; those of a sentence with faults as conlleval would read them.
        faults: By sentence, what was wrong there; a sentence with what is no tag at all has no tags.
    """

    scheme: str
    tags: list[list[str]]
    faults: dict[int, list[Fault]]


class _Reading(NamedTuple):
    """The tags under the rules of one scheme."""

    scheme: str
    sentences: Sequence[Sequence[str]]
    faults: dict[int, list[Fault]]

    @property
    def cost(self) -> tuple[int, int]:
        """How many faults there are, and how many of them are no tags at all."""
        faults = list(chain.from_iterable(self.faults.values()))
        return len(faults), sum(not fault.is_tag for fault in faults)


def to_iob2(
    sentences: Sequence[Sequence[str]],
    scheme: str | None,
    *,
    file: str | None,
    line_of: Callable[[int, int], int],
) -> Iob2:
    """The same entities in IOB2, and the faults among the tags.

    Args:
        sentences: The tags of each sentence.
        scheme: IOB1, IOB2, BIOES (IOBES) or BILOU, in any case; None chooses the one that all tags obey, or else the
            one with the fewest faults.
        file: For messages, where the tags come from.
        line_of: For messages, the line of (sentence, token) there.

    Raises:
        InputError: More than one tag in a hundred is odd.
        ConfigError: There is no such scheme.
    """
    if scheme is not None and scheme.lower() not in _RULES:
        raise unknown_name("tag scheme", scheme, [*(name.upper() for name in _RULES), "none"])
    likely = [scheme.lower()] if scheme else _candidates(chain.from_iterable(sentences))
    readings = []
    for name in likely:
        readings.append(_read(sentences, name, line_of))
        if not readings[-1].faults:
            return Iob2(name, _converted(readings[-1]), {})
    others = [name for name in _RULES if name not in {*likely, "iobes"}] if scheme is None else []
    best = min([*readings, *(_read(sentences, name, line_of) for name in others)], key=lambda reading: reading.cost)
    count = sum(map(len, sentences))
    if best.cost[0] > _ODD_SHARE * count:
        raise _refusal(readings, file)
    return Iob2(best.scheme, _converted(best), best.faults)


def _candidates(tags: Iterable[str]) -> list[str]:
    """The schemes that a file with these tags may be in; only BIOES and BILOU mark the last token."""
    prefixes = {tag[0] for tag in set(tags) if tag[1:2] == "-"}
    if prefixes & {"L", "U"}:
        return ["bilou"]
    return ["bioes"] if prefixes & {"E", "S"} else ["iob2", "iob1"]


def _read(sentences: Sequence[Sequence[str]], scheme: str, line_of: Callable[[int, int], int]) -> _Reading:
    rows = [[_exchange(tag) for tag in tags] for tags in sentences] if scheme == "bilou" else sentences
    note = " (with L and E, U and S exchanged)" if scheme == "bilou" else ""
    faults = {}
    for number, tags in enumerate(rows):
        if illegal := illegal_tags(tags, _RULES[scheme]):
            faults[number] = [
                Fault(
                    line_of(number, min(position, len(tags) - 1)),
                    f"not {scheme.upper()}: {reason}{note}",
                    position == len(tags) or _is_tag(tags[position]),
                )
                for position, reason in illegal
            ]
    return _Reading(scheme, rows, faults)


def _is_tag(tag: str) -> bool:
    return tag == "O" or (tag[0:1] in set("BIES") and tag[1:2] == "-" and len(tag) > 2)


def _exchange(tag: str) -> str:
    # Both ways, so that a letter of BIOES in a BILOU file stays an error.
    return _EXCHANGED.get(tag[:1], tag[:1]) + tag[1:]


def _converted(reading: _Reading) -> list[list[str]]:
    lost = {number for number, faults in reading.faults.items() if not all(fault.is_tag for fault in faults)}
    rules = _RULES[reading.scheme]
    return [
        [] if number in lost else convert_tags(tags, rules, "iob2") for number, tags in enumerate(reading.sentences)
    ]


def _refusal(readings: Iterable[_Reading], file: str | None) -> InputError:
    """Why the tags are in none of the schemes that they may be in: the first fault for each."""
    reasons: dict[int, str] = {}  # by line
    for reading in readings:
        fault = next(iter(reading.faults.values()))[0]
        reasons.setdefault(fault.line, fault.reason)
    first, *others = reasons.items()
    problem = "; ".join([first[1], *(f"line {line} is {reason}" for line, reason in others)])
    remedy = "correct the tag, or name the tag column or scheme (none takes any tags as they are)"
    return InputError(problem, file=file, line=first[0], remedy=remedy)
