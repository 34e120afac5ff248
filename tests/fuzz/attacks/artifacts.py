"""Saved pipelines, stores, runs, checkpoints with other bytes, JSON, TOML, headers: as before, or an error of ours."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from tests.fuzz import hostile
from tests.fuzz.attack import ATTACKS, Attack, Case, Finding, Wrong, only
from tests.fuzz.small_data import SETTINGS, write_inputs
from textprep import Lower, Phrases, Pipeline, RareWords, Stem, StopWords, TextmillError, WordPiece, Words

TEXTS = ["A good film, really awful. İ 😀", "", "the bad film was great " * 3]
STEPS = 3  # after which the training is stopped that leaves a checkpoint
FILES = {
    "pipeline": ("pipeline.json", "vocabulary.jsonl", "rare_words/words.jsonl", "wordpiece/vocab.txt"),
    "store": ("store.json", "words.arrow", "vectors.safetensors", "vectors.safetensors"),
    "run": ("model.json", "config.toml", "pipeline.json", "vocabulary.jsonl", "model.safetensors"),
    "checkpoint": ("config.toml", "state", "state"),
}
KINDS = ("pipeline", "pipeline", "store", "store", "store", "run", "run", "checkpoint")
BY_HAND = ("config.toml", "model.json", "store.json")  # what a user may change to mean something else
DEEP = 100_000


@ATTACKS.register("artifacts")
class Artifacts(Attack):
    """Something saved, with a few changes to one of its files."""

    fixed = frozenset({"artifact", "file"})

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.whole = folder / "whole"
        if not self.whole.exists():
            part = folder / "part"
            shutil.rmtree(part, ignore_errors=True)
            _save_all(part)
            part.rename(self.whole)
        self.answers: dict[str, Any] = {}  # of what is whole; made when first asked for, since torch takes its time

    @classmethod
    def case(cls, random: Random) -> Case:
        """Bytes, values, lines or nesting of a file."""
        kind = random.choice(KINDS)
        file = random.choice(FILES[kind])
        changes = [_change(random, file) for _ in range(random.choice((1, 1, 1, 2, 4)))]
        return {"artifact": kind, "file": file, "changes": changes}

    def run(self, case: Case) -> Finding | None:
        """Use it, and compare with what it said when it was whole."""
        kind = case["artifact"]
        if kind not in self.answers:
            self.answers[kind] = ANSWERS[kind](self._copy(kind))
        copy = self._copy(kind)
        file = copy / case["file"]
        content = file.read_bytes()
        for change in case["changes"]:
            content = _changed(case["file"], content, *change)
        file.write_bytes(content)
        with only(during=f"{kind}, {case['file']}"):
            try:
                answer = ANSWERS[kind](copy)
            except TextmillError:
                return None
        if answer != self.answers[kind] and kind != "pipeline" and case["file"] not in BY_HAND:
            raise Wrong(f"{kind}, {case['file']}: another answer", f"{answer}\n{self.answers[kind]}")
        return None

    def _copy(self, kind: str) -> Path:
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.whole / kind, copy)
        return copy


def _change(random: Random, file: str) -> list[Any]:
    how = random.random()
    if how < 0.04:
        return ["deep", random.randrange(20)]
    if how < 0.5 and file.endswith((".json", ".safetensors", "state")):
        way = [random.randrange(1 << 16) for _ in range(2)]
        return ["value", way, random.choice(hostile.VALUES)]
    if how < 0.6 and file.endswith((".toml", ".jsonl", ".txt")):
        return ["line", random.randrange(1000), json.dumps(random.choice(hostile.VALUES))]
    if how < 0.8:  # anywhere, or where the structure is
        return ["bytes", random.choice(hostile.CHANGES), random.randrange(400), random.randrange(1 << 16)]
    return ["bytes", random.choice(("flip", "set")), -random.randrange(1, 4000), random.randrange(1 << 16)]


def _changed(file: str, data: bytes, how: str, *rest: Any) -> bytes:
    """The content of a file after one change."""
    match how, *rest:
        case "bytes", str(name), int(at), int(value):
            return hostile.change(data, name, at % (len(data) + 1), value)
        case "line", int(number), str(text):
            lines = data.split(b"\n")
            at = number % len(lines)
            key, equals, _ = lines[at].partition(b" = ")
            lines[at] = (key + equals if equals else b"") + text.encode()
            return b"\n".join(lines)
        case "deep", int(number):
            return data + b"\ndeep = " + b"[" * DEEP if file.endswith(".toml") else _deep(data, number)
        case "value", list(numbers), value:
            begin = 8 if not file.endswith(".json") else 0
            end = 8 + int.from_bytes(data[:8], "little") if begin else len(data)
            try:
                header = json.loads(data[begin:end])
            except (ValueError, RecursionError):  # an earlier change has broken it
                return data
            ways = hostile.places(header)
            new = json.dumps(hostile.replaced(header, ways[numbers[0] % len(ways)], value)).encode()
            return (len(new).to_bytes(8, "little") if begin else b"") + new + data[end:]
    return data


def _deep(data: bytes, number: int) -> bytes:
    """JSON with much nesting in the place of one of its values."""
    parts = data.split(b": ")
    at = number % len(parts)
    return b": ".join([*parts[:at], b"[" * DEEP + b"]" * DEEP, *parts[at + 1 :]])


def _save_all(folder: Path) -> None:
    """One of each, made from small data."""
    from embeddings import WordVectors

    folder.mkdir()
    write_inputs(folder)
    stages = [Lower(), Words(urls=True), StopWords(), RareWords(1), Stem(), Phrases(["good film"]), WordPiece(size=60)]
    Pipeline(*stages).fit([*TEXTS, "film good bad"]).save(folder / "pipeline")
    WordVectors.open(folder / "vectors.txt").save(folder / "store")
    _train(folder, folder / "run")
    try:
        _train(folder, folder / "stopped", _interruption(STEPS))
    except KeyboardInterrupt:
        (folder / "stopped.checkpoint").rename(folder / "checkpoint")


def _interruption(steps: int) -> Any:
    """A hook that interrupts the training after some steps."""
    from seqmodels import Hook

    class Interruption(Hook):
        def on_step(self, model: Any, state: Any, loss: float) -> None:
            if state.step == steps:
                raise KeyboardInterrupt

    return Interruption()


def _train(folder: Path, out: Path, *hooks: Any) -> Any:
    from pipelines import SentimentSettings, train_sentiment
    from textprep.settings import with_values

    settings = with_values(SentimentSettings(), SETTINGS)
    return train_sentiment(folder / "train.txt", out=out, settings=settings, resume=True, hooks=list(hooks))


def _pipeline(folder: Path) -> Any:
    prep = Pipeline.load(folder)
    tokens = prep(TEXTS)
    ids = prep.ids(TEXTS)
    return tokens.to_lists(), [tokens.spans(k) for k in range(len(TEXTS))], ids.values.tolist()


def _store(folder: Path) -> Any:
    from embeddings import WordVectors

    vectors = WordVectors.load(folder)
    vectors_of = vectors.lookup(["film", "nonesuch"])[0].tolist()
    found = vectors.rows(["good", "İ", "nonesuch", ""]).tolist(), vectors.words, vectors.vectors.tolist()
    answer = *found, vectors.norms.tolist(), vectors.nearest(vectors.words[0], 3), vectors_of
    vectors.verify()  # finds what opening does not look at
    return answer


def _run(folder: Path) -> Any:
    from pipelines import load

    run = load(folder)
    found = [(each.label, each.probability) for each in run(TEXTS)]
    if not all(0 <= probability <= 1 for _, probability in found):
        raise Wrong("run: a probability that is none", found)
    if len({*run.parts.labels}) < len(run.parts.labels):
        raise Wrong("run: a label twice", run.parts.labels)
    return found


def _resumed(folder: Path) -> Any:
    """The weights of a training that goes on from the checkpoint."""
    out = folder.with_name("resumed")
    shutil.rmtree(out, ignore_errors=True)
    checkpoint = out.with_name(out.name + ".checkpoint")
    shutil.rmtree(checkpoint, ignore_errors=True)
    folder.rename(checkpoint)
    _train(folder.with_name("whole"), out)
    return _run(out)


ANSWERS: dict[str, Callable[[Path], Any]] = {
    "pipeline": _pipeline,
    "store": _store,
    "run": _run,
    "checkpoint": _resumed,
}
