"""How a model translates a text: what it writes, how sure it is of each token, and where in the source it looks."""

from __future__ import annotations

import math

import torch

from pipelines.inspection.encoder_sections import encoder_sections
from pipelines.inspection.language_sections import END
from pipelines.inspection.page import Picture, Section, Table
from pipelines.inspection.word_rows import check_length, tokens_of, told_of_unknown_ids
from pipelines.tasks.id_inputs import vocabulary_of
from pipelines.tasks.translation_run import TranslationRun
from seqmodels.inspect import drawing
from seqmodels.inspect.attention_maps import AttentionMap, source_maps
from seqmodels.inspect.surprisal import Surprisal
from seqmodels.models.sequence_to_sequence import SequenceToSequence


def translation_sections(run: TranslationRun, model: SequenceToSequence, text: str) -> list[Section]:
    """The sections on a text and on the translation that the run's decoding gives.

    Raises:
        InputError: The text has no tokens, none that the model knows, or more than a page or the model's context can
            hold; or the translation has more than a page can hold.
    """
    pipeline, words = run.parts.pipeline, vocabulary_of(run.targets).words
    read = run.task.sources([text])  # with what is put in front of it
    own, source = tokens_of(pipeline, [text, *read])
    check_length(len(own))
    unknown = told_of_unknown_ids(pipeline, own, pipeline.ids([text]).values.tolist())
    source_ids = pipeline.ids(read)
    check_length(len(source), "the source")
    (said,) = run.said(model, source_ids)
    written = [words[id_] for id_ in said.content.tolist()]
    target = [*written, END] if said.stop else written
    check_length(len(target), "the translation")

    ids = torch.tensor([source_ids.values.tolist()], device=model.device)  # (1, source)
    lengths = torch.tensor([ids.shape[1]], device=model.device)
    given = torch.tensor([[model.sizes.start, *said.ids[:-1].tolist()]], device=model.device)  # (1, target)
    steps = torch.tensor([given.shape[1]], device=model.device)
    maps = source_maps(model, lambda: model.next_scores(given, steps, model.begin(ids, lengths)), target, source)
    cut = "" if said.stop else f"It is cut off after {len(target)} tokens."
    return [
        Section("Translation", f"{unknown} {cut}".strip(), [Table(["translation"], [[run.targets.text_of(written)]])]),
        _surprisal(Surprisal(target, -said.log_probabilities.astype("float64") / math.log(2))),
        Section("Attention to the source", shows=[picture for each in maps for picture in _pictures(each)]),
        *encoder_sections(model.encoder, lambda: model.begin(ids, lengths), source, of="source"),
    ]


def _surprisal(found: Surprisal) -> Section:
    says = "The bits by which each token of the translation, and its end, surprised the model, given all before it."
    total = f"{float(found.bits.sum()):.2f} bits in all, {float(found.bits.mean()):.2f} a token."
    return Section("Surprisal", total, [Picture(drawing.draw_surprisal(found), says)])


def _pictures(each: AttentionMap) -> list[Picture]:
    """The mean of the heads of a layer, and each of them; one picture of a single head."""
    says = "Where in the source (columns) the model looks as it writes each token (rows); a row is 1 in all."
    shown = [each] if len(each.weights) == 1 else [each.mean(), each]
    return [Picture(drawing.draw_attention(one), f"{one.name}. {says}") for one in shown]
