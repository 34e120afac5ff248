"""The rules of the house that a program can check."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ["textprep", "embeddings", "seqmodels", "pipelines"]
HEAVY = ["torch", "spacy", "nltk", "gensim", "numba", "datasets"]
GRAB_BAGS = re.compile(r"(?:.*_)?(?:utils?|helpers?|misc|base|common|stuff|tools|functions)")
SOURCES = [file for folder in [*PACKAGES, "benchmarks"] for file in sorted((ROOT / folder).rglob("*.py"))]

HELP = """
import sys
from pipelines.command import main
sys.argv = ["textmill", *{arguments}, "--help"]
try:
    main()
except SystemExit as stopped:
    assert not stopped.code
"""


def heavy_after(code: str) -> str:
    """Which heavy libraries a new process has imported after running `code`."""
    code += f"\nimport sys\nprint(*sorted(set({HEAVY}) & set(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stderr.strip()


def test_importing_the_packages_brings_in_nothing_heavy():
    assert heavy_after(f"import {', '.join(PACKAGES)}") == ""


@pytest.mark.parametrize("arguments", [[], ["prep"], ["train"], ["train", "ner"], ["train", "multilabel"], ["predict"]])
def test_help_brings_in_nothing_heavy(arguments):
    assert heavy_after(HELP.format(arguments=arguments)) == ""


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_there_and_explained(package):
    module = importlib.import_module(package)
    assert module.__doc__
    assert sorted(module.__all__) == sorted(set(module.__all__))
    for name in module.__all__:
        value = getattr(module, name)
        text = inspect.getdoc(value) or ""
        assert text, name
        assert not text.startswith(f"{name}("), f"{name} has only the docstring that Python makes up"
    assert set(module.__all__) <= set(dir(module))
    with pytest.raises(AttributeError, match="attribute nonesuch"):
        _ = module.nonesuch


def test_a_file_can_be_read_in_one_sitting():
    lengths = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in SOURCES}
    assert len(lengths) > 80
    assert {name: length for name, length in lengths.items() if length > 350} == {}


def test_no_file_is_a_grab_bag():
    assert [file.name for file in SOURCES if GRAB_BAGS.fullmatch(file.stem)] == []


def test_every_module_says_what_it_is():
    for file in SOURCES:
        text = file.read_text(encoding="utf-8")
        assert not text.strip() or text.lstrip().startswith('"""'), file


@pytest.mark.parametrize(
    "package, name",
    [
        *[(package, "py.typed") for package in PACKAGES],
        *[("textprep", f"recipes/{name}.json") for name in ("search", "sentiment", "treebank", "white_space", "words")],
        ("pipelines", "demo/reviews.tsv"),
        ("pipelines", "demo/entities.conll"),
        ("textprep", "unicode/word_break.txt"),
    ],
)
def test_data_files_come_with_the_package(package, name):
    file = files(package).joinpath(name)
    assert file.is_file()
    assert name == "py.typed" or file.read_bytes()
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert package in build["targets"]["wheel"]["packages"]
