"""Stop words: frequent words that say little about what a text is about.

The English list is our own: the articles, pronouns, prepositions, conjunctions, auxiliaries and commonest adverbs of
a descriptive grammar, with their contractions. "no", "nor" and "not" are on it, so tasks that turn on negation should
`keep` them; contractions with n't are not on it, because they carry the negation inside a word that nothing restores.
Other languages use spaCy's lists, and either those of NLTK if asked for. A saved stage holds its words, so it gives the
same result everywhere.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textprep.arrow_strings import array_of
from textprep.errors import ConfigError, shown, unknown_name
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

NEGATIONS = {
    "de": frozenset("kein keine keinem keinen keiner nicht nie niemals".split()),
    "en": frozenset("n't never no not".split()),
    "es": frozenset("jamás no nunca".split()),
    "fr": frozenset("jamais ne non pas".split()),
    "it": frozenset("mai no non".split()),
}

NLTK = {
    "ar": "arabic", "az": "azerbaijani", "bn": "bengali", "ca": "catalan", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french", "he": "hebrew",
    "hu": "hungarian", "id": "indonesian", "it": "italian", "kk": "kazakh", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sl": "slovene",
    "sv": "swedish", "tg": "tajik", "tr": "turkish", "zh": "chinese",
}  # fmt: skip
"""What NLTK calls the languages that it has lists of."""


@register("stop_words.v1")
@dataclass(frozen=True)
class StopWords:
    """Drop stop words, whatever their case.

    Args:
        language: An ISO 639-1 code such as "en" or "de".
        keep: Words that stay although they are on the list, such as {"no", "not"}.
        add: Words that go although they are not on the list.
        words: The list itself; that of the language by default.
        source: Whose list: "textmill" (ours for English, else spaCy's), "spacy", or "nltk", whose data must be there
            and whose own names of languages do, too ("english").

    Raises:
        ConfigError: There is no list for the language, or no such source.
    """

    quick: ClassVar[bool] = True
    language: str = "en"
    keep: frozenset[str] = frozenset()
    add: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    source: Literal["textmill", "spacy", "nltk"] = "textmill"

    def __post_init__(self) -> None:
        for name in ("keep", "add"):
            object.__setattr__(self, name, _lowered(name, getattr(self, name)))
        object.__setattr__(self, "words", _lowered("words", self.words) or stop_words(self.language, self.source))
        object.__setattr__(self, "_dropped", (self.words | self.add) - self.keep)

    @property
    def negations(self) -> frozenset[str]:
        """The words that it drops although they turn what a text says into its opposite."""
        dropped: frozenset[str] = self._dropped  # type: ignore[attr-defined]
        return dropped & NEGATIONS.get(self.language, frozenset())

    def map_words(self, words: Sequence[str]) -> list[str | None]:
        """Give None for each stop word."""
        dropped: frozenset[str] = self._dropped  # type: ignore[attr-defined]
        return [None if word.lower() in dropped else word for word in words]

    def map_array(self, words: pa.LargeStringArray) -> pa.LargeStringArray:
        """Give null for each stop word."""
        import pyarrow.compute as pc

        dropped = array_of(sorted(self._dropped))  # type: ignore[attr-defined]
        return pc.if_else(pc.is_in(lower_case(words), dropped), None, words)


def stop_words(language: str, source: str = "textmill") -> frozenset[str]:
    """The stop words of a language, lower-cased.

    Raises:
        ConfigError: There is no list for the language, or no such source.
    """
    if source not in ("textmill", "spacy", "nltk"):
        raise ConfigError(f"stop words: source is {shown(source)}; give 'textmill', 'spacy' or 'nltk'")
    if language == "en" and source == "textmill":
        return ENGLISH
    try:
        found = _of_nltk(language) if source == "nltk" else _of_spacy(language)
    except ImportError as error:
        if error.name in ("spacy", "nltk"):
            raise missing_part(error) or error from None
        problem = f"there is no list of stop words for language {shown(language)}"
        raise ConfigError(f"{problem}; give a code such as 'en', 'de', 'fr', or your own list as `words`") from None
    return frozenset(word.lower() for word in found)


def _of_spacy(language: str) -> Iterable[str]:
    if not language.isidentifier():
        raise ImportError(f"{shown(language)} is no module")
    words: Iterable[str] = importlib.import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS
    return words


def _of_nltk(language: str) -> Iterable[str]:
    from nltk.corpus import stopwords

    try:
        known = stopwords.fileids()
    except LookupError:
        raise ConfigError(
            "NLTK's lists of stop words are not on this machine; run python -m nltk.downloader stopwords"
        ) from None
    name = NLTK.get(language, language)
    if name not in known:
        raise unknown_name("language of NLTK's stop words:", language, [*known, *NLTK])
    words: Iterable[str] = stopwords.words(name)
    return words


def _lowered(name: str, words: Iterable[str]) -> frozenset[str]:
    if isinstance(words, str):
        raise ConfigError(f"stop words: {name} is one string; give a set of words")
    return frozenset(word.lower() for word in words)
