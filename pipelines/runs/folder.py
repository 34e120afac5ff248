"""A run folder: everything that is needed to use a trained model on another machine, in files that cannot run code.

| file | holds |
|---|---|
| `config.toml` | the settings, each under its sentence |
| `pipeline.json`, `vocabulary.jsonl` | how text becomes words, and the known words |
| `targets/` | the same of targets, if they have a vocabulary of their own |
| `model.json` | task, labels, sizes, characters, checksums of these files |
| `model.safetensors` | the weights |
| `language-model-1`, ... | folders with these files of each language model whose states the model takes in |
| `metrics.jsonl` | one line an epoch |
| `report.md` | data, settings, scores, versions |
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.runs.card import (
    AGAIN,
    CARD,
    CONFIG,
    FOR_READERS,
    FORMAT,
    NEEDED,
    PIPELINE,
    TARGETS,
    WEIGHTS,
    check_files,
    read_card,
    write_card,
)
from textprep import ArtifactError, ConfigError, InputError, Pipeline, Vocabulary
from textprep.atomic import atomic_folder
from textprep.claims import claim
from textprep.output_place import check_folder, check_not_inside, named_others
from textprep.pipeline_folder import named_files
from textprep.settings import from_toml, to_toml, with_values
from textprep.strict_json import read_object

if TYPE_CHECKING:
    from embeddings import WordVectors
    from pipelines.tasks.task import Task
    from seqmodels import WordFeatures

INNER = "language-model-"  # and a number: the folder of a language model within a run


@dataclass
class RunParts:
    """A trained model and what it was made of.

    Attributes:
        task: The name of the task.
        settings: The settings of the task.
        pipeline: From text to tokens, with the vocabulary.
        features: From distinct words to what the model is told about them; None for a model over ids.
        labels: The names of the classes or tags, in the order of their ids.
        model: The network.
        language_models: Those whose states the network takes in beside the words.
        target_pipeline: Likewise for targets that are texts, if they have a vocabulary of their own.
    """

    task: str
    settings: Any
    pipeline: Pipeline
    features: WordFeatures | None
    labels: list[str]
    model: Any
    language_models: tuple[RunParts, ...] = ()
    target_pipeline: Pipeline | None = None

    @property
    def sizes(self) -> Any:
        """What the model must know of its vocabulary to be built."""
        return self.model.sizes

    def word_vectors(self, min_count: int = 0) -> WordVectors:
        """The model's word vectors after training, of the words that it saw at least `min_count` times."""
        import torch

        from embeddings import WordVectors

        vocabulary = self.pipeline.vocabulary or Vocabulary([])
        first = len(vocabulary.special.spellings)
        rows = [row for row, count in enumerate(vocabulary.counts) if row >= first and count >= min_count]
        matrix = self.model.input.words(torch.tensor(rows, device=self.model.device))  # (words, dimension)
        return WordVectors.from_words([vocabulary.words[row] for row in rows], matrix.detach().cpu().numpy())


@contextmanager
def target(folder: str | os.PathLike[str], overwrite: bool, inputs: Iterable[Any]) -> Iterator[None]:
    """Claim the place of a run for as long as it is trained; before any time is spent.

    Args:
        folder: The run folder to be.
        overwrite: Whether a run that is there may be replaced: its own files, and only if there are no others.
        inputs: Of the training; those that are paths may not lie in the folder.

    Raises:
        ConfigError: A run may not be written here, or another process is training one.
    """
    path = Path(folder)
    with claim(path):
        if path.exists() and not path.is_dir():
            raise ConfigError(f"{path} exists and is not a run folder; give another --out")
        check_not_inside(path, inputs)
        ours = files_of(path)
        if not ours and (others := named_others(path)):
            raise ConfigError(f"{path} exists and is not a run folder (it holds {others}); give another --out")
        if ours and not overwrite:
            raise ConfigError(f"{path} holds a run already; give another --out, or --overwrite")
        check_folder(path, files_of)
        yield


def files_of(folder: Path) -> list[str]:
    """The files of the run in a folder; none if there is no run."""
    try:
        card = read_object((folder / CARD).read_bytes())
    except (OSError, ValueError):
        return []
    if card.get("format") != FORMAT:
        return []
    inner = [f"{each.name}/{name}" for each in folder.glob(f"{INNER}*") for name in files_of(each)]
    targets = [f"{TARGETS}/{name}" for name in (*PIPELINE, *named_files(folder / TARGETS))]
    return [CARD, *NEEDED, *FOR_READERS, *named_files(folder), *inner, *targets]


def save_parts(parts: RunParts, folder: str | os.PathLike[str], records: Sequence[dict[str, Any]], report: str) -> None:
    """Write the run folder, whole or not at all."""
    with atomic_folder(folder, files_of) as part:
        (part / "metrics.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        (part / "report.md").write_text(report, encoding="utf-8")
        _write(parts, part)


def _write(parts: RunParts, part: Path) -> None:
    """Write all that the run is read from."""
    from seqmodels import save_weights

    features = parts.features and parts.features.to_dict()
    if features:
        del features["words"]  # they are the pipeline's vocabulary
    for number, inner in enumerate(parts.language_models, 1):
        place = part / f"{INNER}{number}"
        place.mkdir()
        _write(inner, place)
    (part / CONFIG).write_text(to_toml(parts.settings), encoding="utf-8")
    parts.pipeline.save(part)
    if parts.target_pipeline:
        parts.target_pipeline.save(part / TARGETS)
    save_weights(parts.model, part / WEIGHTS)
    card = {"task": parts.task, "labels": parts.labels, "sizes": asdict(parts.sizes), "features": features}
    write_card(part, card)


def load_parts(
    folder: str | os.PathLike[str], card: dict[str, Any], kind: type[Task[Any, Any]], values: Mapping[str, Any]
) -> RunParts:
    """Read a run folder back.

    Args:
        folder: The run folder.
        card: What `read_card` gave.
        kind: The task.
        values: Settings in place of the run's own, by key.

    Raises:
        ArtifactError: A file is missing or damaged.
        ConfigError: One of the values cannot be used.
    """
    from seqmodels import load_weights
    from seqmodels.training.memory import without_memory
    from seqmodels.training.weights import check_weights

    path = Path(folder)
    check_files(path, card)
    pipeline, labels = Pipeline.load(path), card["labels"]
    has_targets = any(name.startswith(f"{TARGETS}/") for name in card["files"])
    target_pipeline = Pipeline.load(path / TARGETS) if has_targets else None
    words = pipeline.vocabulary.words if pipeline.vocabulary else []
    try:
        settings = from_toml(kind.settings_class(), path / CONFIG)
    except (InputError, ConfigError) as error:
        raise ArtifactError(f"{path}: damaged ({error}); {AGAIN}") from None
    if kind.chooses != bool(labels):
        raise ArtifactError(f"{path / CARD}: damaged (its labels are no list of texts); {AGAIN}")
    try:
        sizes, features = kind.restored(card["sizes"], card["features"], words)
    except (ConfigError, TypeError) as error:
        raise ArtifactError(f"{path / CARD}: damaged ({error}); {AGAIN}") from None
    task = kind(with_values(settings, values))
    try:
        if outline := without_memory(lambda: task.model(sizes, labels)):
            check_weights(outline, path / WEIGHTS)
        model = task.model(sizes, labels)
    except (InputError, ConfigError) as error:
        if values:
            raise
        raise ArtifactError(f"{path}: damaged ({error}); {AGAIN}") from None
    load_weights(model, path / WEIGHTS)
    model.eval()
    inner = _language_models(path, card)
    return RunParts(card["task"], task.settings, pipeline, features, labels, model, inner, target_pipeline)


def _language_models(folder: Path, card: dict[str, Any]) -> tuple[RunParts, ...]:
    """The language models that a run holds, in their order."""
    from pipelines.tasks.lm import LanguageModelling

    names = {name.partition("/")[0] for name in card["files"] if name.startswith(INNER)}
    places = [folder / name for name in sorted(names, key=lambda name: (len(name), name))]
    return tuple(load_parts(place, read_card(place), LanguageModelling, {}) for place in places)
