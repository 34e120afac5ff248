"""Which tag scheme a file is written in, and its tags in IOB2; the rules are in `seqmodels/heads/tag_schemes.py`.

BILOU (Ratinov & Roth 2009) is BIOES with the letters L and U for E and S.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from seqmodels.heads.tag_schemes import IllegalTag, convert_tags, illegal_tags
from textprep.errors import InputError, unknown_name

_RULES = {"iob1": "iob1", "iob2": "iob2", "bioes": "bioes", "iobes": "bioes", "bilou": "bioes"}
_EXCHANGED = {"L": "E", "U": "S", "E": "L", "S": "U"}


def to_iob2(
    sentences: Sequence[Sequence[str]],
    scheme: str | None,
    *,
    file: str | None,
    line_of: Callable[[int, int], int],
) -> list[list[str]]:
    """The same entities in IOB2.

    Args:
        sentences: The tags of each sentence.
        scheme: IOB1, IOB2, BIOES (IOBES) or BILOU, in any case; None chooses the one that all tags obey.
        file: For messages, where the tags come from.
        line_of: For messages, the line of (sentence, token) there.

    Raises:
        InputError: A tag is none, or may not stand where it does, or the tags obey no one scheme.
        ConfigError: There is no such scheme.
    """
    if scheme is not None and scheme.lower() not in _RULES:
        raise unknown_name("tag scheme", scheme, [name.upper() for name in _RULES])
    reasons: dict[int, str] = {}  # by line, why the tags are in none of the schemes
    for name in [scheme.lower()] if scheme else _candidates(chain.from_iterable(sentences)):
        rows = [[_exchange(tag) for tag in tags] for tags in sentences] if name == "bilou" else sentences
        fault = _first_fault(rows, _RULES[name])
        if fault is None:
            return [convert_tags(tags, _RULES[name], "iob2") for tags in rows]
        sentence, (position, reason) = fault
        line = line_of(sentence, min(position, len(sentences[sentence]) - 1))
        note = " (with L and E, U and S exchanged)" if name == "bilou" else ""
        reasons.setdefault(line, f"not {name.upper()}: {reason}{note}")
    first, *others = reasons.items()
    problem = "; ".join([first[1], *(f"line {line} is {reason}" for line, reason in others)])
    raise InputError(problem, file=file, line=first[0], remedy="correct the tag, or name the tag column or scheme")


def _candidates(tags: Iterable[str]) -> list[str]:
    """The schemes that a file with these tags may be in; only BIOES and BILOU mark the last token."""
    prefixes = {tag[0] for tag in set(tags) if tag[1:2] == "-"}
    if prefixes & {"L", "U"}:
        return ["bilou"]
    return ["bioes"] if prefixes & {"E", "S"} else ["iob2", "iob1"]


def _exchange(tag: str) -> str:
    # Both ways, so that a letter of BIOES in a BILOU file stays an error.
    return _EXCHANGED.get(tag[0], tag[0]) + tag[1:]


def _first_fault(sentences: Sequence[Sequence[str]], rules: str) -> tuple[int, IllegalTag] | None:
    for number, tags in enumerate(sentences):
        if faults := illegal_tags(tags, rules):
            return number, faults[0]
    return None
