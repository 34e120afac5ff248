"""Rare words, learned from counts."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from textprep import ArtifactError, ConfigError, Pipeline, RareWords, WhiteSpace, WordCounts


@given(
    st.lists(st.sampled_from("abcdef")), st.integers(1, 3), st.none() | st.integers(1, 4), st.none() | st.just("rare")
)
def test_as_a_counter_would(words: list[str], least: int, most: int | None, replacement: str | None) -> None:
    prep = Pipeline(WhiteSpace(), RareWords(least, most, replacement)).fit([" ".join(words)])
    kept = {word for word, count in Counter(words).most_common(most) if count >= least}
    expected = [word if word in kept else replacement for word in [*words, "unseen"]]
    assert prep([" ".join([*words, "unseen"])])[0] == [word for word in expected if word is not None]


@given(st.frozensets(st.text("ab\n"), max_size=3), st.lists(st.text("ab\n")), st.none() | st.just("x"))
def test_over_arrow_as_over_lists(kept: frozenset[str], words: list[str], replacement: str | None) -> None:
    stage = RareWords(replacement=replacement, words=kept)
    assert stage.map_array(pa.array(words, pa.large_string())).to_pylist() == stage.map_words(words)


def test_what_is_not_learned_yet() -> None:
    stage = RareWords()
    assert not stage.learned
    with pytest.raises(ConfigError, match=r"call fit\(texts\)"):
        stage.map_words(["a"])
    with pytest.raises(ConfigError, match=r"call fit\(texts\)"):
        Pipeline(WhiteSpace(), stage)(["a"])
    assert stage.learn(WordCounts()).learned  # no word is frequent
    assert stage == RareWords()


def test_options() -> None:
    for options in ({"min_count": 0}, {"max_words": 0}):
        with pytest.raises(ConfigError, match="give 1 or more"):
            RareWords(**options)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="one string"):
        RareWords(words="abc")  # type: ignore[arg-type]


@given(st.frozensets(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_files(words: frozenset[str]) -> None:
    import tempfile

    stage = RareWords(words=words)
    with tempfile.TemporaryDirectory() as folder:
        stage.save_files(Path(folder))
        assert RareWords().load_files(Path(folder)) == stage


@pytest.mark.parametrize("content", ["5\n", '"a\n', '"a"\n\n'])
def test_damaged_files(tmp_path: Path, content: str) -> None:
    (tmp_path / "words.jsonl").write_text(content)
    with pytest.raises(ArtifactError, match=r"words\.jsonl: not a list of words"):
        RareWords().load_files(tmp_path)
