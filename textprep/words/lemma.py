"""Lemmas by dictionary: each distinct word is looked up once, through simplemma (extra `text`).

Source: the dictionaries and rules of simplemma (A. Barbaresi), of some fifty languages. Its English ones come from a
large open dictionary with all that was ever spelt: they make "gan" of "gone" and "wrong" of "worse". So the commonest
words of which it gives no lemma in use stand here, and go first. A word alone does not tell its part of speech, so that
"saw" is always "see"; where tags are known, `TaggedLemma` asks for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from textprep.errors import ConfigError, unknown_name
from textprep.extras import missing_part
from textprep.stages import register

if TYPE_CHECKING:
    import pyarrow as pa

ENGLISH = {
    form: lemma
    for entry in """
        awake awoken; bear born; bid bade bidden; break broke; buy buying; feel felt; go gone; leave left; ring rung;
        shake shook; sit sitting; slay slew; smell smelt; swear swore; think thought thinking; tread trod; win won;
        assail assailed; cancel cancelled cancelling; craft crafted; deposit deposited;
        determine determining; develop developed; drench drenched; drown drowning; exemplify exemplifies exemplified;
        fix fixed fixes fixing; grow growing; guard guarded guarding; hang hanging; label labelled labelling;
        mimic mimicked mimicking; mix mixed mixes mixing; model modelled modelling; panic panicked panicking;
        play playing; prefer preferred preferring; proclaim proclaiming; prove proving;
        signal signalled signalling; smooth smoothed; thank thanked; travel travelling; unfold unfolding;
        bacterium bacterium; calf calves; fantasy fantasies; half halves; housewife housewives; lens lenses; life lives;
        loaf loaves; shelf shelves; thief thieves; wife wives; yourself yourselves;
        bad worse; big bigger; close closer; far further; hot hotter; true truer truest
    """.split(";")
    for lemma, *forms in [entry.split()]
    for form in forms
}


@register("lemma.v1")
@dataclass(frozen=True)
class Lemma:
    """Give each word's lemma, the form under which a dictionary has it; a word that is not known stays as it is.

    The case is that of the dictionary ("Mice" becomes "mouse", "paris" "Paris"), so do not lower-case before where it
    tells words apart, as in German. What stands in the dictionaries depends on the version of simplemma.

    Args:
        language: A code such as "en" or "de", or several: each is asked until one knows the word.
        greedy: Go on from a lemma to the lemma of that, which takes more word formation away.

    Raises:
        ConfigError: There is no dictionary for a language, or simplemma is not installed.
    """

    language: str | tuple[str, ...] = "en"
    greedy: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.language, str):
            object.__setattr__(self, "language", tuple(self.language))
        if not self.language:
            raise ConfigError("lemma: no language is given; give a code such as 'en', or several")
        try:
            from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES
        except ImportError as error:
            raise missing_part(error) or error from None
        for language in self._languages:
            if language not in SUPPORTED_LANGUAGES:
                raise unknown_name("language of lemmas", language, SUPPORTED_LANGUAGES)

    @property
    def _languages(self) -> tuple[str, ...]:
        return (self.language,) if isinstance(self.language, str) else self.language

    def map_words(self, words: Sequence[str]) -> list[str]:
        """Give the lemma of each word."""
        lemma, languages = _lemmatizer(self.greedy).lemmatize, self._languages
        return [word and lemma(word, languages) for word in words]

    def map_array(self, words: pa.LargeStringArray) -> pa.LargeStringArray:
        """Give the lemma of each word."""
        from textprep.arrow_strings import array_of

        return array_of(self.map_words(words.to_pylist()))


class _Corrected:
    """A strategy of simplemma with the words above in front of it."""

    def __init__(self, strategy: Any) -> None:
        self._strategy = strategy

    def get_lemma(self, token: str, lang: str) -> str | None:
        """The lemma of a word, or None where it is not known."""
        lemma: str | None = ENGLISH.get(token.lower()) if lang == "en" else None
        return lemma or self._strategy.get_lemma(token, lang)


@cache
def _lemmatizer(greedy: bool) -> Any:
    """One for all stages: it remembers nothing but the dictionaries, which are large."""
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy

    return Lemmatizer(cache_max_size=0, lemmatization_strategy=_Corrected(DefaultStrategy(greedy=greedy)))
