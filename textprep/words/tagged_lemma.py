"""Lemmas by word and part of speech: "saw" is "see" as a verb and "saw" as a noun.

Source: the rule lemmatizers of spaCy and their tables (`lemma_tables.py`). Beyond them, English auxiliaries are read as
verbs ("was" becomes "be"), the other words of closed classes have a small table with the lemmas of Universal
Dependencies, and a word that is itself known is left alone where the rules know no better ("process", not "proces").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textprep.errors import ConfigError, unknown_name
from textprep.stages import register
from textprep.words.lemma_tables import lemma_lookup

UNIVERSAL = frozenset(
    "ADJ ADP ADV AUX CCONJ CONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SPACE SYM VERB X".split()
)
PENN = {
    tag: pos
    for entry in """
        NOUN NN NNS; PROPN NNP NNPS; VERB VB VBP VBZ VBD VBG VBN; AUX MD BES HVS; ADJ JJ JJR JJS AFX;
        ADV RB RBR RBS WRB; PRON PRP PRP$ EX WP WP$; DET DT PDT WDT; ADP IN RP; CCONJ CC; NUM CD; PART POS TO;
        INTJ UH; X ADD FW GW LS XX; SYM SYM; PUNCT HYPH NFP LCB RCB LRB RRB LSB RSB
    """.split(";")
    for pos, *tags in [entry.split()]
    for tag in tags
}
BASE = frozenset({"NN", "VB", "JJ"})  # the tag says that the word is its own lemma
PRESENT = "VBP"  # so does this one, but for "am" and "are"
CLOSED = {
    (form, pos): lemma
    for entry in """
        PRON I me; PRON he him; PRON we us; PRON they them; PRON this these; PRON that those;
        DET a an; DET this these; DET that those; PART not n't nt; PART to na ta;
        ADV not n't nt; ADV late later; ADV early earlier; ADV long longer;
        AUX be 'm 're 's ai; AUX have 've; AUX will 'll wo; AUX can ca; AUX shall sha; AUX would 'd; AUX might might;
        VERB be 'm 're 's; VERB have 've; VERB go gon; VERB want wan; PRP she her
    """.split(";")
    for pos, lemma, *forms in [entry.split()]
    for form in forms
}
STRAIGHT = str.maketrans("’ʼ", "''")


@register("tagged_lemma.v1")
@dataclass(frozen=True)
class TaggedLemma:
    """Give the lemma of each word as the part of speech that its tag says; a proper noun stays as it is.

    Args:
        language: "en", "bn", "ca", "el", "fa", "fr", "it", "nb", "pl" or "sv".
        layer: Where the tags stand: Universal part-of-speech tags, or for English those of the Penn Treebank too, which
            tell a base form and so give better lemmas. A stage before adds them, such as `Tags`.

    Raises:
        ConfigError: There are no tables for the language, or spacy-lookups-data is not installed.
    """

    language: str = "en"
    layer: str = "pos"

    def __post_init__(self) -> None:
        if not self.layer:
            raise ConfigError("tagged lemma: no layer is named; give the one in which the tags stand, such as 'pos'")
        lemma_lookup(self.language)

    def map_pairs(self, words: Sequence[str], tags: Sequence[str]) -> list[str]:
        """Give the lemma of each word with the tag beside it.

        Raises:
            ConfigError: A tag is none of either tag set.
        """
        parts = {tag: _part_of_speech(tag) for tag in set(tags)}
        return [self._lemma(word, tag, parts[tag]) for word, tag in zip(words, tags, strict=True)]

    def _lemma(self, word: str, tag: str, pos: str) -> str:
        lowered = word.lower()
        if pos == "PROPN":
            return word
        if self.language == "en":
            clitic = lowered.translate(STRAIGHT)
            for part in (tag, pos):
                if (clitic, part) in CLOSED:
                    return CLOSED[clitic, part]
            if tag in BASE or (tag == PRESENT and lowered not in ("am", "are")):
                return lowered
            pos = "VERB" if pos == "AUX" else pos
        return lemma_lookup(self.language)(lowered, pos.lower()) or lowered


def _part_of_speech(tag: str) -> str:
    """The Universal part of speech of a tag; what is no word, such as `-LRB-` or `$`, is punctuation."""
    if tag in UNIVERSAL:
        return "CCONJ" if tag == "CONJ" else tag
    name = tag.strip("-")
    if name in PENN:
        return PENN[name]
    if not any(map(str.isalpha, tag)):
        return "PUNCT" if tag else "X"
    raise ConfigError(f"{unknown_name('part-of-speech tag', tag, UNIVERSAL)}; or give tags of the Penn Treebank")
