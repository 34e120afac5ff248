from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipelines import ClassificationSettings, LanguageSettings, load, train_classifier, train_language_model
from pipelines.inspection.look import look_inside
from pipelines.runs.run import Run
from pipelines.tasks.task import TASKS
from textprep.settings import with_values

ALLOWED = ("#", "data:image/png;base64,")
SCHEMAS = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")


class Reader(HTMLParser):
    """What a page has: its text by element, and whatever could run or be loaded."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.cells: list[str] = []
        self.labels: list[str] = []
        self.text = ""
        self.tags: list[str] = []
        self.dangers: list[tuple[str, object]] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag in ("script", "iframe", "object", "embed", "link"):
            self.dangers.append((tag, attributes))
        for name, value in attributes:
            inside = value.startswith(ALLOWED) or (name.startswith("xmlns") and value in SCHEMAS)
            if name.startswith("on") or (not inside and (name.endswith("href") or name == "src" or "//" in value)):
                self.dangers.append((tag, (name, value)))

    def handle_data(self, data):
        self.text += data
        kinds = {"h2": self.headings, "td": self.cells, "text": self.labels}
        if self.tags and self.tags[-1] in kinds and data.strip():
            kinds[self.tags[-1]].append(data)


def page_of(file: str) -> Reader:
    page = Reader(Path(file).read_text(encoding="utf-8"))
    assert page.dangers == []
    assert page.tags.count("svg") >= 1
    return page


@pytest.fixture(scope="module")
def transformer(one_thread, reviews, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "transformer"
    settings = {
        "model.encoder.kind": "transformer",
        "model.encoder.hidden_size": 16,
        "model.encoder.inner_size": 16,
        "model.encoder.positions": "learned",
        "model.encoder.context": 12,
        "data.word_size": 8,
        "training.epochs": 1,
    }
    chosen = with_values(ClassificationSettings(), settings)
    train_classifier(reviews(60, 0), reviews(20, 1), out=folder, settings=chosen)
    return folder


@pytest.fixture(scope="module")
def characters(one_thread, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "lm"
    settings = {"data.recipe": "characters", "data.batch_size": 2, "data.steps": 8, "training.epochs": 1}
    settings |= {"model.encoder.hidden_size": 8, "model.input.size": 8}
    train_language_model(
        ["a cat sat", "on the mat"] * 10, ["the cat"], out=folder, settings=with_values(LanguageSettings(), settings)
    )
    return folder


def test_a_classifier_with_a_recurrent_encoder(textmill, sentiment):
    done = textmill("inspect", sentiment.folder, 'A good film, & a <b>bad</b> "book".', "--html", "page.html")
    assert (done.code, done.out) == (0, "")
    page = page_of("page.html")
    assert page.headings[0] == "Probabilities"
    assert page.headings[1].startswith("What counts for ")
    assert page.headings[2:] == ["Gates", "Hidden states"]
    assert "b" not in page.tags
    assert "<b>bad</b>" in page.text
    (said,) = sentiment.run(['A good film, & a <b>bad</b> "book".'])
    assert page.cells[:2] == [said.label, f"{said.probability:.4f}"]
    assert {"good", "film"} <= set(page.labels)


def test_the_same_text_gives_the_same_page(textmill, sentiment):
    for name in ("a.html", "b.html"):
        textmill("inspect", sentiment.folder, "a good film", "--html", name)
    assert Path("a.html").read_bytes() == Path("b.html").read_bytes()


def test_a_classifier_with_a_transformer(textmill, transformer):
    assert textmill("inspect", transformer, "a good film", "--html", "page.html").code == 0
    page = page_of("page.html")
    assert page.headings[2:] == ["Hidden states", "Attention", "Attention rollout", "Positions"]
    assert "layers.1.attention, head 3" in page.text


@pytest.mark.parametrize("task", ["ner", "pos"])
def test_a_tagger(textmill, request, task):
    trained = request.getfixturevalue(task)
    assert textmill("inspect", trained.folder, "Anna lives in Paris . It rains .", "--html", "page.html").code == 0
    page = page_of("page.html")
    assert "Tags of sentence 1" in page.headings
    assert "Gates, sentence 1" in page.headings
    assert "Gates, sentence 2" in page.headings
    crf = task == "ner"
    assert ("Transitions" in page.headings, "(start)" in page.labels) == (crf, crf)
    assert page.cells[0] == "Anna"
    tags = dict(zip(page.cells[::3], page.cells[1::3], strict=True))
    assert (tags["Anna"], tags["Paris"]) == (("S-PER", "S-LOC") if crf else ("PROPN", "PROPN"))


def test_a_multilabel_classifier(textmill, multilabel):
    assert textmill("inspect", multilabel.folder, "the bank and the goal", "--html", "page.html").code == 0
    (said,) = multilabel.run(["the bank and the goal"])
    cells = page_of("page.html").cells
    assert dict(zip(cells[::2], cells[1::2], strict=True)) == {
        label: f"{each:.4f}" for label, each in said.probabilities.items()
    }


def test_a_language_model(textmill, characters):
    done = textmill("inspect", characters, "-", "--html", "page.html", stdin=b"the cat\n")
    assert done.code == 0
    page = page_of("page.html")
    assert page.headings == ["Surprisal", "Gates", "Hidden states"]
    assert [label for label in page.labels if label in ("␣", "(end)")][:2] == ["␣", "(end)"]
    (expected,) = load(characters)(["the cat"])
    assert f"{expected.nats / 0.6931471805599453:.2f} bits in all" in page.text


@pytest.mark.parametrize(
    "task, text, headings",
    [
        ("translation", "dog runs cat", ["Translation", "Surprisal", "Attention to the source", "Gates, source"]),
        ("pairs", "the cat sleeps\ta dog <b>runs</b> a cat", ["Probabilities", "What counts for "]),
        ("masked", "the cat sat on the mat", ["Each token hidden", "Hidden states", "Attention"]),
    ],
)
def test_models_over_ids(textmill, request, task, text, headings):
    trained = request.getfixturevalue(task)
    for name in ("a.html", "b.html"):
        done = textmill("inspect", trained.folder, "-", "--html", name, stdin=f"{text}\n".encode())
        assert (done.code, done.out) == (0, ""), done.err
    page = page_of("a.html")
    for found, begins in zip(page.headings, headings, strict=False):
        assert found.startswith(begins)
    assert text in page.text
    assert "b" not in page.tags
    assert Path("a.html").read_bytes() == Path("b.html").read_bytes()
    assert Path("a.html").stat().st_size < 400_000


def test_a_pair_needs_a_tab(refused, pairs):
    shown = refused("inspect", pairs.folder, "the cat sleeps, a dog runs", "--html", "page.html")
    assert "a run of pairs takes two texts with a tab between them, and there are 0 tabs" in shown


def test_a_model_of_reversed_text_reads_from_the_end(characters):
    page = look_inside(load(characters, {"data.reversed": True}), "the cat")
    axes = page.sections[0].shows[0].figure.axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == [*"tac", "␣", *"eht", "(end)"]


def test_unknown_characters_are_named(textmill, refused, characters):
    done = textmill("inspect", characters, "the caß", "--html", "page.html")
    assert done.code == 0
    assert done.err == "textmill: the model does not know 'ß'\n"
    assert "The model does not know 'ß'." in page_of("page.html").text
    shown = refused("inspect", characters, "ßß", "--html", "other.html")
    assert "the model knows no token of the text: 'ß'" in shown


def test_texts_that_cannot_be_shown(refused, sentiment, transformer):
    for text, problem in [
        ("", "the text has no tokens; give a text with words in it"),
        (" \n", "the text has no tokens"),
        ("good " * 201, "the text has 201 tokens, and a page shows 200 at most; give a part of it"),
        ("xyzzy", "the model knows no token of the text: 'xyzzy'"),
    ]:
        assert problem in refused("inspect", sentiment.folder, text, "--html", "page.html")
    shown = refused("inspect", transformer, "good " * 13, "--html", "page.html")
    assert "a sequence of 13 steps is longer than the model's context of 12" in shown


def test_a_text_that_is_not_utf8(refused, sentiment):
    shown = refused("inspect", sentiment.folder, "a g\udcffod film", "--html", "page.html")
    assert "the text is not valid UTF-8 at character 4" in shown


def test_places_that_would_be_lost(refused, sentiment, here):
    Path("folder.html").mkdir()
    Path("target.html").write_text("kept")
    Path("link.html").symlink_to("target.html")
    for name, problem in [
        ("folder.html", "is a folder"),
        ("link.html", "is a symbolic link"),
        ("page.txt", "must end in .html"),
    ]:
        assert problem in refused("inspect", sentiment.folder, "a good film", "--html", name)
    assert Path("target.html").read_text() == "kept"


def test_a_run_of_another_kind_or_none(refused, sentiment, monkeypatch, here):
    assert "nothing" in refused("inspect", "nothing", "text", "--html", "page.html")

    class Other(Run):
        """A run of a task that has no page."""

    kind = TASKS["ner"]
    monkeypatch.setattr(
        "pipelines.runs.load.load", lambda *_: Other(kind(sentiment.run.task.settings), sentiment.run.parts)
    )
    assert "there is no page for a run of the task 'ner'" in refused(
        "inspect", sentiment.folder, "a good film", "--html", "page.html"
    )
