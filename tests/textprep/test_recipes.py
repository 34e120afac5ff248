from __future__ import annotations

import json

import pytest

from textprep import ArtifactError, ConfigError, InputError, Lower, Pipeline, Words, open_recipe
from textprep.recipes import names


def test_every_recipe_opens_and_gives_right_spans():
    text = "The <b>Cats</b> weren't at http://a.io, 3.14 times 😀!"
    for name in names():
        pipeline = open_recipe(name)
        tokens = (pipeline.fit([text]) if name in ("subwords", "text_pieces") else pipeline)([text])
        assert tokens.count > 4
        assert all(0 <= start < end <= len(text) for start, end in tokens.spans(0))


@pytest.mark.parametrize(
    "name, text, tokens",
    [
        ("words", "Don't stop, U.S.A!", ["don't", "stop", ",", "u.s.a", "!"]),
        ("search", "The cats<br/>sat", ["cat", "sat"]),
        ("sentiment", "Mail me@a.org #now 👍🏽", ["mail", "me@a.org", "#now", "👍🏽"]),
        ("treebank", "He didn't.", ["He", "did", "n't", "."]),
        ("white_space", "He did n't .", ["He", "did", "n't", "."]),
    ],
)
def test_what_each_recipe_does(name, text, tokens):
    assert open_recipe(name)([text]).to_lists() == [tokens]


def test_a_recipe_of_ones_own(tmp_path):
    file = tmp_path / "mine.json"
    stages = [{"stage": "lower.v1"}, {"stage": "words.v1", "urls": True}]
    file.write_text("\ufeff" + json.dumps({"stages": stages}), encoding="utf-8")
    assert open_recipe(file) == Pipeline(Lower(), Words(urls=True))


def test_the_folder_of_a_saved_pipeline(tmp_path):
    pipeline = Pipeline(Lower(), Words()).fit(["a b a"])
    pipeline.save(tmp_path / "saved")
    assert open_recipe(tmp_path / "saved") == pipeline
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArtifactError, match=r"pipeline\.json is missing"):
        open_recipe(tmp_path / "empty")


def test_what_stands_in_the_working_folder_does_not_shadow_a_recipe(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words").mkdir()
    (tmp_path / "search").write_text("my searches")
    assert open_recipe("words") == Pipeline(Lower(), Words())
    assert open_recipe("search")(["The cats"]).to_lists() == [["cat"]]
    with pytest.raises(ArtifactError, match="missing"):
        open_recipe("./words")


def test_unknown_names():
    with pytest.raises(ConfigError, match="unknown recipe 'sentimnet'; did you mean 'sentiment'"):
        open_recipe("sentimnet")
    with pytest.raises(InputError, match=r"none\.json: there is no such recipe file"):
        open_recipe("none.json")


@pytest.mark.parametrize(
    "text, error, message",
    [
        ('{"stages": [', InputError, "not a recipe"),
        ("[1, 2]", InputError, "not a recipe"),
        ('{"steps": []}', InputError, "not a recipe"),
        ('{"stages": ["words.v1"]}', InputError, "not a recipe"),
        ('{"stages": 5}', InputError, "not a recipe"),
        ('{"stages": {"stage": "words.v1"}}', InputError, "not a recipe"),
        ('{"stages": [[["stage", "words.v1"]]]}', InputError, "not a recipe"),
        ('{"stages": ' + "[" * 100_000, InputError, "not a recipe"),
        ('{"stages": [{"stage": ' + '{"a":' * 100_000 + "1" + "}" * 100_002 + "]}", InputError, "not a recipe"),
        ('{"stages": [{"stage": ' + "[" * 500 + "]" * 500 + "}]}", ConfigError, "unknown stage"),
        ('{"stages": [{"stage": "words.v1", "urls": ' + "[" * 500 + "]" * 500 + "}]}", ConfigError, "true or false"),
        ('{"stages": [{"stage": "stem.v1", "algorithm": 5}]}', ConfigError, "option algorithm is 5; it must be text"),
        ('{"stages": []}', ConfigError, "one tokenizer"),
        ('{"stages": [{"stage": "wrods.v1"}]}', ConfigError, r"did you mean 'words\.v1'"),
        ('{"stages": [{"stage": 5}]}', ConfigError, "unknown stage"),
        ('{"stages": [{"stage": "words.v1", "url": true}]}', ConfigError, "did you mean 'urls'"),
        ('{"stages": [{"stage": "words.v1"}, {"stage": "words.v1"}]}', ConfigError, "one tokenizer"),
        ('{"stages": [{"stage": "words.v1"}, {"stage": "stem.v1", "algorithm": "portre"}]}', ConfigError, "porter"),
    ],
)
def test_a_broken_recipe_names_its_file(tmp_path, text, error, message):
    (tmp_path / "mine.json").write_text(text)
    with pytest.raises(error, match=rf"(?s)mine\.json.*{message}"):
        open_recipe(tmp_path / "mine.json")
