"""`look_inside`: what a run's model makes of one text, as a page."""

from __future__ import annotations

import torch

from pipelines.inspection.language_sections import language_sections
from pipelines.inspection.masked_sections import masked_sections
from pipelines.inspection.page import Page, Section
from pipelines.inspection.pair_sections import pair_sections
from pipelines.inspection.tag_sections import tag_sections
from pipelines.inspection.text_sections import text_sections
from pipelines.inspection.translation_sections import translation_sections
from pipelines.runs.run import Run
from pipelines.tasks.lm import LanguageModelling
from pipelines.tasks.masked_run import MaskedRun
from pipelines.tasks.pairs import Pairs
from pipelines.tasks.tag_task import TagTask
from pipelines.tasks.text_task import TextTask
from pipelines.tasks.translation_run import TranslationRun
from seqmodels import Classifier, LanguageModel, MaskedLanguageModel, PairClassifier, SequenceToSequence, Tagger
from textprep.errors import ConfigError, InputError


def look_inside(run: Run[object], text: str) -> Page:
    """What a run's model makes of a text.

    Raises:
        ConfigError: The run is of a kind that has no page.
        InputError: The text has no tokens, none that the model knows, or more than a page or the model's context hold;
            or it is not of the form that the task asks for.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        problem = f"the text is not valid UTF-8 at character {error.start + 1}"
        raise InputError(problem, remedy="give it in UTF-8, or through standard input with -") from error
    with run.model_in_use() as model:
        model.eval()
        with torch.no_grad():
            sections = _sections(run, model, text)
    return Page(f"A look inside a run of the task {run.task.name}", text, sections)


def _sections(run: Run[object], model: object, text: str) -> list[Section]:
    task = run.task
    if isinstance(task, TextTask) and isinstance(model, Classifier):
        return text_sections(run, task, model, text)
    if isinstance(task, TagTask) and isinstance(model, Tagger):
        return tag_sections(run, task, model, text)
    if isinstance(task, LanguageModelling) and isinstance(model, LanguageModel):
        return language_sections(run, task, model, text)
    if isinstance(run, MaskedRun) and isinstance(model, MaskedLanguageModel):
        return masked_sections(run, model, text)
    if isinstance(task, Pairs) and isinstance(model, PairClassifier):
        return pair_sections(run, task, model, text)
    if isinstance(run, TranslationRun) and isinstance(model, SequenceToSequence):
        return translation_sections(run, model, text)
    raise ConfigError(
        f"there is no page for a run of the task {task.name!r}; give one of classifier, sentiment, multilabel, ner, "
        "pos, lm, mlm, pairs or translation, or see seqmodels.inspect for functions that take any model"
    )
