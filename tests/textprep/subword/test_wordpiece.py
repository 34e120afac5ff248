"""WordPiece against the `tokenizers` library."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from tokenizers.models import WordPiece as Reference

from textprep import ArtifactError, ConfigError, Lower, Pipeline, WordPiece, Words
from textprep.special_tokens import BERT

PIECES = ["[PAD]", "[UNK]", "un", "##aff", "##able", "##a", "##b", "a", "b", "ab", "##ab", "é", "##😀", "##ing", "play"]
words = st.text("abé😀", max_size=9) | st.sampled_from(["unaffable", "playing", "played", "##a", "[UNK]", "##ing"])


def reference(word: str, longest: int = 100) -> list[tuple[str, tuple[int, int]]]:
    """The pieces that the library gives, with their spans, which it counts in bytes."""
    model = Reference({p: k for k, p in enumerate(PIECES)}, unk_token="[UNK]", max_input_chars_per_word=longest)
    place = {len(word[:k].encode()): k for k in range(len(word) + 1)}
    return [(token.value, (place[token.offsets[0]], place[token.offsets[1]])) for token in model.tokenize(word)]


@given(st.lists(words), st.sampled_from([3, 100]))
def test_as_the_library(given_words: list[str], longest: int) -> None:
    stage = WordPiece(pieces=PIECES, max_length=longest)
    for word, outcome in zip(given_words, stage.map_words(given_words), strict=True):
        whole = [(outcome, (0, len(word)))] if isinstance(outcome, str) else None
        assert (whole or [(p.text, (p.start, p.end)) for p in outcome]) == reference(word, longest)  # type: ignore


def test_pieces_of_a_corpus_as_the_library_cuts_it(corpus: list[str]) -> None:
    prep = Pipeline(Lower(), Words(), WordPiece(size=200)).fit(corpus)
    stage = prep.stages[-1]
    assert isinstance(stage, WordPiece)
    model = Reference({piece: k for k, piece in enumerate(stage.pieces)}, unk_token="[UNK]")
    distinct = Pipeline(Lower(), Words())(corpus).words
    cut = [[each] if isinstance(each, str) else [piece.text for piece in each] for each in stage.map_words(distinct)]  # type: ignore
    assert cut == [[token.value for token in model.tokenize(word)] for word in distinct]
    assert sum(len(pieces) > 1 for pieces in cut) > 20
    for row, text in enumerate(corpus):
        tokens = prep([text])
        assert len(tokens.spans(0)) == len(tokens[0]) > 0, row
        for piece, (start, end) in zip(tokens[0], tokens.spans(0), strict=True):
            assert piece.removeprefix("##") == text[start:end].lower()


def test_a_piece_has_its_own_span() -> None:
    text = "Unaffable playing, xyz"
    tokens = Pipeline(Lower(), Words(), WordPiece(pieces=[*PIECES, ","]))([text])
    assert tokens[0] == ["un", "##aff", "##able", "play", "##ing", ",", "[UNK]"]
    assert [text[a:b] for a, b in tokens.spans(0)] == ["Un", "aff", "able", "play", "ing", ",", "xyz"]


def test_what_is_not_learned_yet() -> None:
    with pytest.raises(ConfigError, match=r"no pieces yet; call fit\(texts\)"):
        WordPiece().map_words(["a"])
    assert not WordPiece().learned
    for options, message in (
        ({"size": 0}, "size is 0"),
        ({"pieces": "abc"}, "a list of pieces"),
        ({"pieces": ["a"]}, r"'\[UNK\]' is not one of the pieces"),
    ):
        with pytest.raises(ConfigError, match=message):
            WordPiece(**options)  # type: ignore[arg-type]


def test_files(tmp_path: Path) -> None:
    stage = WordPiece(pieces=PIECES)
    stage.save_files(tmp_path)
    assert (tmp_path / "vocab.txt").read_text(encoding="utf-8").split("\n") == [*PIECES, ""]
    assert WordPiece().load_files(tmp_path) == WordPiece.open(tmp_path / "vocab.txt") == stage
    for content in (b"", b"a\n\nb\n", b"a\na\n", b"\xff"):
        (tmp_path / "vocab.txt").write_bytes(content)
        with pytest.raises(ArtifactError, match=r"vocab\.txt: "):
            WordPiece.open(tmp_path / "vocab.txt")
    with pytest.raises(ArtifactError, match="cannot be read"):
        WordPiece.open(tmp_path / "none.txt")


def test_the_library_reads_the_file(tmp_path: Path) -> None:
    WordPiece(pieces=PIECES).save_files(tmp_path)
    read = Reference.from_file(str(tmp_path / "vocab.txt"), unk_token=BERT.unk)
    assert [token.value for token in read.tokenize("unaffable")] == ["un", "##aff", "##able"]


def test_pieces_make_their_words_again():
    pipeline = Pipeline(Words(), WordPiece(pieces=("[UNK]", "un", "##aff", "##able", "a", "man")))
    pieces = pipeline(["unaffable a man"])[0]
    assert pieces == ["un", "##aff", "##able", "a", "man"]
    assert pipeline.text_of(pieces) == "unaffable a man"
    assert pipeline.text_of(["##able", "man"]) == "able man"
