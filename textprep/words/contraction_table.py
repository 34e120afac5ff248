"""English contractions: what each is cut into, and what its parts stand for.

Source: the contracted forms of a descriptive grammar (Huddleston and Pullum 2002, chapter 18), cut as in the Penn
Treebank: the apostrophe, and the n of n't, belong to the part behind. A part that hangs on the words around it is open.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class Part(NamedTuple):
    """A part of a contraction, word[start:end].

    Attributes:
        words: What it stands for; "" if for itself.
        open: Whether the context decides that: 's, 'd, and the ai of ain't.
    """

    words: str
    start: int
    end: int
    open: bool = False


Parts = tuple[Part, ...]

STRAIGHT = str.maketrans("’ʼ", "''")

CLITICS = {"n't": "not", "'re": "are", "'ve": "have", "'ll": "will"}
OPEN = ("'s", "'d")
LONGEST_HEAD = 16  # of a clitic behind what is contracted itself, as in mightn't've
HEADS = {"ca": "can", "wo": "will", "sha": "shall"}  # in front of n't
NEGATED = frozenset(
    """
    ai are ca could dare did do does had has have is may might must need ought sha should use used was were wo would
    """.split()
)
FIXED = "can|not let|'s:us i|'m:am 'm:am y':you y':you|all ne'er:never e'er:ever o'er:over"
INFORMAL = """
    gon:going|na:to wan:want|na:to got|ta:to ha:have|f:have|ta:to ought|a:to gim:give|me lem:let|me
    du:do|n:not|no:know kind|a:of sort|a:of lot|ta:of out|ta:of c':come|mon:on d':do|you d':do|ye:you
    could|a:have should|a:have would|a:have must|a:have might|a:have
    't:it|is 't:it|was 't:it|were 't:it|would 't:it|will t:it|is t:it|was
    'em:them 'cause:because 'til:until 'bout:about 'n':and
    do|nt:not does|nt:not did|nt:not is|nt:not was|nt:not are|nt:not were|nt:not have|nt:not has|nt:not had|nt:not
    would|nt:not could|nt:not should|nt:not i|m:am i|ve:have you|re:are you|ve:have they|re:are they|ve:have we|ve:have
"""
ELIDED = {"em": "them", "cause": "because", "til": "until", "bout": "about", "tis": "", "twas": ""}
"""Words that may stand behind an apostrophe that is a token of its own, and what they stand for there."""

SPLIT = {
    ("ca", "n't"): ("can", "not"), ("wo", "n't"): ("will", "not"), ("sha", "n't"): ("shall", "not"),
}  # fmt: skip
SPLIT_INFORMAL = {
    ("gon", "na"): ("going", "to"), ("wan", "na"): ("want", "to"), ("got", "ta"): ("got", "to"),
    ("gim", "me"): ("give", "me"), ("lem", "me"): ("let", "me"),
}  # fmt: skip
"""Contractions that the tokenizer has cut, of which a half tells nothing by itself."""


def folded(word: str) -> str:
    """A word in lower case, its apostrophes straight, each character at its place."""
    lowered = word.lower()
    if word.isascii():
        return lowered
    # A letter whose lower case is two stands in no contraction.
    return (lowered if len(lowered) == len(word) else word).translate(STRAIGHT)


def parts_of(word: str, informal: bool) -> Parts:
    """The parts of a folded word; none if it is no contraction."""
    parts = _table(informal).get(word)
    if parts is not None or "'" not in word:
        return parts or ()
    for clitic, words in CLITICS.items():
        if word.endswith(clitic):
            head = word.removesuffix(clitic)
            before = _head_of_not(head) if clitic == "n't" else _head(head, clitic, informal)
            return () if before is None else (*before, Part(words, len(head), len(word)))
    for clitic in OPEN:
        if word.endswith(clitic):
            head = word.removesuffix(clitic)
            before = (Part("", 0, len(head)),) if head else ()
            return (*before, Part(clitic, len(head), len(word), open=True))
    return ()


def _head_of_not(head: str) -> Parts | None:
    """What stands in front of n't; None if that is no such verb."""
    if not head:
        return ()
    if head not in NEGATED:
        return None
    return (Part(HEADS.get(head, "ai" if head == "ai" else ""), 0, len(head), open=head == "ai"),)


def _head(head: str, clitic: str, informal: bool) -> Parts | None:
    """What stands in front of another clitic, which may be contracted too (I'd've); None if it is no word."""
    if not head:
        return ()
    if head.isalpha():
        return (Part("", 0, len(head)),)
    parts = parts_of(head, informal) if len(head) <= LONGEST_HEAD else ()
    if clitic == "'ve" and parts and parts[-1].open:
        return (*parts[:-1], parts[-1]._replace(words="would", open=False)) if head.endswith("'d") else None
    return parts if parts and not any(part.open for part in parts) else None


@cache
def _table(informal: bool) -> dict[str, Parts]:
    """The contractions that are listed."""
    table = {}
    for entry in f"{FIXED} {INFORMAL if informal else ''}".split():
        parts: list[Part] = []
        pairs = [piece.partition(":")[::2] for piece in entry.split("|")]
        for form, words in pairs:
            start = parts[-1].end if parts else 0
            parts.append(Part(words, start, start + len(form)))
        table["".join(form for form, _ in pairs)] = tuple(parts)
    return table
