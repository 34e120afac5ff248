"""Saving a pipeline over another one: the old or the new, whole, and nothing else is touched."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import pytest

from textprep import (
    ArtifactError,
    ConfigError,
    Lower,
    Pipeline,
    RareWords,
    Stem,
    StopWords,
    TextmillError,
    Vocabulary,
    WordPiece,
    Words,
    pipeline_folder,
)
from textprep.stages import in_files, register

TEXTS = ["the cat sat on the mat", "the cats and the mats"]


def learned(*texts: str, min_count: int = 1) -> Pipeline:
    return Pipeline(Lower(), Words(), RareWords(min_count), WordPiece(size=40)).fit(list(texts))


def files(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_files_of_stages(tmp_path: Path) -> None:
    prep = learned(*TEXTS)
    prep.save(tmp_path)
    assert files(tmp_path) == {"pipeline.json", "vocabulary.jsonl", "rare_words/words.jsonl", "wordpiece/vocab.txt"}
    again = Pipeline.load(tmp_path)
    assert again == prep
    assert again(TEXTS).to_lists() == prep(TEXTS).to_lists()
    config = json.loads((tmp_path / "pipeline.json").read_text())
    assert config["files"] == {"2": ["rare_words/words.jsonl"], "3": ["wordpiece/vocab.txt"]}
    assert config["stages"][2] == {"stage": "rare_words.v1", "min_count": 1, "max_words": None, "replacement": None}


def test_what_is_not_learned_has_no_files(tmp_path: Path) -> None:
    prep = Pipeline(Words(), RareWords(), WordPiece())
    prep.save(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["pipeline.json"]
    assert Pipeline.load(tmp_path) == prep


def test_two_stages_of_one_name(tmp_path: Path) -> None:
    prep = Pipeline(Words(), RareWords(1), Lower(), RareWords(2)).fit(TEXTS)
    prep.save(tmp_path)
    assert files(tmp_path) >= {"rare_words/words.jsonl", "rare_words-2/words.jsonl"}
    assert Pipeline.load(tmp_path) == prep


def test_a_stale_vocabulary_goes(tmp_path: Path) -> None:
    Pipeline(Words()).fit(TEXTS).save(tmp_path)
    Pipeline(Words()).save(tmp_path)
    assert files(tmp_path) == {"pipeline.json"}


@pytest.mark.parametrize("times", [1, 2, 3])
def test_saving_over_another_leaves_only_the_new_one(tmp_path: Path, times: int) -> None:
    for number in range(times):
        learned(*TEXTS, f"number {number}").save(tmp_path)
    final = learned("another text")
    final.save(tmp_path)
    assert Pipeline.load(tmp_path) == final
    assert len(files(tmp_path)) == 4
    assert len(list(tmp_path.iterdir())) == 4


def test_files_of_others_stay(tmp_path: Path) -> None:
    others = {"model.safetensors", "vocabulary.jsonl", "vocabulary-3.jsonl", "wordpiece/notes.txt", "rare_words"}
    for name in others:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"this is {name}")
    for prep in (learned(*TEXTS), learned("a b"), Pipeline(Words()), learned(*TEXTS)):
        prep.save(tmp_path)
        assert Pipeline.load(tmp_path) == prep
        assert {name: (tmp_path / name).read_text() for name in others} == {name: f"this is {name}" for name in others}
    (tmp_path / "wordpiece-2" / "mine.txt").write_text("mine")
    Pipeline(Words()).save(tmp_path)
    assert files(tmp_path) == {*others, "pipeline.json", "wordpiece-2/mine.txt"}


@register("failing_to_save.v1")
@dataclass(frozen=True)
class FailingToSave:
    words: tuple[str, ...] = in_files(())

    def map_words(self, words: Sequence[str]) -> Sequence[str]:
        return words

    def save_files(self, folder: Path) -> None:
        (folder / "half.txt").write_text("half a file")
        raise OSError("no space left")

    def load_files(self, folder: Path) -> Self:
        return self


@pytest.mark.parametrize("before", [None, *range(1, 3)])
def test_a_stage_that_cannot_write(tmp_path: Path, before: int | None) -> None:
    old = None if before is None else learned(*TEXTS, min_count=before)
    if old is not None:
        old.save(tmp_path)
    there = set(tmp_path.rglob("*"))
    with pytest.raises(OSError, match="no space left"):
        Pipeline(Words(), RareWords(words=frozenset("a")), FailingToSave(), vocabulary=Vocabulary(["x"])).save(tmp_path)
    assert set(tmp_path.rglob("*")) == there
    if old is not None:
        assert Pipeline.load(tmp_path) == old


@pytest.mark.parametrize("write", range(4))
def test_cut_short_at_any_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: int) -> None:
    """The process is killed: nothing is tidied up, and the old pipeline is there or the new one."""
    old, new = learned(*TEXTS), learned("an entirely other text")
    old.save(tmp_path)
    written = 0

    class Killed(BaseException):
        pass

    original = Path.open

    def opened(self: Path, mode: str = "r", *args: object, **options: object) -> object:
        nonlocal written
        if "w" in mode and tmp_path in self.parents:
            if written == write:
                raise Killed
            written += 1
        return original(self, mode, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", opened)
    monkeypatch.setattr(pipeline_folder, "_remove", lambda folder, names: None)
    with pytest.raises(Killed):
        new.save(tmp_path)
    monkeypatch.undo()
    assert Pipeline.load(tmp_path) == old
    new.save(tmp_path)
    assert Pipeline.load(tmp_path) == new


def test_killed_before_the_old_files_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learned(*TEXTS).save(tmp_path)
    new = learned("an entirely other text")
    monkeypatch.setattr(pipeline_folder, "_remove", lambda folder, names: None)
    new.save(tmp_path)
    assert Pipeline.load(tmp_path) == new


def test_another_program_has_a_pipeline_here(tmp_path: Path) -> None:
    (tmp_path / "pipeline.json").write_text('{"steps": []}')
    with pytest.raises(ConfigError, match=r"holds something else.*choose another folder"):
        Pipeline(Words()).save(tmp_path)
    assert (tmp_path / "pipeline.json").read_text() == '{"steps": []}'


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "..", "wordpiece/../../x", "wordpiece\\x", 5, "a/.x"])
def test_names_that_lead_elsewhere(tmp_path: Path, name: object) -> None:
    folder = tmp_path / "prep"
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "x").write_text("x")
    learned(*TEXTS).save(folder)
    config = json.loads((folder / "pipeline.json").read_text())
    for changed in ({"files": {"3": [name]}}, {"vocabulary": {"file": name, "words": 3}}):
        (folder / "pipeline.json").write_text(json.dumps(config | changed))
        with pytest.raises(ArtifactError, match="which is no file of a pipeline"):
            Pipeline.load(folder)
        Pipeline(Words()).save(folder)
        assert {file.name for file in tmp_path.iterdir()} == {"prep", "secret.txt", "x"}


@pytest.mark.parametrize("found", [{"files": 5}, {"files": {"9": ["wordpiece/vocab.txt"]}}, {"files": {"0": []}}])
def test_damaged_lists_of_files(tmp_path: Path, found: dict[str, object]) -> None:
    learned(*TEXTS).save(tmp_path)
    config = json.loads((tmp_path / "pipeline.json").read_text())
    (tmp_path / "pipeline.json").write_text(json.dumps(config | found))
    with pytest.raises(ArtifactError, match="damaged"):
        Pipeline.load(tmp_path)


def test_a_missing_file_of_a_stage(tmp_path: Path) -> None:
    learned(*TEXTS).save(tmp_path)
    (tmp_path / "wordpiece" / "vocab.txt").unlink()
    with pytest.raises(ArtifactError, match=r"vocab\.txt is missing; save the pipeline again"):
        Pipeline.load(tmp_path)


@register("my-own stage.v1")
@dataclass(frozen=True)
class WithAnOddName(FailingToSave):
    def save_files(self, folder: Path) -> None:
        (folder / "words.txt").write_text("\n".join(self.words))

    def load_files(self, folder: Path) -> Self:
        return replace(self, words=tuple((folder / "words.txt").read_text().split("\n")))


def test_a_name_that_is_no_file_name(tmp_path: Path) -> None:
    prep = Pipeline(Words(), WithAnOddName(words=("a", "b")))
    prep.save(tmp_path)
    assert Pipeline.load(tmp_path) == prep
    Pipeline(Words()).save(tmp_path)
    assert files(tmp_path) == {"pipeline.json"}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in a JSON document its values stand."""
    yield path
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(each, (*path, key))


def rewritten(document: Any, path: tuple[Any, ...], text: str | None) -> str:
    """The document as JSON with another text, or nothing, in the place of one of its values."""
    whole = {"all": json.loads(json.dumps(document))}
    inside: Any = whole
    *outer, last = ("all", *path)
    for key in outer:
        inside = inside[key]
    if text is None:
        del inside[last]
    else:
        inside[last] = "here"
    return json.dumps(whole.get("all")).replace('"here"', text or "")


DEEP = ("[" * 900 + "]" * 900, "[" * 100_000 + "]" * 100_000, '{"a":' * 100_000)
WRONG = [
    None, "null", "true", "5", "-1", "2.5", "NaN", "1e999", "9" * 30, "9" * 5000, '""', '"x"', '"\\ud800"', "[]", "[1]",
    '["a"]', '[["a", "b"]]', "{}", '{"a": 1}', '"../../etc/passwd"', '"' + "long" * 100_000 + '"', *DEEP,
]  # fmt: skip
NONE = type(None)
OPTIONS: dict[str, tuple[type, ...]] = {
    "urls": (bool,), "emails": (bool,), "mentions": (bool,), "hashtags": (bool,), "emoji": (bool,), "language": (str,),
    "keep": (list,), "add": (list,), "words": (list,), "min_count": (int,), "max_words": (int, NONE),
    "replacement": (str, NONE), "size": (int,), "max_characters": (int,), "max_length": (int,), "unknown": (str,),
    "algorithm": (str,), "empty": (str,),
}  # fmt: skip


def is_another_pipeline(path: tuple[Any, ...], text: str | None) -> bool:
    """Whether what is written there now, or left out, is as right as what was there, and means something else."""
    if path[0] != "stages" or path[-1] == "stage":
        return False
    if text is None:  # an option has its default then
        return len(path) > 1
    return len(path) > 2 and type(json.loads(text)) in ((str,) if len(path) > 3 else OPTIONS[path[2]])


def test_every_value_of_a_saved_pipeline_tampered_with(tmp_path: Path) -> None:
    stop_words = StopWords(keep={"on"}, words={"the"})
    prep = Pipeline(Lower(), Words(), stop_words, RareWords(1, 40, "rare"), WordPiece(size=60), Stem("german"))
    prep.fit(TEXTS).save(tmp_path)
    card = tmp_path / "pipeline.json"
    config = json.loads(card.read_text())
    for path in places(config):
        for text in WRONG:
            card.write_text(rewritten(config, path, text))
            try:
                again = Pipeline.load(tmp_path)
            except TextmillError as error:
                assert len(str(error)) < 1000
            else:
                assert again == prep or is_another_pipeline(path, text), (path, text and text[:50])


@pytest.mark.parametrize("name", ["rare_words/words.jsonl", "wordpiece/vocab.txt", "vocabulary.jsonl", "pipeline.json"])
@pytest.mark.parametrize(
    "content", [None, b"", b"\xff\n", *(text.encode() for text in WRONG if text and text != '"x"')]
)
def test_every_file_of_a_saved_pipeline_tampered_with(tmp_path: Path, name: str, content: bytes | None) -> None:
    learned(*TEXTS).save(tmp_path)
    (tmp_path / name).unlink()
    if content is None:
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(TextmillError):
        Pipeline.load(tmp_path)
