"""Treebank tokens: punctuation and clitics split off words, as in the Penn Treebank and CoNLL-2003.

Source: Penn Treebank tokenization (Marcus et al. 1993; the conventions of tokenizer.sed). To be used behind
`WhiteSpace`: each distinct run between white space is split once. The pieces spell the run, so spans are exact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from textprep.stages import register

ABBREVIATIONS = frozenset(
    """
    mr. mrs. ms. dr. prof. st. rev. gen. col. capt. lt. sgt. sen. rep. gov. pres. hon. jr. sr.
    co. corp. inc. ltd. bros. plc. dept. univ. assn. jan. feb. mar. apr. jun. jul. aug. sep. sept. oct. nov. dec.
    etc. vs. vol. e.g. i.e. cf. al. approx. est.
    """.split()
)
OPENING = r"""[\[\](){}<>"“”„«»‘`¿¡…—–,;:!?$€£#&*/@+=|~\\-]"""
LEADING = re.compile(rf"""'(?=\w\w)(?!(?:s|re|ve|ll|em|tis|twas)\b)|{OPENING}""")
TRAILING = frozenset("""[](){}<>"“”„«»’'`…—–,;:!?%$€£&*/@+=|~\\-.""")
CLITIC = re.compile(r"(?:n['’]t|['’](?:s|m|d|ll|re|ve))$", re.IGNORECASE)
LONGEST_CLITIC = 3
INSIDE = re.compile(r"(\.{2,}|…|—|--+|[\[\](){}<>\"“”„«»?!;]|,(?!\d)|(?<!\d),)")
KEPT_PERIOD = re.compile(r"(?:\w\.)+")  # initials and acronyms: J. U.S.
LONGEST_ABBREVIATION = 32
SYMBOL = re.compile(r"""[:;=8][-o*']?[)\](\[dDpP/\\]|<3|https?://\S+|[^\s@]+@[^\s@]+\.\w+""")


@register("treebank.v1")
@dataclass(frozen=True)
class Treebank:
    """Split punctuation, brackets, quotes and clitics ('s, n't, 'll) off each run; keep U.S., Dr., 3.14, smileys."""

    def map_words(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        """Give the pieces of each run."""
        return [tuple(pieces(word)) for word in words]


def pieces(run: str) -> list[str]:
    """The Treebank tokens of one run of anything but white space; joined, they are the run."""
    if run.isalnum() or SYMBOL.fullmatch(run):
        return [run]
    parts = INSIDE.split(run)  # what lies between the separators, and the separators at odd places
    return [piece for k, part in enumerate(parts) if part for piece in ([part] if k % 2 else _ends_split(part))]


def _ends_split(part: str) -> list[str]:
    """Split marks off both ends, and clitics off the end; positions move instead of copies, so long runs are cheap."""
    begin, end = 0, len(part)
    head: list[str] = []
    tail: list[str] = []
    while end - begin > 1 and LEADING.match(part, begin):
        if part[begin] in "-+" and part[begin + 1].isdigit():
            break
        head.append(part[begin])
        begin += 1
    while end - begin > 1 and not _keeps_period(part, begin, end):
        window = max(begin, end - LONGEST_CLITIC)
        clitic = CLITIC.search(part[window:end])
        cut = window + clitic.start() if clitic else end
        if not begin < cut < end:
            if part[end - 1] not in TRAILING:
                break
            cut = end - 1
        tail.append(part[cut:end])
        end = cut
    return [*head, part[begin:end], *reversed(tail)]


def _keeps_period(part: str, begin: int, end: int) -> bool:
    if part[end - 1] != "." or end - begin > LONGEST_ABBREVIATION:
        return False
    return part[begin:end].lower() in ABBREVIATIONS or KEPT_PERIOD.fullmatch(part, begin, end) is not None
