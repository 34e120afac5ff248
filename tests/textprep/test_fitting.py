"""What `Pipeline.fit` learns, from what, and in how many passes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from textprep import (
    ConfigError,
    Lower,
    Phrases,
    Pipeline,
    RareWords,
    SpecialTokens,
    Stem,
    StopWords,
    Tokens,
    Vocabulary,
    WhiteSpace,
    WordCounts,
    WordPiece,
    Words,
)
from textprep.protocols import Stage
from textprep.special_tokens import BERT

TEXTS = ["The cat sat on the mat.", "A cat, a mat!", "", "the unaffable cats SAT sat", "mats"] * 3


class Corpus:
    """Texts that are counted as they are read."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts, self.passes = texts, 0

    def __iter__(self) -> Iterator[str]:
        self.passes += 1
        yield from self.texts


@dataclass(frozen=True)
class Learner:
    """Remembers what it was given to learn from, and puts a mark on each word."""

    counts: list[tuple[str, int]] | None = field(default=None)

    @property
    def learned(self) -> bool:
        return self.counts is not None

    def learn(self, counts: WordCounts) -> Self:
        return replace(self, counts=counts.most_common())

    def map_words(self, words: Sequence[str]) -> list[str]:
        return [word + "+" for word in words]


@dataclass(frozen=True)
class Backwards:
    """A stage that looks at neighbours: it turns each document round."""

    def rewrite(self, tokens: Tokens) -> Tokens:
        return Tokens.from_lists([words[::-1] for words in tokens])


@pytest.mark.parametrize(
    ("stages", "passes"),
    [
        ([Words()], 1),
        ([Lower(), Words(), StopWords(), Stem()], 1),
        ([Words(), Learner()], 1),
        ([Lower(), Words(), Learner(), Stem(), Learner(), StopWords(), Learner()], 1),
        ([Words(), Backwards(), Learner(), Stem()], 1),
        ([Words(), Learner(), Backwards()], 2),
        ([Words(), Learner(), Stem(), Learner(), Backwards(), Learner(), Phrases(["a b"]), Learner()], 3),
    ],
    ids=str,
)
def test_as_few_passes_as_can_be(stages: list[Stage], passes: int) -> None:
    corpus = Corpus(TEXTS)
    prep = Pipeline(*stages).fit(corpus)
    assert corpus.passes == passes
    # Each learner has learned from what the stages before it make of the texts, and the vocabulary from all of them.
    for place, stage in enumerate(prep.stages):
        if isinstance(stage, Learner):
            words = [word for document in Pipeline(*prep.stages[:place])(TEXTS) for word in document]
            assert Counter(dict(stage.counts or [])) == Counter(words)
    assert prep.vocabulary == Vocabulary.learned(prep(TEXTS))
    if passes == 1:
        assert Pipeline(*stages).fit(text for text in TEXTS) == prep
    else:
        with pytest.raises(
            ConfigError, match=r"read more than once, because Learner learns before Backwards.*generator"
        ):
            Pipeline(*stages).fit(text for text in TEXTS)


pieces = st.sampled_from([Lower(), Stem(), StopWords(), RareWords(2), RareWords(1, 3, "rare"), Phrases(["the cat"])])


@settings(max_examples=30)
@given(st.lists(pieces, max_size=4), st.lists(st.sampled_from(TEXTS), max_size=5), st.integers(1, 3))
def test_a_stream_is_learned_as_one_batch(stages: list[Stage], texts: list[str], size: int) -> None:
    whole = Pipeline(Words(), *stages).fit(texts)
    assert whole.vocabulary == Vocabulary.learned(whole(texts))
    batches = [texts[first : first + size] for first in range(0, len(texts), size)]
    parts = Pipeline(Words(), *stages).fit(batches, threads=2)
    assert parts.stages == whole.stages
    assert parts.vocabulary is not None
    assert whole.vocabulary is not None
    counts = [dict(zip(found.words, found.counts, strict=True)) for found in (parts.vocabulary, whole.vocabulary)]
    assert counts[0] == counts[1]
    if not any(isinstance(stage, Phrases) for stage in stages):  # joined words come last in each batch
        assert parts == whole


def test_what_is_learned_already_stays() -> None:
    first = Pipeline(Lower(), Words(), RareWords(2), WordPiece(size=60)).fit(TEXTS)
    again = Pipeline(*first.stages).fit(["entirely other words, other words"])
    assert again.stages == first.stages
    assert again.vocabulary != first.vocabulary


def test_sources() -> None:
    expected = Pipeline(Lower(), Words()).fit(TEXTS, min_count=2)
    batch = pa.record_batch({"review": TEXTS})
    for source in (pa.array(TEXTS), pa.chunked_array([TEXTS[:4], TEXTS[4:]]), tuple(TEXTS), [TEXTS[:3], TEXTS[3:]]):
        assert Pipeline(Lower(), Words()).fit(source, min_count=2) == expected
    for tables in ([batch, batch.slice(0, 0)], pa.Table.from_batches([batch]), iter([batch])):
        assert Pipeline(Lower(), Words()).fit(tables, min_count=2, column="review") == expected


def test_special_tokens() -> None:
    prep = Pipeline(WhiteSpace()).fit(["[mask] [MASK] b b"], special=BERT, max_words=2)
    assert prep.vocabulary is not None
    assert prep.vocabulary.words == [*BERT.spellings, "b", "[mask]"]
    assert prep.ids(["b x"]).values.tolist() == [5, BERT.id_of("unk")]
    bare = Pipeline(WhiteSpace()).fit(["a b"], special=SpecialTokens(pad=None, unk=None))
    assert bare.ids(["b a"]).values.tolist() == [1, 0]


def test_a_learner_in_front_of_the_tokenizer() -> None:
    @dataclass(frozen=True)
    class TextLearner(Lower):
        learned = False

        def learn(self, counts: WordCounts) -> Self:
            return self

    with pytest.raises(ConfigError, match="TextLearner learns from words; put it behind Words"):
        Pipeline(TextLearner(), Words()).fit(TEXTS)


def test_more_words_than_may_be_counted() -> None:
    texts = ["a a a b b c d e"]
    with pytest.warns(UserWarning, match=r"more than 2 distinct words.*too small by up to 1; give a larger max_types"):
        prep = Pipeline(WhiteSpace()).fit(texts, max_types=2)
    assert prep.vocabulary == Vocabulary(["a", "b"], [3, 2])


def test_what_fails_changes_nothing() -> None:
    prep = Pipeline(Words(), RareWords(2)).fit(TEXTS)
    before = (prep.stages, prep.vocabulary)

    @dataclass(frozen=True)
    class Failing(Learner):
        def learn(self, counts: WordCounts) -> Self:
            raise ConfigError("nothing to learn")

    failing = Pipeline(Words(), RareWords(2), Failing(), vocabulary=prep.vocabulary)
    with pytest.raises(ConfigError, match="nothing to learn"):
        failing.fit(TEXTS)
    assert failing.stages == (Words(), RareWords(2), Failing())
    assert failing.vocabulary == before[1]
