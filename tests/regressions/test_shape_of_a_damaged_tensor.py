"""A tensor without numbers and with a side of 2^63 in a checkpoint was a TypeError of torch (artifacts, seed 8)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from torch import nn

from seqmodels.training.checkpoint_file import read_checkpoint
from seqmodels.training.weights import load_weights
from textprep.errors import ArtifactError


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    header = json.dumps({"weight": {"dtype": "F32", "shape": [0, 2**63], "data_offsets": [0, 0]}}).encode()
    file = tmp_path / "damaged"
    file.write_bytes(len(header).to_bytes(8, "little") + header)
    return file


def test_a_checkpoint(damaged: Path) -> None:
    with pytest.raises(ArtifactError, match="damaged: not a whole checkpoint"):
        read_checkpoint(damaged)


def test_weights(damaged: Path) -> None:
    with pytest.raises(ArtifactError, match="damaged: not a whole safetensors file"):
        load_weights(nn.Linear(2, 2), damaged)
