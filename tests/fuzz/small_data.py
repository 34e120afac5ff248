"""Small files on which a model is trained within a second, and the settings to do it with."""

from __future__ import annotations

from pathlib import Path

LABELLED = "pos a good film\nneg a bad film\npos great\nneg awful, really\n" * 6
VECTORS = "".join(
    f"{word} {k} {k * k % 7} 0.5\n" for k, word in enumerate("a good bad film great awful İ 😀 .".split(), 1)
)
DOCUMENTS = "".join(f"The cats of Nº{k % 97} weren't <b>sitting</b> on the mats, İstanbul {k}.\n" for k in range(2000))
SETTINGS = {
    "training.epochs": 2,
    "training.checkpoint_steps": 1,
    "training.device": "cpu",
    "training.threads": 1,
    "training.precision": "float32",
    "model.encoder.hidden_size": 4,
    "data.word_size": 4,
    "data.batch_size": 8,
    "data.min_count": 1,
}


def write_inputs(folder: Path) -> None:
    """Write the files: `train.txt`, `vectors.txt`, `documents.txt`."""
    for name, text in (("train.txt", LABELLED), ("vectors.txt", VECTORS), ("documents.txt", DOCUMENTS)):
        (folder / name).write_text(text, encoding="utf-8")
