"""Lines of words, against joined strings."""

from hypothesis import given

from .conftest import batch_of, rows


@given(rows)
def test_every_line_is_the_words_joined(written, rows):
    batch = batch_of(rows)
    assert written("text", batch, batch).decode() == "".join(" ".join(words) + "\n" for words in batch[1]) * 2
