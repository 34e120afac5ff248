"""The Large Movie Review Dataset (Maas et al. 2011, ai.stanford.edu/~amaas/data/sentiment), folder or archive.

`aclImdb/train/pos/200_8.txt` is review 200, which gave 8 stars of 10; labels are `neg` (1 to 4) and `pos` (7 to 10).
An archive is read in one pass, front to back, and nothing is written to the disk.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

from pipelines.datasets.labelled_texts import LabelledTexts
from textprep.errors import InputError, unknown_name
from textprep.readers.bad_row import BadRow, OnBadRow, refuse
from textprep.readers.encoding import utf8_fault
from textprep.readers.source import PathLike, open_bytes

_LABELS = ("neg", "pos")
_REVIEW = re.compile(r"(?:.*/)?(?P<split>train|test)/(?P<name>(?P<label>neg|pos)/\d+_(?P<rating>\d+)\.txt)")
_READ_BYTES = 1 << 20


def read_aclimdb(path: PathLike, split: str = "train", *, on_bad_row: OnBadRow | None = None) -> LabelledTexts:
    """Read the reviews of one split, in the order of their names ("neg/0_3.txt", ...), with their ratings.

    Args:
        path: The folder aclImdb (or the one it stands in), or its archive: `.tar`, `.tar.gz`, `.tgz`, `.tar.xz`.
        split: train or test.
        on_bad_row: What gets each review that is not UTF-8; without it the first one is an error.

    Raises:
        InputError: The path cannot be read, the archive is damaged or cut short, a review is not UTF-8, or there
            are no reviews of one label.
        ConfigError: There is no such split.
    """
    if split not in {"train", "test"}:
        raise unknown_name("split", split, ("train", "test"))
    reviews: dict[str, tuple[str, str, int]] = {}  # by name: text, label, rating
    for member, raw in _folder(Path(path), split) if Path(path).is_dir() else _archive(path, split):
        if match := _REVIEW.fullmatch(member):
            if fault := utf8_fault(raw):
                (on_bad_row or refuse)(BadRow(str(Path(path, member)), 1, fault, raw, "fetch the data set again"))
                continue
            reviews[match["name"]] = raw.decode(), match["label"], int(match["rating"])
    texts, labels, ratings = [], [], []
    for _, (text, label, rating) in sorted(reviews.items()):
        texts.append(text)
        labels.append(label)
        ratings.append(rating)
    if missing := [f"{split}/{label}" for label in _LABELS if label not in labels]:
        remedy = "name the folder aclImdb or its whole archive"
        raise InputError(f"there are no reviews in {' and '.join(missing)}", file=path, remedy=remedy)
    return LabelledTexts(texts, labels, f"{path} ({split})", ratings=ratings)


def _folder(folder: Path, split: str) -> Iterator[tuple[str, bytes]]:
    root = folder if (folder / split).is_dir() else folder / "aclImdb"
    for label in _LABELS:
        for file in (root / split / label).glob("*.txt"):
            yield file.relative_to(folder).as_posix(), file.read_bytes()


def _archive(path: PathLike, split: str) -> Iterator[tuple[str, bytes]]:
    with open_bytes(path) as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                for member in archive:
                    match = _REVIEW.fullmatch(member.name)
                    content = archive.extractfile(member) if match and match["split"] == split else None
                    if content is not None:
                        yield member.name, content.read()
        except tarfile.TarError as error:
            problem = f"the archive is damaged or cut short ({error})"
            raise InputError(problem, file=path, remedy="fetch it again") from error
        # tarfile stops at its end mark; the rest, with the checksum of the compressed data, must be there too.
        while stream.read(_READ_BYTES):
            pass
