"""The pipeline as a whole: order, spans after every stage, threads, saving, long lines, quick imports."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from textprep import (
    ArtifactError,
    ConfigError,
    Html,
    Lower,
    Phrases,
    Pipeline,
    Replace,
    Stem,
    StopWords,
    Treebank,
    Vocabulary,
    WhiteSpace,
    Words,
)
from textprep.protocols import Stage
from textprep.stages import STAGES

texts = st.text(
    st.sampled_from("aB tT\u0130ßΣ\u0301\u200d\x00\ufeff😀\U00010400'\".,<>&;#@:1_\n\u3000")
    | st.characters(exclude_categories=["Cs"])
)
words = st.sampled_from(
    ["the", "New York ", "<b>", "&lt;", "can't ", "İs ", "a😀b", "e\u0301 ", "<br>", "&amp;", " ", "\x00", "aaa", "."]
)
documents = st.lists(texts | st.lists(words).map("".join), max_size=4)
PIPELINES = {
    "words": [Words()],
    "tweets": [Lower(), Words(urls=True, emails=True, mentions=True, hashtags=True, emoji=True), StopWords()],
    "stems": [Html(), Lower(), Words(), StopWords(), Stem()],
    "treebank": [Html(), WhiteSpace(), Treebank(), Lower(), Stem("english")],
    "phrases": [Replace("a+", "a"), Lower(), Words(), Phrases(["new york"]), StopWords(), Stem()],
    "edits": [Html(), Replace(r"\s+", " "), Lower(), Replace("a", "aaa"), WhiteSpace(), Treebank()],
}


@pytest.mark.parametrize("stages", PIPELINES.values(), ids=PIPELINES)
@settings(max_examples=50)
@given(sources=documents)
def test_spans_are_inside_and_in_order(stages: list[Stage], sources: list[str]) -> None:
    tokens = Pipeline(*stages)(sources)
    assert len(tokens) == len(sources)
    for k, source in enumerate(sources):
        spans = tokens.spans(k)
        assert len(spans) == len(tokens[k])
        assert all(0 <= start <= end <= len(source) for start, end in spans)
        assert spans == sorted(spans)


@pytest.mark.parametrize("stages", [[Words()], [WhiteSpace(), Treebank()]], ids=repr)
@given(sources=documents)
def test_what_nothing_edited_is_verbatim(stages: list[Stage], sources: list[str]) -> None:
    for prep in (Pipeline(*stages), Pipeline(Html(), *stages)):
        plain = [source.replace("<", "(").replace("&", "+") for source in sources]
        tokens = prep(plain)
        for k, source in enumerate(plain):
            assert [source[start:end] for start, end in tokens.spans(k)] == tokens[k]


@pytest.mark.parametrize("stages", PIPELINES.values(), ids=PIPELINES)
def test_threads_change_nothing(stages: list[Stage]) -> None:
    sources = ["The <b>cats</b> of New York can't sit.", "", "😀 a aa İ", "x" * 1000, "the the"] * 7
    one = Pipeline(*stages)(sources)
    for threads in (2, 3, 64):
        found = Pipeline(*stages)(sources, threads=threads)
        assert (found.to_lists(), found.words) == (one.to_lists(), one.words)
        assert (found.starts.tolist(), found.ends.tolist()) == (one.starts.tolist(), one.ends.tolist())


def test_as_the_front_page_says() -> None:
    text = "The cats weren't sitting on the mats."
    tokens = Pipeline(Lower(), Words(), StopWords("en", keep={"not", "no"}), Stem("porter"))([text])
    assert tokens[0] == ["cat", "weren't", "sit", "mat", "."]
    assert [text[a:b] for a, b in tokens.spans(0)] == ["cats", "weren't", "sitting", "mats", "."]


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ([], "has one tokenizer, such as Words\\(\\); found none"),
        ([Lower()], "found none"),
        ([Words(), WhiteSpace()], "found Words, WhiteSpace"),
        ([Stem(), Words()], "Stem works on tokens; put it behind Words"),
        ([Words(), Html()], "Html works on texts; put it in front of Words"),
        ([Phrases(["a b"]), Words()], "Phrases works on tokens"),
        ([Lower, Words()], "Lower is a class; write Lower\\(\\)"),
        ([Words(), "lower"], "'lower' is no stage"),
    ],
)
def test_the_order_is_checked(stages: list[Stage], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Pipeline(*stages)


def test_ids_need_a_vocabulary() -> None:
    prep = Pipeline(Words())
    with pytest.raises(ConfigError, match=r"call fit\(texts\) first"):
        prep.ids(["a"])
    assert prep.fit(["b b a"]).ids(["a b c"]).values.tolist() == [3, 2, 1]
    with pytest.raises(ConfigError, match="threads is 0"):
        prep(["a"], threads=0)


some = st.frozensets(st.text("abcé\n", min_size=1), max_size=3)
stages = st.tuples(
    st.sampled_from([Html(), Lower(), Replace(r"(a)\n", r"\1é")]),
    st.builds(Words, **{name: st.booleans() for name in ("urls", "emails", "mentions", "hashtags", "emoji")}),
    st.builds(StopWords, keep=some, add=some, words=some)
    | st.builds(Phrases, st.lists(st.sampled_from(["a b", "b c d"])), st.text("_ é"))
    | st.builds(Stem, st.sampled_from(["porter", "german"])),
)


@given(stages, st.none() | st.lists(st.text("ab\n\u2028", min_size=1), unique=True).map(Vocabulary))
@settings(max_examples=30)
def test_saved_and_loaded(stages: tuple[Stage, ...], vocabulary: Vocabulary | None) -> None:
    import tempfile

    sources = ["A b c d\n the <i>a</i>\nbé", ""]
    prep = Pipeline(*stages, vocabulary=vocabulary)
    with tempfile.TemporaryDirectory() as folder:
        prep.save(folder)
        again = Pipeline.load(folder)
        config = json.loads((Path(folder) / "pipeline.json").read_text(encoding="utf-8"))
    assert again == prep
    assert again(sources).to_lists() == prep(sources).to_lists()
    assert [stage["stage"] for stage in config["stages"]] == [STAGES.name_of(type(stage)) for stage in stages]


def changed(**entries: object) -> str:
    config = {"format": "textmill-pipeline", "version": 1, "stages": [{"stage": "words.v1"}], "vocabulary": None}
    return json.dumps(config | entries)


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (None, ArtifactError, "is missing"),
        ("{", ArtifactError, "not a saved pipeline"),
        ("[]", ArtifactError, "not a saved pipeline"),
        (b"\xff", ArtifactError, "not a saved pipeline"),
        (changed(format="other"), ArtifactError, "no format"),
        (changed(version=2), ArtifactError, "version 2 is not known"),
        (changed(stages=None), ArtifactError, "damaged"),
        (changed(stages=[5]), ArtifactError, "damaged"),
        (changed(stages=[{"stage": "wrds.v1"}]), ConfigError, "pipeline.json: unknown stage 'wrds.v1'"),
        (changed(stages=[{"stage": "words.v1", "url": True}]), ConfigError, "pipeline.json: .*'urls'"),
        (changed(stages=[]), ConfigError, "pipeline.json: .*one tokenizer"),
        (changed(vocabulary={"file": "vocabulary.jsonl", "words": 3}), ArtifactError, "vocabulary.jsonl is missing"),
    ],
)
def test_damaged_pipelines(tmp_path: Path, content: str | bytes | None, error: type[Exception], message: str) -> None:
    file = tmp_path / "pipeline.json"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(error, match=message):
        Pipeline.load(tmp_path)


@pytest.mark.parametrize("about", [{"file": "vocabulary.jsonl", "words": 9}, {}, 3, {"words": None}])
def test_a_vocabulary_of_another_length(tmp_path: Path, about: object) -> None:
    Vocabulary(["a"]).save(tmp_path / "vocabulary.jsonl")
    (tmp_path / "pipeline.json").write_text(changed(vocabulary=about))
    if about == {}:
        assert Pipeline.load(tmp_path).vocabulary is None
        return
    with pytest.raises(ArtifactError, match="has 3 words"):
        Pipeline.load(tmp_path)


@pytest.mark.parametrize("line", ["Some words, again. " * 1_000_000, "x" * 20_000_000, "ü" * 10_000_000])
def test_a_line_of_twenty_megabytes(line: str) -> None:
    tokens = Pipeline(Lower(), Words(), StopWords(), Stem())([line, "end"])
    assert tokens[1] == ["end"]
    assert int(tokens.ends[-2]) == len(line.rstrip())


def test_importing_brings_in_nothing_heavy() -> None:
    code = (
        "import sys; import textprep; from textprep import Pipeline, Lower, Words, StopWords, Stem\n"
        "Pipeline(Lower(), Words(), StopWords(), Stem())\n"
        "print(*{'numba', 'torch', 'spacy', 'nltk', 'gensim', 'pandas'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == ""
