"""The card of a run, `model.json`: task, labels, sizes, and a checksum of every file that the model is read from.

With the checksums (SHA-256, FIPS 180-4), of the card itself too, a run gives what it gave when it was saved, or an
error. They tell of damage, not of forgery.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from textprep.errors import ArtifactError
from textprep.file_checksum import sha256
from textprep.strict_json import read_object

FORMAT, VERSION = "textmill-run", 2
CARD = "model.json"
CONFIG, WEIGHTS = "config.toml", "model.safetensors"
PIPELINE = ("pipeline.json", "vocabulary.jsonl")
TARGETS = "targets"  # the folder of the pipeline that targets have to themselves
NEEDED = (CONFIG, *PIPELINE, WEIGHTS)  # and what the pipeline's stages keep in files
FOR_READERS = ("metrics.jsonl", "report.md")
AGAIN = "copy the run folder again, or train the run again"


def write_card(folder: Path, content: dict[str, Any]) -> None:
    """Write the card of a run whose other files are there."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    names = {file.relative_to(folder).as_posix(): file for file in files}
    sums = {name: sha256(file) for name, file in names.items() if name not in (CARD, *FOR_READERS)}
    card = {"format": FORMAT, "version": VERSION, **content, "files": sums}
    card["checksum"] = _checksum(card)
    (folder / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_card(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """The content of `model.json`: the values are of the right types, and the labels distinct.

    Raises:
        ArtifactError: The folder or the file is missing, or it is not that of a run, or damaged.
    """
    path = Path(folder)
    if not path.is_dir():
        raise ArtifactError(f"{path}: there is no such run folder; train one with 'textmill train'")
    file = path / CARD
    try:
        card = read_object(file.read_bytes())
    except FileNotFoundError:
        raise ArtifactError(f"{path}: {CARD} is missing; train the run again or copy the whole folder") from None
    except OSError as error:
        raise ArtifactError(f"{file}: cannot be read ({error.strerror}); {AGAIN}") from None
    except ValueError as error:
        raise ArtifactError(f"{file}: damaged ({error}); {AGAIN}") from None
    if card.get("format") != FORMAT:
        raise ArtifactError(f"{file}: not the card of a run; name the run folder, or copy it again")
    if card.get("version") == 1:
        early = "version 1 was written by an earlier textmill, whose models and settings were built otherwise"
        raise ArtifactError(f"{file}: {early}; train the run again")
    if card.get("version") != VERSION:
        raise ArtifactError(f"{file}: version {card.get('version')} is not known here; update textmill")
    if card.pop("checksum", None) != _checksum(card):
        raise ArtifactError(f"{file}: damaged (it is not what its checksum says); {AGAIN}")
    if problem := _problem(card):
        raise ArtifactError(f"{file}: damaged ({problem}); {AGAIN}")
    return card


def check_files(folder: Path, card: dict[str, Any]) -> None:
    """Raise ArtifactError if one of the files that the card names is missing, or is not as it was saved."""
    for name, saved in card["files"].items():
        file = folder / name
        try:
            found = sha256(file) if file.is_file() else None
        except OSError as error:
            raise ArtifactError(f"{file}: cannot be read ({error.strerror}); {AGAIN}") from None
        if found is None:
            raise ArtifactError(f"{folder}: {name} is missing; train the run again or copy the whole folder")
        if found != saved:
            own = " (to use other settings, leave the file as it is and give them to `load`)" if name == CONFIG else ""
            raise ArtifactError(f"{file}: not as it was saved; {AGAIN}{own}")


def _problem(card: dict[str, Any]) -> str | None:
    """What keeps a card from being used, as far as it can be told without the other files."""
    task, labels, files = card.get("task"), card.get("labels"), card.get("files")
    if not isinstance(task, str):
        return f"its task is {task!r}"
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        return "its labels are no list of texts"
    if twice := [label for label, count in Counter(labels).items() if count > 1]:
        return f"the label {twice[0]!r} stands there twice"
    if not isinstance(card.get("sizes"), dict) or not isinstance(card.get("features"), dict | None):
        return "it has no sizes or no features"
    if not isinstance(files, dict) or not all(isinstance(files.get(name), str) for name in NEEDED):
        return f"it has no checksums of {', '.join(NEEDED)}"
    return None


def _checksum(card: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()
