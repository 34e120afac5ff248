from __future__ import annotations

import json
import os
import signal
import time
import tomllib
from pathlib import Path

import pytest

from pipelines import NerSettings, SentimentSettings, load
from textprep.settings import field_sentences, flat, from_toml

from .conftest import INTERRUPTED

SMALL = [
    *("--set", "epochs=1", "--set", "hidden_size=4", "--set", "word_size=4", "--set", "batch_size=8"),
    *("--set", "min_count=1"),
]
LINES = "pos a good film\nneg a bad film\npos great\nneg awful\n" * 5
CONLL = "Anna NNP B-PER\nleft VBD O\n\nin IN O\nParis NNP B-LOC\n\n" * 5
GLOVE = "good 1 2 3\nanna 2 3 4\nfilm 0 1 0\n"


@pytest.fixture(autouse=True)
def files(here):
    Path("train.txt").write_text(LINES)
    Path("train.conll").write_text(CONLL)
    Path("glove.txt").write_text(GLOVE)


NER = ["train", "ner", "--train", "train.conll", "--dev", "train.conll", *SMALL]
SENTIMENT = ["train", "sentiment", "--train", "train.txt", *SMALL]


def test_a_tagger(textmill):
    done = textmill(*NER, "--out", "new/run", "--vectors", "glove.txt", "--seed", 5)
    assert (done.code, done.out) == (0, "")
    epoch, *notes, last = done.err.splitlines()
    assert all(note.startswith("textmill: on the development data: never predicted: ") for note in notes)
    assert epoch.startswith("epoch 1: loss ")
    assert "f1 " in epoch
    assert last == "the run is in new/run; see new/run/report.md"
    run = load("new/run")
    assert run.parts.settings.training.seed == 5
    assert run.parts.sizes.word_size == 3
    assert "glove.txt: " in Path("new/run/report.md").read_text()


def test_a_classifier_with_and_without_development_data(textmill):
    assert textmill(*SENTIMENT, "--out", "run").code == 0
    assert textmill(*SENTIMENT, "--out", "run2", "--dev", "train.txt").code == 0
    assert "train.txt: 20 texts" in Path("run2/report.md").read_text()


def test_settings_from_a_file_then_set_then_seed(textmill):
    Path("mine.toml").write_text("[training]\nepochs = 2\nseed = 3\nclip_norm = 1\n[data]\nmax_tokens = 9\n")
    textmill(*SENTIMENT, "--out", "run", "--config", "mine.toml", "--seed", 4)
    settings = load("run").parts.settings
    assert (settings.training.epochs, settings.training.seed) == (1, 4)
    assert (settings.training.clip_norm, settings.data.max_tokens) == (1.0, 9)
    textmill(*SENTIMENT, "--out", "again", "--config", "run/config.toml")
    assert Path("again/config.toml").read_bytes() == Path("run/config.toml").read_bytes()
    assert Path("again/model.safetensors").read_bytes() == Path("run/model.safetensors").read_bytes()


@pytest.mark.parametrize("task, settings", [("ner", NerSettings()), ("sentiment", SentimentSettings())])
def test_list_settings(textmill, here, task, settings):
    done = textmill("train", task, "--list-settings")
    assert done.code == 0
    Path("listed.toml").write_text(done.out)
    assert from_toml(settings, "listed.toml") == settings
    assert set(tomllib.loads(done.out)) == {"data", "model", "transfer", "training"}
    shown = " ".join(done.out.replace("\n# ", " ").split())
    assert all(sentence in shown for _, _, sentence in flat(settings))
    assert field_sentences(type(settings.data))["min_count"] in shown


def test_a_run_is_replaced_only_if_asked(textmill, refused):
    textmill(*SENTIMENT, "--out", "run")
    assert "run holds a run already; give another --out, or --overwrite" in refused(*SENTIMENT, "--out", "run")
    assert textmill(*SENTIMENT, "--out", "run", "--overwrite").code == 0


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("--out notes", "notes exists and is not a run folder"),
        ("--out notes --overwrite", "notes exists and is not a run folder"),
        ("--out train.txt", "train.txt exists and is not a run folder"),
        ("--out train.txt/run", "train.txt is not a folder"),
        ("--out run --set epohcs=3", "unknown setting 'epohcs'; did you mean 'epochs'?"),
        ("--out run --set epochs", "--set 'epochs' has no value; write --set key=value"),
        ("--out run --set epochs=many", "training.epochs must be a whole number, not 'many'"),
        ("--out run --set hidden_size=0", "model.encoder.hidden_size must lie in 1.."),
        ("--out run --set output_dropout=2", "model.head.output_dropout must lie in 0..1, not 2.0"),
        ("--out run --set cell=lsmt", "'lsmt'"),
        ("--out run --seed -1", "training.seed must lie in 0.."),
        ("--out run --config none.toml", "none.toml: the settings cannot be read"),
        ("--out run --config train.txt", "train.txt: not valid TOML"),
        ("--out run --config bad.toml", "bad.toml:2: unknown setting 'training.epohcs'"),
        ("--out run --vectors none.txt", "none.txt: no such file"),
        ("--out run --vectors bad.vec", "bad.vec:2: "),
        ("--out run --dev none.txt", "none.txt: there is no such file"),
        ("--out run --dev other.txt", "other.txt: text 1 has the label 'meh'"),
    ],
)
def test_what_cannot_be_used(refused, arguments, message):
    Path("notes").mkdir()
    Path("notes/mine.txt").write_text("precious")
    Path("bad.toml").write_text("[training]\nepohcs = 2\n")
    Path("bad.vec").write_text("cat 1 2 3\ndog 1 2\n")
    Path("other.txt").write_text("meh so so\n")
    assert message in refused(*SENTIMENT, *arguments.split())


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("none.conll", None, "none.conll: there is no such file"),
        ("a.conll", b"", "a.conll: there are no sentences"),
        ("a.conll", b"Anna NNP B-PER\nleft O\n", "a.conll:2: 2 columns where the lines before have 3"),
        ("a.conll", b"Anna\nleft\n", "a.conll:1: words and tags are in the same column"),
        ("a.conll", b"Anna B-PER\nleft X\n", "a.conll:2: "),
        ("a.conll", b"Anna S-PER\nin O\nParis E-LOC\n", "a.conll:3: not BIOES: E-LOC cannot follow O"),
        ("a.conll", b"Anna O\nl\xffft O\n", "a.conll:2: invalid UTF-8"),
        ("a.conll", b"Anna O\nleft O\n", "a.conll: no sentence has an entity"),
    ],
)
def test_a_conll_file_that_cannot_be_used(refused, name, content, message):
    if content is not None:
        Path(name).write_bytes(content)
    arguments = ["--train", name, "--dev", "train.conll", "--out", "run"]
    assert message in refused("train", "ner", *arguments)


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("a.tsv", b"id\ttext\n1\ta\n", "a.tsv: there is no column named label or sentiment or class or target"),
        ("a.csv", b"text,label\na,1\nb\n", "a.csv:3: the row has 1 fields"),
        ("a.jsonl", b'{"text": "a", "label": "x"}\n{"text": "b"}\n', "a.jsonl:2: 'label' is neither"),
        ("a.jsonl", b'{"text": "a", "label": "x"}\n{"text": "b\n', "a.jsonl:2: broken JSON"),
        ("a.txt", b"", "a.txt: there are no labelled texts"),
        ("a.txt", b"pos good\npos fine\n", "a.txt: there is one label only, 'pos'"),
        ("a.txt", b"pos good\nneg b\xffd\n", "a.txt:2: invalid UTF-8"),
        ("a.tar.gz", b"nothing", "a.tar.gz: the compressed data are damaged or cut short"),
    ],
)
def test_labelled_texts_that_cannot_be_used(refused, name, content, message):
    Path(name).write_bytes(content)
    assert message in refused("train", "sentiment", "--train", name, "--out", "run")


def test_the_tasks_are_the_subcommands(textmill):
    shown = textmill("train", "--help").out
    for name in ("classifier", "multilabel", "ner", "pos", "sentiment"):
        assert f"  {name} " in shown


@pytest.mark.parametrize(
    "task, name, content, scores",
    [
        (
            "pos",
            "a.conllu",
            "1\tcats\tcat\tNOUN\tNNS\t_\t0\troot\t_\t_\n2\tsleep\t_\tVERB\t_\t_\t1\tx\t_\t_\n\n",
            "tags",
        ),
        ("pos", "a.txt", "cats NOUN\nsleep VERB\n\n", "tags"),
        ("classifier", "a.txt", "pos good\nneg bad\n", "classes"),
        ("multilabel", "a.txt", "__label__a __label__b good\n__label__a bad\n", "classes"),
    ],
)
def test_every_task_from_training_to_prediction(textmill, task, name, content, scores):
    Path(name).write_text(content * 10)
    assert textmill("train", task, "--train", name, "--dev", name, "--out", "run", *SMALL).code == 0
    assert load("run").parts.task == task
    assert textmill("evaluate", "run", name, "--json").json[scores]
    Path("new.txt").write_text("cats sleep\n")
    (row,) = textmill("predict", "run", "new.txt").rows
    assert set(row) == {"text", *load("run").columns}


def test_rows_that_cannot_be_used_may_be_set_aside(textmill, refused):
    Path("bad.txt").write_bytes(LINES.encode() + b"neg b\xffd\npos\n")
    arguments = ["train", "sentiment", "--train", "bad.txt", "--out", "run", *SMALL]
    assert "bad.txt:21: invalid UTF-8" in refused(*arguments)
    done = textmill(*arguments, "--on-error", "quarantine")
    assert done.code == 0
    assert "2 bad rows set aside in run.quarantine.jsonl" in done.err
    rows = [json.loads(line) for line in Path("run.quarantine.jsonl").read_text().splitlines()]
    assert [row["line"] for row in rows] == [21, 22]
    assert "20 texts" not in Path("run/report.md").read_text()  # a part is held out
    done = textmill("evaluate", "run", "bad.txt", "--on-error", "quarantine", "--json")
    assert done.json["texts"] == 20


def test_files_in_another_encoding(textmill, refused):
    Path("old.txt").write_bytes("schön ein guter Film\nübel ein böser Film\n".encode("latin-1") * 10)
    arguments = ["train", "classifier", "--train", "old.txt", "--out", "run", *SMALL]
    assert "--encoding latin-1" in refused(*arguments)
    assert textmill(*arguments, "--encoding", "latin-1").code == 0
    assert load("run").labels == ["schön", "übel"]
    assert textmill("evaluate", "run", "old.txt", "--json").json["texts"] == 20  # the run knows its encoding
    Path("new.txt").write_text("schön ein guter Film\n", encoding="utf-8")
    assert textmill("evaluate", "run", "new.txt", "--encoding", "utf-8", "--json").json["texts"] == 1
    assert textmill("predict", "run", "old.txt", "--encoding", "latin-1").rows[0]["text"] == "schön ein guter Film"


def test_an_odd_tag_is_repaired_or_refused(textmill, refused):
    Path("odd.conll").write_text(CONLL * 30 + "in O\nOslo I-LOC\n".replace(" ", " X "))
    arguments = ["train", "ner", "--train", "odd.conll", "--dev", "train.conll", "--out", "run", *SMALL]
    assert "odd.conll:" in refused(*arguments, "--strict")
    done = textmill(*arguments)
    assert done.code == 0
    assert "odd.conll" in done.err


def test_a_metric_that_is_none_is_refused_before_the_data_is_read(refused):
    arguments = ["train", "ner", "--train", "none.conll", "--out", "run", "--set", "metric=accuracy"]
    assert "unknown metric 'accuracy'; choose from f1, precision, recall" in refused(*arguments)


def test_a_killed_training_goes_on_from_its_checkpoint_to_the_same_weights(start, textmill):
    arguments = [*NER, "--set", "epochs=4", "--set", "checkpoint_steps=1"]
    assert textmill(*arguments, "--out", "whole").code == 0
    process = start(*arguments, "--out", "run", "--resume")
    while not Path("run.checkpoint/state").exists() and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert not Path("run").exists()
    done = textmill(*arguments, "--out", "run", "--resume")
    assert done.code == 0
    assert Path("run/model.safetensors").read_bytes() == Path("whole/model.safetensors").read_bytes()
    assert not Path("run.checkpoint").exists()


def test_ctrl_c_leaves_the_checkpoint_if_there_is_to_be_one(start):
    process = start(*NER, "--out", "run", "--set", "epochs=1000000", "--resume")
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "textmill: interrupted; the same command goes on from the checkpoint"
    assert Path("run.checkpoint/config.toml").is_file()
    assert not Path("run").exists()


def test_a_folder_that_may_not_be_written_to_is_found_out_before_training(refused, monkeypatch):
    monkeypatch.setattr("textprep.output_place.os.access", lambda path, mode: not mode & os.W_OK)
    assert "may not be written to" in refused("train", "sentiment", "--train", "never-read.txt", "--out", "run")


def test_ctrl_c_leaves_nothing(start, here):
    before = {path.name for path in here.iterdir()}
    process = start(*NER, "--out", "new/run", "--set", "epochs=1000000")
    first = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    lines = [line for line in [first, *err.splitlines(keepends=True)] if not line.startswith("epoch ")]
    assert (process.returncode, out) == (130, "")
    assert lines == [INTERRUPTED]
    assert {path.name for path in here.iterdir()} == before


@pytest.mark.parametrize(
    "setting, message",
    [
        ("hidden_size=1000000", "GB of memory, and "),
        ("encoder.layers=100000", "setting model.encoder.layers must lie in 1..100, not 100000"),
        ("word_size=2000000000", "setting data.word_size must lie in 1..1000000"),
        ("threads=2000000000", "setting training.threads must lie in 0..1024"),
    ],
)
def test_sizes_that_no_machine_has(refused, setting, message):
    assert message in refused(*SENTIMENT, "--out", "run", "--set", setting)


def test_settings_nested_deeply(refused):
    Path("deep.toml").write_text("a = " + "[" * 100_000)
    message = refused(*SENTIMENT, "--out", "run", "--config", "deep.toml")
    assert message.startswith("textmill: deep.toml: not valid TOML")


def test_a_recipe_nested_deeply(refused):
    Path("deep.json").write_text('{"stages": ' + "[" * 100_000)
    assert "textmill: deep.json: not a recipe" in refused(*SENTIMENT, "--out", "run", "--set", "recipe=deep.json")


def test_examples_nested_deeply(refused):
    Path("deep.jsonl").write_text('{"text": "a", "label": ' + "[" * 100_000 + "]" * 100_000 + "}\n")
    assert "textmill: deep.jsonl:1: " in refused("train", "classifier", "--train", "deep.jsonl", "--out", "run")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_leave_nothing_either(start, here, stop):
    before = {path.name for path in here.iterdir()}
    process = start(*NER, "--out", "new/run", "--set", "epochs=1000000")
    process.stderr.readline()
    process.send_signal(stop)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.splitlines(keepends=True)[-1]) == (128 + stop, INTERRUPTED)
    assert {path.name for path in here.iterdir()} == before


def test_a_place_is_claimed_by_one_training(start, textmill, refused, here):
    process = start(*NER, "--out", "run", "--set", "epochs=1000000")
    process.stderr.readline()
    assert f"run: process {process.pid} on " in refused(*SENTIMENT, "--out", "run")
    process.kill()
    process.communicate()
    assert (here / ".run.claim").exists()
    done = textmill("train", "sentiment", "--train", "none.txt", "--out", "run")  # claimed, and given back
    assert done.err.startswith("textmill: none.txt: there is no such file")
    assert not (here / ".run.claim").exists()


def test_overwriting_replaces_the_files_of_a_run_and_no_others(textmill, refused):
    textmill(*SENTIMENT, "--out", "run")
    Path("run/thesis.tex").write_text("three years")
    assert "run: holds thesis.tex, which would be lost" in refused(*SENTIMENT, "--out", "run", "--overwrite")
    Path("run/thesis.tex").rename("run/train.txt")
    Path("run/train.txt").write_text(LINES)
    inside = ["train", "sentiment", "--train", "run/train.txt", *SMALL, "--out", "run", "--overwrite"]
    assert "run: the input run/train.txt lies in it and would be lost" in refused(*inside)


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_is_no_folder_is_not_replaced(refused, kind):
    Path("other").mkdir()
    Path("run").symlink_to("other") if kind == "link" else os.mkfifo("run")
    before = Path("run").lstat()
    assert "run" in refused(*SENTIMENT, "--out", "run", "--overwrite")
    assert Path("run").lstat().st_ino == before.st_ino


def test_a_folder_that_is_called_like_a_checkpoint_is_left_alone(textmill, refused):
    Path("run.checkpoint").mkdir()
    Path("run.checkpoint/notes.txt").write_text("precious")
    assert "run.checkpoint: holds notes.txt, which is of no" in refused(*SENTIMENT, "--out", "run", "--resume")
    Path("run.checkpoint/notes.txt").unlink()
    assert textmill(*SENTIMENT, "--out", "run", "--resume").code == 0
    assert not Path("run.checkpoint").exists()


def test_a_classifier_that_begins_with_a_language_model(textmill, refused):
    Path("texts.txt").write_text("a good film\na bad film\ngreat\nawful\n" * 5)
    sizes = ["--set", "epochs=1", "--set", "model.input.size=4", "--set", "model.encoder.hidden_size=4"]
    assert textmill("train", "lm", "--train", "texts.txt", "--out", "lm", *sizes, "--set", "data.steps=4").code == 0
    done = textmill(*SENTIMENT, "--out", "run", "--from", "lm", "--set", "rate_factor=2")
    assert done.code == 0, done.err
    run = load("run")
    assert (run.parts.settings.transfer.start, run.parts.settings.transfer.rate_factor) == ("lm", 2.0)
    assert run.parts.settings.model.encoder == load("lm").parts.settings.model.encoder
    assert "- begun with: lm: its encoder (" in Path("run/report.md").read_text()
    assert "leave out one of them" in refused(*SENTIMENT, "--out", "other", "--from", "lm", "--vectors", "glove.txt")
