import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import embeddings

HEAVY = {"numpy", "numba", "pyarrow", "torch", "gensim"}


def test_the_import_brings_in_nothing_heavy() -> None:
    code = f"import embeddings, sys; print(*({HEAVY} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == []


def test_a_reopened_store_needs_no_numba(random_vectors: embeddings.WordVectors, tmp_path: Path) -> None:
    folder = f"{tmp_path}/store"
    random_vectors.save(folder)
    code = f"""
import sys
from embeddings import WordVectors
vectors = WordVectors.open({folder!r})
vectors["word7"], vectors.nearest("word7"), vectors.matrix(["word1", "Word2", "x"])
print(*({{"numba", "torch", "gensim"}} & set(sys.modules)))
"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == []


def test_every_name_that_is_promised_exists() -> None:
    assert dir(embeddings) == sorted(embeddings.__all__)
    for name in embeddings.__all__:
        assert getattr(embeddings, name).__name__ == name


def imports(file: Path) -> set[str]:
    """The modules of this package that a file imports, anywhere and for whatever purpose."""
    nodes = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    named = {f"{node.module}.{alias.name}" for node in nodes for alias in node.names}
    return {name for name in named | {str(node.module) for node in nodes} if name.startswith("embeddings.")}


@pytest.mark.parametrize("depth", [2, 3])
def test_imports_make_no_circle_between_rooms_or_files(depth: int) -> None:
    """Not even for type checking: a circle says that two files are one thing, or one of them two."""
    root = Path(embeddings.__file__).parent
    files = {".".join(file.relative_to(root.parent).with_suffix("").parts): file for file in root.rglob("*.py")}
    graph: dict[str, set[str]] = {}
    for name, file in files.items():
        place = ".".join(name.split(".")[:depth])
        needed = {".".join(other.split(".")[:depth]) for other in imports(file) & files.keys()}
        graph.setdefault(place, set()).update(needed - {place})
    assert sum(map(len, graph.values())) > 10
    TopologicalSorter(graph).prepare()  # raises CycleError


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="attribute WordVector"):
        _ = embeddings.WordVector  # type: ignore[attr-defined]
