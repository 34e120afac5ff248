"""What an open contraction stands for, by the words around it: 's (is, has, a possessive), 'd (had, would, did), ain't.

The rules were found on the training part of UD English EWT. Behind a pronoun, 's is "is", and "has" in front of a
participle that goes with nothing else ("been", "got"), of an irregular one of a person's ("he's said", not "he's said
by"), and of any that has an object ("it's helped me"). Behind another word it is a possessive, unless what follows can
follow none: "not", an article, "been", "going", "still". 'd is "had" in front of a participle and of "better", "did"
between a question word and a pronoun, and else "would". Adverbs in between are passed over.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

LEFT_ALONE = ""
"""The reading of what is no contraction, such as a possessive."""

LOOKED_AT = 4  # words behind


class Kind(IntEnum):
    """Of what kind a word is, as far as the rules ask."""

    OTHER = 0
    PERSON = 1  # he, she, who
    THING = 2  # it, that, there, ...
    FIRST = 3  # I
    PLURAL = 4  # you, we, they
    OBJECT = 5  # me, him, ...
    QUESTION = 6  # how, why, ...
    LET = 7
    ADVERB = 8  # never, still, ...
    MANNER = 9  # any other adverb in -ly, and what may stand behind a possessive as they may
    HAVE_ONLY = 10  # been, got, ...
    COME = 11  # a participle that is a base form, too, and goes with "has"
    PARTICIPLE = 12  # said, written, ...
    REGULAR = 13  # in -ed
    DETERMINER = 14  # the, my, no, ...
    NOT = 15
    GOING = 16
    BETTER = 17
    BY = 18


KINDS = {
    word: kind
    for kind, words in {
        Kind.PERSON: "he she who",
        Kind.THING: "it that there here what this everything nothing something anything",
        Kind.FIRST: "i",
        Kind.PLURAL: "you we they",
        Kind.OBJECT: "me him us them",
        Kind.QUESTION: "how why where when",
        Kind.LET: "let",
        Kind.ADVERB: "never always already also just still only even probably now often really actually finally nearly "
        "almost so too very quite okay ok",
        Kind.MANNER: "ever all both once",
        Kind.HAVE_ONLY: "been had got gotten",
        Kind.COME: "become come",
        Kind.PARTICIPLE: """
            begun bitten blown born borne bought broken brought built caught chosen done drawn driven drunk eaten
            fallen felt fought flown forgotten forgiven found frozen given gone grown heard held hidden kept known led
            left lent lost made meant met paid proven ridden risen said seen sent shaken shown slept sold sought
            spent spoken stolen struck stuck sung sunk sworn swum taken taught thought thrown told torn understood
            woken won worn written
        """,
        Kind.DETERMINER: "a an the my your his her its our their no these those another every",
        Kind.GOING: "going gonna gotta",
        Kind.BETTER: "better best",
        Kind.BY: "by",
    }.items()
    for word in words.split()
} | {"not": Kind.NOT, "n't": Kind.NOT}
SUBJECTS = (Kind.PERSON, Kind.THING, Kind.FIRST, Kind.PLURAL, Kind.QUESTION)
PASSED_OVER = (Kind.ADVERB, Kind.MANNER, Kind.NOT)
BASE_IN_ED = frozenset(
    "bed bleed breed embed exceed feed heed indeed need proceed red seed shed speed succeed weed".split()
)
NO_ADVERBS = frozenset(
    "apply assembly belly bully family fly holy italy july only rally rely reply supply ugly".split()
)


def kind_of(word: str) -> Kind:
    """The kind of a lower-cased word."""
    kind = KINDS.get(word)
    if kind is not None:
        return kind
    if word.endswith("ed") and len(word) > 3 and word not in BASE_IN_ED:
        return Kind.REGULAR
    if word.endswith("ly") and len(word) > 4 and word not in NO_ADVERBS:
        return Kind.MANNER
    return Kind.OTHER


class Place(NamedTuple):
    """Where an open contraction stands.

    Attributes:
        clitic: "'s", "'d" or "ai".
        host: The kind of the word that it is written to.
        after: The kinds of the words that follow in the document.
    """

    clitic: str
    host: Kind
    after: tuple[Kind, ...]


def reading(place: Place) -> str:
    """What a contraction stands for, such as "is", or `LEFT_ALONE`."""
    skipped = 0
    while skipped < len(place.after) and place.after[skipped] in PASSED_OVER:
        skipped += 1
    first, second = (*place.after[skipped:], Kind.OTHER, Kind.OTHER)[:2]
    if place.clitic == "'s":
        return _s(place, first, second)
    return _d(place, first) if place.clitic == "'d" else _ai(place, first)


def _s(place: Place, first: Kind, second: Kind) -> str:
    if place.host == Kind.LET:
        return "us"
    if place.host not in (Kind.PERSON, Kind.THING, Kind.QUESTION):
        if first == Kind.HAVE_ONLY:
            return "has"
        is_verb = first in (Kind.DETERMINER, Kind.GOING) or place.after[:1] in ((Kind.ADVERB,), (Kind.NOT,))
        return "is" if is_verb else LEFT_ALONE
    has_object = second in (Kind.DETERMINER, Kind.OBJECT, Kind.FIRST, Kind.PLURAL)
    if first in (Kind.HAVE_ONLY, Kind.COME) or (first in (Kind.PARTICIPLE, Kind.REGULAR) and has_object):
        return "has"
    return "has" if first == Kind.PARTICIPLE and place.host == Kind.PERSON and second != Kind.BY else "is"


def _d(place: Place, first: Kind) -> str:
    if place.host not in SUBJECTS:
        return LEFT_ALONE
    if place.host == Kind.QUESTION and first in SUBJECTS:
        return "did"
    return "had" if first in (Kind.HAVE_ONLY, Kind.PARTICIPLE, Kind.REGULAR, Kind.BETTER) else "would"


def _ai(place: Place, first: Kind) -> str:
    plural = place.host in (Kind.FIRST, Kind.PLURAL)
    if first in (Kind.HAVE_ONLY, Kind.COME):
        return "have" if plural else "has"
    return "am" if place.host == Kind.FIRST else "are" if plural else "is"
