"""Tag schemes for spans of tokens, and the way between tags and spans.

IOB1 (Ramshaw & Marcus, 1995): I- within a span, B- only where a span follows another of its type at once.
IOB2 (Ratnaparkhi, 1998; CoNLL-2003 as given here): every span begins with B-.
BIOES, also IOBES: spans begin with B- and end with E-, a span of one token is S-. Models train best on it
(Ratinov & Roth, 2009), since each tag says more about its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textprep.errors import InputError, unknown_name


class Span(NamedTuple):
    """Tokens `start` up to but not including `end` are an entity of `type`."""

    start: int
    end: int
    type: str


class IllegalTag(NamedTuple):
    """A place where a tag sequence breaks the rules of its scheme."""

    position: int
    """The tag that cannot stand where it stands; the length of the sequence if it ends too soon."""
    reason: str
    """Why it cannot."""


SCHEMES = ("iob1", "iob2", "bioes")


def spans_to_tags(spans: Sequence[Span], length: int, scheme: str = "bioes") -> list[str]:
    """The tags of a sequence of `length` tokens; InputError if spans overlap, are empty or reach beyond it."""
    _known(scheme)
    tags, last = ["O"] * length, Span(0, 0, "")
    for span in sorted(spans):
        start, end, kind = span
        if not (last.end <= start < end <= length):
            raise InputError(f"{span} is empty, overlaps {last} or reaches beyond the {length} tokens")
        tags[start:end] = [f"I-{kind}"] * (end - start)
        touches = start > 0 and start == last.end and kind == last.type
        if scheme != "iob1" or touches:
            tags[start] = f"B-{kind}"
        if scheme == "bioes":
            tags[end - 1] = f"E-{kind}" if end - start > 1 else f"S-{kind}"
        last = span
    return tags


def tags_to_spans(tags: Sequence[str], scheme: str = "bioes") -> list[Span]:
    """The entities of a sequence of tags.

    Illegal sequences are read leniently, as conlleval does: a span begins at B- or S-, and at any other tag
    of a type that is not that of an open span; it ends after E- or S-, or before whatever does not continue
    it.
    """
    _known(scheme)
    spans: list[Span] = []
    start, kind = 0, ""  # the open span; no type, no span
    for i, tag in enumerate(tags):
        prefix, tag_kind = _split(tag)
        if kind and (prefix in "BSO" or tag_kind != kind):
            spans.append(Span(start, i, kind))
            kind = ""
        if prefix != "O" and not kind:
            start, kind = i, tag_kind
        if prefix in "ES":
            spans.append(Span(start, i + 1, kind))
            kind = ""
    if kind:
        spans.append(Span(start, len(tags), kind))
    return spans


def convert_tags(tags: Sequence[str], source: str, target: str) -> list[str]:
    """The same spans in another scheme."""
    return spans_to_tags(tags_to_spans(tags, source), len(tags), target)


def illegal_tags(tags: Sequence[str], scheme: str = "bioes") -> list[IllegalTag]:
    """Every place where a sequence breaks the rules of its scheme, with the reason."""
    _known(scheme)
    faults, before = [], "O"
    for i, tag in enumerate(tags):
        try:
            _split(tag)
        except InputError as error:
            faults.append(IllegalTag(i, str(error)))
            before = "O"
            continue
        if _split(tag)[0] not in _PREFIXES[scheme]:
            faults.append(IllegalTag(i, f"{tag} does not belong to {scheme}"))
        elif i == 0 and not may_start(tag, scheme):
            faults.append(IllegalTag(i, f"{tag} cannot begin a sequence"))
        elif i > 0 and not may_follow(before, tag, scheme):
            faults.append(IllegalTag(i, f"{tag} cannot follow {before}"))
        before = tag
    if tags and not may_end(before, scheme):
        faults.append(IllegalTag(len(tags), f"a sequence cannot end in {before}"))
    return faults


def may_follow(before: str, after: str, scheme: str = "bioes") -> bool:
    """Whether tag `after` may come next to tag `before`."""
    (first, first_kind), (second, second_kind) = _split(before), _split(after)
    same = first_kind == second_kind
    if scheme == "iob1":
        return second != "B" or (first != "O" and same)
    if scheme == "iob2":
        return second != "I" or (first != "O" and same)
    inside = first in "BI"  # an open span must go on
    return second in "IE" and same if inside else second not in "IE"


def may_start(tag: str, scheme: str = "bioes") -> bool:
    """Whether a sequence may begin with `tag`."""
    return may_follow("O", tag, scheme)


def may_end(tag: str, scheme: str = "bioes") -> bool:
    """Whether a sequence may end with `tag`."""
    return scheme != "bioes" or _split(tag)[0] not in "BI"


class Transitions(NamedTuple):
    """Which tag sequences are legal, for K tags."""

    pairs: NDArray[np.bool_]  # (K, K): may [i, j] stand side by side
    start: NDArray[np.bool_]  # (K,)
    end: NDArray[np.bool_]  # (K,)


def legal_transitions(tags: Sequence[str], scheme: str = "bioes") -> Transitions:
    """Legal sequences over `tags`, as masks for a CRF."""
    _known(scheme)
    return Transitions(
        np.array([[may_follow(a, b, scheme) for b in tags] for a in tags]),
        np.array([may_start(tag, scheme) for tag in tags]),
        np.array([may_end(tag, scheme) for tag in tags]),
    )


def tag_names(types: Sequence[str], scheme: str = "bioes") -> list[str]:
    """All tags of a scheme over entity types, "O" first."""
    _known(scheme)
    return ["O"] + [f"{prefix}-{kind}" for kind in types for prefix in _PREFIXES[scheme] if prefix != "O"]


_PREFIXES = {"iob1": "OBI", "iob2": "OBI", "bioes": "OBIES"}


def _split(tag: str) -> tuple[str, str]:
    """A tag as (prefix, type)."""
    prefix, dash, kind = tag.partition("-")
    if tag == "O" or (dash and kind and prefix in ("B", "I", "E", "S")):
        return prefix, kind
    raise InputError(f"{tag!r} is not a tag; tags are O or B-, I-, E- or S- before a type")


def _known(scheme: str) -> None:
    if scheme not in SCHEMES:
        raise unknown_name("tag scheme", scheme, SCHEMES)
