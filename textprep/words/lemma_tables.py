"""Tables of lemmas by part of speech, as the package spacy-lookups-data (extra `languages`) brings them.

Source: spaCy's tables and how its lemmatizers read them. A language has suffix rules, exceptions and an index of known
lemmas for each part of speech, or a dictionary for each. In which order they are asked differs between languages: spaCy
tries the rules of English on every word, but lets a French word that is itself a lemma alone.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from textprep.errors import unknown_name
from textprep.extras import missing_part

Lookup: TypeAlias = Callable[[str, str], str | None]
"""The lemma of a lower-cased word as a part of speech (`noun`); None if the language knows nothing of the latter."""

RULES_FIRST = ("bn", "en", "fa", "nb", "sv")
INDEX_FIRST = ("ca", "el", "fr")
DICTIONARIES = ("it", "pl")
LANGUAGES = (*RULES_FIRST, *INDEX_FIRST, *DICTIONARIES)


@cache
def lemma_lookup(language: str) -> Lookup:
    """What knows the lemmas of a language; its tables are read once.

    Raises:
        ConfigError: There are no tables for the language, or the package is not installed.
    """
    if language not in LANGUAGES:
        raise unknown_name("language of lemmas by part of speech", language, LANGUAGES)
    if language in DICTIONARIES:
        return _Dictionaries(language)
    rules, exceptions, index = (_table(f"{language}_lemma_{kind}") for kind in ("rules", "exc", "index"))
    tables = {
        pos: _Rules(
            tuple((old, new) for old, new in rules.get(pos, ())),
            exceptions.get(pos, {}),
            frozenset(index.get(pos, ())),
        )
        for pos in {*rules, *exceptions, *index}
    }
    first = _Rules.by_rules if language in RULES_FIRST else _Rules.by_index

    def lookup(word: str, pos: str) -> str | None:
        return first(tables[pos], word) if pos in tables else None

    return lookup


@dataclass(frozen=True)
class _Rules:
    """What is known of one part of speech."""

    rules: tuple[tuple[str, str], ...]
    exceptions: Mapping[str, Any]
    index: frozenset[str]

    def by_rules(self, word: str) -> str:
        """An exception, else a known lemma by the last rule that gives one, else the word if known, else a new lemma.

        Of several exceptions the rules decide, if they can; spaCy takes the last.
        """
        known, strange, unknown = self._forms(word)
        if exceptions := self._exceptions(word):
            return next((form for form in exceptions if form == word or form in known), exceptions[0])
        if known or strange:
            return known[-1] if known else strange[0]
        return word if word in self.index or not unknown else unknown[0]

    def by_index(self, word: str) -> str:
        """The word if it is a lemma, else an exception, else the first rule, those that give a known lemma before."""
        if word in self.index:
            return word
        if exceptions := self._exceptions(word):
            return exceptions[0]
        known, strange, unknown = self._forms(word)
        return next(iter(known + strange + unknown), word)

    def _exceptions(self, word: str) -> list[str]:
        forms = self.exceptions.get(word, [])
        return [forms] if isinstance(forms, str) else forms

    def _forms(self, word: str) -> tuple[list[str], list[str], list[str]]:
        """What the rules make of a word: known lemmas, what is not all letters, and unknown ones."""
        known: list[str] = []
        strange: list[str] = []
        unknown: list[str] = []
        for old, new in self.rules:
            if word.endswith(old) and (form := word[: len(word) - len(old)] + new):
                (known if form in self.index else unknown if form.isalpha() else strange).append(form)
        return known, strange, unknown


class _Dictionaries:
    """A dictionary for each part of speech, read when it is first asked for."""

    def __init__(self, language: str) -> None:
        self.table = cache(lambda pos: _table(f"{language}_lemma_lookup_{pos}"))

    def __call__(self, word: str, pos: str) -> str | None:
        table = self.table(pos)
        return table.get(word, word) if table else None


def _table(name: str) -> Any:
    """One table of the package, empty if it has none of that name."""
    try:
        file = files("spacy_lookups_data") / "data" / f"{name}.json.gz"
    except ModuleNotFoundError as error:
        raise missing_part(error) or error from None
    return json.loads(gzip.decompress(file.read_bytes())) if file.is_file() else {}
