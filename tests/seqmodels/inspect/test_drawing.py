import numpy as np
import pytest

from seqmodels.inspect import drawing
from seqmodels.inspect.attention_maps import AttentionMap, Rollout
from seqmodels.inspect.crf_table import TransitionTable
from seqmodels.inspect.gates import GateMap
from seqmodels.inspect.gradient_norms import LayerGradients, StepGradients
from seqmodels.inspect.gradient_recorder import GradientHistory
from seqmodels.inspect.hidden_states import HiddenStates
from seqmodels.inspect.jacobian import JacobianSpectrum
from seqmodels.inspect.masked_guesses import MaskedGuesses
from seqmodels.inspect.position_maps import PositionMap
from seqmodels.inspect.saliency import Saliency
from seqmodels.inspect.surprisal import Surprisal
from seqmodels.inspect.tag_marginals import TagMarginals

TOKENS = ["the", "$cat$", "a\nb"]
SHOWN = ["the", "$cat$", "a⏎b"]


def names(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def maps(figure):
    """The heat maps of a figure: title, values, and where their colours end."""
    images = [(axes.get_title(), axes.images[0]) for axes in figure.axes if axes.images]
    return [(title, image.get_array(), image.get_clim(), image.get_cmap().name) for title, image in images]


def lines(figure):
    return {line.get_label(): line.get_xydata() for line in figure.axes[0].lines}


def test_attention_head_by_head():
    weights = np.arange(12, dtype=np.float32).reshape(2, 2, 3) / 12
    figure = drawing.draw_attention(AttentionMap("layer", ["x", "y"], TOKENS, weights))
    found = maps(figure)
    assert [title for title, *_ in found] == ["layer, head 0", "layer, head 1"]
    for head, (_, values, limits, colours) in enumerate(found):
        np.testing.assert_array_equal(values, weights[head])
        assert (limits, colours) == ((0, 1), "cividis")
    for axes in figure.axes[:2]:
        assert (names(axes.xaxis), names(axes.yaxis)) == (SHOWN, ["x", "y"])
        assert not any(label.get_parse_math() for label in axes.get_xticklabels())


def test_a_single_head_has_no_number_and_five_heads_no_empty_place():
    one = drawing.draw_attention(AttentionMap("layer", ["x"], TOKENS, np.ones((1, 1, 3), np.float32)))
    assert [title for title, *_ in maps(one)] == ["layer"]
    five = drawing.draw_attention(AttentionMap("layer", ["x"], TOKENS, np.ones((5, 1, 3), np.float32)))
    assert len(maps(five)) == 5
    assert len(five.axes) == 10  # with a scale of colours each


def test_rollout_and_marginals():
    weights = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])
    figure = drawing.draw_rollout(Rollout(TOKENS, weights))
    np.testing.assert_array_equal(maps(figure)[0][1], weights)
    assert names(figure.axes[0].xaxis) == names(figure.axes[0].yaxis) == SHOWN
    sure = np.array([[0.9, 0.1], [0.4, 0.6], [0.0, 1.0]], np.float32)
    figure = drawing.draw_marginals(TagMarginals(TOKENS, ["O", "B"], ["O", "B", "B"], sure))
    np.testing.assert_array_equal(maps(figure)[0][1], sure.T)
    assert (names(figure.axes[0].xaxis), names(figure.axes[0].yaxis)) == (SHOWN, ["O", "B"])


def test_gates_and_states_have_units_upon_tokens():
    gates = {"forget": np.full((3, 5), 0.5, np.float32), "cell": np.full((3, 5), -0.25, np.float32)}
    (forget, cell) = maps(figure := drawing.draw_gates(GateMap("layer 1", TOKENS, gates)))
    assert (forget[0], forget[1].shape, forget[2], forget[3]) == ("layer 1: forget", (5, 3), (0, 1), "cividis")
    assert (cell[2], cell[3]) == ((-0.25, 0.25), "PuOr")
    assert names(figure.axes[1].xaxis) == SHOWN
    states = np.array([[2.0, -3.0]] * 3, np.float32)
    figure = drawing.draw_hidden_states(HiddenStates("layer 1", TOKENS, states))
    ((title, values, limits, _),) = maps(figure)
    assert (title, limits) == ("layer 1", (-3, 3))
    np.testing.assert_array_equal(values, states.T)
    assert names(figure.axes[0].xaxis) == SHOWN


@pytest.mark.parametrize(
    "figure",
    [
        drawing.draw_saliency(Saliency(TOKENS, np.array([1.0, -2.0, 0.5]), 1.0)),
        drawing.draw_surprisal(Surprisal(TOKENS, np.array([1.0, -2.0, 0.5]))),
    ],
)
def test_bars(figure):
    (axes,) = figure.axes
    assert [bar.get_height() for bar in axes.patches] == [1.0, -2.0, 0.5]
    assert names(axes.xaxis) == SHOWN
    assert axes.patches[0].get_facecolor() != axes.patches[1].get_facecolor()


def test_probabilities_of_hidden_tokens():
    sure = np.array([0.5, 0.25, 0.0], np.float32)
    figure = drawing.draw_masked_guesses(MaskedGuesses(TOKENS, sure, [[]] * 3, np.zeros((3, 0), np.float32)))
    (axes,) = figure.axes
    assert [bar.get_height() for bar in axes.patches] == [0.5, 0.25, 0.0]
    assert (names(axes.xaxis), axes.get_ylim()) == (SHOWN, (0, 1))


def test_lines_over_time_steps():
    figure = drawing.draw_step_gradients(StepGradients(["a", "b"], np.array([[0.0, 1.0], [2.0, 3.0]])))
    found = lines(figure)
    np.testing.assert_array_equal(found["a"], [[1, np.nan], [2, 1]])  # a logarithm has no zero
    np.testing.assert_array_equal(found["b"], [[1, 2], [2, 3]])
    assert figure.axes[0].get_yscale() == "log"
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["a", "b"]


def test_lines_over_training_steps():
    history = GradientHistory(["a", "b"], np.array([0, 10]), np.array([[1.0, 2.0], [3.0, np.nan]]))
    found = lines(drawing.draw_gradient_history(history))
    np.testing.assert_array_equal(found["a"], [[0, 1], [10, 3]])
    np.testing.assert_array_equal(found["b"], [[0, 2], [10, np.nan]])


def test_more_layers_than_colours_still_differ():
    names_ = [str(number) for number in range(10)]
    figure = drawing.draw_step_gradients(StepGradients(names_, np.ones((10, 2))))
    assert len({(line.get_color(), line.get_linestyle()) for line in figure.axes[0].lines}) == 10


def test_layers_by_bars():
    figure = drawing.draw_layer_gradients(LayerGradients(["encoder.layers.0.attention", "b"], np.array([0.1, 10.0])))
    assert [bar.get_height() for bar in figure.axes[0].patches] == pytest.approx([0.1, 10.0])
    assert names(figure.axes[0].xaxis) == ["encoder.layers.0.attention", "b"]  # in full


def test_spectra_of_several_networks():
    products = np.array([[1e-3, 1e-5], [0.1, 0.01], [1.0, 1.0]])
    spectrum = JacobianSpectrum(products[:-1], products, np.ones(2))
    figure = drawing.draw_spectra({"RNN": spectrum, "LSTM": spectrum})
    found = lines(figure)
    assert list(found) == ["RNN", "LSTM"]
    np.testing.assert_array_equal(found["RNN"], [[1, 1e-3], [2, 0.1], [3, 1.0]])
    assert len(figure.axes[0].collections) == 2


def test_transitions_with_start_and_end():
    table = np.array([[0.5, -np.inf], [1.5, -2.0]], np.float32)
    figure = drawing.draw_transitions(TransitionTable(["O", "B"], table, np.array([1, 2]), np.array([3, -np.inf])))
    ((_, values, limits, _),) = maps(figure)
    np.testing.assert_array_equal(values.mask, [[0, 0, 1], [0, 1, 0], [0, 0, 1]])
    np.testing.assert_array_equal(values.compressed(), [1, 2, 0.5, 3, 1.5, -2])
    assert limits == (-3, 3)
    axes = figure.axes[0]
    assert (names(axes.xaxis), names(axes.yaxis)) == (["O", "B", "(end)"], ["(start)", "O", "B"])
    assert sorted(text.get_text() for text in axes.texts) == ["-2.0", "0.5", "1.0", "1.5", "2.0", "3.0"]


def test_positions():
    scores = drawing.draw_positions(PositionMap("alibi", "scores", -np.ones((2, 3, 3), np.float32)))
    assert [title for title, *_ in maps(scores)] == ["alibi, head 0", "alibi, head 1"]
    added = drawing.draw_positions(PositionMap("learned", "input", np.ones((1, 3, 8), np.float32)))
    assert [(title, values.shape) for title, values, *_ in maps(added)] == [("learned", (3, 8))]
