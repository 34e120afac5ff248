"""A saved pipeline: `pipeline.json`, which names the files beside it that hold what was learned.

The folder may hold other files too. Everything new is written under names that are free, then `pipeline.json` is put in
place in one step, then the files go that only the pipeline before had named. So the folder holds the old pipeline or
the new one, whole, whenever it is cut short; and no file is touched that a pipeline has not written.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from textprep.atomic import atomic_file
from textprep.errors import ArtifactError, ConfigError, shown
from textprep.file_checksum import sha256
from textprep.protocols import HasFiles, Stage
from textprep.registry import VERSION
from textprep.stages import STAGES, from_config, to_config
from textprep.strict_json import read_object
from textprep.vocabulary import Vocabulary

FORMAT = "textmill-pipeline"
FORMAT_VERSION = 1
CARD = "pipeline.json"
VOCABULARY = "vocabulary.jsonl"

OURS = re.compile(r"vocabulary(-\d+)?\.jsonl|\w+(-\d+)?/(?!\.)[^/\\:]+")  # what a pipeline calls its files


def write_pipeline(folder: str | os.PathLike[str], stages: Sequence[Stage], vocabulary: Vocabulary | None) -> None:
    """Write stages and vocabulary into a folder, in the place of a pipeline that is there.

    Raises:
        ConfigError: A stage has no name, or the folder holds a `pipeline.json` of something else.
    """
    folder = Path(folder)
    config: dict[str, Any] = {"format": FORMAT, "version": FORMAT_VERSION}
    config["stages"] = [to_config(stage) for stage in stages]
    before = named_files(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[str] = []
    try:
        config |= _write_stage_files(folder, stages, written)
        config["vocabulary"] = None
        if vocabulary is not None:
            written.append(_free_name(folder, VOCABULARY))
            config["vocabulary"] = {"file": written[-1], "words": len(vocabulary)}
            vocabulary.save(folder / written[-1])
        config["sha256"] = {name: sha256(folder / name) for name in written}
        with atomic_file(folder / CARD) as part:
            part.write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except BaseException:
        _remove(folder, written)
        raise
    _remove(folder, before)


def read_pipeline(folder: str | os.PathLike[str]) -> tuple[list[Any], Vocabulary | None]:
    """The stages and the vocabulary that `write_pipeline` wrote.

    Raises:
        ArtifactError: A file is missing or damaged.
        ConfigError: A stage is not known here; import the module that registers it first.
    """
    folder = Path(folder)
    card = folder / CARD
    config = _read_card(card)
    vocabulary = None
    if (about := config.get("vocabulary", 0)) not in (None, {}):
        about = about if isinstance(about, dict) else {}
        vocabulary = Vocabulary.load(_inside(folder, about.get("file", VOCABULARY)))
        if len(vocabulary) != (expected := about.get("words")):
            problem = f"{folder}: the vocabulary has {len(vocabulary)} words, not {shown(expected)}"
            raise ArtifactError(f"{problem}; save again")
    try:
        stages = [from_config(stage) for stage in config["stages"]]
        for place, names in config.get("files", {}).items():
            files = [_inside(folder, name) for name in names]
            if missing := [file for file in files if not file.is_file()]:
                raise ArtifactError(f"{missing[0]} is missing; save the pipeline again")
            stages[int(place)] = stages[int(place)].load_files(files[0].parent)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ArtifactError(f"{card}: the stages are damaged ({error!r}); save the pipeline again") from None
    except ConfigError as error:
        raise ConfigError(f"{card}: {error}") from None
    _check_files(folder, config)
    return stages, vocabulary


def _check_files(folder: Path, config: dict[str, Any]) -> None:
    """Check that the pipeline names all files that it was saved with, and that they hold what was saved."""
    checksums = config.get("sha256")
    if checksums is None:  # as in a pipeline of the first builds
        return
    if not isinstance(checksums, dict) or set(checksums) != set(_names(config)):
        raise ArtifactError(f"{folder / CARD}: the names of its files are damaged; save the pipeline again")
    for name, checksum in checksums.items():
        if sha256(folder / name) != checksum:
            raise ArtifactError(f"{folder / name}: holds something else than was saved; save the pipeline again")


def _write_stage_files(folder: Path, stages: Sequence[Stage], written: list[str]) -> dict[str, Any]:
    """Let each stage write what it keeps in files, in a folder that is called like the stage; name them all."""
    files: dict[str, list[str]] = {}
    for place, stage in enumerate(stages):
        if isinstance(stage, HasFiles):
            name = re.sub(r"\W", "_", VERSION.sub("", str(STAGES.name_of(type(stage)))))
            own = folder / _free_name(folder, name)
            own.mkdir()
            try:
                stage.save_files(own)
            finally:
                saved = [f"{own.name}/{file.name}" for file in sorted(own.iterdir())]
                written += saved
                if not saved:
                    own.rmdir()
            if saved:
                files[str(place)] = saved
    return {"files": files} if files else {}


def _read_card(card: Path) -> dict[str, Any]:
    try:
        config = read_object(card.read_bytes())
    except FileNotFoundError:
        raise ArtifactError(f"{card} is missing; save the pipeline again") from None
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{card}: not a saved pipeline ({error}); save it again") from None
    if config.get("format") != FORMAT:
        raise ArtifactError(f"{card}: not a saved pipeline (no format {FORMAT!r}); save it again")
    if config.get("version") != FORMAT_VERSION:
        raise ArtifactError(f"{card}: version {shown(config.get('version'))} is not known here; update textmill")
    return config


def named_files(folder: Path) -> list[str]:
    """The files that the pipeline in this folder names, if there is one; with `/` in those of its stages.

    Raises:
        ConfigError: The folder holds a `pipeline.json` of something else.
    """
    if not (folder / CARD).exists():
        return []
    try:
        config = _read_card(folder / CARD)
    except ArtifactError as error:
        raise ConfigError(f"{folder} holds something else ({error}); choose another folder") from None
    return _names(config)


def _names(config: dict[str, Any]) -> list[str]:
    """The files that a pipeline names, as far as they may be files of a pipeline."""
    files = config.get("files")
    named = [name for names in files.values() for name in names] if isinstance(files, dict) else []
    if (about := config.get("vocabulary")) and isinstance(about, dict):
        named.append(about.get("file", VOCABULARY))
    return [name for name in named if isinstance(name, str) and OURS.fullmatch(name)]


def _free_name(folder: Path, name: str) -> str:
    stem, dot, ending = name.partition(".")
    number = 1
    while (folder / name).exists():
        number += 1
        name = f"{stem}-{number}{dot}{ending}"
    return name


def _inside(folder: Path, name: object) -> Path:
    if not isinstance(name, str) or not OURS.fullmatch(name):
        problem = f"{folder / CARD} names {shown(name)}, which is no file of a pipeline"
        raise ArtifactError(f"{problem}; save the pipeline again")
    return folder / name


def _remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files of ours, and their folders when nothing else is left in them."""
    files = [folder / name for name in names]
    for file in files:
        file.unlink(missing_ok=True)
    for parent in {file.parent for file in files} - {folder}:
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()
