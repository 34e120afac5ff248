"""Kernels are compiled once, for one signature, and never run when a source of theirs has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from textprep.kernels.compiled import KERNELS, import_kernels, kernel_folder
from textprep.kernels.gather import recode, translate

TOY = {
    "toy/__init__.py": "",
    "toy/kernels/__init__.py": "",
    "toy/kernels/step.py": "from textprep.kernels.compiled import inner\n@inner\ndef step(x):\n    return x + 1\n",
    "toy/kernels/walk.py": (
        "from textprep.kernels.compiled import Longs, compiled\nfrom toy.kernels.step import step\n"
        "@compiled\ndef walk(values: Longs) -> int:\n    total = 0\n    for value in values:\n"
        "        total += step(value)\n    return total\n"
    ),
}
RUN = "import numpy as np\nfrom toy.kernels.walk import walk\nprint(walk(np.array([10, 20])))"


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    for name, text in TOY.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def run(folder: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(folder), *sys.path])
    environment = os.environ | {"PYTHONPATH": paths, "TEXTMILL_CACHE": str(cache), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True, env=environment)


def test_a_changed_inner_kernel_is_compiled_anew(toy: Path) -> None:
    cache = toy / "cache"
    assert run(toy, cache).stdout == "32\n"
    before = {file: file.stat().st_mtime_ns for file in cache.rglob("*.nbc")}
    assert len(before) == 1
    assert run(toy, cache).stdout == "32\n"
    assert {file: file.stat().st_mtime_ns for file in cache.rglob("*.nbc")} == before
    step = toy / "toy/kernels/step.py"
    step.write_text(step.read_text().replace("x + 1", "x + 2"))
    assert run(toy, cache).stdout == "34\n"


def test_without_a_folder_to_write_to_it_runs_and_says_so_once(toy: Path) -> None:
    (toy / "file").touch()
    done = run(toy, toy / "file" / "cache")
    assert done.stdout == "32\n"
    assert done.stderr.count("\n") == 1
    assert "set TEXTMILL_CACHE to a folder that can be written" in done.stderr


def test_the_folder_is_named_after_all_that_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = kernel_folder("textprep")
    assert "-numba-" in folder.name
    assert folder != kernel_folder("embeddings")
    monkeypatch.setattr("llvmlite.binding.get_host_cpu_name", lambda: "another")
    assert kernel_folder.__wrapped__("textprep") != folder


def test_other_arrays_are_no_reason_to_compile_again() -> None:
    codes, out = np.array([1, 0, 1]), np.empty(3, np.int32)  # int64 for int32
    translate(codes, np.array([5, 6], np.int32), out)
    assert out.tolist() == [6, 5, 6]
    frozen = codes.astype(np.int32)
    frozen.flags.writeable = False
    translate(frozen[::-1], np.array([5, 6, 7, 8], np.int32)[::2], out)
    assert out.tolist() == [7, 5, 7]
    translate(np.zeros(0), np.zeros(0), np.zeros(0, np.int32))
    assert recode(*(np.zeros(0, np.int32) for _ in range(3)), np.zeros(1, np.int64), np.zeros(0)) == 0
    for kernel in (translate, recode):
        assert len(kernel.compile().nopython_signatures) == 1


def test_what_is_written_to_must_be_right_already() -> None:
    with pytest.raises(TypeError):
        translate(np.zeros(3, np.int32), np.zeros(1, np.int32), np.zeros(3, np.int64))


def test_every_kernel_is_found() -> None:
    for package in ("textprep", "embeddings", "seqmodels"):
        import_kernels(package)
    names = {kernel.__name__ for kernel in KERNELS}
    assert {"scan", "recode", "expand", "recall", "sum_sequences"} <= names
