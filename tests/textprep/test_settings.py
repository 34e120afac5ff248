from __future__ import annotations

import math
from dataclasses import dataclass, field, fields

import pytest
from hypothesis import given, settings as hypothesis, strategies as st

from pipelines.tasks.ner_settings import NerData, NerSettings
from pipelines.tasks.sentiment_settings import SentimentData, SentimentSettings
from seqmodels import ClassifierSettings, TaggerSettings, TrainingSettings
from textprep import ConfigError, InputError
from textprep.settings import assignments, field_sentences, flat, from_toml, read_toml, to_toml, with_values

TASKS = [NerSettings(), SentimentSettings()]


@dataclass(frozen=True)
class Oven:
    """An oven."""

    heat: float = 180.0
    """Heat in
    degrees."""
    name: str = "old"
    """What it is called."""


@dataclass(frozen=True)
class Kitchen:
    """A kitchen with two ovens."""

    left: Oven = field(default_factory=Oven)
    right: Oven = field(default_factory=Oven)
    cooks: int = 1


@dataclass(frozen=True)
class Values:
    """One of each kind."""

    text: str = ""
    number: float = 0.0
    flag: bool = False


@dataclass(frozen=True)
class Holder:
    """A section of values."""

    values: Values = field(default_factory=Values)


@pytest.mark.parametrize("cls", [NerData, SentimentData, ClassifierSettings, TaggerSettings, TrainingSettings])
def test_every_field_has_a_sentence(cls):
    sentences = field_sentences(cls)
    for each in fields(cls):
        assert sentences.get(each.name, "").endswith("."), each.name


@pytest.mark.parametrize("settings", TASKS)
def test_the_sentence_stands_above_its_key_in_toml(settings):
    text = " ".join(to_toml(settings).replace("\n# ", " ").split())
    for name, _, sentence in flat(settings):
        assert f"{sentence} {name.rpartition('.')[2]} = " in text
    assert all(len(line) <= 120 for line in to_toml(settings).splitlines())


def test_a_sentence_over_several_lines_is_joined():
    assert field_sentences(Oven)["heat"] == "Heat in degrees."


@pytest.mark.parametrize("settings", TASKS)
def test_defaults_survive_toml(settings, tmp_path):
    (tmp_path / "config.toml").write_text(to_toml(settings), encoding="utf-8")
    assert from_toml(settings, tmp_path / "config.toml") == settings
    assert list(read_toml(tmp_path / "config.toml")) == [name for name, _, _ in flat(settings)]


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.text("\"'\\\x00\x1f\x7f\x85\r\n\t \U0001f600é=#[]")


@hypothesis(deadline=None)
@given(ANY_TEXT, st.floats(0, 2**31 - 1), st.booleans())
def test_any_value_survives_toml(tmp_path_factory, text, number, flag):
    file = tmp_path_factory.getbasetemp() / "any.toml"
    settings = Holder(Values(text, number, flag))
    file.write_text(to_toml(settings), encoding="utf-8")
    assert from_toml(Holder(), file) == settings


def test_a_key_alone_or_with_its_section():
    settings = with_values(NerSettings(), {"epochs": "3", "data.min_count": 5, "train_vectors": "FALSE"})
    assert (settings.training.epochs, settings.data.min_count, settings.data.train_vectors) == (3, 5, False)


def test_the_metric_of_ner_is_f1():
    assert NerSettings().training.metric == "f1"
    assert with_values(NerSettings(), {"epochs": 1}).training.metric == "f1"


@pytest.mark.parametrize("given, near", [("epohcs", "'epochs'"), ("traning.epochs", "'training.epochs'")])
def test_an_unknown_key_names_the_nearest(given, near):
    with pytest.raises(ConfigError, match=f"unknown setting '{given}'; did you mean {near}"):
        with_values(NerSettings(), {given: 1})


def test_a_key_of_several_sections_must_say_which():
    with pytest.raises(ConfigError, match=r"several sections; say which: left\.heat, right\.heat"):
        with_values(Kitchen(), {"heat": 1})
    assert with_values(Kitchen(), {"right.heat": 1}) == Kitchen(right=Oven(heat=1.0))
    with pytest.raises(ConfigError, match=r"data\.scheme, model\.scheme"):
        with_values(NerSettings(), {"scheme": "iob2"})


@pytest.mark.parametrize(
    "values, message",
    [
        ({"epochs": "three"}, "training.epochs must be a whole number, not 'three'"),
        ({"epochs": 3.0}, "training.epochs must be a whole number"),
        ({"epochs": True}, "training.epochs must be a whole number"),
        ({"train_vectors": 1}, "data.train_vectors must be true or false"),
        ({"train_vectors": "yes"}, "data.train_vectors must be true or false"),
        ({"recipe": 5}, "data.recipe must be text"),
        ({"learning_rate": "fast"}, "training.learning_rate must be a number"),
        ({"learning_rate": [1.0]}, "training.learning_rate must be a number"),
        ({"clip_norm": True}, "training.clip_norm must be a number"),
    ],
)
def test_a_value_of_the_wrong_type(values, message):
    with pytest.raises(ConfigError, match=message):
        with_values(NerSettings(), values)


@pytest.mark.parametrize(
    "name, value",
    [
        ("hidden_size", 0),
        ("word_size", -1),
        ("input_dropout", 1.5),
        ("output_dropout", math.nan),
        ("seed", -1),
        ("seed", 2**70),
        ("data.max_tokens", 0),
        ("learning_rate", math.inf),
        ("layers", 0),
    ],
)
def test_a_number_that_makes_no_sense(name, value):
    with pytest.raises(ConfigError, match=r"must lie in \d"):
        with_values(NerSettings(), {name: value})


def test_a_column_may_be_counted_from_the_end():
    assert with_values(NerSettings(), {"tag_column": "-2"}).data.tag_column == -2


def test_broken_toml_names_file_and_line(tmp_path):
    file = tmp_path / "broken.toml"
    file.write_text("[training]\nepochs = \n")
    with pytest.raises(InputError, match=r"broken\.toml: not valid TOML .*line 2"):
        from_toml(NerSettings(), file)
    file.write_bytes(b"[training]\nmetric = '\xff'\n")
    with pytest.raises(InputError, match=r"broken\.toml: not valid TOML"):
        from_toml(NerSettings(), file)
    with pytest.raises(InputError, match=r"none\.toml: the settings cannot be read"):
        from_toml(NerSettings(), tmp_path / "none.toml")


@pytest.mark.parametrize(
    "text, line",
    [
        ("[training]\nepochs = 3\nepohcs = 4\n", 3),
        ('[training]\n"epohcs" = 4\n', 2),
        ("# training.epohcs\ntraining.epohcs = 4\n", 2),
        ("epochs = 2\nepohcs = 4\n", 2),
        ("[data]\n\n[training]\r\n epohcs=4", 4),
    ],
)
def test_an_unknown_key_in_a_file_names_the_line(tmp_path, text, line):
    file = tmp_path / "settings.toml"
    file.write_bytes(text.encode())
    with pytest.raises(ConfigError, match=rf"settings\.toml:{line}: unknown setting .*epochs'"):
        from_toml(NerSettings(), file)


def test_a_file_may_begin_with_a_bom_and_give_keys_without_section(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text("\ufeffepochs = 3\n", encoding="utf-8")
    assert from_toml(NerSettings(), file).training.epochs == 3


def test_assignments():
    assert assignments(["a=1", " b = x=y ", "c="]) == {"a": "1", "b": "x=y", "c": ""}
    with pytest.raises(ConfigError, match="--set 'epochs' has no value"):
        assignments(["epochs"])
