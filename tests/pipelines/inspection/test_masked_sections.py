import math

import pytest

from pipelines.inspection.look import look_inside
from textprep.errors import InputError, InputWarning


def test_each_token_hidden_as_the_run_fills_gaps(masked):
    text = "the cat sat on the mat"
    first, *encoder = look_inside(masked.run, text).sections
    assert first.heading == "Each token hidden"
    picture, table = first.shows
    words = text.split()
    assert [row[0] for row in table.rows] == words
    assert [label.get_text() for label in picture.figure.axes[0].get_xticklabels()] == words
    for place, (word, own, guesses) in enumerate(table.rows):
        (gap,) = masked.run.fill(" ".join([*words[:place], "[MASK]", *words[place + 1 :]]), best=100)
        likely = {each.word: each.probability for each in gap.guesses}
        assert float(own) == pytest.approx(likely[word], abs=2e-4)
        expected = ", ".join(f"{each.word} {each.probability:.4f}" for each in gap.guesses[:5])
        assert guesses == expected
    (judged,) = masked.run([text])
    assert -sum(math.log(float(row[1])) for row in table.rows) == pytest.approx(judged.nats, rel=0.01)
    assert [section.heading for section in encoder] == ["Hidden states", "Attention", "Attention rollout", "Positions"]
    axes = encoder[1].shows[0].figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["[CLS]", *words, "[SEP]"]


def test_unknown_words_are_read_but_not_hidden(masked):
    with pytest.warns(InputWarning, match="does not know 'zebra', '\\[SEP\\]'"):
        first = look_inside(masked.run, "the zebra [SEP] sat").sections[0]
    assert first.says == "The model does not know 'zebra', '[SEP]'."
    assert [row[0] for row in first.shows[1].rows] == ["the", "sat"]


@pytest.mark.parametrize(
    "text, problem",
    [
        ("", "the text has no tokens; give a text with words in it"),
        ("zebra", "the model knows no token of the text: 'zebra'"),
        ("the [MASK] sat", r"there is a \[MASK\] in the text; give a whole text.* textmill predict fills gaps"),
        ("the " * 11, "the text has 11 tokens, and the model has learned to read 10 at once; give a part of it"),
        ("the " * 201, "a page shows 200 at most"),
    ],
)
def test_texts_that_cannot_be_shown(masked, text, problem):
    with pytest.raises(InputError, match=problem):
        look_inside(masked.run, text)
    assert look_inside(masked.run, "the " * 10).sections
