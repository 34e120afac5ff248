"""Readers: text, tables, labelled texts and tagged sentences from the formats that they are published in."""

from __future__ import annotations

from pathlib import Path

from pipelines.readers.aclimdb import read_aclimdb
from pipelines.readers.bad_row import BadRow
from pipelines.readers.conll import TaggedSentences, read_conll
from pipelines.readers.documents import open_documents
from pipelines.readers.huggingface import documents_from_dataset, from_dataset, tagged_from_dataset
from pipelines.readers.labelled import LabelledTexts, read_labelled
from pipelines.readers.quarantine import Quarantine
from pipelines.readers.source import PathLike

__all__ = [
    "BadRow",
    "LabelledTexts",
    "Quarantine",
    "TaggedSentences",
    "documents_from_dataset",
    "from_dataset",
    "open_documents",
    "open_labelled",
    "read_aclimdb",
    "read_conll",
    "read_labelled",
    "tagged_from_dataset",
]

_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz")


def open_labelled(
    path: PathLike, *, text: str | None = None, label: str | None = None, split: str = "train"
) -> LabelledTexts:
    """Labelled texts from whatever `path` is: a folder or tar archive by `read_aclimdb`, a file by `read_labelled`.

    Args:
        path: The folder, archive or file.
        text: The column of the texts, for a file.
        label: The column of the labels, for a file.
        split: train or test, for a folder or archive.

    Raises:
        InputError: As the two readers.
        ConfigError: There is no such split.
    """
    if Path(path).is_dir() or str(path).lower().endswith(_ARCHIVES):
        return read_aclimdb(path, split)
    return read_labelled(path, text, label)
