"""Data sets of the Hugging Face `datasets` library (huggingface.co/docs/datasets): labelled texts and tagged sentences.
Class numbers become the names that the data set gives them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.datasets.labelled_texts import LabelledTexts
from pipelines.datasets.tag_scheme import to_iob2
from pipelines.datasets.tagged_sentences import TaggedSentences
from textprep.errors import InputError
from textprep.readers.columns import LABEL_NAMES, TEXT_NAMES, choose_column
from textprep.readers.huggingface import columns_of, name_of

if TYPE_CHECKING:
    from datasets import Dataset


def from_dataset(dataset: Dataset, text: str | None = None, label: str | None = None) -> LabelledTexts:
    """The texts and labels of one split.

    Args:
        dataset: A `datasets.Dataset`.
        text: The column of the texts; None takes the first there is of text, sentence, review, content.
        label: The column of the labels; None takes the first there is of label, sentiment, class, target.

    Raises:
        InputError: It is no single split, lacks a column, is empty, or a row has no text or no label.
    """
    columns = columns_of(dataset)
    source = name_of(dataset)
    text = choose_column(text, TEXT_NAMES, columns, source)
    label = choose_column(label, LABEL_NAMES, columns, source)
    texts, values = dataset[text][:], dataset[label][:]
    names = getattr(dataset.features[label], "names", None)
    labels = []
    for row, (content, value) in enumerate(zip(texts, values, strict=True), 1):
        if not isinstance(content, str):
            raise InputError(f"{text!r} is not a string", file=source, line=row, remedy="filter the data set")
        labels.append(_class_name(value, names, source, row))
    if not texts:
        raise InputError("there are no labelled texts", file=source, remedy="choose another split")
    return LabelledTexts(texts, labels, source, (text, label))


def tagged_from_dataset(
    dataset: Dataset, words: str = "tokens", tags: str = "ner_tags", scheme: str | None = None
) -> TaggedSentences:
    """The words and tags of one split; all sentences count as one document, and `lines` are row numbers.

    Args:
        dataset: A `datasets.Dataset` with a list of words and a list of tags in each row.
        words: The column of the words.
        tags: The column of the tags, strings or class numbers.
        scheme: As for `read_conll`.

    Raises:
        InputError: It is no single split, lacks a column, is empty, or a row has words without tags or a tag that
            may not stand where it does.
        ConfigError: There is no such scheme.
    """
    columns = columns_of(dataset)
    source = name_of(dataset)
    for column in (words, tags):
        choose_column(column, (), columns, source)
    names = getattr(getattr(dataset.features[tags], "feature", None), "names", None)
    all_words: list[list[str]] = []
    all_tags: list[list[str]] = []
    rows: list[int] = []
    for row, (sentence, values) in enumerate(zip(dataset[words][:], dataset[tags][:], strict=True), 1):
        if sentence is None or values is None or len(sentence) != len(values):
            problem = f"{words!r} and {tags!r} are not of one length"
            raise InputError(problem, file=source, line=row, remedy="filter the data set")
        if sentence:
            all_words.append(sentence)
            all_tags.append([_class_name(value, names, source, row) for value in values])
            rows.append(row)
    if not rows:
        raise InputError("there are no sentences", file=source, remedy="choose another split")
    iob2 = to_iob2(all_tags, scheme, file=source, line_of=lambda sentence, token: rows[sentence])
    return TaggedSentences(all_words, iob2, [0] * len(rows), rows, source)


def _class_name(value: object, names: list[str] | None, source: str, row: int) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        if names is None:
            return str(value)
        if 0 <= value < len(names):
            return names[value]
    if isinstance(value, str) and value:
        return value
    raise InputError(
        f"{value!r} is no label", file=source, line=row, remedy="filter the data set, or use another split"
    )
