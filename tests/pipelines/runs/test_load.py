from __future__ import annotations

import copy
import json
import math
import random
import shutil

import pytest
from safetensors.torch import load_file, save_file

from pipelines import NerRun, SentimentRun, load
from textprep.errors import ArtifactError, TextmillError

NEEDED = ["config.toml", "model.json", "model.safetensors", "pipeline.json", "vocabulary.jsonl"]
TO_READ = ["metrics.jsonl", "report.md"]
TEXTS = ["Anna saw a good film in Paris."]


@pytest.fixture(params=["sentiment", "ner"])
def copied(request, tmp_path):
    """A copy of a run folder, to be damaged."""
    trained = request.getfixturevalue(request.param)
    return shutil.copytree(trained.folder, tmp_path / "run")


def test_the_task_decides_the_kind_of_run(sentiment, ner):
    assert isinstance(load(sentiment.folder), SentimentRun)
    assert isinstance(load(str(ner.folder)), NerRun)


def test_a_run_folder_holds_what_is_said(copied):
    assert sorted(path.name for path in copied.iterdir()) == sorted(NEEDED + TO_READ)
    records = [json.loads(line) for line in (copied / "metrics.jsonl").read_text().splitlines()]
    assert [record["epoch"] for record in records] == list(range(1, len(records) + 1))


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_file_is_named(copied, name):
    (copied / name).unlink()
    with pytest.raises(ArtifactError, match=f"{name} is missing"):
        load(copied)


@pytest.mark.parametrize("name", TO_READ)
def test_files_for_people_are_not_needed(copied, name):
    before = load(copied).records(TEXTS)
    (copied / name).unlink()
    assert load(copied).records(TEXTS) == before


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("name", NEEDED)
def test_a_truncated_file_is_named(copied, name, share):
    content = (copied / name).read_bytes()
    (copied / name).write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ArtifactError, match=name if name != "vocabulary.jsonl" else "vocabulary"):
        load(copied)


def test_settings_cut_at_the_end_of_a_line_do_not_fall_back_to_defaults(copied):
    lines = (copied / "config.toml").read_text().splitlines(keepends=True)
    for count in range(len(lines)):
        (copied / "config.toml").write_text("".join(lines[:count]))
        with pytest.raises(ArtifactError, match=r"config\.toml"):
            load(copied)


def test_bytes_that_are_no_text(copied, seal):
    for name in NEEDED:
        content = (copied / name).read_bytes()
        (copied / name).write_bytes(b"\xff\x00\xfe" + content[3:])
        if name != "model.json":
            seal(copied)
        with pytest.raises(ArtifactError):
            load(copied)
        (copied / name).write_bytes(content)
    seal(copied)
    load(copied)


@pytest.mark.parametrize(
    "values, message",
    [
        ({"task": "parsing"}, "its task 'parsing' is not known here; import the module"),
        ({"version": 3}, "version 3 is not known here; update textmill"),
        ({"format": "else"}, "not the card of a run"),
        ({"sizes": {"words": 3}}, "damaged"),
        ({"sizes": {"words": 3, "word_size": 4, "colour": 5}}, "damaged"),
        ({"sizes": None}, "damaged"),
        ({"labels": None}, "damaged"),
        ({"features": {"alphabet": "aa"}}, "damaged"),
        ({"features": {"unknown": 1}}, "damaged"),
    ],
)
def test_a_card_that_cannot_be_used(copied, seal, values, message):
    seal(copied, **values)
    with pytest.raises(ArtifactError, match=message):
        load(copied)


def test_weights_of_another_model(copied, seal):
    card = json.loads((copied / "model.json").read_text())
    seal(copied, sizes=card["sizes"] | {"word_size": card["sizes"]["word_size"] + 1})
    with pytest.raises(ArtifactError, match="has shape"):
        load(copied)


def test_a_setting_that_is_not_known_or_makes_no_sense(copied, seal):
    config = (copied / "config.toml").read_text()
    for old, new in (("min_count", "min_cuont"), ("min_count = 1", "min_count = -1"), ("epochs = ", "epochs = 'a' #")):
        (copied / "config.toml").write_text(config.replace(old, new))
        seal(copied)
        with pytest.raises(ArtifactError, match=r"config\.toml.*(min_cuont|min_count|epochs)"):
            load(copied)


def test_folders_that_are_no_run(tmp_path):
    with pytest.raises(ArtifactError, match="there is no such run folder"):
        load(tmp_path / "none")
    with pytest.raises(ArtifactError, match=r"model\.json is missing"):
        load(tmp_path)
    for content, told in (("{}", "not the card of a run"), ("[]", "the JSON is not an object")):
        (tmp_path / "model.json").write_text(content)
        with pytest.raises(ArtifactError, match=told):
            load(tmp_path)
    with pytest.raises(TextmillError, match="no such run folder"):
        load(tmp_path / "model.json")


@pytest.mark.parametrize("name", NEEDED)
def test_a_changed_file_gives_the_same_or_is_named(copied, name):
    """Bits turned at places chosen by a fixed seed, in the beginning (headers, keys) as often as anywhere."""
    before, content, rng = load(copied).records(TEXTS), (copied / name).read_bytes(), random.Random(name)
    for turn in range(60):
        damaged = bytearray(content)
        damaged[rng.randrange(len(content) if turn % 2 else min(len(content), 2000))] ^= 1 << rng.randrange(8)
        (copied / name).write_bytes(damaged)
        try:
            assert load(copied).records(TEXTS) == before
        except ArtifactError as error:
            assert name in str(error)


@pytest.mark.parametrize("name", [name for name in NEEDED if name != "model.json"])
def test_a_file_of_other_bytes_with_their_checksum_is_used_or_refused(copied, seal, name):
    """As far as a file can be read at all, what it says is used; everything else is an error of ours."""
    content, rng = (copied / name).read_bytes(), random.Random(name)
    others = [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"a = " + b"[" * 100_000,
        b"\x00" * 50,
        b'["a", ' + b"9" * 5000 + b"]",
    ]
    for turn in range(60):
        damaged = bytearray(content)
        damaged[rng.randrange(len(content) if turn % 2 else min(len(content), 2000))] ^= 1 << rng.randrange(8)
        others.append(bytes(damaged))
    for other in others:
        (copied / name).write_bytes(other)
        seal(copied)
        loaded_or_refused(copied)


def test_values_of_other_kinds_in_a_card_are_used_or_refused(copied, seal):
    card = json.loads((copied / "model.json").read_text())
    del card["checksum"]
    for path in places(card):
        for value in (None, True, -1, 3.5, "x", [], {}, 10**30, math.nan):
            seal(copied, **with_value(card, path, value))
            loaded_or_refused(copied)


def test_values_of_other_kinds_in_settings_are_used_or_refused(copied, seal):
    config, rng = copied / "config.toml", random.Random(0)
    lines = config.read_text().splitlines()
    values = ["true", "-1", "3.5", '"x"', "[]", "{}", "1979-05-27", "9" * 30, "0x" + "f" * 6000, "nan", "2147483647"]
    for number, line in enumerate(lines):
        for value in rng.sample(values, 3) if "= " in line and line[0] != "#" else []:
            config.write_text("\n".join([*lines[:number], f"{line.split('=')[0]}= {value}", *lines[number + 1 :]]))
            seal(copied)
            loaded_or_refused(copied)


def test_weights_that_are_no_numbers_are_never_used(copied, seal):
    weights = load_file(copied / "model.safetensors")
    weights["head.output.bias"][0] = math.nan
    save_file(weights, copied / "model.safetensors")
    seal(copied)
    with pytest.raises(ArtifactError, match=r"model\.safetensors: damaged \(head\.output\.bias has numbers"):
        load(copied)


def loaded_or_refused(folder):
    """A run that can be loaded predicts, and its probabilities are numbers; else the error is ours."""
    try:
        json.dumps(load(folder).records(TEXTS), allow_nan=False)
    except TextmillError as error:
        assert "\n" not in str(error)


def places(value, path=()):
    """Where the values within a JSON value stand, the first three of a list."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value[:3]) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


def with_value(value, path, new):
    """A copy of a JSON value with another value at one place."""
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = with_value(value[path[0]], path[1:], new)
    return changed
