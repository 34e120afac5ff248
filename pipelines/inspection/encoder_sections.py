"""What an encoder does while it reads one row: gates and states of recurrent layers, attention and positions of
Transformers. Sections are given of what it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from pipelines.inspection.page import Picture, Section
from seqmodels.inspect import drawing
from seqmodels.inspect.attention_maps import AttentionMap, attention_maps, attention_rollout
from seqmodels.inspect.gates import gate_maps
from seqmodels.inspect.hidden_states import hidden_states
from seqmodels.inspect.position_maps import position_map
from seqmodels.layers.encoder import Encoder
from seqmodels.layers.hierarchical import HierarchicalEncoder
from seqmodels.layers.positions import Positions
from seqmodels.layers.transformer import TransformerEncoder

PLACES = 64  # of positions that are shown


def encoder_sections(encoder: Encoder, read: Callable[[], Any], tokens: Sequence[str], of: str = "") -> list[Section]:
    """Sections on the layers of an encoder.

    Args:
        encoder: The encoder, in evaluation mode.
        read: Has it read a batch of one row.
        tokens: Those of the row.
        of: What the row is, for the headings, where a page shows several.
    """
    sections = list(_sections(encoder, read, tokens))
    return [replace(each, heading=f"{each.heading}, {of}") for each in sections] if of else sections


def _sections(encoder: Encoder, read: Callable[[], Any], tokens: Sequence[str]) -> Iterator[Section]:
    if any(isinstance(module, HierarchicalEncoder) for module in encoder.modules()):
        yield Section("The encoder", "It reads sentences by themselves, so its layers have no map of the whole text.")
        return
    for kind in (_gates, _states, _attention):
        yield from kind(encoder, read, tokens)


def _gates(encoder: Encoder, read: Callable[[], Any], tokens: Sequence[str]) -> Iterator[Section]:
    if maps := gate_maps(encoder, read, tokens):
        says = "What each gate gave, unit by unit, for each token. Gates of an LSTM lie between 0, shut, and 1, open."
        yield Section("Gates", shows=[Picture(drawing.draw_gates(each), f"{each.layer}. {says}") for each in maps])


def _states(encoder: Encoder, read: Callable[[], Any], tokens: Sequence[str]) -> Iterator[Section]:
    if states := hidden_states(encoder, read, tokens):
        says = "What the layer gave for each token, unit by unit."
        shows = [Picture(drawing.draw_hidden_states(each), f"{each.layer}. {says}") for each in states]
        yield Section("Hidden states", shows=shows)


def _attention(encoder: Encoder, read: Callable[[], Any], tokens: Sequence[str]) -> Iterator[Section]:
    maps = attention_maps(encoder, read, tokens)
    if not maps:
        return
    says = "How much the token of each row looks at that of each column; a row is 1 in all."
    shows = [Picture(drawing.draw_attention(each), f"{each.name}. {says}") for each in maps]
    yield Section("Attention", shows=shows)
    for name, module in encoder.named_modules():
        if isinstance(module, TransformerEncoder):
            yield _rollout([each for each in maps if each.name.startswith(f"{name}.layers." if name else "layers.")])
            yield from _positions(module, len(tokens))


def _rollout(maps: list[AttentionMap]) -> Section:
    says = (
        "How much of what the last layer says of the token of a row comes from the token of a column, when attention "
        "is followed through all layers, each token keeping half of itself in each of them (Abnar & Zuidema, 2020)."
    )
    return Section("Attention rollout", shows=[Picture(drawing.draw_rollout(attention_rollout(maps)), says)])


def _positions(encoder: TransformerEncoder, tokens: int) -> Iterator[Section]:
    if type(encoder.entrance.positions) is Positions:  # none
        return
    found = position_map(encoder, min(tokens, PLACES))
    says = {
        "input": "What is added to the vectors of the first places.",
        "scores": "What is added to the scores of attention, by the two places.",
        "queries": "By what angle queries and keys are turned, pair of features by pair, in radians.",
    }[found.acts_on]
    yield Section("Positions", shows=[Picture(drawing.draw_positions(found), says)])
