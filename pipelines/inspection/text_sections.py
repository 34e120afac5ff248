"""What a classifier makes of a text: probabilities, and what each token counts for the most probable label."""

from __future__ import annotations

import numpy as np

from pipelines.inspection.encoder_sections import encoder_sections
from pipelines.inspection.page import Picture, Section, Table
from pipelines.inspection.word_rows import check_known, row_of
from pipelines.runs.run import Run
from pipelines.tasks.text_task import TextTask, words_of
from seqmodels.inspect import drawing
from seqmodels.inspect.saliency import Saliency, classifier_score, gradient_times_input, integrated_gradients
from seqmodels.models.classifier import Classifier
from textprep.texts import Texts


def text_sections(run: Run[object], task: TextTask[object], model: Classifier, text: str) -> list[Section]:
    """The sections on a text.

    Raises:
        InputError: It has no tokens, none that the model knows, or too many for a page.
    """
    tokens = words_of(Texts.of([text]), run.parts.pipeline, task.settings.data)
    words = tokens[0]
    batch = row_of(task.word_batches(tokens, run.parts), 0, model.device)
    said = check_known([(batch, words)])
    probabilities = model.predict(task.word_batches(tokens, run.parts))[0]  # (labels,)
    order = np.argsort(-probabilities, kind="stable").tolist()
    label = order[0]
    rows = [[model.labels[each], f"{probabilities[each]:.4f}"] for each in order]
    score, vectors = classifier_score(model, batch, label)
    shows = [
        _picture("Gradient times input", gradient_times_input(score, vectors, words), model, label),
        _picture("Integrated gradients from zero vectors", integrated_gradients(score, vectors, words), model, label),
    ]
    return [
        Section("Probabilities", said, [Table(["label", "probability"], rows)]),
        Section(f"What counts for {model.labels[label]}", shows=shows),
        *encoder_sections(model.encoder, lambda: model(batch), words),
    ]


def _picture(name: str, saliency: Saliency, model: Classifier, label: int) -> Picture:
    says = f"{name}: what each token adds to the network's score of {model.labels[label]}, {saliency.score:.3f}."
    if saliency.gap is not None:
        says += (
            f" All together make up its difference from {saliency.baseline:.3f}, the score without any word, "
            f"but for {saliency.gap:.4f}."
        )
    if model.ngrams is not None:
        says += " The linear model of words and word pairs beside the network is not in it."
    return Picture(drawing.draw_saliency(saliency), says)
