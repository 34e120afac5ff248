"""Contractions, stems and lemmas: how accurate and how fast they are beside NLTK, simplemma and spaCy.

Run as `python -m benchmarks.lexicon [--data-dir DIR]`. Accuracy is that on UD English EWT, the test part, whose tags
and tokens are given; case does not count, and neither do punctuation, symbols and numbers. Speed is that of the stage
alone on the words of IMDB's training reviews, lower-cased: ours gets all of them as columns and remembers nothing from
before; peers get those of the first documents one after the other, and keep what they remember. Ends with status 1 if
Lancaster's stem of any distinct word is another than NLTK's.
"""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.data_folder import machine, parser
from benchmarks.preprocessing import REVIEWS, reviews
from textprep import Contractions, Lemma, Lower, Pipeline, Stem, TaggedLemma, Tokens, Words
from textprep.pair_chain import PairChain
from textprep.texts import Texts
from textprep.word_chain import WordChain
from textprep.words.contraction_table import folded

EWT = "ud/en_ewt/en_ewt-ud-test.conllu"
SAMPLE = 500  # documents for peers
REPETITIONS = 3
LEFT_OUT = frozenset({"PUNCT", "SYM", "NUM", "X"})
READINGS = {
    ("'s", "be"): "is", ("'s", "have"): "has", ("'s", "'s"): "", ("'s", "we"): "us",
    ("'d", "have"): "had", ("'d", "would"): "would", ("'d", "do"): "did",
}  # fmt: skip


class Word(NamedTuple):
    """A word of the treebank."""

    form: str
    lemma: str
    pos: str  # Universal
    tag: str  # Penn


def sentences(file: Path) -> list[list[Word]]:
    blocks = file.read_text(encoding="utf-8").strip().split("\n\n")
    rows = ([line.split("\t") for line in block.splitlines() if line[0] != "#"] for block in blocks)
    return [[Word(*row[1:5]) for row in block if row[0].isdigit()] for block in rows]


def contractions(treebank: list[list[Word]]) -> Iterator[tuple[str, int, int]]:
    """How many of each ambiguous clitic are read as the treebank does, and how many there are."""
    tokens = Contractions().rewrite(Tokens.from_lists([[word.form for word in words] for words in treebank]))
    tags = [tag for k in range(len(tokens)) for tag in tokens.tags(Contractions.layer, k)]
    every = [word for words in treebank for word in words]
    for clitic in ("'s", "'d"):
        found = [
            tag == READINGS[clitic, w.lemma] for w, tag in zip(every, tags, strict=True) if folded(w.form) == clitic
        ]
        yield clitic, sum(found), len(found)


def lemmatizers(words: list[Word]) -> dict[str, list[str]]:
    """What each lemmatizer makes of the words."""
    import simplemma
    import spacy
    from spacy.tokens import Doc

    forms = [word.form for word in words]
    poses, tags = [word.pos for word in words], [word.tag for word in words]
    features = {"NN": "Number=Sing", "VB": "VerbForm=Inf", "VBP": "VerbForm=Fin|Tense=Pres", "JJ": "Degree=Pos"}
    rows = {"the word itself": forms, "simplemma": [simplemma.lemmatize(form, "en") for form in forms]}
    for name, mode, morphs in (
        ("spaCy lookup", "lookup", None),
        ("spaCy rule, Universal tags", "rule", None),
        ("spaCy rule, Penn tags", "rule", [features.get(tag, "") for tag in tags]),
    ):
        nlp = spacy.blank("en")
        lemmatizer: Any = nlp.add_pipe("lemmatizer", config={"mode": mode})
        lemmatizer.initialize()
        document = Doc(nlp.vocab, words=forms, pos=poses, morphs=morphs)
        rows[name] = [lemmatizer.lemmatize(token)[0] for token in document]
    return rows | {
        "Lemma": Lemma().map_words(forms),
        "TaggedLemma, Universal tags": TaggedLemma().map_pairs(forms, poses),
        "TaggedLemma, Penn tags": TaggedLemma().map_pairs(forms, tags),
    }


def accuracies(treebank: list[list[Word]]) -> None:
    print("\n| ambiguous contractions, UD English EWT test | right | of |\n|---|---|---|")
    for clitic, right, total in contractions(treebank):
        print(f"| {clitic} | {right} | {total} |")
    words = [word for sentence in treebank for word in sentence if word.pos not in LEFT_OUT]
    print("\n| lemmas, UD English EWT test | of all words | of distinct words with their tags |\n|---|---|---|")
    for name, lemmas in lemmatizers(words).items():
        right = [lemma.lower() == word.lemma.lower() for lemma, word in zip(lemmas, words, strict=True)]
        distinct = list(dict(zip(words, right, strict=True)).values())
        print(f"| {name} | {sum(right) / len(right):.2%} | {sum(distinct) / len(distinct):.2%} |")


def fastest(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(REPETITIONS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def ours(stage: Any, tokens: Tokens, texts: Texts) -> float:
    """Seconds of a stage on tokens; the copy that it works on is not counted."""
    seconds = []
    for _ in range(REPETITIONS):
        fresh = copy.deepcopy(tokens)
        chain = PairChain(stage) if hasattr(stage, "layer") else WordChain([stage])
        began = time.perf_counter()
        chain([fresh], [texts]) if isinstance(chain, PairChain) else chain([fresh])
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def by_regular_expression() -> Callable[[str], object]:
    """Contractions as scripts write them out: one pattern, no context, no spans."""
    meant = {"n't": " not", "'re": " are", "'ve": " have", "'ll": " will", "'m": " am", "'d": " would"}
    pattern = re.compile("|".join(meant))
    return lambda text: pattern.sub(lambda match: meant[match.group()], text)


def spacy_lemmas() -> Callable[[list[list[str]]], object]:
    import spacy
    from spacy.tokens import Doc

    nlp = spacy.blank("en")
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"}).initialize()  # type: ignore[attr-defined]
    return lambda lists: [[token.lemma_ for token in nlp(Doc(nlp.vocab, words=words))] for words in lists]


def speeds(texts: list[str]) -> bool:
    """Words a second; returns whether Lancaster's stems are those of NLTK for every distinct word."""
    import simplemma
    from nltk.stem import LancasterStemmer, SnowballStemmer

    tokens = Pipeline(Lower(), Words())(texts)
    lists = tokens.to_lists()[:SAMPLE]
    flat = [word for words in lists for word in words]
    source = Texts.of([text.lower() for text in texts])
    lancaster, snowball = LancasterStemmer(), SnowballStemmer("english")
    lemmatizer, replaced, lookup = simplemma.Lemmatizer(), by_regular_expression(), spacy_lemmas()
    lowered = [text.lower() for text in texts[:SAMPLE]]
    rows: dict[str, tuple[Any, dict[str, Callable[[], object]]]] = {
        "Stem('lancaster')": (Stem("lancaster"), {"NLTK": lambda: [lancaster.stem(word) for word in flat]}),
        "Stem('english')": (Stem("english"), {"NLTK": lambda: [snowball.stem(word) for word in flat]}),
        "Lemma()": (
            Lemma(),
            {
                "simplemma": lambda: [lemmatizer.lemmatize(word, "en") for word in flat],
                "spaCy lookup": lambda: lookup(lists),
            },
        ),
        "Contractions()": (Contractions(), {"`re`, no context, no spans": lambda: [replaced(t) for t in lowered]}),
    }
    print("\n| stage | words/s | peer | words/s | faster by |\n|---|---|---|---|---|")
    for name, (stage, peers) in rows.items():
        rate = tokens.count / ours(stage, tokens, source)
        for peer, work in peers.items():
            theirs = len(flat) / fastest(work)
            print(f"| {name} | {rate:,.0f} | {peer} | {theirs:,.0f} | {rate / theirs:.0f} x |", flush=True)
    words = tokens.words
    began = time.perf_counter()
    expected = [lancaster.stem(word) for word in words]
    theirs = time.perf_counter() - began
    same = Stem("lancaster").map_words(words) == expected
    factor = theirs / fastest(lambda: Stem("lancaster").map_words(words))
    print(f"\nLancaster, {len(words):,} distinct words: {'all as' if same else 'NOT AS'} NLTK, {factor:.0f} x as fast")
    return same


def main() -> None:
    data = Path(parser(__doc__).parse_args().data_dir)
    print(machine("nltk", "spacy", "simplemma", "PyStemmer"))
    accuracies(sentences(data / EWT))
    if not speeds(reviews(data / REVIEWS)):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
