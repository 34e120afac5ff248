"""Which words get ids, in which order, and what is written down."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from textprep import ArtifactError, ConfigError, InputError, Pipeline, SpecialTokens, Tokens, Vocabulary, WhiteSpace
from textprep.special_tokens import BERT, DEFAULT


def tokens(*documents: str) -> Tokens:
    return Pipeline(WhiteSpace())(documents)


@given(st.lists(st.sampled_from("abcdef"), max_size=30), st.integers(0, 3), st.none() | st.integers(0, 5))
def test_learned_as_a_counter_would(words: list[str], least: int, most: int | None) -> None:
    found = Vocabulary.learned(tokens(" ".join(words)), least, most)
    expected = [(word, count) for word, count in Counter(words).most_common() if count >= least][:most]
    assert list(zip(found.words[2:], found.counts[2:], strict=True)) == expected


def test_special_words() -> None:
    found = Vocabulary.learned(tokens("<pad> <unk> <unk> a b b"), max_words=2)
    assert found.words == ["<pad>", "<unk>", "b", "a"]
    assert (found["b"], found["zzz"], found["<pad>"]) == (2, 1, 0)
    assert "b" in found
    assert "zzz" not in found


def test_ids() -> None:
    found = Vocabulary(["b", "a"]).ids(tokens("a b c", "", "b"))
    assert found.values.tolist() == [3, 2, 1, 2]
    assert found.offsets.tolist() == [0, 3, 3, 4]
    assert Vocabulary(["b"]).ids(tokens("")).values.tolist() == []


def test_the_same_however_much_was_remembered() -> None:
    prep = Pipeline(WhiteSpace())
    prep(["z y x"])
    assert prep.fit(["x y z"]).vocabulary == Vocabulary(["x", "y", "z"], [1, 1, 1])


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), unique=True))
def test_any_word_is_written_and_read(words: list[str]) -> None:
    import tempfile

    words = [word for word in words if word not in ("<pad>", "<unk>")]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "vocabulary.jsonl"
        written = Vocabulary(words, range(len(words)))
        written.save(file)
        assert Vocabulary.load(file) == written


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("[" * 100_000, 1),
        ('["a", true]\n', 1),
        ('["a", -1]\n', 1),
        (f'["a", {10**30}]\n', 1),
        ('["\\ud800", 1]\n', 1),
        ('{"unk": "\\ud800"}\n', 1),
        ('{"unk": ' + '{"a":' * 100_000, 1),
        ('["a", 1]\n["b"', 2),
        ('"a1"\n', 1),
        ('["a", "1"]\n', 1),
        ('["a", 1]\n\n', 2),
        ('["a", 1]\n["a", 1]\n', 3),
    ],
)
def test_damaged_files(tmp_path: Path, content: str, line: int) -> None:
    file = tmp_path / "vocabulary.jsonl"
    file.write_text(content)
    with pytest.raises(ArtifactError, match=f"vocabulary.jsonl:{line}: not a saved vocabulary"):
        Vocabulary.load(file)


def test_errors(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="is missing"):
        Vocabulary.load(tmp_path / "none.jsonl")
    with pytest.raises(ConfigError, match="twice"):
        Vocabulary(["a", "a"])
    with pytest.raises(ConfigError, match="2 words but 1 counts"):
        Vocabulary(["a", "b"], np.array([1]))


specials = st.sampled_from([DEFAULT, BERT, SpecialTokens(pad=None, unk=None), SpecialTokens(unk=None, eos="</s>")])


@given(specials, st.lists(st.sampled_from("abc"), unique=True))
def test_special_tokens_come_first_and_are_saved(special: SpecialTokens, words: list[str]) -> None:
    import tempfile

    vocabulary = Vocabulary(words, range(len(words)), special)
    assert vocabulary.words == [*special.spellings, *words]
    assert [vocabulary[spelling] for spelling in special.spellings] == [special.id_of(role) for role in special.by_role]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "vocabulary.jsonl"
        vocabulary.save(file)
        assert Vocabulary.load(file) == vocabulary
        lines = file.read_text().splitlines()
    assert len(lines) == len(words) + (special != DEFAULT)
    assert vocabulary == Vocabulary(words, range(len(words)), special)
    assert (vocabulary == Vocabulary(words, range(len(words)))) == (special == DEFAULT)


def test_no_token_for_unknown_words() -> None:
    vocabulary = Vocabulary(["a", "b"], special=SpecialTokens(unk=None))
    assert vocabulary.ids(tokens("b a")).values.tolist() == [2, 1]
    assert vocabulary.ids(tokens("zzz a").taken(np.array([1]))).values.tolist() == [1]
    for ask in (lambda: vocabulary["zzz"], lambda: vocabulary.ids(tokens("a zzz"))):
        with pytest.raises(InputError, match="the word 'zzz' is not in the vocabulary, which has no token for unknown"):
            ask()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('{"pad": ""}\n', 1),
        ('{"pda": "x"}\n', 1),
        ('{"pad": "x", "unk": "x"}\n', 1),
        ('["a", 1]\n{"pad": "x"}\n', 2),
        ('{"unk": "a"}\n["a", 1]\n', 3),
    ],
)
def test_damaged_special_tokens(tmp_path: Path, content: str, line: int) -> None:
    file = tmp_path / "vocabulary.jsonl"
    file.write_text(content)
    with pytest.raises(ArtifactError, match=f"vocabulary.jsonl:{line}: not a saved vocabulary"):
        Vocabulary.load(file)
