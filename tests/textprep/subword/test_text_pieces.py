"""Pieces of which the text can be made again."""

import re

import pytest
from hypothesis import given, settings, strategies as st

from textprep import ArtifactError, ConfigError, Pipeline, TextPieces, WhiteSpace, open_recipe

PIECES = ["<unk>", "▁", "▁A", "▁T", "-", "sh", "irt", ".", "e", "é", "▁sh", "s"]
texts = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="▁\0"), max_size=30), max_size=5)


def pipeline(*pieces: str) -> Pipeline:
    return Pipeline(WhiteSpace(), TextPieces(pieces=tuple(pieces)))


def without_runs_of_white_space(text: str) -> str:
    return " ".join(Pipeline(WhiteSpace())([text])[0])


@settings(deadline=None, max_examples=50)
@given(texts)
def test_the_text_comes_back_up_to_runs_of_white_space(given_texts):
    prep = Pipeline(WhiteSpace(), TextPieces(size=40, min_count=1)).fit([*given_texts, "a"])
    for text in given_texts:
        tokens = prep([text])
        assert prep.text_of(tokens[0]) == without_runs_of_white_space(text)
        for piece, (start, end) in zip(tokens[0], tokens.spans(0), strict=True):
            spelt = piece.removeprefix("▁")
            assert start < end and (text[start:end] == spelt or not spelt)


def test_texts_of_a_corpus_come_back(corpus):
    prep = open_recipe("text_pieces").fit(corpus)
    for text in corpus:
        assert prep.text_of(prep([text])[0]) == re.sub(r"\s+", " ", text.strip())
    again = prep(corpus)
    assert len(set(again.words)) < 6000 and "<unk>" not in again.words


def test_pieces_and_their_spans():
    text = "A  T-shirt."
    tokens = pipeline(*PIECES)([text])
    assert tokens[0] == ["▁A", "▁T", "-", "sh", "irt", "."]
    assert [text[start:end] for start, end in tokens.spans(0)] == ["A", "T", "-", "sh", "irt", "."]
    assert pipeline(*PIECES).text_of(tokens[0]) == "A T-shirt."
    assert pipeline(*PIECES)(["é"]).spans(0) == [(0, 1), (0, 1)]  # ▁ and é
    assert pipeline(*PIECES).text_of(["irt", "▁sh", "s"]) == "irt shs"


def test_no_piece_reaches_over_a_word_boundary():
    corpus = ["the shirt. the shirt, don't (shirt) shirt-shirt"] * 10
    stage = Pipeline(WhiteSpace(), TextPieces(size=100)).fit(corpus).stages[1]
    spelt = {piece.removeprefix("▁") for piece in stage.pieces[1:]}
    assert {"shirt", "don't", "(", ".", ","} <= spelt
    assert not [piece for piece in spelt if len(piece) > 1 and re.search(r"[-.,()]", piece)]


def test_unknown_characters_are_alone():
    assert pipeline(*PIECES)(["A😀sh A▁e"])[0] == ["▁A", "<unk>", "sh", "▁A", "<unk>", "e"]
    learned = Pipeline(WhiteSpace(), TextPieces(size=10, min_count=1)).fit(["a▁b ▁"])
    assert learned(["a▁b ▁"])[0] == ["▁a", "<unk>", "b", "▁", "<unk>"]


def test_files_and_what_cannot_be(tmp_path):
    prep = Pipeline(WhiteSpace(), TextPieces(size=30)).fit(["a bc bc"])
    prep.save(tmp_path / "saved")
    assert Pipeline.load(tmp_path / "saved") == prep
    (file,) = (tmp_path / "saved").rglob("vocab.txt")
    file.write_text("a\na\n")
    with pytest.raises(ArtifactError, match="a piece twice"):
        Pipeline.load(tmp_path / "saved")
    assert not TextPieces().learned
    with pytest.raises(ConfigError, match=r"no pieces yet; call fit\(texts\)"):
        TextPieces().map_words(["a"])
    for options, message in (({"size": 0}, "size is 0"), ({"pieces": "abc"}, "a list of pieces")):
        with pytest.raises(ConfigError, match=message):
            TextPieces(**options)
