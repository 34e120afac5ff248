"""Sentences with entities in IOB2, whatever scheme they come in: tags that are out of place are repaired or refused."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipelines.datasets.tag_scheme import Fault, to_iob2
from pipelines.datasets.tagged_sentences import TaggedSentences
from textprep.errors import InputWarning
from textprep.readers.bad_row import BadRow, OnBadRow

NO_SCHEME = "none"
_SHOWN = 5  # lines in a warning


def with_iob2(
    sentences: TaggedSentences,
    scheme: str | None,
    *,
    strict: bool,
    line_of: Callable[[int, int], int],
    bad_row_of: Callable[[int, Fault], BadRow],
    on_bad_row: OnBadRow,
) -> TaggedSentences:
    """The sentences with their tags in IOB2; a warning names the lines of those that were repaired.

    Args:
        sentences: Sentences with their tags as they were written.
        scheme: As for `to_iob2`; or none, which leaves all tags as they are.
        strict: Whether a tag that is out of place makes a bad row of its sentence.
        line_of: The line of (sentence, token).
        bad_row_of: A sentence as a bad row, because of the fault.
        on_bad_row: What gets the bad rows: sentences that hold what is no tag at all, or in strict reading any fault.

    Raises:
        InputError: More than one tag in a hundred is odd.
        ConfigError: There is no such scheme.
    """
    if scheme is not None and scheme.lower() == NO_SCHEME:
        return sentences
    read = to_iob2(sentences.tags, scheme, file=sentences.source, line_of=line_of)
    kept: list[int] = []
    repairs: list[int] = []
    for number in range(len(sentences)):
        faults = read.faults.get(number, [])
        if refused := [fault for fault in faults if strict or not fault.is_tag]:
            on_bad_row(bad_row_of(number, refused[0]))
        else:
            kept.append(number)
            repairs += [fault.line for fault in faults]
    if repairs:
        warnings.warn(_told(sentences.source, read.scheme, repairs), InputWarning, stacklevel=3)
    whole = replace(sentences, tags=read.tags)
    return replace(whole.select(kept, sentences.source) if read.faults else whole, repairs=tuple(repairs))


def _told(source: str, scheme: str, lines: Sequence[int]) -> str:
    count = "1 tag stands" if len(lines) == 1 else f"{len(lines):,} tags stand"
    named = ", ".join(map(str, lines[:_SHOWN])) + (" and on" if len(lines) > _SHOWN else "")
    return (
        f"{source}: {count} where {scheme.upper()} allows none such (line {named}); repaired by conlleval's rule, that "
        "what continues nothing begins an entity; strict=True (--strict) refuses them"
    )
