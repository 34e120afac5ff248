from __future__ import annotations

import json
from pathlib import Path

import pytest

GLOVE = "king 1 1 0\nqueen 1 1 1\nman 1 0 0\nwoman 1 0 1\napple -1 0 0\n"


@pytest.fixture
def glove(here):
    Path("glove.txt").write_text(GLOVE)
    return "glove.txt"


def test_info(textmill, glove):
    done = textmill("vectors", "info", glove)
    assert done.code == 0
    assert done.out.splitlines()[0] == "5 words of dimension 3"
    assert "first words: king queen man woman apple" in done.out


def test_nearest(textmill, glove):
    lines = textmill("vectors", "nearest", glove, "king", "-k", 2).out.splitlines()
    assert [line.split()[1] for line in lines] == ["queen", "man"]
    assert 0.81 < float(lines[0].split()[0]) < 0.82


def test_analogy(textmill, glove):
    assert textmill("vectors", "nearest", glove, "man", "king", "woman").out.split()[1] == "queen"


@pytest.mark.parametrize(
    "content, message",
    [
        (b"cat 1 2 3\ndog 1 2\n", "bad.txt:2: "),
        (b"cat 1 2 3\nnew york 1 2 3\n", "bad.txt:2: "),
        (b"cat 1 2 3\ndog 1 x 3\n", "bad.txt:2: "),
        (b"cat 1 2 3\nd\xffg 1 2 3\n", "bad.txt:2: "),
        (b"cat 1 2 3\ndog 1 nan 3\n", "bad.txt:2: "),
        (b"", "bad.txt: "),
    ],
)
def test_a_bad_vector_file(textmill, content, message):
    Path("bad.txt").write_bytes(content)
    done = textmill("vectors", "info", "bad.txt")
    if b"york" in content and done.code == 0:  # read as a word with a space, as some files have them
        assert done.out.startswith("2 words of dimension 3")
        return
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"textmill: {message}")
    assert done.err.count("\n") == 1


def test_other_mistakes(refused, glove):
    assert "none.txt: no such file" in refused("vectors", "info", "none.txt")
    assert "give one word, or the three words of an analogy" in refused("vectors", "nearest", glove, "a", "b")
    assert "'knig'" in refused("vectors", "nearest", glove, "knig")


def test_verify(textmill, refused, glove):
    from embeddings import WordVectors

    WordVectors.open(glove).save("saved")
    for path in (glove, "saved"):
        done = textmill("vectors", "verify", path)
        assert (done.code, done.out) == (0, "whole: 5 words of dimension 3, every byte as it was written\n")
    file = Path("saved/vectors.safetensors")
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + b"!")
    assert "table changed since it was written" in refused("vectors", "verify", "saved")
    file.write_bytes(whole)
    card = json.loads(Path("saved/store.json").read_text())
    Path("saved/store.json").write_text(
        json.dumps({key: card[key] for key in ("source", "duplicates", "bytes")} | {"format": 1})
    )
    assert "there are no checksums" in textmill("vectors", "verify", "saved").out
