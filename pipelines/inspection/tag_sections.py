"""What a tagger makes of a text, sentence by sentence: tags, how sure they are, and the CRF's table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelines.inspection.encoder_sections import encoder_sections
from pipelines.inspection.page import Picture, Section, Table
from pipelines.inspection.word_rows import check_known, row_of
from pipelines.runs.run import Run
from pipelines.tasks.tag_task import TagTask
from seqmodels.batches.word_batches import WordBatch
from seqmodels.heads.crf import CRF
from seqmodels.inspect import drawing
from seqmodels.inspect.crf_table import transition_table
from seqmodels.inspect.tag_marginals import tag_marginals
from seqmodels.models.tagger import Tagger
from textprep.sentences import sentence_offsets
from textprep.texts import Texts


def tag_sections(run: Run[object], task: TagTask[object], model: Tagger, text: str) -> list[Section]:
    """The sections on a text.

    Raises:
        InputError: It has no tokens, none of which the model can tell anything, or too many for a page.
    """
    texts = Texts.of([text])
    tokens = run.parts.pipeline(texts)
    sentences = replace(tokens, offsets=sentence_offsets(texts, tokens, task.settings.data.max_tokens))
    batches = task.word_batches(sentences, run.parts)
    rows = [(row_of(batches, number, model.device), words) for number, words in enumerate(sentences)]
    said = check_known(rows)
    sections = [Section("Unknown words", said)] if said else []
    for number, (batch, words) in enumerate(rows, 1):
        sections += _sentence(model, batch, words, number)
    if isinstance(model.head.decoder, CRF):
        table = drawing.draw_transitions(transition_table(model.head.decoder, model.labels))
        says = "What the CRF adds to a tagging's score for each tag after another; grey is what its scheme forbids."
        sections.append(Section("Transitions", shows=[Picture(table, says)]))
    return sections


def _sentence(model: Tagger, batch: WordBatch, words: list[str], number: int) -> Iterator[Section]:
    found = tag_marginals(model, batch, words)
    sure = found.probabilities[range(len(words)), [found.tags.index(tag) for tag in found.best]]
    rows = [[word, tag, f"{each:.4f}"] for word, tag, each in zip(words, found.best, sure.tolist(), strict=True)]
    picture = Picture(
        drawing.draw_marginals(found), "The probability of each tag at each token, over all taggings of the rest."
    )
    yield Section(f"Tags of sentence {number}", shows=[Table(["token", "tag", "probability"], rows), picture])
    yield from encoder_sections(model.encoder, lambda: model(batch), words, of=f"sentence {number}")
