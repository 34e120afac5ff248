from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from embeddings.store.tensor_file import TensorWriter, map_tensors
from textprep.errors import ArtifactError

MATRIX = np.random.default_rng(0).standard_normal((200_000, 3), np.float32)
TABLE = np.arange(7, dtype=np.int32)


def test_the_safetensors_library_reads_what_we_write_and_the_reverse(tmp_path: Path) -> None:
    with TensorWriter(tmp_path / "ours") as tensors:
        tensors.add("matrix", [MATRIX[:10], MATRIX[10:]])
        tensors.add("table", [TABLE])
    save_file({"matrix": MATRIX, "table": TABLE}, tmp_path / "theirs")
    for tensors_read in (
        load_file(tmp_path / "ours"),
        map_tensors(tmp_path / "ours"),
        map_tensors(tmp_path / "theirs"),
    ):
        assert set(tensors_read) == {"matrix", "table"}
        np.testing.assert_array_equal(tensors_read["matrix"], MATRIX)
        np.testing.assert_array_equal(tensors_read["table"], TABLE)


@pytest.mark.parametrize("step", [1, 2, 1000])
def test_keeping_some_rows(tmp_path: Path, step: int) -> None:
    rows = np.setdiff1d(np.arange(len(MATRIX)), np.arange(1, len(MATRIX), step)[:-1])
    with TensorWriter(tmp_path / "file") as tensors:
        tensors.add("matrix", [MATRIX])
        tensors.keep("matrix", rows)
        tensors.add("table", [TABLE])
    np.testing.assert_array_equal(load_file(tmp_path / "file")["matrix"], MATRIX[rows])
    np.testing.assert_array_equal(load_file(tmp_path / "file")["table"], TABLE)


def test_mapped_arrays_cannot_be_written_to(tmp_path: Path) -> None:
    with TensorWriter(tmp_path / "file") as tensors:
        tensors.add("table", [TABLE])
    with pytest.raises(ValueError, match="read-only"):
        map_tensors(tmp_path / "file")["table"][0] = 1


@pytest.mark.parametrize("kept", [0, 5, 500, 1030, 100_000])
def test_a_file_cut_short(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "file"
    with TensorWriter(path) as tensors:
        tensors.add("matrix", [MATRIX])
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ArtifactError, match="is damaged"):
        map_tensors(path)
