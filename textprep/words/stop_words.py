"""Stop words: frequent words that say little about what a text is about.

The English list is our own: the articles, pronouns, prepositions, conjunctions, auxiliaries and commonest adverbs of
a descriptive grammar, with their contractions. "no", "nor" and "not" are on it, so tasks that turn on negation should
`keep` them; contractions with n't are not on it, because they carry the negation inside a word that nothing restores.
Other languages use spaCy's lists. A saved stage holds its words, so it gives the same result everywhere.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textprep.arrow_strings import array_of
from textprep.errors import ConfigError, shown
from textprep.extras import missing_part
from textprep.normalize.lower import lower_case
from textprep.stages import register

if TYPE_CHECKING:
    import pyarrow as pa

ENGLISH = frozenset(
    """
    a an the
    i me my mine myself we us our ours ourselves you your yours yourself yourselves
    he him his himself she her hers herself it its itself they them their theirs themselves
    this that these those who whom whose which what there here
    i'm i've i'll i'd you're you've you'll you'd he's he'll he'd she's she'll she'd it's it'll it'd
    we're we've we'll we'd they're they've they'll they'd that's who's what's where's here's there's let's
    about above across after against along among around as at before behind below beneath beside between beyond
    by down during for from in into like near of off on onto out over past per since through throughout to toward
    towards under until up upon via with within without
    and but or nor so yet if because although though while whereas unless than then once
    be am is are was were been being have has had having do does did doing done
    can could may might must shall should will would ought
    no not
    again all also any both each either else enough ever every few how just more most much neither only other
    others own quite rather same some still such too very when where why
    """.split()
)


@register("stop_words.v1")
@dataclass(frozen=True)
class StopWords:
    """Drop stop words, whatever their case.

    Args:
        language: An ISO 639-1 code such as "en" or "de".
        keep: Words that stay although they are on the list, such as {"no", "not"}.
        add: Words that go although they are not on the list.
        words: The list itself; that of the language by default.

    Raises:
        ConfigError: There is no list for the language.
    """

    quick: ClassVar[bool] = True
    language: str = "en"
    keep: frozenset[str] = frozenset()
    add: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in ("keep", "add"):
            object.__setattr__(self, name, _lowered(name, getattr(self, name)))
        object.__setattr__(self, "words", _lowered("words", self.words) or stop_words(self.language))
        object.__setattr__(self, "_dropped", (self.words | self.add) - self.keep)

    def map_words(self, words: Sequence[str]) -> list[str | None]:
        """Give None for each stop word."""
        dropped: frozenset[str] = self._dropped  # type: ignore[attr-defined]
        return [None if word.lower() in dropped else word for word in words]

    def map_array(self, words: pa.LargeStringArray) -> pa.LargeStringArray:
        """Give null for each stop word."""
        import pyarrow.compute as pc

        dropped = array_of(sorted(self._dropped))  # type: ignore[attr-defined]
        return pc.if_else(pc.is_in(lower_case(words), dropped), None, words)


def stop_words(language: str) -> frozenset[str]:
    """The stop words of a language, lower-cased.

    Raises:
        ConfigError: There is no list for the language.
    """
    if language == "en":
        return ENGLISH
    try:
        if not language.isidentifier():
            raise ImportError(f"{shown(language)} is no module")
        module = importlib.import_module(f"spacy.lang.{language}.stop_words")
    except ImportError as error:
        if error.name == "spacy":
            raise missing_part(error) or error from None
        problem = f"there is no list of stop words for language {shown(language)}"
        raise ConfigError(f"{problem}; give a code such as 'en', 'de', 'fr', or your own list as `words`") from None
    return frozenset(word.lower() for word in module.STOP_WORDS)


def _lowered(name: str, words: Iterable[str]) -> frozenset[str]:
    if isinstance(words, str):
        raise ConfigError(f"stop words: {name} is one string; give a set of words")
    return frozenset(word.lower() for word in words)
