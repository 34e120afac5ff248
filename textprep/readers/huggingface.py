"""Data sets of the Hugging Face `datasets` library (huggingface.co/docs/datasets) as streams of documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from textprep.errors import InputError
from textprep.readers.bad_row import OnBadRow, refuse
from textprep.readers.columns import JOINER, Column
from textprep.readers.text_column import text_batches

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset


def documents_from_dataset(
    dataset: Dataset,
    column: Column = "text",
    *,
    joiner: str = JOINER,
    batch_rows: int = 1000,
    on_bad_row: OnBadRow | None = None,
) -> Iterator[pa.RecordBatch]:
    """Stream the rows of one split as `open_documents` streams those of a file.

    Args:
        dataset: A `datasets.Dataset` or `IterableDataset`.
        column: The column that holds the text, or several, as for `open_documents`.
        joiner: What stands between the texts of several columns.
        batch_rows: How many rows make a batch.
        on_bad_row: What gets each row whose text is null; without it the first one is an error.

    Raises:
        InputError: It is no single split, lacks the column, that column holds no strings, or a row is bad.
    """
    columns_of(dataset)
    batches = (
        batch
        for table in dataset.with_format("arrow").iter(batch_size=batch_rows)
        for batch in table.replace_schema_metadata().combine_chunks().to_batches()
    )
    yield from text_batches(name_of(dataset), batches, column, joiner, on_bad_row or refuse)


def columns_of(dataset: Any) -> list[str]:
    """The columns of one split; InputError if several splits were given."""
    if isinstance(dataset, dict):
        remedy = f"choose one of {', '.join(map(str, dataset))}"
        raise InputError("several splits were given where one is needed", remedy=remedy)
    return list(dataset.column_names or [])


def name_of(dataset: Any) -> str:
    """The data set and its split, as far as they have names."""
    return ":".join(str(part) for part in (dataset.info.dataset_name or "dataset", dataset.split) if part)
