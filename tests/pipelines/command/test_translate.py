"""`textmill train translation`, `evaluate` and `translate` on a made-up language."""

import json
import random

import pytest

from pipelines import load
from pipelines.command.translate import line_of

NAMES = {"dog": "Hund", "cat": "Katze", "house": "Haus", "runs": "läuft"}
SETTINGS = [
    f"--set={value}"
    for value in (
        "data.source=en",
        "data.target=de",
        "data.batch_tokens=50",
        "input.size=24",
        "input.dropout=0",
        "encoder.hidden_size=16",
        "decoder.hidden_size=32",
        "output_dropout=0",
        "epochs=25",
        "learning_rate=0.01",
        "average_decay=0",
        "precision=float32",
    )
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, one_thread):
    """A run, and what it was trained on: texts whose words have other names."""
    from pipelines.command.train import _settings
    from pipelines.tasks.training import train
    from pipelines.tasks.translation import Translation

    folder = tmp_path_factory.mktemp("translate")
    rng = random.Random(1)
    texts = [" ".join(rng.choices(list(NAMES), k=rng.randint(1, 4))) + "." for _ in range(200)]
    (folder / "train.en").write_text("".join(text + "\n" for text in texts))
    (folder / "train.de").write_text("".join(_named(text) + "\n" for text in texts), encoding="utf-8")
    settings = _settings(Translation, None, [value.removeprefix("--set=") for value in SETTINGS], {})
    train("translation", folder / "train", folder / "train", settings=settings, out=folder / "run")
    return folder


def _named(text):
    return " ".join(NAMES[word] for word in text.removesuffix(".").split()) + "."


def test_trained_by_command(textmill, folder, here):
    short = [*SETTINGS, "--set=training.epochs=1", "--set=decoding.max_tokens=5"]
    done = textmill("train", "translation", "--train", folder / "train", *short, "--out", "run")
    assert done.code == 0, done.err
    assert "perplexity" in done.err and "the run is in run" in done.err
    assert load(here / "run").task.name == "translation"


def test_scores_with_their_signatures(textmill, folder):
    done = textmill("evaluate", folder / "run", folder / "train")
    assert "bleu_signature  nrefs:1|case:mixed" in done.out
    scores = textmill("evaluate", folder / "run", folder / "train", "--json").json
    assert scores["bleu"] > 80 and scores["chrf"] > 80
    assert f"bleu  {scores['bleu']:.2f}".replace("100.00", "100") in done.out


def test_lines_in_their_order_and_blank_ones_too(textmill, folder, here):
    texts = ["cat runs.", "", "dog.", "house dog cat.", "  ", "cat."]
    (here / "in.txt").write_text("\n".join(texts) + "\n")
    wanted = "".join((_named(text) if text.strip() else "") + "\n" for text in texts)
    assert textmill("translate", folder / "run", "in.txt", "-o", "out.txt").code == 0
    assert (here / "out.txt").read_text(encoding="utf-8") == wanted
    assert textmill("translate", folder / "run", "in.txt").out == wanted
    done = textmill("translate", folder / "run", "--beam", 1, "--set", "length_penalty=0", stdin=b"dog.\ncat.\n")
    assert done.out == "Hund.\nKatze.\n"
    assert textmill("translate", folder / "run", "--max-tokens", 1, stdin=b"dog runs.\n").out == "Hund\n"


def test_a_file_of_several_batches(textmill, folder, here):
    texts = [f"{' ' * 200}{word}." for word in NAMES] * 400  # of 64 KiB each
    (here / "in.txt").write_text("\n".join(texts) + "\n")
    assert textmill("translate", folder / "run", "in.txt", "-o", "out.txt", "--set=method.kind=greedy").code == 0
    assert (here / "out.txt").read_text(encoding="utf-8").splitlines() == list(map(_named, texts))


def test_a_column_of_a_table_and_its_bad_rows(textmill, refused, folder, here):
    rows = [{"id": 1, "said": "cat\nruns."}, {"id": 2, "said": None}, {"id": 3, "said": "dog."}]
    (here / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    options = ["translate", folder / "run", "in.jsonl", "--column", "said"]
    assert "in.jsonl:2" in refused(*options)
    assert textmill(*options, "-o", "out.jsonl", "--on-error", "quarantine").code == 0
    found = [json.loads(line) for line in (here / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert found == [
        {"id": 1, "said": "cat\nruns.", "translation": "Katze läuft."},
        {"id": 3, "said": "dog.", "translation": "Hund."},
    ]
    assert len((here / "out.jsonl.quarantine.jsonl").read_text().splitlines()) == 1
    (here / "taken.jsonl").write_text('{"text": "dog.", "translation": "?"}\n')
    assert "'translation'" in refused("translate", folder / "run", "taken.jsonl", "-o", "out2.jsonl")


def test_a_translation_is_one_line():
    assert [line_of(text) for text in ("", "a b", "a\nb\u2028c\r\nd\n")] == ["\n", "a b\n", "a b c d\n"]


def test_what_is_refused(refused, folder, here, sentiment):
    (here / "in.txt").write_text("dog.\n")
    assert "does not translate; give one of translation" in refused("translate", sentiment.folder, "in.txt")
    assert ".txt, .jsonl" in refused("translate", folder / "run", "in.txt", "-o", "out.csv")
    assert "unknown setting 'beems'; did you mean 'beams'" in refused(
        "translate", folder / "run", "in.txt", "--set", "beems=3"
    )
    (here / "t.en").write_text("dog.\ncat.\n")
    (here / "t.de").write_text("Hund.\n")
    assert "t.de:2: ends after 1 lines, where t.en has 2" in refused("evaluate", folder / "run", "t")
