"""What a masked language model makes of a text: what it expects in the place of each token, and how it read."""

from __future__ import annotations

import torch

from pipelines.inspection.encoder_sections import encoder_sections
from pipelines.inspection.page import Picture, Section, Table
from pipelines.inspection.word_rows import check_length, tokens_of, told_of_unknown_ids
from pipelines.tasks.id_inputs import vocabulary_of
from pipelines.tasks.masked_inputs import FRAME, framed, plain_ids, special_ids
from pipelines.tasks.masked_run import MaskedRun
from seqmodels.inspect import drawing
from seqmodels.inspect.masked_guesses import MaskedGuesses, masked_guesses
from seqmodels.models.masked_language_model import MaskedLanguageModel
from textprep.errors import InputError


def masked_sections(run: MaskedRun, model: MaskedLanguageModel, text: str) -> list[Section]:
    """The sections on a text, of which each known token is hidden in turn.

    Raises:
        InputError: The text has a mask in it already, no tokens, none that the model knows, or more than a page can
            hold or the model has learned to read at once.
    """
    if run.mask in text:
        remedy = "give a whole text, of which each token is hidden in turn; textmill predict fills gaps"
        raise InputError(f"there is a {run.mask} in the text", remedy=remedy)
    pipeline, room = run.parts.pipeline, run.parts.settings.data.max_length - FRAME
    (tokens,), vocabulary = tokens_of(pipeline, [text]), vocabulary_of(pipeline)
    check_length(len(tokens))
    if len(tokens) > room:
        problem = f"the text has {len(tokens)} tokens, and the model has learned to read {room} at once"
        raise InputError(problem, remedy="give a part of it")
    plain, _ = plain_ids(pipeline, [text])
    said = told_of_unknown_ids(pipeline, tokens, plain.values.tolist())
    ids, special = framed(pipeline, plain).values.tolist(), vocabulary.special
    read = [vocabulary.words[special.id_of("cls")], *tokens, vocabulary.words[special.id_of("sep")]]
    found = masked_guesses(
        model, ids, read, vocabulary.words, mask_id=special.id_of("mask"), special=special_ids(pipeline)
    )
    whole = torch.tensor([ids], device=model.device)  # (1, tokens + 2)
    lengths = torch.tensor([whole.shape[1]], device=model.device)
    return [
        Section("Each token hidden", said, [_picture(found), _table(found)]),
        *encoder_sections(model.encoder, lambda: model(whole, lengths), read),
    ]


def _picture(found: MaskedGuesses) -> Picture:
    says = "The probability of each token in its place, when it alone is hidden and all the others are read."
    return Picture(drawing.draw_masked_guesses(found), says)


def _table(found: MaskedGuesses) -> Table:
    rows = []
    for row, token in enumerate(found.tokens):
        best = zip(found.guesses[row], found.chances[row].tolist(), strict=True)
        guesses = ", ".join(f"{word} {chance:.4f}" for word, chance in best)
        rows.append([token, f"{found.probabilities[row]:.4f}", guesses])
    return Table(["token", "probability", "most probable in its place"], rows)
