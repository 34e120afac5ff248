from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from pipelines import NerSettings, load, train_ner
from pipelines.datasets import TaggedSentences
from textprep import ConfigError, InputError
from textprep.settings import with_values

from ..conftest import NER
from .test_sentiment import in_another_process

pytestmark = pytest.mark.usefixtures("one_thread")
SETTINGS = with_values(NerSettings(), NER)
ONE_EPOCH = with_values(SETTINGS, {"epochs": 1})
TEXTS = [
    "Anna lives in Paris.\nwe saw Bob Smith in Rome.",
    "😀😀 in Oslo it rains 👩‍🚀!\nCarla left.",
    "",
    " \n ",
    "nobody was there",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 Dmitri, “Bob” (in Lima)",
    "Anna " * 900,
    "x" * 3000,
]


def entities(run, text):
    return [(found.text, found.label) for found in run([text])[0]]


def test_it_learns(ner, tagged):
    scores = ner.run.evaluate(tagged(60, 7))
    assert scores["f1"] > 0.9
    assert set(scores["types"]) == {"PER", "LOC"} == set(ner.run.labels)
    assert {"precision", "recall", "f1"} <= set(scores["types"]["PER"]) & set(scores)
    assert (scores["sentences"], scores["words"]) == (60, sum(map(len, tagged(60, 7).words)))
    assert scores["words_per_second"] > 0


def test_entities_of_raw_text(ner):
    assert entities(ner.run, TEXTS[0]) == [("Anna", "PER"), ("Paris", "LOC"), ("Bob Smith", "PER"), ("Rome", "LOC")]
    assert ("Oslo", "LOC") in entities(ner.run, TEXTS[1])
    assert ("Carla", "PER") in entities(ner.run, TEXTS[1])


def check_spans(texts, found):
    assert len(found) == len(texts)
    for text, row in zip(texts, found, strict=True):
        end = 0
        for entity in row:
            assert end <= entity.start < entity.end
            assert text[entity.start : entity.end] == entity.text
            assert 0 < entity.probability <= 1 + 1e-6
            end = entity.end


def test_spans_point_into_the_text(ner):
    check_spans(TEXTS, ner.run(TEXTS))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text() | st.text("AnaBob Pris.😀\u0301\n"), max_size=3))
def test_spans_of_any_text(ner, texts):
    check_spans(texts, ner.run(texts))


def test_no_texts_and_things_that_are_no_texts(ner):
    assert ner.run([]) == []
    assert ner.run(["", ""]) == [[], []]
    assert ner.run(iter(["Anna left."]))[0][0].text == "Anna"
    with pytest.raises(InputError, match="single string"):
        ner.run("a text")


def test_records_are_json_with_the_columns_said(ner):
    records = json.loads(json.dumps(ner.run.records(TEXTS)))
    assert all(tuple(record) == ner.run.columns for record in records)
    assert set(records[0]["entities"][0]) == {"start", "end", "text", "label", "probability"}


def test_a_text_is_tagged_alike_in_any_company(ner):
    together = ner.run(TEXTS)
    for text, found in zip(TEXTS, together, strict=True):
        assert [(e.start, e.end, e.label) for e in found] == [(e.start, e.end, e.label) for e in ner.run([text])[0]]


def test_a_saved_run_gives_identical_predictions_here_and_in_another_process(ner):
    assert load(ner.folder).records(TEXTS) == ner.run.records(TEXTS)
    assert in_another_process(ner.folder, TEXTS) == ner.run.records(TEXTS)


def test_the_same_seed_gives_the_same_run(tagged):
    first, second = (train_ner(tagged(30, 0), tagged(10, 1), settings=ONE_EPOCH) for _ in range(2))
    assert first.records(TEXTS) == second.records(TEXTS)


@pytest.mark.parametrize("scheme", ["iob1", "iob2", "bioes", "none"])
def test_every_scheme(tagged, scheme):
    # Neighbours of one type, which iob1 marks otherwise than iob2.
    pairs = TaggedSentences([["Anna", "Bob", "left"]], [["B-PER", "B-PER", "O"]], [0], [1], "mem")
    data = tagged(40, 0)
    both = TaggedSentences(data.words + pairs.words, data.tags + pairs.tags, [0] * 41, list(range(41)), "mem")
    run = train_ner(both, both, settings=with_values(ONE_EPOCH, {"model.head.scheme": scheme}))
    assert run.labels == ["LOC", "PER"]
    check_spans(TEXTS, run(TEXTS))


def test_from_files_with_columns(tmp_path, tagged):
    data = tagged(30, 0)
    with (tmp_path / "train.conll").open("w") as file:
        for words, tags in zip(data.words, data.tags, strict=True):
            file.writelines(f"{tag} x {word}\n" for word, tag in zip(words, tags, strict=True))
            file.write("\n")
    chosen = with_values(ONE_EPOCH, {"word_column": -1, "tag_column": 0})
    run = train_ner(tmp_path / "train.conll", tmp_path / "train.conll", settings=chosen)
    assert run.evaluate(tmp_path / "train.conll")["sentences"] == 30


def test_from_a_dataset(tagged):
    import datasets

    data = tagged(30, 0)
    rows = datasets.Dataset.from_dict({"tokens": data.words, "ner_tags": data.tags})
    assert train_ner(rows, rows, settings=ONE_EPOCH).labels == ["LOC", "PER"]


def test_data_without_entities(tagged):
    plain = TaggedSentences([["a", "b"]], [["O", "O"]], [0], [1], "mem")
    with pytest.raises(InputError, match="mem: no sentence has an entity"):
        train_ner(plain, tagged(10, 1), settings=ONE_EPOCH)
    with pytest.raises(InputError, match="no sentence has an entity"):
        train_ner(TaggedSentences([], [], [], [], "mem"), tagged(10, 1), settings=ONE_EPOCH)


def test_a_type_that_only_the_test_data_has_counts_as_missed(ner):
    data = TaggedSentences([["Anna", "sings"]], [["B-MISC", "O"]], [0], [1], "mem")
    assert ner.run.evaluate(data)["types"]["MISC"]["recall"] == 0.0


@pytest.fixture
def glove(tmp_path):
    file = tmp_path / "glove.txt"
    rng = np.random.default_rng(0)
    words = ["anna", "paris", "rome", "madrid", "0000", "lives"]
    file.write_text("".join(f"{word} {' '.join(f'{x:.4f}' for x in rng.normal(size=7))}\n" for word in words))
    return file


def test_lower_cased_vectors_are_found_and_frozen_ones_stay(glove, tagged, tmp_path):
    from embeddings import WordVectors

    chosen = with_values(ONE_EPOCH, {"train_vectors": False, "digits_to_zero": True})
    run = train_ner(tagged(30, 0), tagged(10, 1), vectors=glove, settings=chosen, out=tmp_path / "run")
    before, after = WordVectors.open(glove), run.parts.word_vectors()
    for word in before.words:
        assert np.array_equal(after[word], before[word])
    rows = run.parts.features(["Paris", "MADRID", "1996", "Quito"]).words.tolist()
    vocabulary = run.parts.pipeline.vocabulary
    assert rows == [vocabulary["paris"], vocabulary["madrid"], vocabulary["0000"], 1]
    assert load(tmp_path / "run").records(TEXTS) == run.records(TEXTS)


def test_trained_vectors_move_but_extra_words_stay(glove, tagged):
    from embeddings import WordVectors

    run = train_ner(tagged(30, 0), tagged(10, 1), vectors=glove, settings=ONE_EPOCH)
    before, after = WordVectors.open(glove), run.parts.word_vectors()
    assert not np.array_equal(after["paris"], before["paris"])
    assert np.array_equal(after["madrid"], before["madrid"])
    few = train_ner(tagged(30, 0), tagged(10, 1), vectors=glove, settings=with_values(ONE_EPOCH, {"extra_words": 0}))
    assert "madrid" not in few.parts.pipeline.vocabulary


def test_words_that_are_also_the_special_ones(tagged):
    data = TaggedSentences([["<unk>", "<PAD>", "Anna"]] * 8, [["O", "O", "B-PER"]] * 8, [0] * 8, list(range(8)), "mem")
    assert len(train_ner(data, data, settings=ONE_EPOCH)(["<unk> <pad> Anna"])) == 1


def test_unknown_names_in_the_settings(tagged):
    for values in ({"model.head.scheme": "bioess"}, {"char_encoder": "cnnn"}, {"metric": "f2"}, {"recipe": "trebank"}):
        (value,) = values.values()
        with pytest.raises(ConfigError, match=f"{value!r}; did you mean"):
            train_ner(tagged(10, 0), tagged(5, 1), settings=with_values(ONE_EPOCH, values))
