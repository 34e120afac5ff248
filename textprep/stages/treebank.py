"""Treebank tokens: punctuation and clitics split off words, as in the Penn Treebank and CoNLL-2003.

Source: Penn Treebank tokenization (Marcus et al. 1993; the conventions of tokenizer.sed). To be used behind
`WhiteSpace`: each distinct run between white space is split once. The pieces spell the run, so spans are exact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from textprep.registry import register

ABBREVIATIONS = frozenset(
    """
    mr. mrs. ms. dr. prof. st. rev. gen. col. capt. lt. sgt. sen. rep. gov. pres. hon. jr. sr.
    co. corp. inc. ltd. bros. plc. dept. univ. assn. jan. feb. mar. apr. jun. jul. aug. sep. sept. oct. nov. dec.
    etc. vs. no. vol. fig. e.g. i.e. cf. al. approx. est.
    """.split()
)
OPENING = r"""[\[\](){}<>"“”„«»‘`¿¡…—–,;:!?$€£#&*/@+=|~\\-]"""
LEADING = re.compile(rf"""'(?=\w\w)(?!(?:s|re|ve|ll|em|tis|twas)\b)|{OPENING}""")
TRAILING = re.compile(r"""\.{2,}|[\[\](){}<>"“”„«»’'`…—–,;:!?%$€£&*/@+=|~\\-]|\.""")
CLITIC = re.compile(r"(?:n['’]t|['’](?:s|m|d|ll|re|ve))$", re.IGNORECASE)
INSIDE = re.compile(r"(\.{2,}|…|—|--+|[\[\](){}<>\"“”„«»?!;]|,(?!\d)|(?<!\d),)")
KEPT_PERIOD = re.compile(r"(?:\w\.)+$")  # initials and acronyms: J. U.S.
SYMBOL = re.compile(r"""[:;=8][-o*']?[)\](\[dDpP/\\]|<3|https?://\S+|\S+@\S+\.\w+""")


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
    parts = [part for part in INSIDE.split(run) if part]
    return [piece for k, part in enumerate(parts) for piece in _ends_split(part, last=k == len(parts) - 1)]


def _ends_split(part: str, last: bool) -> list[str]:
    head: list[str] = []
    tail: list[str] = []
    while len(part) > 1 and (match := LEADING.match(part)) and match.end() < len(part):
        if part[0] in "-+" and part[1].isdigit():
            break
        head.append(match.group())
        part = part[match.end() :]
    while len(part) > 1:
        if part[-1] == "." and (part.lower() in ABBREVIATIONS or KEPT_PERIOD.fullmatch(part)):
            break
        clitic = CLITIC.search(part)
        if clitic and clitic.start() > 0:
            cut = clitic.start()
        else:
            match = next((m for m in TRAILING.finditer(part, max(0, len(part) - 1)) if m.end() == len(part)), None)
            if match is None:
                break
            cut = match.start()
            while part[-1] == "." and cut > 0 and part[cut - 1] == ".":
                cut -= 1
        if cut == 0:
            break
        tail.append(part[cut:])
        part = part[:cut]
    return [*head, part, *reversed(tail)]
