"""How near translations are to those of people: BLEU (Papineni et al., 2002) and chrF (Popović, 2015), by sacrebleu
(Post, 2018), which gives each number a signature that says how it was counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any, Literal, NamedTuple, get_args

from textprep.errors import InputError, unknown_name
from textprep.extras import missing_part

Tokens = Literal["13a", "intl", "char", "zh", "none"]


class Measured(NamedTuple):
    """A score, and how it was counted."""

    score: float
    """0..100; higher is better."""
    signature: str
    """What must be alike for two such scores to be compared: references, case, tokens, smoothing, version."""


def bleu(
    translations: Sequence[str], *references: Sequence[str], lowercase: bool = False, tokens: Tokens = "13a"
) -> Measured:
    """BLEU of a whole corpus: how many runs of one to four words are those of a reference, and whether it is as long.

    Args:
        translations: Texts as they would be read, with case and without spaces around their punctuation.
        references: One right text for each of them; perhaps more such lists.
        lowercase: Whether case is of no account.
        tokens: How sacrebleu cuts texts into words: 13a, intl, char, zh, or none where they are cut by spaces already.

    Raises:
        InputError: There are no translations, or not one reference each.
        ConfigError: There are no such tokens, or sacrebleu is not installed.
    """
    if tokens not in get_args(Tokens):
        raise unknown_name("cut into words", tokens, get_args(Tokens))
    return _measured(_metrics().BLEU(lowercase=lowercase, tokenize=tokens), translations, references)


def chrf(translations: Sequence[str], *references: Sequence[str], lowercase: bool = False, words: int = 0) -> Measured:
    """chrF of a whole corpus: F2 of the runs of one to six characters.

    Args:
        translations: As for `bleu`.
        references: As for `bleu`.
        lowercase: Whether case is of no account.
        words: The longest runs of words that count as well; 2 makes it chrF++.

    Raises:
        InputError: As `bleu`.
        ConfigError: sacrebleu is not installed.
    """
    return _measured(_metrics().CHRF(word_order=words, lowercase=lowercase), translations, references)


def _measured(metric: Any, translations: Sequence[str], references: Sequence[Sequence[str]]) -> Measured:
    if not len(translations):
        raise InputError("there are no translations to be scored")
    for place, texts in enumerate(references or [()], 1):
        if len(texts) != len(translations):
            problem = f"reference {place} has {len(texts)} texts for {len(translations)} translations"
            raise InputError(problem, remedy="give one for each, in the same order")
    found = metric.corpus_score(list(translations), [list(texts) for texts in references])
    return Measured(float(found.score), str(metric.get_signature()))


def _metrics() -> ModuleType:
    try:
        from sacrebleu import metrics
    except ModuleNotFoundError as error:
        raise missing_part(error) or error from None
    return metrics
