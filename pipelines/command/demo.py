"""`textmill demo`: from raw text to two trained models, with nothing but what is shipped."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipelines.tasks.ner import NerRun
    from pipelines.tasks.sentiment import SentimentRun

OPINIONS = (
    "I wasn't expecting much, but this little café is brilliant 😍",
    "Two weeks old and the zip is already broken. Never again.",
)
NEWS = (
    "Angela Merkel flew from Berlin to Paris to meet the French president.",
    "The World Bank opened an office in Nairobi, said Maria Okafor.",
)


def demo(
    out: Annotated[Path, typer.Option(help="Where the two run folders go.")] = Path("runs/demo"),
) -> None:
    """Train a sentiment model and a named-entity model on shipped texts, and try them on your own sentences."""
    _show_tokens(OPINIONS[0])
    sentiment = _train_sentiment(out / "sentiment")
    ner = _train_ner(out / "ner")
    print("\n== Both at work ==")
    for sentence in OPINIONS:
        _answer(sentence, sentiment, None)
    for sentence in NEWS:
        _answer(sentence, None, ner)
    if sys.stdin is not None and sys.stdin.isatty():
        print("\nNow yours: type a sentence, or nothing to stop.")
        with suppress(EOFError):
            while sentence := input("> ").strip():
                _answer(sentence, sentiment, ner)
    print(f"\nThe runs are in {out}. On your own text: textmill predict {out / 'ner'} FILE")


def _show_tokens(sentence: str) -> None:
    from textprep.recipes import open_recipe

    print("== Raw text to tokens: each with its place in the text ==")
    tokens = open_recipe("search")([sentence])
    print(repr(sentence))
    spans = [(word, sentence[start:end]) for word, (start, end) in zip(tokens[0], tokens.spans(0), strict=True)]
    print("  " + "  ".join(word if word == source else f"{word}←{source}" for word, source in spans))


def _train_sentiment(folder: Path) -> SentimentRun:
    from pipelines.demo import SENTIMENT, reviews
    from pipelines.tasks.sentiment import train_sentiment

    train, test = reviews()
    print(f"\n== Sentiment: learning from {len(train)} review sentences ==")
    start = time.perf_counter()
    run = train_sentiment(train, out=folder, settings=SENTIMENT, overwrite=True)
    scores = run.evaluate(test)
    print(
        f"held-out accuracy {scores['accuracy']:.1%} on {scores['texts']} others, {time.perf_counter() - start:.0f} s"
    )
    vectors = run.parts.word_vectors(min_count=3)
    for word in ("great", "terrible"):
        near = ", ".join(neighbour for neighbour, _ in vectors.nearest(word, 5))
        print(f"words that came to lie near {word!r}: {near}")
    return run


def _train_ner(folder: Path) -> NerRun:
    from pipelines.demo import NER, entities
    from pipelines.tasks.ner import train_ner

    train, test = entities()
    cut = len(train) - len(train) // 10
    print(f"\n== Named entities: learning from {len(train)} sentences ==")
    start = time.perf_counter()
    learn = train.select(range(cut), "training part")
    choose = train.select(range(cut, len(train)), "development part")
    run = train_ner(learn, choose, out=folder, settings=NER, overwrite=True)
    scores = run.evaluate(test)
    seconds = time.perf_counter() - start
    print(f"held-out F1 {scores['f1']:.1%} on {scores['sentences']} other sentences (strict), {seconds:.0f} s")
    for name, row in scores["types"].items():
        print(f"  {name:<5} precision {row['precision']:.1%}  recall {row['recall']:.1%}  F1 {row['f1']:.1%}")
    return run


def _answer(sentence: str, sentiment: SentimentRun | None, ner: NerRun | None) -> None:
    print(f"\n{sentence}")
    for opinion in sentiment([sentence]) if sentiment else []:
        print(f"  {opinion.label} ({opinion.probability:.0%})")
    for entity in ner([sentence])[0] if ner else []:
        print(f"  {entity.label:<5} {entity.text!r} at {entity.start}-{entity.end} ({entity.probability:.0%})")
