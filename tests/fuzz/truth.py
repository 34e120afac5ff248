"""What a pipeline gives, once more in plain Python: each character carries the stretch of the source it came from.

Slow and without columns, tables of words or memories. Text stages and tokenizers are asked for one text at a time, word
stages for one word at a time; what becomes of positions is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Any, NamedTuple

from textprep import Phrases, Piece, Texts, Tokens
from textprep.edits import Edits
from textprep.protocols import Outcome, PairStage, WordStage

Span = tuple[int, int]


class Word(NamedTuple):
    """A word, the span of the source that it stands for and that of each of its characters, if they have any.

    The place is a span in the text that the tokenizer got.
    """

    text: str
    span: Span
    letters: list[Span] | None
    place: Span


def tokens(stages: list[Any], middle: int, text: str) -> list[tuple[str, Span]] | None:
    """The words of a text with their spans; None where something was put between two characters.

    Args:
        stages: All stages, in the order in which they run.
        middle: Which of them is the tokenizer.
        text: The source.
    """
    letters = [(k, k + 1) for k in range(len(text))]
    for stage in stages[:middle]:
        edited = stage.edit(Texts.of([text]))
        for edits in edited.edits:
            if (edits.source_starts == edits.source_ends).any():
                return None
            letters = list(_carried(letters, edits))
        text = edited.strings[0]
        if len(text) != len(letters):
            raise ValueError("the edits do not say all that has changed")
    cut = stages[middle].tokenize(Texts.of([text]))
    words = [Word(text[a:b], (letters[a][0], letters[b - 1][1]), letters[a:b], (a, b)) for a, b in cut.spans(0)]
    for stage in stages[middle + 1 :]:
        if isinstance(stage, WordStage):
            words = [piece for word in words for piece in _outcome(stage.map_words([word.text])[0], word)]
        elif isinstance(stage, PairStage):
            words = [piece._replace(letters=None) for piece in _by_tags(stage, words, text, letters)]
        else:
            words = _joined(stage, [word._replace(letters=None) for word in words])
    return [(word.text, word.span) for word in words]


def _carried(letters: list[Span], edits: Edits) -> Iterator[Span]:
    """The stretch of each character of the new text; what is not edited changes letter by letter."""
    at = before = 0
    columns = (edits.starts, edits.ends, edits.source_starts, edits.source_ends)
    for start, end, source_start, source_end in zip(*(column.tolist() for column in columns), strict=True):
        if start - at != source_start - before:
            raise ValueError("the edits do not say all that has changed")
        yield from letters[before:source_start]
        yield from [(letters[source_start][0], letters[source_end - 1][1])] * (end - start)
        at, before = end, source_end
    yield from letters[before:]


def _by_tags(stage: Any, words: list[Word], text: str, letters: list[Span]) -> Iterator[Word]:
    """What a stage that adds tags and goes by them makes of the words; the text tells whether a word is spelt there."""
    tokens = Tokens.from_lists([[word.text for word in words]], [[word.place for word in words]])
    for word, tag in zip(words, stage.rewrite(tokens).tags(stage.layer, 0), strict=True):
        a, b = word.place
        spelt = word._replace(letters=letters[a:b] if _alike(word.text, text[a:b]) else None)
        yield from _outcome(stage.map_pairs([word.text], [tag])[0], spelt)


def _outcome(given: Outcome, word: Word) -> Iterator[Word]:
    """What becomes of a word of which a stage gave this."""
    if given is None:
        return
    if isinstance(given, str):
        yield word._replace(text=given, letters=word.letters if _alike(given, word.text) else None)
        return
    if not any(isinstance(piece, Piece) for piece in given):
        ends = list(accumulate(map(len, given)))
        spelt = "".join(map(str, given)) == word.text
        given = tuple(
            Piece(str(piece), end - len(piece), end) if spelt else Piece(str(piece), 0, len(word.text))
            for piece, end in zip(given, ends, strict=True)
        )
    for piece in given:
        assert isinstance(piece, Piece)
        letters = word.letters and word.letters[piece.start : piece.end]
        span = (letters[0][0], letters[-1][1]) if letters else word.span
        place = (word.place[0] + piece.start, word.place[0] + piece.end) if letters else word.place
        kept = letters if _alike(piece.text, word.text[piece.start : piece.end]) else None
        yield Word(piece.text, span, kept, place)


def _alike(new: str, old: str) -> bool:
    """Whether nothing but the case of letters has changed, each at its place: then the letters keep their places."""
    cases = ({letter, letter.lower(), letter.upper()} for letter in old)
    return len(new) == len(old) and all({a, a.lower(), a.upper()} & b for a, b in zip(new, cases, strict=True))


def _joined(stage: Phrases, words: list[Word]) -> list[Word]:
    """The longest phrases first, each from left to right."""
    taken: dict[int, int] = {}  # where a phrase begins, and how many words it has
    free = [True] * len(words)
    for phrase in sorted(stage.phrases, key=lambda phrase: -len(phrase.split())):
        parts = phrase.split()
        size = len(parts)
        for begin in range(len(words) - size + 1):
            if all(free[begin : begin + size]) and [word.text for word in words[begin : begin + size]] == parts:
                free[begin : begin + size] = [False] * size
                taken[begin] = size
    return [
        _one(stage.joiner, words[k : k + taken[k]]) if k in taken else words[k]
        for k in range(len(words))
        if free[k] or k in taken
    ]


def _one(joiner: str, words: list[Word]) -> Word:
    first, last = words[0], words[-1]
    span, place = (first.span[0], last.span[1]), (first.place[0], last.place[1])
    return Word(joiner.join(word.text for word in words), span, None, place)
