from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipelines.datasets import read_conllu
from textprep.errors import ConfigError, InputError

SAMPLE = """# newdoc id = a
# sent_id = 1
# text = Vámonos al 10 000
1-2\tVámonos\t_\t_\t_\t_\t_\t_\t_\t_
1\tVamos\tir\tVERB\tV\tMood=Imp\t0\troot\t0:root\t_
2\tnos\tnosotros\tPRON\tP\t_\t1\tobj\t1:obj\t_
3\t10 000\t10000\tNUM\t_\t_\t1\tobl\t1:obl\t_
3.1\tfue\tir\tVERB\tV\t_\t_\t_\t0:root\t_

# newdoc id = b
# sent_id = 2
1\t#\t#\tSYM\tS\t_\t0\troot\t0:root\t_


# sent_id = 3
1\t_\t_\tPUNCT\tF\t_\t0\troot\t0:root\t_
"""


@pytest.mark.parametrize("change", [lambda text: text, lambda text: "\ufeff" + text.replace("\n", "\r\n").rstrip()])
def test_words_are_the_lines_with_whole_numbers(save, change):
    read = read_conllu(save("a.conllu", change(SAMPLE).encode()))
    assert read.words == [["Vamos", "nos", "10 000"], ["#"], ["_"]]
    assert read.tags == [["VERB", "PRON", "NUM"], ["SYM"], ["PUNCT"]]
    assert read.document == [0, 1, 1]
    assert read.lines == [1, 10, 15]


@pytest.mark.parametrize(
    ("column", "tags"), [("xpos", ["V", "P", "_"]), ("lemma", ["ir", "nosotros", "10000"]), ("head", ["0", "1", "1"])]
)
def test_any_column_can_be_the_tags(save, column, tags):
    assert read_conllu(save("a.conllu", SAMPLE.encode()), column).tags[0] == tags


FIELD = st.text(st.characters(exclude_characters="\t\n\r", exclude_categories=["Cs"]), min_size=1)


@given(st.lists(st.lists(st.tuples(FIELD, FIELD), min_size=1), min_size=1))
def test_any_words_and_tags_come_back(save, sentences):
    blocks = [
        "".join(f"{n}\t{word}\tl\tX\t{tag}\t_\t_\t_\t_\t_\n" for n, (word, tag) in enumerate(sentence, 1))
        for sentence in sentences
    ]
    path = save("any.conllu", "\n".join(blocks).encode())
    if all(tag == "_" for sentence in sentences for _, tag in sentence):
        return
    read = read_conllu(path, "xpos")
    assert [list(zip(*pair, strict=True)) for pair in zip(read.words, read.tags, strict=True)] == sentences


GOOD = "1\ta\ta\tX\t_\t_\t0\troot\t_\t_\n"


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        ("1\ta\ta\tX\n", 4, "4 columns where CoNLL-U has 10, parted by tabs"),
        ("1 a a X _ _ 0 root _ _\n", 4, "1 columns where CoNLL-U has 10"),
        (GOOD.replace("1", "2"), 4, "the word has the number '2' where 1 is due"),
        (GOOD + GOOD, 5, "the word has the number '1' where 2 is due"),
        (GOOD.replace("X", ""), 4, "the column upos is empty; CoNLL-U writes _"),
        (GOOD.replace("X", "\udcff"), 4, "invalid UTF-8"),
    ],
)
def test_a_sentence_with_a_line_that_cannot_be_used(save, lines, line, message):
    data = f"{GOOD}\n# text = b\n{lines}\n{GOOD}".encode("utf-8", "surrogateescape")
    path = save("bad.conllu", data)
    with pytest.raises(InputError, match=rf"bad.conllu:{line}: {message}"):
        read_conllu(path)
    bad = []
    read = read_conllu(path, on_bad_row=bad.append)
    assert read.words == [["a"], ["a"]]
    assert [(row.line, row.raw) for row in bad] == [(line, data.split(b"\n\n")[1].removesuffix(b"\n"))]


def test_what_holds_no_tags(save):
    with pytest.raises(InputError, match="there are no sentences; a word is a line of ten columns"):
        read_conllu(save("none.conllu", b"# text = a\n\n1-2\tab\t_\t_\t_\t_\t_\t_\t_\t_\n"))
    with pytest.raises(InputError, match="there is nothing in the column xpos; choose another"):
        read_conllu(save("bare.conllu", GOOD.encode()), "xpos")
    with pytest.raises(ConfigError, match=r"unknown column of CoNLL-U 'upo'; did you mean 'upos'\?"):
        read_conllu(save("bare.conllu", GOOD.encode()), "upo")


def test_another_encoding(save):
    path = save("latin.conllu", GOOD.replace("a\ta", "é\té").encode("latin-1"))
    assert read_conllu(path, encoding="latin-1").words == [["é"]]
