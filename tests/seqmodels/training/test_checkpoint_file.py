import json
import math

import pytest
import torch
from safetensors.torch import load_file, save_file

from seqmodels.training.checkpoint_file import read_checkpoint, remove_checkpoint, write_checkpoint
from textprep.errors import ArtifactError


def test_what_is_written_is_read(tmp_path):
    shared = torch.arange(6.0)
    kinds = (torch.bfloat16, torch.uint8, torch.bool, torch.int64)
    state = {
        "numbers": {"a": 0.1, "b": None, "c": True, "d": [1, math.inf, "text ä"], "e": {}},
        "tensors": [shared, {"same": shared, "part": shared[2:4], "turned": shared.view(2, 3).t()}],
        "kinds": {str(kind): torch.ones(2, dtype=kind) for kind in kinds},
        "empty": torch.zeros(0, 3),
        "number": torch.tensor(2.5),
    }
    write_checkpoint(tmp_path / "file", state)
    read = read_checkpoint(tmp_path / "file")
    assert read["numbers"] == state["numbers"]
    first, rest = read["tensors"]
    assert first.equal(shared)
    assert all(rest[name].equal(tensor) for name, tensor in state["tensors"][1].items())
    assert all(read["kinds"][name].equal(tensor) for name, tensor in state["kinds"].items())
    assert all(read["kinds"][name].dtype == tensor.dtype for name, tensor in state["kinds"].items())
    assert read["empty"].shape == (0, 3)
    assert read["number"].equal(torch.tensor(2.5))


def test_it_is_a_safetensors_file_and_tuples_and_whole_keys_become_lists_and_strings(tmp_path):
    write_checkpoint(tmp_path / "file", {"a": {0: (1, torch.ones(1))}})
    assert load_file(tmp_path / "file")["/a/0/1"].equal(torch.ones(1))
    assert read_checkpoint(tmp_path / "file") == {"a": {"0": [1, torch.ones(1)]}}


def test_an_error_while_writing_leaves_the_old_file(tmp_path):
    write_checkpoint(tmp_path / "file", {"a": 1})
    with pytest.raises(TypeError):
        write_checkpoint(tmp_path / "file", {"a": object()})
    assert read_checkpoint(tmp_path / "file") == {"a": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "file"
    save_file({"a": torch.ones(1)}, path)
    with pytest.raises(ArtifactError, match="not a checkpoint"):
        read_checkpoint(path)
    header = {"format": "textmill-checkpoint", "version": "1", "state": json.dumps({"a": {"$tensor": "/b"}})}
    for change, message in (({"version": "2"}, "update textmill"), ({}, "damaged"), ({"state": "{"}, "damaged")):
        save_file({"a": torch.ones(1)}, path, header | change)
        with pytest.raises(ArtifactError, match=message):
            read_checkpoint(path)


def test_it_is_removed_with_what_a_killed_writer_left(tmp_path):
    write_checkpoint(tmp_path / "file", {"a": 1})
    for name in (".file.x1.part", ".other.x1.part", "file.part"):
        (tmp_path / name).touch()
    remove_checkpoint(tmp_path / "file")
    remove_checkpoint(tmp_path / "file")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".other.x1.part", "file.part"]


def test_a_changed_byte_is_seen_wherever_it_stands(tmp_path):
    """The file gives what was written or is refused, for every bit of its header and of its tensors."""
    path = tmp_path / "file"
    write_checkpoint(path, {"step": 7, "a": [torch.arange(3.0), torch.ones(1, dtype=torch.int64)]})
    whole = path.read_bytes()
    refused = 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        try:
            read = read_checkpoint(path)
        except ArtifactError as error:
            assert str(error).startswith(f"{path}: ")
            refused += 1
        else:
            assert read["step"] == 7
            assert read["a"][0].equal(torch.arange(3.0))
            assert read["a"][1].equal(torch.ones(1, dtype=torch.int64))
    assert refused > 0.9 * len(whole)


def test_what_stands_in_the_place_of_a_file(tmp_path):
    path = tmp_path / "file"
    write_checkpoint(path, {"step": 7})
    for content in (path.read_bytes()[:-9], b"", b"[" * 100_000, (1 << 62).to_bytes(8, "little") + b"{}"):
        path.write_bytes(content)
        with pytest.raises(ArtifactError, match="not a whole checkpoint"):
            read_checkpoint(path)
    with pytest.raises(ArtifactError, match="not a whole checkpoint"):
        read_checkpoint(tmp_path)
