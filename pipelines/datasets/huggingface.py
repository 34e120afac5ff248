"""Data sets of the Hugging Face `datasets` library (huggingface.co/docs/datasets): labelled texts, pairs of texts and
tagged sentences. Class numbers become the names that the data set gives them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.datasets.entity_tags import NO_SCHEME, with_iob2
from pipelines.datasets.labelled_rows import collect, labelled_columns
from pipelines.datasets.labelled_texts import LabelledTexts
from pipelines.datasets.labels import one_label, several_labels
from pipelines.datasets.pair_rows import (
    TRANSLATION,
    collect_labelled_pairs,
    collect_pairs,
    is_translation,
    labelled_pair_columns,
    pair_columns,
)
from pipelines.datasets.tagged_sentences import TaggedSentences
from pipelines.datasets.text_pairs import LabelledPairs, TextPairs
from textprep.errors import InputError
from textprep.readers.bad_row import OnBadRow, refuse
from textprep.readers.columns import JOINER, LABEL_NAMES, LABELS_NAMES, Column, choose_column
from textprep.readers.huggingface import columns_of, name_of
from textprep.readers.row import Row, Table

if TYPE_CHECKING:
    from datasets import Dataset

_PARTS_OF_SPEECH = ("upos", "xpos", "pos", "pos_tags")


def from_dataset(
    dataset: Dataset,
    text: Column | None = None,
    label: str | int | None = None,
    *,
    joiner: str = JOINER,
    on_bad_row: OnBadRow | None = None,
) -> LabelledTexts:
    """The texts and labels of one split.

    Args:
        dataset: A `datasets.Dataset`.
        text: The column of the texts, or several to be joined; None takes the first there is of text, sentence,
            review, content.
        label: The column of the labels; None takes the first there is of label, sentiment, class, target.
        joiner: What stands between the texts of several columns.
        on_bad_row: What gets each row that cannot be used; without it the first one is an error.

    Raises:
        InputError: It is no single split, lacks a column, is empty, or a row has no text or no label.
    """
    table, label = _chosen(dataset, text, label, LABEL_NAMES)
    names = _class_names(dataset.features[label])

    def label_of(value: object, column: str) -> str:
        return one_label(value, column, names)

    return collect(table, text, label, label_of, usual=LABEL_NAMES, joiner=joiner, on_bad_row=on_bad_row)


def multilabelled_from_dataset(
    dataset: Dataset,
    text: Column | None = None,
    labels: str | int | None = None,
    *,
    separator: str = ",",
    joiner: str = JOINER,
    on_bad_row: OnBadRow | None = None,
) -> LabelledTexts[tuple[str, ...]]:
    """The texts of one split with any number of labels each.

    Args:
        dataset: As for `from_dataset`, with a list of labels in each row, or with a string of them.
        text: As for `from_dataset`.
        labels: The column of the labels; None takes the first there is of labels, label, tags, classes, class.
        separator: What parts the labels where they are one string.
        joiner: As for `from_dataset`.
        on_bad_row: As for `from_dataset`.

    Raises:
        InputError: As `from_dataset`.
    """
    table, labels = _chosen(dataset, text, labels, LABELS_NAMES)
    names = _class_names(dataset.features[labels])

    def labels_of(value: object, column: str) -> tuple[str, ...]:
        return several_labels(value, column, separator, names)

    return collect(table, text, labels, labels_of, usual=LABELS_NAMES, joiner=joiner, on_bad_row=on_bad_row)


def pairs_from_dataset(
    dataset: Dataset,
    first: str | int | None = None,
    second: str | int | None = None,
    *,
    on_bad_row: OnBadRow | None = None,
) -> TextPairs:
    """The pairs of texts of one split.

    Args:
        dataset: A `datasets.Dataset` with two columns of texts, or with a column `translation` of texts by language.
        first, second: The columns, None as for `read_pairs`; or the languages, which have to be named.
        on_bad_row: What gets each row that cannot be used; without it the first one is an error.

    Raises:
        InputError: It is no single split, lacks a column, is empty, or a row lacks a text.
    """
    present, source = columns_of(dataset), name_of(dataset)
    chosen = [TRANSLATION] if is_translation(present, first) else pair_columns(present, first, second, source)
    return collect_pairs(Table(source, present, _rows(dataset, chosen)), first, second, on_bad_row)


def labelled_pairs_from_dataset(
    dataset: Dataset,
    first: str | int | None = None,
    second: str | int | None = None,
    label: str | int | None = None,
    *,
    on_bad_row: OnBadRow | None = None,
) -> LabelledPairs:
    """The pairs of texts of one split, with a label each.

    Args:
        dataset: A `datasets.Dataset` with two columns of texts and one of labels.
        first, second: The columns of the texts; None as for `read_pairs`.
        label: The column of the labels; None takes the first there is of label, sentiment, class, target.
        on_bad_row: What gets each row that cannot be used; without it the first one is an error.

    Raises:
        InputError: It is no single split, lacks a column, is empty, or a row lacks a text or a label.
    """
    present, source = columns_of(dataset), name_of(dataset)
    chosen = labelled_pair_columns(present, first, second, label, source)
    names = _class_names(dataset.features[chosen[2]])

    def label_of(value: object, column: str) -> str:
        return one_label(value, column, names)

    table = Table(source, present, _rows(dataset, chosen))
    return collect_labelled_pairs(table, first, second, label, label_of, on_bad_row)


def tagged_from_dataset(
    dataset: Dataset,
    words: str = "tokens",
    tags: str = "ner_tags",
    scheme: str | None = None,
    *,
    strict: bool = False,
    on_bad_row: OnBadRow | None = None,
) -> TaggedSentences:
    """The words and tags of one split; all sentences count as one document, and `lines` are row numbers.

    Args:
        dataset: A `datasets.Dataset` with a list of words and a list of tags in each row.
        words: The column of the words.
        tags: The column of the tags, strings or class numbers.
        scheme: As for `read_conll`; None means none, too, if the column is called upos, xpos, pos or pos_tags.
        strict: As for `read_conll`.
        on_bad_row: What gets each row that cannot be used; without it the first one is an error.

    Raises:
        InputError: It is no single split, lacks a column, is empty, or a row has words without tags or a tag that is
            none; more than one tag in a hundred may not stand where it does.
        ConfigError: There is no such scheme.
    """
    columns = columns_of(dataset)
    source = name_of(dataset)
    for column in (words, tags):
        choose_column(column, (), columns, source)
    names = _class_names(dataset.features[tags])
    on_bad_row = on_bad_row or refuse
    read = TaggedSentences([], [], [], [], source)
    for row in _rows(dataset, (words, tags)):
        sentence, values = row.values[words], row.values[tags]
        try:
            if not isinstance(sentence, list) or not isinstance(values, list) or len(sentence) != len(values):
                raise ValueError(f"{words!r} and {tags!r} are not of one length")
            named = [one_label(value, tags, names) for value in values]
        except ValueError as error:
            on_bad_row(row.bad(source, str(error)))
            continue
        if sentence:
            read.words.append(sentence)
            read.tags.append(named)
            read.document.append(0)
            read.lines.append(row.line)
    if not len(read):
        raise InputError("there are no sentences", file=source, remedy="choose another split")
    return with_iob2(
        read,
        scheme or (NO_SCHEME if tags in _PARTS_OF_SPEECH else None),
        strict=strict,
        line_of=lambda number, token: read.lines[number],
        bad_row_of=lambda number, fault: Row(fault.line, b"", {words: read.words[number], tags: read.tags[number]}).bad(
            source, fault.reason
        ),
        on_bad_row=on_bad_row,
    )


def _chosen(dataset: Dataset, text: Column | None, label: str | int | None, usual: Sequence[str]) -> tuple[Table, str]:
    """The rows, of the columns that matter, and the name of the label's column."""
    columns, source = columns_of(dataset), name_of(dataset)
    texts, label = labelled_columns(columns, text, label, usual, source)
    return Table(source, columns, _rows(dataset, list(dict.fromkeys([*texts, label])))), label


def _rows(dataset: Dataset, columns: Sequence[str]) -> Iterator[Row]:
    values = zip(*(dataset[column][:] for column in columns), strict=True)
    return (Row(line, b"", dict(zip(columns, row, strict=True))) for line, row in enumerate(values, 1))


def _class_names(feature: Any) -> list[str] | None:
    """What the classes of a column are called that holds class numbers, or lists of them."""
    names = getattr(getattr(feature, "feature", feature), "names", None)
    return None if names is None else list(names)
