"""Data sets of the Hugging Face `datasets` library (huggingface.co/docs/datasets): labelled texts, tagged sentences,
and documents as a stream. Class numbers become the names that the data set gives them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipelines.readers.bad_row import OnBadRow, refuse
from pipelines.readers.columns import LABEL_NAMES, TEXT_NAMES, choose_column
from pipelines.readers.conll import TaggedSentences
from pipelines.readers.labelled import LabelledTexts
from pipelines.readers.tag_scheme import to_iob2
from pipelines.readers.text_column import good_rows, require_text_column
from textprep.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa
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
    columns = _columns_of(dataset)
    source = _name(dataset)
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
    columns = _columns_of(dataset)
    source = _name(dataset)
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


def documents_from_dataset(
    dataset: Dataset, column: str = "text", *, batch_rows: int = 1000, on_bad_row: OnBadRow | None = None
) -> Iterator[pa.RecordBatch]:
    """Stream the rows of one split as `open_documents` streams those of a file.

    Args:
        dataset: A `datasets.Dataset` or `IterableDataset`.
        column: The column that holds the text.
        batch_rows: How many rows make a batch.
        on_bad_row: What gets each row whose text is null; without it the first one is an error.

    Raises:
        InputError: It is no single split, lacks the column, that column holds no strings, or a row is bad.
    """
    _columns_of(dataset)
    source = _name(dataset)
    first = 1
    for table in dataset.with_format("arrow").iter(batch_size=batch_rows):
        require_text_column(source, column, table.schema)
        for batch in table.replace_schema_metadata().combine_chunks().to_batches():
            good = good_rows(source, batch, column, first, on_bad_row or refuse)
            first += batch.num_rows
            if good.num_rows:
                yield good


def _columns_of(dataset: Any) -> list[str]:
    if isinstance(dataset, dict):
        remedy = f"choose one of {', '.join(map(str, dataset))}"
        raise InputError("several splits were given where one is needed", remedy=remedy)
    return list(dataset.column_names or [])


def _name(dataset: Any) -> str:
    """The data set and its split, as far as they have names."""
    return ":".join(str(part) for part in (dataset.info.dataset_name or "dataset", dataset.split) if part)


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
