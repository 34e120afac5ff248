"""A part that is not installed says which extra brings it; what `pip install textmill` brings suffices for text."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from textprep.extras import EXTRAS

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
# A finder in front of all others that finds none of the libraries that an extra brings.
LIGHT = f"""
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {sorted(EXTRAS)}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
"""


def light(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", LIGHT + code], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_text_and_vectors_need_no_extra(tmp_path: Path) -> None:
    code = f"""
from textprep import Lower, Pipeline, Stem, StopWords, Words, open_recipe
prep = Pipeline(Lower(), Words(), StopWords("en"), Stem("porter")).fit(["The cats sat."])
print(prep.ids(["Cats!"])[0].tolist(), open_recipe("search")(["<b>The</b> cats"]).to_lists())
from embeddings import WordVectors
vectors = WordVectors.from_words(["a", "b"], [[1, 0], [0.6, 0.8]])
vectors.save({str(tmp_path / "store")!r})
print(WordVectors.open({str(tmp_path / "store")!r}).nearest("a", 1)[0][0])
"""
    assert light(code).split("\n")[:2] == ["[2, 1] [['cat']]", "b"]


@pytest.mark.parametrize(
    "code",
    [
        "from seqmodels import Classifier",
        "from pipelines import train_sentiment; train_sentiment('no.tsv')",
        "import sys; from pipelines.command import main; sys.argv = ['textmill', 'demo', '--out', 'x']; main()",
    ],
)
def test_what_models_need(code: str) -> None:
    answer = light(code)
    assert "this needs torch, which is not installed; pip install 'textmill[models]'" in answer


def test_stop_words_of_other_languages() -> None:
    assert "this needs spacy, which is not installed" in light("from textprep import StopWords; StopWords('de')")


def test_each_extra_brings_what_it_is_said_to_bring() -> None:
    extras = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for library, extra in EXTRAS.items():
        assert library.replace("_", "-") in {Requirement(each).name for each in extras[extra]}, library
