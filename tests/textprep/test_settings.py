from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings as hypothesis, strategies as st

from pipelines import NerSettings
from pipelines.tasks.task import TASKS
from textprep import ConfigError, InputError, TextmillError
from textprep.registry import Registry
from textprep.settings import (
    KindOf,
    OneOf,
    Share,
    Size,
    Within,
    assignments,
    checked,
    field_sentences,
    flat,
    from_toml,
    read_toml,
    to_toml,
    with_values,
)

ALL_TASKS = [TASKS[name].settings_class() for name in TASKS]


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


ENGINES: Registry[Any] = Registry("engine")
FUELS: Registry[Any] = Registry("fuel")
COLOURS: Registry[str] = Registry("colour")
COLOURS.register("red")("red paint")
COLOURS.register("blue")("blue paint")


@FUELS.register("petrol")
@dataclass(frozen=True)
class Petrol:
    """Fuel of one kind."""

    octane: Annotated[int, Within(90, 100)] = 95
    """How hard it knocks."""


@FUELS.register("diesel")
@dataclass(frozen=True)
class Diesel:
    """Fuel of another kind."""

    winter: bool = False
    """Whether it flows in the cold."""


@ENGINES.register("combustion")
@dataclass(frozen=True)
class Combustion:
    """An engine that burns."""

    fuel: Annotated[Any, KindOf(FUELS)] = field(default_factory=Petrol)
    """What it burns: petrol or diesel."""
    cylinders: Size = 4
    """How many it has."""


@ENGINES.register("electric")
@dataclass(frozen=True)
class Electric:
    """An engine that hums."""

    power: float = 80.0
    """In kilowatts."""
    cylinders: Size = 1
    """For the looks."""


@dataclass(frozen=True)
class Chassis:
    """What carries the engine."""

    engine: Annotated[Any, KindOf(ENGINES)] = field(default_factory=lambda: Combustion(cylinders=6))
    """What drives it: combustion or electric."""
    load: Share = 0.5
    """How full it is."""


@dataclass(frozen=True)
class Car:
    """Sections in sections, and values behind them."""

    chassis: Chassis = field(default_factory=Chassis)
    spare: Chassis = field(default_factory=lambda: Chassis(Electric()))
    colour: Annotated[str, OneOf(COLOURS)] = "red"
    """Its colour."""
    gears: Literal["manual", "automatic"] = "manual"
    """Who changes them."""
    note: str = ""
    """What else there is to say."""


@pytest.mark.parametrize("settings", ALL_TASKS)
def test_every_setting_has_a_sentence(settings):
    names = [name for name, _, _ in flat(settings)]
    assert {"data.recipe", "model.encoder.kind", "model.encoder.hidden_size", "training.epochs"} <= set(names)
    for name, _, sentence in flat(settings):
        assert sentence.endswith("."), name


@pytest.mark.parametrize("settings", ALL_TASKS)
def test_the_sentence_stands_above_its_key_in_toml(settings):
    text = " ".join(to_toml(settings).replace("\n# ", " ").split())
    for name, _, sentence in flat(settings):
        assert f"{sentence} {name.rpartition('.')[2]} = " in text
    assert all(len(line) <= 120 for line in to_toml(settings).splitlines())


def test_a_sentence_over_several_lines_is_joined():
    assert field_sentences(Oven)["heat"] == "Heat in degrees."


@pytest.mark.parametrize("settings", ALL_TASKS)
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


FUEL = st.builds(Petrol, st.integers(90, 100)) | st.builds(Diesel, st.booleans())
ENGINE = st.builds(Combustion, FUEL, st.integers(1, 99)) | st.builds(Electric, st.floats(-1e9, 1e9), st.integers(1, 9))
CHASSIS = st.builds(Chassis, ENGINE, st.floats(0, 1))


@hypothesis(deadline=None)
@given(
    st.builds(
        Car, CHASSIS, CHASSIS, st.sampled_from(["red", "blue"]), st.sampled_from(["manual", "automatic"]), ANY_TEXT
    )
)
def test_settings_in_sections_of_any_depth_and_kind_survive_toml(tmp_path_factory, car):
    file = tmp_path_factory.getbasetemp() / "car.toml"
    file.write_text(to_toml(car), encoding="utf-8")
    assert from_toml(Car(), file) == car
    assert from_toml(car, file) == car
    assert list(read_toml(file)) == [name for name, _, _ in flat(car)]


def test_a_section_has_its_own_values_before_its_sections():
    assert to_toml(Car()).startswith('# Its colour.\ncolour = "red"\n')
    inner = to_toml(Car()).partition("[chassis.engine]\n")[2]
    assert inner.startswith('# What drives it: combustion or electric.\nkind = "combustion"\n# How many it has.\n')
    assert "[chassis.engine.fuel]\n# What it burns: petrol or diesel.\nkind =" in inner


def test_a_kind_brings_its_own_keys_and_defaults():
    car = with_values(Car(), {"chassis.engine.kind": "electric"})
    assert car == Car(Chassis(Electric()))
    with pytest.raises(ConfigError, match="unknown setting 'octane'"):
        with_values(car, {"octane": 98})
    assert with_values(car, {"spare.engine.kind": "electric"}).spare == Car().spare


def test_the_kind_that_stands_there_keeps_its_values():
    car = with_values(Car(), {"chassis.engine.kind": "combustion", "fuel.kind": "petrol"})
    assert car.chassis.engine.cylinders == 6


def test_kinds_are_read_before_what_belongs_to_them(tmp_path):
    values = {"winter": "true", "spare.engine.fuel.kind": "diesel", "spare.engine.kind": "combustion"}
    assert with_values(Car(), values).spare == Chassis(Combustion(Diesel(winter=True)))
    file = tmp_path / "car.toml"
    file.write_text('[spare.engine]\nfuel.winter = true\nfuel.kind = "diesel"\nkind = "combustion"\n')
    assert from_toml(Car(), file).spare == Chassis(Combustion(Diesel(winter=True)))


def test_the_end_of_a_name_is_enough_where_only_one_setting_has_it():
    assert with_values(Car(), {"spare.load": 1}).spare.load == 1.0
    assert with_values(Car(), {"octane": "98"}).chassis.engine.fuel.octane == 98
    with pytest.raises(ConfigError, match=r"say which: chassis\.engine\.kind, spare\.engine\.kind"):
        with_values(Car(), {"engine.kind": "electric"})


@pytest.mark.parametrize(
    "name, value, message",
    [
        ("colour", "bleu", r"setting colour: unknown colour 'bleu'; did you mean 'blue'\?"),
        ("colour", 3, "setting colour must be text, not 3"),
        ("gears", "automtic", r"setting gears: unknown choice 'automtic'; did you mean 'automatic'\?"),
        ("chassis.engine.kind", "elektric", r"setting chassis\.engine\.kind: unknown engine 'elektric'; did you"),
        ("octane", 89, r"chassis\.engine\.fuel\.octane must lie in 90\.\.100, not 89"),
        ("chassis.engine.cylinders", "0", r"cylinders must lie in 1\.\.2147483647, not 0"),
        ("chassis.load", "nan", r"chassis\.load must lie in 0\.\.1, not nan"),
        ("spare.engine.power", "inf", r"must lie in -2147483647\.\.2147483647, not inf"),
        ("chassis.engine", "electric", r"unknown setting 'chassis\.engine'; did you mean 'chassis\.engine\."),
        ("chassis.engine.fuel.kind", 3, r"fuel\.kind must be text, not 3"),
    ],
)
def test_what_a_value_may_be_stands_at_its_field(name, value, message):
    with pytest.raises(ConfigError, match=message):
        with_values(Car(), {name: value})


@pytest.mark.parametrize(
    "car, message",
    [
        (Car(colour="bleu"), "colour"),
        (Car(gears="none"), "gears"),
        (Car(spare=Chassis(Combustion(Petrol(octane=20)))), r"spare\.engine\.fuel\.octane must lie in 90"),
        (Car(spare=Chassis(load=True)), r"spare\.load must be a number, not True"),
        (Car(chassis=Chassis(Oven())), r"chassis\.engine\.kind must be text, not None"),
    ],
)
def test_settings_made_in_code_can_be_checked(car, message):
    assert checked(Car()) == Car()
    assert checked(Car(chassis=Chassis(load=1))).chassis.load == 1  # as Python's own types have it
    with pytest.raises(ConfigError, match=message):
        checked(car)


@dataclass(frozen=True)
class GasOven(Oven):
    """An oven with one more setting."""

    gas: str = "town"
    """What it burns."""


def test_settings_that_were_typed_in_have_no_sentences():
    typed: dict[str, Any] = {"__name__": "__main__"}
    exec("import dataclasses\n@dataclasses.dataclass\nclass Typed:\n    a: int = 3\n    'How many.'\n", typed)
    assert list(flat(typed["Typed"]())) == [("a", 3, "")]


def test_a_dataclass_keeps_the_sentences_that_it_inherits():
    assert field_sentences(GasOven) == {**field_sentences(Oven), "gas": "What it burns."}


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
    with pytest.raises(ConfigError, match=r"data\.scheme, model\.head\.scheme"):
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
        ("[training] # of the model\nepohcs = 3", 2),
        ("training = {epochs = 2, epohcs = 4}\n", 1),
        ('[data]\nrecipe = """\n[training]\nepohcs = 1\n"""\n[training]\nepohcs = 4', 7),
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


@pytest.mark.parametrize(
    "text",
    [
        "[training]\nepochs = " + "[" * 100_000,
        "[training]\nepochs = " + "[" * 300 + "]" * 300,
        "[" + ".".join(["a"] * 3000) + "]\nb = 1",
        "[training]\nepochs = " + "9" * 5000,
        "[training]\nepochs = 0x" + "f" * 9000,
        "[training]\nlearning_rate = 0x" + "f" * 9000,
        "[training]\nlearning_rate = 1e999",
        '[training]\nepochs = "' + "x" * 10**6 + '"',
        "[training.epochs]\na = 1",
        "training = 1979-05-27",
    ],
)
def test_what_toml_can_hold_and_settings_cannot(tmp_path, text):
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(TextmillError, match=r"config\.toml") as error:
        from_toml(NerSettings(), file)
    assert len(str(error.value)) < 20_000
