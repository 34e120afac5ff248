from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize(
    "entries",
    [
        {"a": ["F32", [2], [0, 8]], "b": ["F32", [2], [4, 12]]},  # overlapping
        {"a": ["F32", [1], [0, 4]], "b": ["F32", [1], [8, 12]]},  # with a gap
        {"a": ["F32", [2**40, 2**40], [0, 12]]},
        {"a": ["F32", [2**62, 4], [0, 12]]},
        {"a": ["F32", [-1, -3], [0, 12]]},
        {"a": ["F32", [3], [-12, 0]]},
        {"a": ["F32", [True, 3], [0, 12]]},
        {"a": ["F64", [3], [0, 12]]},
        {"a": [["F32"], [3], [0, 12]]},
        {"a": ["F32", [3], [0, 12, 12]]},
        {"a": ["F32", [1] * 70 + [3], [0, 12]]},
        {"a": ["F32", [2], [0, 8]]},  # not all of the file
        {},
    ],
)
def test_a_header_that_does_not_fit_its_file(tmp_path: Path, entries: dict[str, list[Any]]) -> None:
    header = {
        name: dict(zip(("dtype", "shape", "data_offsets"), entry, strict=True)) for name, entry in entries.items()
    }
    text = json.dumps(header).encode()
    text = text.ljust(-(-len(text) // 8) * 8)
    (tmp_path / "file").write_bytes(len(text).to_bytes(8, "little") + text + bytes(12))
    with pytest.raises(ArtifactError, match=r"file is damaged \(.*\); make it again"):
        map_tensors(tmp_path / "file")


def test_checksums_are_those_of_the_arrays(tmp_path: Path) -> None:
    with TensorWriter(tmp_path / "file") as tensors:
        tensors.add("matrix", [MATRIX[:10], MATRIX[10:]])
        tensors.keep("matrix", np.arange(0, len(MATRIX), 3))
        tensors.add("table", [TABLE])
    assert tensors.checksums == {"matrix": zlib.crc32(MATRIX[::3].tobytes()), "table": zlib.crc32(TABLE.tobytes())}
