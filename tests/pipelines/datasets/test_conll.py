from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipelines.datasets import read_conll
from textprep.errors import ConfigError, InputError

SAMPLE = b"""-DOCSTART- -X- O

EU NNP B-ORG
rejects VBZ O

# CD O


-DOCSTART- -X- O

Peter NNP B-PER
Blackburn NNP I-PER"""


@pytest.mark.parametrize("change", [lambda d: d, lambda d: b"\xef\xbb\xbf" + d.replace(b"\n", b"\r\n") + b"\r\n"])
@pytest.mark.parametrize("blank", [b" ", b"\t", b" \t "])
def test_words_tags_documents_and_lines(save, change, blank):
    path = save("sample.txt", change(SAMPLE.replace(b" ", blank)))
    read = read_conll(path)
    assert read.words == [["EU", "rejects"], ["#"], ["Peter", "Blackburn"]]
    assert read.tags == [["B-ORG", "O"], ["O"], ["B-PER", "I-PER"]]
    assert read.document == [0, 0, 1]
    assert read.lines == [3, 6, 11]
    assert read.source == str(path)
    assert len(read) == 3


WORD = st.text(st.characters(exclude_characters=" \t\n\r", exclude_categories=["Cs"]), min_size=1).filter(
    lambda word: word != "-DOCSTART-"
)
SENTENCES = st.lists(st.lists(st.tuples(WORD, st.sampled_from(["O", "B-A", "B-B"])), min_size=1), min_size=1)


@given(SENTENCES, st.integers(1, 3))
def test_any_words_come_back(save, sentences, gap):
    blocks = ["".join(f"{word} {tag}\n" for word, tag in sentence) for sentence in sentences]
    path = save("any.conll", ("-DOCSTART- O\n" + "\n" * gap + ("\n" * gap).join(blocks)).encode())
    words = [[word for word, _ in sentence] for sentence in sentences]
    read = read_conll(path)
    assert read.words == words
    assert read.tags == [[tag for _, tag in sentence] for sentence in sentences]
    lines = path.read_bytes().split(b"\n")
    assert [lines[line - 1].split(b" ")[0].decode() for line in read.lines] == [sentence[0] for sentence in words]


def test_sentences_before_the_first_mark_are_a_document_and_a_mark_ends_a_sentence(save):
    read = read_conll(save("marks.txt", b"a O\n-DOCSTART- O\nb O\n-DOCSTART- O\n-DOCSTART- O\nc O\n"))
    assert (read.words, read.document) == ([["a"], ["b"], ["c"]], [0, 1, 3])
    assert read_conll(save("none.txt", b"a O\n\nb O\n")).document == [0, 0]


def test_columns_and_schemes(save):
    path = save("columns.txt", b"0 U-A EU x\n1 O and y\n")
    read = read_conll(path, word_column=2, tag_column=1)
    assert (read.words, read.tags) == ([["EU", "and"]], [["B-A", "O"]])
    read = read_conll(save("iob1.txt", b"a I-A\nb I-A\nc B-A\n"))
    assert read.tags == [["B-A", "I-A", "B-A"]]


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (b"", {}, r"bad.txt: there are no sentences"),
        (b"\n-DOCSTART- O\n\n", {}, r"bad.txt: there are no sentences"),
        (b"a O\nb\n", {}, r"bad.txt:2: 1 columns where the lines before have 2"),
        (b"a\n", {}, r"bad.txt:1: words and tags are in the same column; set the word column"),
        (b"a O\n", {"tag_column": 3}, r"bad.txt:1: there is no column 3 among 2"),
        (b"a O\n", {"word_column": -3}, r"bad.txt:1: there is no column -3 among 2"),
        (b"a O\n\nb O\n\xe9 O\n", {}, r"bad.txt:4: invalid UTF-8"),
        (b"a O\n\nb O\nc I-A\n", {"scheme": "IOB2"}, r"bad.txt:4: not IOB2: I-A cannot follow O"),
        (b"a O\n\nb O\nc NN\n", {}, r"bad.txt:4: not IOB2: 'NN' is not a tag"),
        (b"a O\n\nb B-A\nc B-A\n", {"scheme": "BIOES"}, r"bad.txt:4: not BIOES"),
        (b"a O\n\nb O\nc B-A\n", {"scheme": "BIOES"}, r"bad.txt:4: not BIOES: a sequence cannot end"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(save, data, options, message):
    with pytest.raises(InputError, match=message):
        read_conll(save("bad.txt", data), **options)


def test_an_unknown_scheme(save):
    with pytest.raises(ConfigError, match="unknown tag scheme"):
        read_conll(save("a.txt", b"a O\n"), scheme="XYZ")


def test_tags_of_no_scheme_stay_as_they_are(save):
    path = save("pos.txt", b"EU NNP B-NP\nrejects VBZ I-VP\n. . O\n")
    assert read_conll(path, tag_column=1, scheme="none").tags == [["NNP", "VBZ", "."]]
    with pytest.raises(InputError, match=r"'NNP' is not a tag.*none takes any tags as they are"):
        read_conll(path, tag_column=1)


def test_a_sentence_with_a_bad_line_is_set_aside_whole(save):
    path = save("aside.txt", b"-DOCSTART- O\na O\nb B-A\n\nc O\nd\ne O\n\nf O\n\xff O\n-DOCSTART- O\ng O\n")
    bad = []
    read = read_conll(path, on_bad_row=bad.append)
    assert (read.words, read.document, read.lines) == ([["a", "b"], ["g"]], [0, 1], [2, 12])
    assert [(row.line, row.raw) for row in bad] == [(6, b"c O\nd\ne O"), (10, b"f O\n\xff O")]
    assert bad[0].reason == "1 columns where the lines before have 2"
    assert bad[1].reason.startswith("invalid UTF-8")


def test_if_no_sentence_is_left_that_is_an_error_still(save):
    with pytest.raises(InputError, match="there are no sentences"):
        read_conll(save("none.txt", b"\xff O\n"), on_bad_row=lambda row: None)


def test_another_encoding(save):
    assert read_conll(save("latin.txt", "Köln S-LOC\n".encode("latin-1")), encoding="latin-1").words == [["Köln"]]
    with pytest.raises(InputError, match=r"latin.txt:1: invalid UTF-8.*--encoding"):
        read_conll(save("latin.txt", "Köln S-LOC\n".encode("latin-1")))
