import math

import numpy as np
import pytest
import torch

from pipelines import TranslationSettings, load, train_translation
from pipelines.datasets import TextPairs
from pipelines.inspection.look import look_inside
from seqmodels.inspect.watching import kept_weights
from textprep.errors import InputError, InputWarning
from textprep.settings import with_values

TEXT = "dog runs cat"
LAYERS = {"hidden_size": 8, "heads": 2, "layers": 2, "inner_size": 8, "positions": "learned", "context": 8}
TRANSFORMER = {
    "data.recipe": "white_space",
    "data.prefix": "say: ",
    "data.joint": False,
    "model.shared": False,
    "model.input.size": 8,
    **{f"model.{side}.kind": "transformer" for side in ("encoder", "decoder")},
    **{f"model.{side}.{name}": value for side in ("encoder", "decoder") for name, value in LAYERS.items()},
    "training.epochs": 1,
    "decoding.max_tokens": 3,
    "decoding.min_tokens": 3,
}


@pytest.fixture(scope="module")
def transformer(one_thread, tmp_path_factory):
    """A run that has learned nothing, writes three tokens whatever it reads, and has a prefix and two vocabularies."""
    data = [("dog runs", "Hund läuft"), ("cat runs", "Katze läuft")] * 4
    settings = with_values(TranslationSettings(), TRANSFORMER)
    return train_translation(data, data, out=tmp_path_factory.mktemp("translation") / "run", settings=settings)


def names(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


@torch.no_grad()
def written_step_by_step(run, target):
    """Where the model looks as it writes each token, given one token after the other."""
    model, words = run.parts.model, run.parts.pipeline.vocabulary
    source = run.parts.pipeline.ids([TEXT]).values.astype(int)
    state, rows = model.begin(torch.tensor([source.tolist()]), torch.tensor([len(source)])), []
    with kept_weights(model) as attentions:
        for before in ["<bos>", *target[:-1]]:
            _, state = model.next_scores(torch.tensor([[words[before]]]), torch.tensor([1]), state)
            rows.append(attentions["decoder.attention"].weights[0, 0, 0].numpy())
    return rows


def test_a_translation_with_its_alignment(translation):
    written, surprise, looks, *encoder = look_inside(translation.run, TEXT).sections
    assert (written.says, written.shows[0].rows) == ("", [["Hund läuft Katze"]])
    assert translation.run.translate([TEXT]) == ["Hund läuft Katze"]
    target = ["Hund", "läuft", "Katze", "(end)"]
    axes = surprise.shows[0].figure.axes[0]
    assert names(axes.xaxis) == target
    pairs = translation.run.task.batches(TextPairs([TEXT], ["Hund läuft Katze"], ""), translation.run.parts)
    bits = translation.run.parts.model.predict(pairs).nats / math.log(2)
    assert sum(bar.get_height() for bar in axes.patches) == pytest.approx(bits, abs=1e-4)
    assert surprise.says == f"{bits:.2f} bits in all, {bits / 4:.2f} a token."
    (picture,) = looks.shows
    axes = picture.figure.axes[0]
    assert (names(axes.yaxis), names(axes.xaxis)) == (target, TEXT.split())
    weights = np.asarray(axes.images[0].get_array())
    np.testing.assert_allclose(weights, written_step_by_step(translation.run, target), atol=1e-5)
    np.testing.assert_allclose(weights.sum(1), 1, atol=1e-5)
    assert weights[:3].argmax(1).tolist() == [0, 1, 2]  # what it has learned: word by word
    assert [section.heading for section in encoder] == ["Gates, source", "Hidden states, source"]


def test_layers_of_several_heads_with_their_means(transformer):
    written, surprise, looks, *encoder = look_inside(transformer, "dog").sections
    assert written.says == "It is cut off after 3 tokens."
    assert transformer.translate(["dog"]) == [written.shows[0].rows[0][0]]
    target = names(surprise.shows[0].figure.axes[0].xaxis)
    assert len(target) == 3 and set(target) <= {"Hund", "Katze", "läuft"}
    titles = [picture.figure.axes[0].get_title() for picture in looks.shows]
    assert titles == [
        title
        for layer in (0, 1)
        for title in (f"decoder.layers.{layer}.source, mean of 2 heads", f"decoder.layers.{layer}.source, head 0")
    ]
    mean, heads = (
        [np.asarray(axes.images[0].get_array()) for axes in picture.figure.axes if axes.images]
        for picture in looks.shows[:2]
    )
    np.testing.assert_allclose(mean[0], (heads[0] + heads[1]) / 2, atol=1e-6)
    axes = looks.shows[0].figure.axes[0]
    assert (names(axes.yaxis), names(axes.xaxis)) == (target, ["say:", "dog"])
    kinds = ("Hidden states", "Attention", "Attention rollout", "Positions")
    assert [section.heading for section in encoder] == [f"{kind}, source" for kind in kinds]


def test_unknown_words_are_named(transformer):
    with pytest.warns(InputWarning, match="does not know 'zebra'"):
        first = look_inside(transformer, "zebra runs").sections[0]
    assert first.says == "The model does not know 'zebra'. It is cut off after 3 tokens."


@pytest.mark.parametrize(
    "text, problem",
    [
        ("", "the text has no tokens; give a text with words in it"),
        (" ", "the text has no tokens"),
        ("zebra mule", "the model knows no token of the text: 'zebra', 'mule'"),  # it knows the prefix
        ("dog " * 201, "the text has 201 tokens, and a page shows 200 at most"),
        ("dog " * 200, "the source has 201 tokens"),
        ("dog " * 8, "has 9 tokens, and the model reads 8 at most; cut it"),
    ],
)
def test_texts_that_cannot_be_shown(transformer, text, problem):
    with pytest.raises(InputError, match=problem):
        look_inside(transformer, text)


def test_a_translation_that_is_too_long_for_a_page(translation):
    run = load(translation.folder, {"decoding.max_tokens": 201, "decoding.min_tokens": 201})
    with pytest.raises(InputError, match="the translation has 201 tokens, and a page shows 200 at most"):
        look_inside(run, TEXT)
