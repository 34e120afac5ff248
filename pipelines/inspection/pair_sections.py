"""What a classifier of pairs makes of two texts: probabilities, and what counts for the most probable label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from pipelines.datasets import TextPairs
from pipelines.inspection.encoder_sections import encoder_sections
from pipelines.inspection.page import Picture, Section, Table
from pipelines.inspection.word_rows import check_length, tokens_of, told_of_unknown_ids
from pipelines.runs.run import Run
from pipelines.tasks.id_inputs import vocabulary_of
from pipelines.tasks.pairs import Pairs
from seqmodels.batches.pair_batches import PairBatch
from seqmodels.inspect import drawing
from seqmodels.inspect.saliency import gradient_times_input, integrated_gradients, pair_score
from seqmodels.models.pair_classifier import PairClassifier
from textprep.errors import InputError

SIDES = ("first text", "second text")


def pair_sections(run: Run[object], task: Pairs, model: PairClassifier, text: str) -> list[Section]:
    """The sections on two texts with a tab between them, as a row of TSV has them.

    Raises:
        InputError: There is not one tab; or a text has no tokens, both have none that the model knows, or more than a
            page or the model's context can hold.
    """
    pair, pipeline = _texts(text), run.parts.pipeline
    batches = task.batches(TextPairs([pair[0]], [pair[1]], "the text"), run.parts)
    batch = batches.lay_out(np.array([0])).to(model.device)
    sides, said = _tokens(tokens_of(pipeline, pair), task.settings.data.max_tokens)
    both = [*sides[0], *sides[1]]
    check_length(len(both), "the pair")
    said += told_of_unknown_ids(pipeline, both, [*batch.first.ids[0].tolist(), *batch.second.ids[0].tolist()])
    probabilities = model.predict(batches)[0]  # (labels,)
    order = np.argsort(-probabilities, kind="stable").tolist()
    rows = [[model.labels[each], f"{probabilities[each]:.4f}"] for each in order]
    if model.separator is not None:
        sides = [[*tokens, vocabulary_of(pipeline).words[model.separator]] for tokens in sides]
    return [
        Section("Probabilities", said.strip(), [Table(["label", "probability"], rows)]),
        Section(f"What counts for {model.labels[order[0]]}", shows=list(_pictures(model, batch, order[0], sides))),
        *_encoder(model, batch, sides),
    ]


def _tokens(pair: Sequence[list[str]], most: int) -> tuple[list[list[str]], str]:
    """The tokens of each text that are read, its first ones; and what is to be said of the others."""
    sides, said = [], ""
    for name, tokens in zip(SIDES, pair, strict=True):
        read = tokens[:most]
        check_length(len(read), f"the {name}")
        sides.append(read)
        if len(tokens) > most:
            said += f"Of the {name} the first {most} tokens are read. "
    return sides, said


def _texts(text: str) -> list[str]:
    """The two texts of a pair; InputError unless there is one tab between them."""
    texts = text.split("\t")
    if len(texts) != len(SIDES):
        problem = f"a run of pairs takes two texts with a tab between them, and there are {len(texts) - 1} tabs"
        raise InputError(problem, remedy="give the first text, a tab and the second text")
    return texts


def _pictures(model: PairClassifier, batch: PairBatch, label: int, sides: Sequence[Sequence[str]]) -> Iterator[Picture]:
    """What counts for a label, a picture for each side."""
    score, vectors = pair_score(model, batch, label)
    tokens, middle = [*sides[0], *sides[1]], len(sides[0])
    found = {
        "Gradient times input": gradient_times_input(score, vectors, tokens),
        "Integrated gradients from zero vectors": integrated_gradients(score, vectors, tokens),
    }
    for name, saliency in found.items():
        for side, part in zip(SIDES, (slice(middle), slice(middle, None)), strict=True):
            says = f"{name}, {side}: what each token adds to the score of {model.labels[label]}, {saliency.score:.3f}."
            if saliency.gap is not None:
                says += (
                    f" Both texts together make up its difference from {saliency.baseline:.3f}, the score without any "
                    f"word, but for {saliency.gap:.4f}."
                )
            shown = replace(saliency, tokens=saliency.tokens[part], values=saliency.values[part])
            yield Picture(drawing.draw_saliency(shown), says)


def _encoder(model: PairClassifier, batch: PairBatch, sides: Sequence[Sequence[str]]) -> Iterator[Section]:
    """How the encoder read: each side by itself, or both as one."""
    sequences = list(model.sequences(batch))
    rows = [(sides[0], SIDES[0]), (sides[1], SIDES[1])] if len(sequences) == 2 else [([*sides[0], *sides[1]], "")]
    for (x, lengths), (tokens, of) in zip(sequences, rows, strict=True):
        yield from encoder_sections(model.encoder, partial(model.encoder, x, lengths), tokens, of=of)
