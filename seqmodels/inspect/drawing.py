"""Figures of what this folder's functions give. Each function draws one thing and gives a matplotlib `Figure`, to be
saved by `figure.savefig("file.png")` or written as text by `svg`.

Colours are told apart by everyone: cividis (Nuñez, Anderton & Renslow, 2018) for shares, purple to orange (Brewer) for
what has a sign, and for lines the set of Okabe & Ito (2008).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

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
from seqmodels.inspect.token_labels import shown_tokens

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHARES, SIGNED = "cividis", "PuOr"
LINES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
STYLES = ("-", "--", ":")  # beside the colours, so that lines differ without them, too
SMALL = 7  # points, of labels
WRITTEN = 12  # tags in a table whose numbers are written out


def draw_step_gradients(gradients: StepGradients) -> Figure:
    """A line for each layer: its gradient at each time step, on a logarithmic scale."""
    lines = dict(zip(gradients.layers, gradients.norms, strict=True))
    return _lines(np.arange(1, gradients.norms.shape[1] + 1), lines, "time step", "norm of the gradient")


def draw_layer_gradients(gradients: LayerGradients) -> Figure:
    """A bar for each layer: the gradient of its weights."""
    figure = _bars(gradients.layers, gradients.norms, "norm of the gradient")
    (axes,) = figure.axes
    axes.set_xticks(range(len(gradients.layers)), gradients.layers, rotation=90, fontsize=SMALL, parse_math=False)
    axes.set_yscale("log" if (gradients.norms > 0).any() else "linear")
    return figure


def draw_gradient_history(history: GradientHistory) -> Figure:
    """A line for each layer: the gradient of its weights, record by record."""
    lines = dict(zip(history.layers, history.norms.T, strict=True))
    return _lines(history.steps, lines, "training step", "norm of the gradient")


def draw_spectra(spectra: Mapping[str, JacobianSpectrum]) -> Figure:
    """For each name a line, the largest singular value of d s_T / d s_t, above a band of the others that are known."""
    lines = {name: spectrum.products[:, 0] for name, spectrum in spectra.items()}
    longest = max((len(line) for line in lines.values()), default=0)
    figure = _lines(np.arange(1, longest + 1), lines, "time step t", "singular values of d s_T / d s_t")
    for colour, spectrum in zip(cycle(LINES), spectra.values(), strict=False):
        low, high = (_above_zero(spectrum.products[:, column]) for column in (-1, 0))
        figure.axes[0].fill_between(np.arange(1, len(low) + 1), low, high, color=colour, alpha=0.15, linewidth=0)
    return figure


def draw_gates(gates: GateMap) -> Figure:
    """A heat map for each gate: units upon tokens."""
    figure, places = _figure(len(gates.tokens), 1.3 * len(gates.gates) + 1, rows=len(gates.gates))
    for axes, (name, values) in zip(places, gates.gates.items(), strict=True):
        _heat_map(axes, values.T, f"{gates.layer}: {name}", _limit(values))
        axes.set_ylabel("unit", fontsize=SMALL)
        axes.set_xticks([])
    _name_columns(places[-1], gates.tokens)
    return figure


def draw_hidden_states(states: HiddenStates) -> Figure:
    """A heat map: units upon tokens."""
    figure, (axes,) = _figure(len(states.tokens), 3)
    _heat_map(axes, states.states.T, states.layer, _limit(states.states))
    axes.set_ylabel("unit", fontsize=SMALL)
    _name_columns(axes, states.tokens)
    return figure


def draw_attention(attention: AttentionMap) -> Figure:
    """A heat map for each head: how much the token of a row looks at that of a column."""
    heads = len(attention.weights)
    columns = min(heads, 2 if len(attention.keys) > 20 else 4)
    rows = math.ceil(heads / columns)
    tall = rows * (0.17 * len(attention.queries) + 1.1)
    figure, places = _figure(columns * len(attention.keys), tall, rows=rows, columns=columns)
    for head, (axes, weights) in enumerate(zip(places, attention.weights, strict=False)):
        title = attention.name if heads == 1 else f"{attention.name}, head {head}"
        _heat_map(axes, weights, title, (0.0, 1.0))
        _name_columns(axes, attention.keys)
        _name_rows(axes, attention.queries)
    for axes in places[heads:]:
        axes.remove()
    return figure


def draw_rollout(rollout: Rollout) -> Figure:
    """A heat map: how much of the vector of a row's token comes from the token of a column."""
    figure, (axes,) = _figure(len(rollout.tokens), 0.17 * len(rollout.tokens) + 1.1)
    _heat_map(axes, rollout.weights, "through all layers", (0.0, max(1e-9, float(rollout.weights.max(initial=0)))))
    _name_columns(axes, rollout.tokens)
    _name_rows(axes, rollout.tokens)
    return figure


def draw_saliency(saliency: Saliency) -> Figure:
    """A bar for each token: what it adds to the score."""
    return _bars(saliency.tokens, saliency.values, "added to the score")


def draw_surprisal(surprisal: Surprisal) -> Figure:
    """A bar for each token: its bits."""
    return _bars(surprisal.tokens, surprisal.bits, "bits")


def draw_masked_guesses(guesses: MaskedGuesses) -> Figure:
    """A bar for each token that was hidden: its probability."""
    figure = _bars(guesses.tokens, guesses.probabilities, "probability")
    figure.axes[0].set_ylim(0, 1)
    return figure


def draw_transitions(table: TransitionTable) -> Figure:
    """A heat map: the score of going from the tag of a row to that of a column; grey is what may not be."""
    count = len(table.tags)
    scores = np.full((count + 1, count + 1), -np.inf)
    scores[0, :count], scores[1:, :count], scores[1:, count] = table.start, table.transitions, table.end
    figure, (axes,) = _figure(round(1.5 * count), 0.26 * count + 1.3)
    _heat_map(axes, scores, "from the tag of a row to that of a column", _limit(scores, signed=True))
    _name_columns(axes, [*table.tags, "(end)"])
    _name_rows(axes, ["(start)", *table.tags])
    if count <= WRITTEN:
        for (row, column), score in np.ndenumerate(scores):
            if np.isfinite(score):
                axes.text(column, row, f"{score:.1f}", ha="center", va="center", fontsize=SMALL - 1)
    return figure


def draw_marginals(marginals: TagMarginals) -> Figure:
    """A heat map: the probability of each tag (rows) at each token."""
    figure, (axes,) = _figure(len(marginals.tokens), 0.17 * len(marginals.tags) + 1.1)
    _heat_map(axes, marginals.probabilities.T, "probability of each tag", (0.0, 1.0))
    _name_columns(axes, marginals.tokens)
    _name_rows(axes, marginals.tags)
    return figure


def draw_positions(positions: PositionMap) -> Figure:
    """A heat map, or one for each head: what the places do to the input, the scores or the queries."""
    of_scores = positions.acts_on == "scores"
    across, down = ("place that is looked at", "place that looks") if of_scores else ("feature", "place")
    count = len(positions.values)
    columns = min(count, 4)
    figure, places = _figure(
        20 * columns, 2.6 * math.ceil(count / columns), rows=math.ceil(count / columns), columns=columns
    )
    for head, (axes, values) in enumerate(zip(places, positions.values, strict=False)):
        _heat_map(axes, values, positions.kind + (f", head {head}" if of_scores else ""), _limit(values, signed=True))
        axes.set_xlabel(across, fontsize=SMALL)
        axes.set_ylabel(down, fontsize=SMALL)
    for axes in places[count:]:
        axes.remove()
    return figure


def _figure(columns_of_cells: int, height: float, rows: int = 1, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """A figure as wide as so many named columns need, `height` inches tall, and its axes row by row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(min(40.0, max(4.5, 0.2 * columns_of_cells + 1.2 * columns)), height), layout="constrained")
    return figure, list(np.ravel(figure.subplots(rows, columns, squeeze=False)))


def _heat_map(axes: Axes, values: NDArray[Any], title: str, limits: tuple[float, float]) -> None:
    import matplotlib

    colours = matplotlib.colormaps[SIGNED if limits[0] < 0 else SHARES].with_extremes(bad="0.85")
    shown = np.ma.masked_invalid(values)
    # "none" has an SVG hold a pixel for each number, to be scaled up by whoever shows it.
    image = axes.imshow(shown, colours, aspect="auto", interpolation="none", vmin=limits[0], vmax=limits[1])
    axes.set_title(title, fontsize=SMALL + 1, parse_math=False)
    axes.tick_params(labelsize=SMALL)
    bar = axes.figure.colorbar(image, ax=axes, pad=0.01)
    bar.ax.tick_params(labelsize=SMALL)


def _limit(values: NDArray[Any], *, signed: bool = False) -> tuple[float, float]:
    """What the ends of the colours mean: 0 and 1 for shares, else the same on both sides of 0."""
    finite = values[np.isfinite(values)]
    most = float(np.abs(finite).max(initial=0.0))
    if not signed and most <= 1 and not (finite < 0).any():
        return 0.0, 1.0
    return -(most or 1.0), most or 1.0


def _name_columns(axes: Axes, names: Sequence[str]) -> None:
    shown = shown_tokens(names)
    upright = max(map(len, shown), default=0) <= 2  # letters, say
    axes.set_xticks(range(len(shown)), shown, rotation=0 if upright else 90, fontsize=SMALL, parse_math=False)


def _name_rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), shown_tokens(names), fontsize=SMALL, parse_math=False)


def _bars(names: Sequence[str], values: NDArray[Any], unit: str) -> Figure:
    figure, (axes,) = _figure(len(names), 3)
    axes.bar(range(len(names)), values, color=[LINES[1] if value < 0 else LINES[0] for value in values.tolist()])
    axes.axhline(0, color="black", linewidth=0.5)
    axes.set_ylabel(unit, fontsize=SMALL)
    axes.tick_params(labelsize=SMALL)
    _name_columns(axes, names)
    axes.margins(x=0.01)
    return figure


def _lines(places: NDArray[Any], lines: Mapping[str, NDArray[Any]], across: str, up: str) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.4), layout="constrained")
    axes = figure.subplots()
    for number, (name, values) in enumerate(lines.items()):
        style = STYLES[number // len(LINES) % len(STYLES)]
        axes.plot(places[: len(values)], _above_zero(values), style, color=LINES[number % len(LINES)], label=name)
    axes.set_yscale("log")
    axes.set_xlabel(across, fontsize=SMALL + 1)
    axes.set_ylabel(up, fontsize=SMALL + 1)
    axes.tick_params(labelsize=SMALL)
    axes.grid(alpha=0.3)
    for text in axes.legend(fontsize=SMALL).get_texts() if lines else ():
        text.set_parse_math(False)
    return figure


def _above_zero(values: NDArray[Any]) -> NDArray[Any]:
    """What a logarithmic scale can show of values: zeros and infinities are left out."""
    return np.where((values > 0) & np.isfinite(values), values, np.nan)
