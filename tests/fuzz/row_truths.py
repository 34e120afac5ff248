"""What a file of rows holds, found by other means than our readers: to be compared with what they give."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import TypeAlias


def lines(data: bytes) -> list[bytes]:
    """The lines, which end with LF or CR LF."""
    return [line.removesuffix(b"\r") for line in data.removesuffix(b"\n").split(b"\n")] if data else []


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


Truth: TypeAlias = tuple[list[str], int] | None
"""The texts of the good rows, and the number of all rows; None where it is not known."""


def _txt(data: bytes) -> Truth:
    rows = lines(data)
    return [row.decode() for row in rows if _is_text(row)], len(rows)


def _jsonl(data: bytes) -> Truth:
    """Rows of one schema only: what becomes of a value that does not fit is the reader's to say."""
    rows = [line for line in lines(data) if line.strip()]
    texts = []
    for line in rows:
        try:
            pairs = json.loads(line.decode(), object_pairs_hook=list)
        except (ValueError, RecursionError):
            continue
        twice = isinstance(pairs, list) and len({key for key, _ in pairs}) < len(pairs)
        if twice or not line.lstrip().startswith(b"{"):
            continue
        if sorted((key, type(value)) for key, value in pairs) != [("label", str), ("n", int), ("text", str)]:
            return None
        if not all(abs(value) < 1 << 63 for _, value in pairs if isinstance(value, int)):
            return None
        if any(isinstance(value, str) and not value.isprintable() for pair in pairs for value in pair):
            return None
        texts.append(dict(pairs)["text"])
    return texts, len(rows)


def _csv(data: bytes) -> Truth:
    """What the csv module reads from the whole text, if it is all well formed."""
    try:
        rows = [row for row in csv.reader(io.StringIO(data.decode(), newline=""), strict=True) if row]
    except (UnicodeDecodeError, csv.Error):
        return None
    if any(len(row) != 2 for row in rows) or b"\r" in data or b"\n\n" in data:
        return None
    return ([row[rows[0].index("text")] for row in rows[1:]], len(rows) - 1) if rows and "text" in rows[0] else None


def header(data: bytes, kind: str) -> list[str] | None:
    """The names of the columns in the first line of CSV or TSV that is not blank; None where quotes make that hard."""
    first = next(filter(None, lines(data)), b"").decode(errors="replace")
    return first.split("\t") if kind == "tsv" else None if '"' in first else first.split(",")


def _tsv(data: bytes) -> Truth:
    first, *others = [line for line in lines(data) if line]
    names = first.decode(errors="replace").split("\t")
    if "text" not in names:
        return None
    good = [line.decode().split("\t") for line in others if _is_text(line)]
    return [row[names.index("text")] for row in good if len(row) == len(names)], len(others)


TRUTHS: dict[str, Callable[[bytes], Truth]] = {"txt": _txt, "jsonl": _jsonl, "csv": _csv, "tsv": _tsv}


def words(data: bytes, kind: str) -> int:
    """How many lines of a CoNLL or CoNLL-U file are words, or should be."""
    no_word = _begins_document if kind == "conll" else _no_word
    return sum(1 for line in lines(data) if line.strip(b" \t") and not no_word(line))


def _begins_document(line: bytes) -> bool:
    return line.strip(b" \t").replace(b"\t", b" ").split(b" ")[0] == b"-DOCSTART-"


def _no_word(line: bytes) -> bool:
    number = line.split(b"\t")[0]
    return line.startswith(b"#") or (line.count(b"\t") == 9 and (b"-" in number or b"." in number))
