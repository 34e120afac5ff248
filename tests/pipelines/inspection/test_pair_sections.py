import numpy as np
import pytest

from pipelines import PairsSettings, train_pairs
from pipelines.datasets import LabelledPairs, TextPairs
from pipelines.inspection.look import look_inside
from seqmodels.inspect.saliency import gradient_times_input, integrated_gradients, pair_score
from textprep.errors import InputError, InputWarning
from textprep.settings import with_values

FIRST, SECOND = "the cat sleeps", "a dog runs"
TRANSFORMER = {
    "min_count": 1,
    "data.max_tokens": 6,
    "model.join": "together",
    "model.input.size": 8,
    "model.encoder.kind": "transformer",
    "model.encoder.hidden_size": 8,
    "model.encoder.heads": 2,
    "model.encoder.layers": 1,
    "model.encoder.inner_size": 8,
    "model.encoder.positions": "learned",
    "model.encoder.context": 10,
    "training.epochs": 1,
}


@pytest.fixture(scope="module")
def together(one_thread, tmp_path_factory):
    """A run whose Transformer reads both texts as one sequence."""
    data = LabelledPairs([FIRST, SECOND] * 4, [FIRST] * 8, ["same", "other"] * 4, "pairs")
    settings = with_values(PairsSettings(), TRANSFORMER)
    return train_pairs(data, data, out=tmp_path_factory.mktemp("pairs") / "run", settings=settings)


def shown(section):
    """The tokens and values of each picture of bars."""
    axes = [picture.figure.axes[0] for picture in section.shows]
    return [
        ([label.get_text() for label in each.get_xticklabels()], [bar.get_height() for bar in each.patches])
        for each in axes
    ]


def test_two_texts_that_are_compared(pairs):
    probabilities, counts, *encoder = look_inside(pairs.run, f"{FIRST}\t{SECOND}").sections
    expected = pairs.run.probabilities([(FIRST, SECOND)])[0]
    (table,) = probabilities.shows
    assert table.rows == [
        [pairs.run.labels[label], f"{expected[label]:.4f}"] for label in np.argsort(-expected).tolist()
    ]
    assert probabilities.says == ""
    assert counts.heading == f"What counts for {table.rows[0][0]}"
    assert [tokens for tokens, _ in shown(counts)] == [FIRST.split(), SECOND.split()] * 2
    batches = pairs.run.task.batches(TextPairs([FIRST], [SECOND], ""), pairs.run.parts)
    score, vectors = pair_score(pairs.run.parts.model, batches.lay_out(np.array([0])), int(expected.argmax()))
    tokens, values = f"{FIRST} {SECOND}".split(), [values for _, values in shown(counts)]
    np.testing.assert_allclose(values[0] + values[1], gradient_times_input(score, vectors, tokens).values)
    np.testing.assert_allclose(values[2] + values[3], integrated_gradients(score, vectors, tokens).values)
    assert [section.heading for section in encoder] == [
        f"{kind}, {text} text" for text in ("first", "second") for kind in ("Gates", "Hidden states")
    ]


def test_two_texts_that_are_read_as_one(together):
    _, counts, *encoder = look_inside(together, f"{FIRST}\t{SECOND}").sections
    first, second = [*FIRST.split(), "<sep>"], [*SECOND.split(), "<sep>"]
    assert [tokens for tokens, _ in shown(counts)] == [first, second] * 2
    assert [section.heading for section in encoder] == ["Hidden states", "Attention", "Attention rollout", "Positions"]
    axes = encoder[1].shows[0].figure.axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == first + second


def test_what_is_not_read_or_not_known_is_told(together):
    with pytest.warns(InputWarning, match="does not know 'zebra'"):
        first, counts, *_ = look_inside(together, "the cat\tthe zebra sleeps the cat sleeps runs runs").sections
    assert first.says == "Of the second text the first 6 tokens are read. The model does not know 'zebra'."
    assert [len(tokens) for tokens, _ in shown(counts)] == [3, 7, 3, 7]


@pytest.mark.parametrize(
    "text, problem",
    [
        (
            "",
            "takes two texts with a tab between them, and there are 0 tabs; give the first text, a tab and the second",
        ),
        (FIRST, "there are 0 tabs"),
        (f"{FIRST}\t{SECOND}\t", "there are 2 tabs"),
        (f"\t{SECOND}", "the first text has no tokens; give a text with words in it"),
        (f"{FIRST}\t ", "the second text has no tokens"),
        ("zebra\tmule", "the model knows no token of the text: 'zebra', 'mule'"),
        (f"{'the ' * 101}\t{'the ' * 100}", "the pair has 201 tokens, and a page shows 200 at most"),
    ],
)
def test_texts_that_cannot_be_shown(pairs, text, problem):
    with pytest.raises(InputError, match=problem):
        look_inside(pairs.run, text)


def test_a_pair_that_is_longer_than_the_context(together):
    with pytest.raises(InputError, match="a sequence of 11 steps is longer than the model's context of 10"):
        look_inside(together, f"{FIRST} {SECOND}\t{FIRST}")
