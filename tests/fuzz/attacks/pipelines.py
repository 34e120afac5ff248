"""Generated pipelines over generated Unicode: spans, threads, batches, saving, and a second, slow implementation."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from random import Random
from typing import Any

from tests.fuzz import hostile, truth
from tests.fuzz.attack import ATTACKS, Attack, Case, Finding, Wrong, only
from textprep import Pipeline, Tokens
from textprep.errors import ConfigError
from textprep.normalize.lower import Lower
from textprep.protocols import Learns, Tokenizer
from textprep.stages import STAGES, from_config
from textprep.tokenize.characters import Characters

TEXT = (
    *("html.v1", "lower.v1", "replace.v1", "unicode_form.v1", "mojibake.v1", "control_characters.v1", "spaces.v1"),
    "mask.v1",
)
TOKENIZERS = ("words.v1", "white_space.v1", "words.v1", "white_space.v1", "characters.v1")
WORD = (
    *("lower.v1", "treebank.v1", "stem.v1", "stop_words.v1", "rare_words.v1", "phrases.v1", "wordpiece.v1"),
    *("text_pieces.v1", "contractions.v1", "lemma.v1", "contractions.v1"),
    *("lower.v1", "treebank.v1", "stem.v1"),
)
NEED_A_LAYER = ("tagged_lemma.v1",)  # which no stage that can be saved adds
PATTERNS = [(r"(.)\1{2,}", r"\1\1"), ("a", "aaa"), ("e|s", ""), (r"\s+", " "), ("the", "THE"), (r"\w", r"\g<0>\u0301")]
STEMMERS = ("porter", "lancaster", "english", "german", "turkish", "french", "porter", "arabic", "finnish")
PHRASES = ["new york", "new york city", "the cat", "İs a", ". .", "a a", "a a a"]


def options(name: str, random: Random) -> dict[str, Any]:
    """Options of a stage."""

    def some(choices: list[str]) -> list[str]:
        return random.sample(choices, random.randint(0, 3))

    match name:
        case "replace.v1":
            pattern, replacement = random.choice(PATTERNS)
            return {"pattern": pattern, "replacement": replacement}
        case "html.v1":
            return {key: random.random() < 0.8 for key in ("tags", "references")}
        case "unicode_form.v1":
            return {"form": random.choice(("NFC", "NFD", "NFKC", "NFKD"))}
        case "control_characters.v1":
            chosen = {key: random.random() < 0.5 for key in ("line_ends", "joiners", "bidi", "formats", "controls")}
            return {**chosen, "replacement": random.choice(("", " ", "é"))}
        case "spaces.v1":
            return {"line_breaks": random.choice(("drop", "keep", "paragraphs")), "strip": random.random() < 0.5}
        case "mask.v1":
            return {
                key: random.choice((None, "", "<x>", "é @b"))
                for key in ("urls", "emails", "mentions", "hashtags", "phones")
            }
        case "words.v1":
            return {key: random.random() < 0.4 for key in ("urls", "emails", "mentions", "hashtags", "emoji")}
        case "stem.v1":
            return {"algorithm": random.choice(STEMMERS)}
        case "stop_words.v1":
            return {"language": "en", "keep": some(hostile.WORDS), "add": some(hostile.WORDS)}
        case "contractions.v1":
            return {"informal": random.random() < 0.5}
        case "lemma.v1":
            return {"language": random.choice(["en", "de", ["fr", "en"], "tr"]), "greedy": random.random() < 0.3}
        case "rare_words.v1":
            return {"min_count": random.randint(1, 3), "replacement": random.choice((None, "rare", "<rare>"))}
        case "phrases.v1":
            return {"phrases": some(PHRASES), "joiner": random.choice(("_", " ", "", "é"))}
        case "wordpiece.v1":
            return {"size": random.choice((10, 40, 200)), "min_count": random.randint(1, 2), "max_length": 20}
        case "text_pieces.v1":
            return {"size": random.choice((10, 40, 200)), "min_count": random.randint(1, 2)}
    return {}


@ATTACKS.register("pipelines")
class Pipelines(Attack):
    """Any stages in any valid order, over any texts."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        known = {*TEXT, *TOKENIZERS, *WORD, *NEED_A_LAYER}
        if new := set(STAGES) - known:
            raise ValueError(f"no pipeline has {', '.join(new)}; add the stage here")

    @classmethod
    def case(cls, random: Random) -> Case:
        """Up to three stages in front of a tokenizer and up to four behind it, and a few texts."""
        before, after = random.choices(TEXT, k=random.randint(0, 3)), random.choices(WORD, k=random.randint(0, 4))
        names = [*before, random.choice(TOKENIZERS), *after]
        texts = [hostile.text(random) for _ in range(random.randint(1, 6))]
        if random.random() < 0.1:
            texts = texts * 40  # so that words are remembered, and threads have something to share
        return {"stages": [{"stage": name, **options(name, random)} for name in names], "texts": texts}

    def run(self, case: Case) -> Finding | None:
        """Check all that must hold."""
        texts = case["texts"]
        try:
            stages = [from_config(stage) for stage in case["stages"]]
            prep = Pipeline(*stages)
        except ConfigError:
            return None
        with only(during="pipeline"):
            if any(isinstance(stage, Learns) and not stage.learned for stage in stages):
                prep.fit(texts)
            tokens = prep(texts)
            _check_spans(texts, tokens)
            whole = _shown(tokens)
            size = max(1, len(texts) // 3)
            batches = [texts[k : k + size] for k in range(0, len(texts), size)]
            _same("threads", whole, _shown(prep(texts, threads=2)))
            _same("one by one", whole, [each for text in texts[:20] for each in _shown(prep([text]))], 20)
            _same("batches", whole, [each for batch in batches for each in _shown(prep(batch))])
            _same("again", whole, _shown(Pipeline(*prep.stages)(texts)))
            self._check_saved(prep, texts, whole)
            order, middle = _in_order(prep.stages)
            slow = [truth.tokens(order, middle, text) for text in texts[:20]]
            _same("second implementation", [a for a, b in zip(whole, slow, strict=False) if b is not None],
                  [b for b in slow if b is not None])  # fmt: skip
        return None

    def _check_saved(self, prep: Pipeline, texts: list[str], whole: list[Any]) -> None:
        folder = self.folder / "pipeline"
        shutil.rmtree(folder, ignore_errors=True)
        prep.save(folder)
        again = Pipeline.load(folder)
        if again != prep:
            raise Wrong("a pipeline is another one after loading", f"{prep!r}\n{again!r}")
        _same("saved and loaded", whole, _shown(again(texts)))


def _in_order(stages: tuple[Any, ...]) -> tuple[list[Any], int]:
    """The stages as they run, and the place of the tokenizer: lower-casing just before words or runs is just behind."""
    middle = next(k for k, stage in enumerate(stages) if isinstance(stage, Tokenizer))
    first = middle
    while first and isinstance(stages[first - 1], Lower) and not isinstance(stages[middle], Characters):
        first -= 1
    return [*stages[:first], stages[middle], *stages[first:middle], *stages[middle + 1 :]], first


def _shown(tokens: Tokens) -> list[list[tuple[str, tuple[int, int]]]]:
    """The words and spans of each document."""
    return [list(zip(words, tokens.spans(k), strict=True)) for k, words in enumerate(tokens.to_lists())]


def _same(what: str, whole: list[Any], other: list[Any], first: int | None = None) -> None:
    if whole[:first] != other:
        raise Wrong(f"{what}: not the same tokens", json.dumps([whole, other], ensure_ascii=False)[:1500])


def _check_spans(texts: list[str], tokens: Tokens) -> None:
    if len(tokens) != len(texts):
        raise Wrong("another number of documents", f"{len(tokens)} of {len(texts)}")
    for k, text in enumerate(texts):
        spans = tokens.spans(k)
        if not all(0 <= start <= end <= len(text) for start, end in spans):
            raise Wrong("a span outside its text", f"{text!r}: {spans}")
        if spans != sorted(spans):
            raise Wrong("spans out of order", f"{text!r}: {spans}")
        if "" in tokens[k]:
            raise Wrong("an empty token", f"{text!r}: {tokens[k]}")
