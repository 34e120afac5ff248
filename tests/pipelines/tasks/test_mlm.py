"""Masked language models: trained on text, saved, asked what stands in gaps and how likely texts are."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from pipelines import MaskedSettings, load, train_masked_language_model
from pipelines.command.app import app
from pipelines.datasets import PlainTexts
from pipelines.tasks.mlm import MaskedLanguageModelling
from seqmodels import MaskedLanguageModelSettings, TokenInputSettings, TrainingSettings, TransformerSettings
from textprep import Pipeline, WhiteSpace
from textprep.errors import ConfigError, InputError, InputWarning
from textprep.settings import with_values

DOCUMENTS = [
    f"the {animal} sat on the {place}\nit was a {colour} {animal}\nthe {place} was {colour}"
    for animal, place, colour in [("cat", "mat", "black"), ("dog", "log", "white"), ("bird", "tree", "red")]
] * 20
SMALL = MaskedSettings(
    model=MaskedLanguageModelSettings(
        TokenInputSettings(size=32, deviation=0.5, dropout=0.0),
        TransformerSettings(hidden_size=32, layers=2, heads=2, inner_size=64, dropout=0.0),
    ),
    training=TrainingSettings(epochs=30, learning_rate=0.005, metric="perplexity", average_decay=0),
)
SMALL = replace(SMALL, data=replace(SMALL.data, recipe="white_space", batch_size=8, max_length=24))
PAIRS = with_values(
    SMALL, {"model.next_sentence": True, "data.max_length": 40, "training.epochs": 20, "training.learning_rate": 0.008}
)
ONCE = with_values(SMALL, {"training.epochs": 1})


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("mlm") / "train.txt"
    path.write_text("\n\n".join(DOCUMENTS) + "\n")
    return path


@pytest.fixture(scope="module")
def run(file):
    folder = file.parent / "run"
    train_masked_language_model(file, file, settings=SMALL, out=folder)
    return load(folder)


def test_it_learns_what_stands_in_gaps(run, file):
    scores = run.evaluate(file)
    assert scores["documents"] == 60
    assert scores["perplexity"] < 1.6 and scores["accuracy"] > 0.85
    assert scores["perplexity"] == pytest.approx(math.exp(scores["loss"]))
    assert "next_sentence_accuracy" not in scores
    text = "the dog sat on the [MASK]\nit was a [MASK] dog\nthe log was white"
    gaps = run.fill(text)
    assert [text[gap.start : gap.end] for gap in gaps] == ["[MASK]", "[MASK]"]
    assert [gap.guesses[0].word for gap in gaps] == ["log", "white"]
    for gap in gaps:
        chances = [guess.probability for guess in gap.guesses]
        assert len(chances) == 5 and chances == sorted(chances, reverse=True)
        assert sum(chances) < 1 and not any(guess.word.startswith("[") for guess in gap.guesses)


def test_guesses_are_those_of_the_model(run):
    words = run.parts.pipeline.vocabulary
    read = ["[CLS]", "the", "[MASK]", "sat", "[SEP]"]
    ids = torch.tensor([[words.index[word] for word in read]])
    chances = run.parts.model.head(run.parts.model.vectors(ids, torch.tensor([5]))).detach().softmax(-1)[0, 2]
    (gap,) = run.fill("the [MASK] sat", best=100)
    assert len(gap.guesses) == len(words) - len(words.special)
    for guess in gap.guesses:
        assert guess.probability == pytest.approx(float(chances[words.index[guess.word]]), rel=1e-4)


def test_a_text_is_judged_word_by_word(run):
    sense, nonsense = run(["the cat sat on the mat", "mat the on sat cat the"])
    assert sense.tokens == nonsense.tokens == 6
    assert sense.nats < nonsense.nats
    assert sense.perplexity == pytest.approx(math.exp(sense.nats / 6))
    words, nats = "the cat sat".split(), 0.0
    for place, word in enumerate(words):
        (gap,) = run.fill(" ".join([*words[:place], "[MASK]", *words[place + 1 :]]), best=100)
        nats -= math.log(next(guess.probability for guess in gap.guesses if guess.word == word))
    assert run(["the cat sat"])[0].nats == pytest.approx(nats, rel=1e-4)


def test_whole_texts_texts_with_gaps_and_empty_ones(run):
    texts = ["the [MASK] sat", "", "the cat", "cow sheep", "[MASK][MASK] on", "the cat"]
    judged = run(texts)
    assert [each.tokens for each in judged] == [0, 0, 2, 0, 0, 2]
    assert [each.nats is None for each in judged] == [True, False, False, False, True, False]
    assert [each.perplexity is None for each in judged] == [True, True, False, True, True, False]
    assert [[(gap.start, gap.end) for gap in each.gaps] for each in judged] == [
        [(4, 10)], [], [], [], [(0, 6), (6, 12)], []
    ]  # fmt: skip
    assert judged[2] == judged[5]
    assert run([]) == []


def test_a_text_that_is_longer_than_those_of_the_training_is_read_in_parts(run):
    long = " ".join(["the cat sat on the mat"] * 10)  # 60 words in parts of 22, 20 each
    words = long.split()
    parts = [" ".join(words[at : at + 20]) for at in (0, 20, 40)]
    (whole,), alone = run([long]), run(parts)
    assert whole.tokens == 60
    assert whole.nats == pytest.approx(sum(part.nats for part in alone), rel=1e-4)
    words[45] = "[MASK]"
    (far,), (near,) = run.fill(" ".join(words)), run.fill(" ".join(words[40:]))
    assert far.guesses[0].word == near.guesses[0].word
    assert far.guesses[0].probability == pytest.approx(near.guesses[0].probability, rel=1e-4)


def test_predict_gives_a_line_a_text(run, file, capsys):
    (file.parent / "texts.txt").write_text("the cat sat\nthe [MASK] sat\n")
    app(["predict", str(file.parent / "run"), str(file.parent / "texts.txt")], standalone_mode=False)
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["tokens"], first["gaps"], first["text"]) == (3, [], "the cat sat")
    assert (second["nats"], second["gaps"][0]["start"], second["gaps"][0]["end"]) == (None, 4, 10)
    assert set(second["gaps"][0]["guesses"][0]) == {"word", "probability"}


def test_the_same_tokens_are_hidden_whenever_it_is_scored(run, file):
    task = run.task
    first, second = (task.batches(task.read(file), run.parts) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        assert a.ids.equal(b.ids) and a.targets.equal(b.targets)
    assert run.evaluate(file)["loss"] == run.evaluate(file)["loss"]


def test_next_sentences_are_learned_too(file, tmp_path):
    run = train_masked_language_model(file, file, settings=PAIRS, out=tmp_path / "run")
    scores = load(tmp_path / "run").evaluate(file)
    assert scores["next_sentence_accuracy"] > 0.75  # of pairs at random three in ten are of documents of one text
    assert scores["accuracy"] > 0.6
    metrics = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert metrics[-1]["next_sentence_accuracy"] >= metrics[0]["next_sentence_accuracy"]
    assert run.parts.sizes.segments == 2


def test_pieces_of_a_word_are_hidden_together(file, tmp_path):
    recipe = tmp_path / "pieces.json"
    recipe.write_text('{"stages": [{"stage": "words.v1"}, {"stage": "wordpiece.v1", "size": 50}]}')
    values = {"data.recipe": str(recipe), "data.whole_words": True, "training.epochs": 1}
    run = train_masked_language_model(file, file, settings=with_values(SMALL, values))
    words = run.parts.pipeline.vocabulary.words
    continuing = run.task.batches(run.task.read(file), run.parts).continuing
    assert [words[k] for k in continuing] == [word for word in words if word.startswith("##")] != []
    assert run.fill("the [MASK] sat")[0].start == 4  # words.v1 would cut the mask into three


def test_documents_are_rows_or_stand_between_empty_lines(tmp_path):
    (tmp_path / "text.txt").write_text("a b\nc\n\nd\n")
    (tmp_path / "text.jsonl").write_text('{"text": "a b\\nc"}\n{"text": "d"}\n')
    task = MaskedLanguageModelling(SMALL)
    for name in ("text.txt", "text.jsonl"):
        assert task.read(tmp_path / name).texts == ["a b\nc", "d"]
    apart = MaskedLanguageModelling(with_values(SMALL, {"data.lines_apart": True}))
    assert apart.read(tmp_path / "text.txt").texts == ["a b", "c", "", "d"]
    assert task.read(["a\nb"]).texts == ["a\nb"]


def test_the_end_of_a_single_document_is_held_out():
    task = MaskedLanguageModelling(SMALL)
    lines = [f"line {k}" for k in range(20)]
    first, last = task.held_out(PlainTexts(["\n".join(lines)], "one"))
    assert first.texts[0].split("\n") + last.texts[0].split("\n") == lines
    assert len(last.texts[0].split("\n")) == 2
    with pytest.raises(InputError, match="cannot give a share"):
        task.held_out(PlainTexts(["one line"], "one"))


def test_what_cannot_be_learned_from(tmp_path, run):
    (tmp_path / "empty.txt").write_text("\n \n")
    with pytest.raises(InputError, match=r"empty\.txt: there is no text"):
        train_masked_language_model(tmp_path / "empty.txt", settings=ONCE)
    one_line = ["a b c", "b c a", "c a"]  # no piece has a next one
    once = with_values(PAIRS, {"training.epochs": 1})
    with pytest.raises(InputError, match="cannot be learned from less than two documents"):
        train_masked_language_model(one_line, one_line, settings=once)
    with pytest.raises(InputError, match="cannot be learned from less than two documents"):
        train_masked_language_model(["a b\nc d\ne f"], ["a\nb"], settings=once)
    with pytest.raises(InputError, match="no known word to be hidden"):
        train_masked_language_model(one_line, one_line, settings=with_values(ONCE, {"data.min_count": 9}))
    with pytest.raises(InputError, match="no known word to be hidden"):
        train_masked_language_model(one_line, ["x y z"], settings=ONCE)
    with pytest.raises(ConfigError, match="leave out vectors"):
        train_masked_language_model(one_line, one_line, settings=ONCE, vectors="glove.txt")
    with pytest.raises(InputError, match=r"there is no \[MASK\] in the text"):
        run.fill("the cat sat")
    with pytest.raises(InputError, match="document 1 is int"):
        run.fill(3)
    with pytest.raises(ConfigError, match="best must be at least 1"):
        run.fill("the [MASK]", best=0)


def test_settings_that_do_not_fit_each_other():
    learned = {"model.encoder.positions": "learned", "model.encoder.context": 20}
    with pytest.raises(ConfigError, match=r"reads 20 tokens at most, and data\.max_length is 24"):
        train_masked_language_model(DOCUMENTS, settings=with_values(ONCE, learned))
    with pytest.raises(ConfigError, match=r"needs model\.next_sentence = true"):
        values = {"training.metric": "next_sentence_accuracy"}
        train_masked_language_model(DOCUMENTS, settings=with_values(ONCE, values))


def test_special_tokens_in_a_training_text_are_unknown_words():
    texts = ["the cat [MASK] on the [SEP]", "the [CLS] sat"] * 4
    with pytest.warns(InputWarning, match="12 words of the training text are spelled like special tokens"):
        run = train_masked_language_model(texts, texts, settings=ONCE)
    special = run.parts.pipeline.vocabulary.special
    (batch,) = run.task.batches(run.task.read(texts), run.parts).batches.epoch(0)
    inside = [row[1 : length - 1] for row, length in zip(batch.ids.tolist(), batch.lengths.tolist(), strict=True)]
    assert {word for row in inside for word in row if word < len(special)} == {special.id_of("unk")}
    assert not np.isin([word for row in inside for word in row], [special.id_of("mask"), special.id_of("cls")]).any()


def test_a_saved_pipeline_without_a_mask_is_refused(tmp_path):
    Pipeline(WhiteSpace()).fit(["a b"]).save(tmp_path / "pipeline")
    settings = with_values(ONCE, {"data.recipe": str(tmp_path / "pipeline")})
    with pytest.raises(ConfigError, match="has no special token cls"):
        train_masked_language_model(["a b", "b a"], ["a"], settings=settings)
