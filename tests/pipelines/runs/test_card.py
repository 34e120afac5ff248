from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from pipelines import SentimentSettings, load, train
from pipelines.runs.card import read_card
from textprep import Lower, Pipeline, WordPiece, Words
from textprep.errors import ArtifactError
from textprep.settings import with_values

READ_BY_PEOPLE = {"model.json", "metrics.jsonl", "report.md"}


@pytest.fixture
def copied(ner, tmp_path):
    return shutil.copytree(ner.folder, tmp_path / "run")


def test_the_card_has_a_checksum_of_every_file_that_the_model_is_read_from(ner):
    files = read_card(ner.folder)["files"]
    assert files.keys() == {path.name for path in ner.folder.iterdir()} - READ_BY_PEOPLE
    for name, checksum in files.items():
        assert hashlib.sha256((ner.folder / name).read_bytes()).hexdigest() == checksum


def test_files_of_a_pipelines_stages_have_one_too(reviews, tmp_path):
    texts = reviews(20, 0).texts
    Pipeline(Lower(), Words(), WordPiece(size=200)).fit(texts).save(tmp_path / "recipe")
    settings = with_values(SentimentSettings(), {"recipe": str(tmp_path / "recipe"), "epochs": 1, "hidden_size": 4})
    train("sentiment", reviews(20, 0), reviews(4, 1), out=tmp_path / "run", settings=settings)
    load(tmp_path / "run")
    (name,) = [name for name in read_card(tmp_path / "run")["files"] if "/" in name]
    file = tmp_path / "run" / name
    file.write_bytes(file.read_bytes() + b"more\n")
    with pytest.raises(ArtifactError, match=f"{name}: not as it was saved"):
        load(tmp_path / "run")


def test_settings_are_not_changed_in_the_file(copied):
    config = copied / "config.toml"
    config.write_text(config.read_text().replace("threads = 0", "threads = 1"))
    with pytest.raises(ArtifactError, match=r"config\.toml: not as it was saved; .* give them to `load`"):
        load(copied)


def test_a_label_is_not_changed_in_the_card(copied):
    card = copied / "model.json"
    card.write_text(card.read_text().replace("PER", "POR"))
    with pytest.raises(ArtifactError, match=r"model\.json: damaged \(it is not what its checksum says\)"):
        load(copied)


def test_the_order_and_the_spaces_of_a_card_do_not_matter(copied, ner):
    card = json.loads((copied / "model.json").read_text())
    (copied / "model.json").write_text(json.dumps(dict(sorted(card.items(), reverse=True)), indent=3))
    assert load(copied).records(["Anna left."]) == ner.run.records(["Anna left."])


@pytest.mark.parametrize(
    "values, problem",
    [
        ({"task": 5}, "its task is 5"),
        ({"labels": []}, "labels are no list of texts"),
        ({"labels": "OB"}, "labels are no list of texts"),
        ({"labels": ["O", 1]}, "labels are no list of texts"),
        ({"labels": ["O", "B-PER", "O"]}, "the label 'O' stands there twice"),
        ({"sizes": [1, 2]}, "no sizes"),
        ({"features": None}, "no features"),
        ({"files": {}}, "no checksums of config.toml"),
        (
            {"files": dict.fromkeys(["config.toml", "pipeline.json", "vocabulary.jsonl", "model.safetensors"], 1)},
            "no chec",
        ),
        ({"sizes": {"words": 10, "word_size": True}}, "word_size must be a whole number"),
        ({"sizes": {"words": 10, "word_size": 0}}, "word_size must lie in 1"),
        ({"sizes": {"words": 10**40, "word_size": 5}}, "words must lie in 2"),
        ({"sizes": {"words": 1e9, "word_size": 5}}, "words must be a whole number"),
        ({"sizes": {"words": 99, "word_size": 10}}, "sizes of 99 words and 2 characters, where there are"),
        ({"features": {"alphabet": ["a", "b"]}}, "alphabet is no text"),
        ({"features": {"max_chars": "24"}}, "max_chars must be a whole number"),
        ({"features": {"digits_to_zero": 1}}, "digits_to_zero must be true or false"),
    ],
)
def test_values_of_other_kinds(copied, seal, values, problem):
    seal(copied, **values)
    with pytest.raises(ArtifactError, match=rf"model\.json: damaged \(.*{problem}"):
        load(copied)


@pytest.mark.parametrize("content", ["[" * 100_000, '{"labels":' * 100_000, '{"version":' + "9" * 5000 + "}"])
def test_json_of_unusual_depth_and_length(copied, content):
    (copied / "model.json").write_text(content)
    with pytest.raises(ArtifactError, match=r"model\.json: damaged"):
        load(copied)


def test_folders_in_the_place_of_files(copied):
    for name in ("model.safetensors", "model.json"):
        (copied / name).unlink()
        (copied / name).mkdir()
        with pytest.raises(ArtifactError, match=name.replace(".", r"\.")):
            load(copied)
