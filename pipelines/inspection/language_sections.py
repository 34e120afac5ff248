"""What a language model makes of a text: how little it expected each token, and how it read."""

from __future__ import annotations

import torch

from pipelines.inspection.encoder_sections import encoder_sections
from pipelines.inspection.page import Picture, Section
from pipelines.inspection.word_rows import check_length, tokens_of, told_of_unknown_ids
from pipelines.runs.run import Run
from pipelines.tasks.lm import LanguageModelling
from seqmodels.inspect import drawing
from seqmodels.inspect.surprisal import surprisal
from seqmodels.models.language_model import LanguageModel

START, END = "(start)", "(end)"


def language_sections(run: Run[object], task: LanguageModelling, model: LanguageModel, text: str) -> list[Section]:
    """The sections on a text, behind the end of another.

    Raises:
        InputError: It has no tokens, none that the model knows, or more than a page or the model's context can hold.
    """
    pipeline = run.parts.pipeline
    (tokens,) = tokens_of(pipeline, [text[::-1] if task.settings.data.reversed else text])
    check_length(len(tokens))
    ids = task.ids([text], pipeline).values.tolist()  # (tokens + 2,), with the end of another text and its own
    said = told_of_unknown_ids(pipeline, tokens, ids[1:-1])
    found = surprisal(model, ids, [*tokens, END])
    says = "The bits by which each token, and the end, surprised the model, given all before it."
    read = torch.tensor([ids[:-1]], device=model.device)  # (1, tokens + 1)
    lengths = torch.tensor([read.shape[1]], device=model.device)
    total = f"{float(found.bits.sum()):.2f} bits in all, {float(found.bits.mean()):.2f} a token."
    return [
        Section("Surprisal", f"{total} {said}".strip(), [Picture(drawing.draw_surprisal(found), says)]),
        *encoder_sections(model.encoder, lambda: model(read, lengths), [START, *tokens]),
    ]
