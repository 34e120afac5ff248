from __future__ import annotations

import os

import pytest

from textprep import ConfigError
from textprep.output_place import check_output, check_writable


def test_a_new_file_in_new_folders_is_fine(tmp_path):
    check_output(tmp_path / "a" / "b.jsonl", [".jsonl"], ["-", tmp_path / "c.jsonl"])
    assert not (tmp_path / "a").exists()


def test_a_hard_link_of_an_input_is_the_input(tmp_path):
    (tmp_path / "in.jsonl").write_text("")
    (tmp_path / "out.jsonl").hardlink_to(tmp_path / "in.jsonl")
    with pytest.raises(ConfigError, match="is an input too"):
        check_output(tmp_path / "out.jsonl", [".jsonl"], [tmp_path / "in.jsonl"])


def test_a_folder_that_may_not_be_written_to(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)  # also right for root, who may all
    with pytest.raises(ConfigError, match="may not be written to"):
        check_writable(tmp_path / "new" / "out.jsonl")
