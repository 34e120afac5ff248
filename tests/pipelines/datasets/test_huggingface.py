from __future__ import annotations

import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, List, Translation, Value

from pipelines.datasets import (
    from_dataset,
    labelled_pairs_from_dataset,
    multilabelled_from_dataset,
    pairs_from_dataset,
    tagged_from_dataset,
)
from textprep.errors import InputError, InputWarning
from textprep.readers import documents_from_dataset

REVIEWS = Features({"sentence": Value("string"), "label": ClassLabel(names=["neg", "pos"])})
NER = Features({"tokens": List(Value("string")), "ner_tags": List(ClassLabel(names=["O", "B-PER", "I-PER"]))})


def reviews(texts, labels) -> Dataset:
    return Dataset.from_dict({"sentence": texts, "label": labels}, features=REVIEWS)


def test_labels_get_their_names_and_the_order_is_that_of_the_data_set():
    read = from_dataset(reviews(["a", "b", "c"], [1, 0, 1]).select([2, 1]))
    assert (read.texts, read.labels, read.columns) == (["c", "b"], ["pos", "neg"], ("sentence", "label"))
    assert read.source == "dataset"
    plain = Dataset.from_dict({"t": ["a", "b"], "l": [3, -1], "s": ["x", "y"]})
    assert from_dataset(plain, "t", "l").labels == ["3", "-1"]
    assert from_dataset(plain, "t", "s").labels == ["x", "y"]


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        (DatasetDict(train=reviews(["a"], [0]), test=reviews(["a"], [0])), "several splits.*one of train, test"),
        (Dataset.from_dict({"x": ["a"], "label": [1]}), "no column named text or sentence"),
        (reviews(["a", "b"], [0, -1]), "dataset:2: 'label' is -1, which is no label; there are 2"),
        (reviews(["a", "b"], [0, None]), "dataset:2: 'label' is neither a string nor a whole number"),
        (reviews([None], [0]), "dataset:1: 'sentence' is missing or null"),
        (reviews([], []), "there are no labelled texts"),
    ],
)
def test_what_cannot_be_used(dataset, message):
    with pytest.raises(InputError, match=message):
        from_dataset(dataset)


def test_tagged_sentences():
    dataset = Dataset.from_dict({"tokens": [["a", "b"], [], ["c"]], "ner_tags": [[1, 2], [], [0]]}, features=NER)
    read = tagged_from_dataset(dataset)
    assert read.words == [["a", "b"], ["c"]]
    assert read.tags == [["B-PER", "I-PER"], ["O"]]
    assert (read.document, read.lines) == ([0, 0], [1, 3])
    strings = Dataset.from_dict({"w": [["a"]], "t": [["S-X"]]})
    assert tagged_from_dataset(strings, "w", "t").tags == [["B-X"]]


@pytest.mark.parametrize(
    ("tokens", "tags", "message"),
    [
        ([["a"], ["b", "c"]], [[0], [0]], "dataset:2: 'tokens' and 'ner_tags' are not of one length"),
        ([["a"], ["b"]], [[0], [2]], "dataset:2: not IOB2|dataset:2: .*cannot begin"),
        ([[]], [[]], "there are no sentences"),
    ],
)
def test_sentences_that_cannot_be_used(tokens, tags, message):
    dataset = Dataset.from_dict({"tokens": tokens, "ner_tags": tags}, features=NER)
    with pytest.raises(InputError, match=message):
        tagged_from_dataset(dataset, scheme="IOB2")


def test_a_missing_column_is_named_with_the_nearest():
    with pytest.raises(InputError, match=r"no column 'tokens', only 'token', 'ner_tags'; did you mean 'token'\?"):
        tagged_from_dataset(Dataset.from_dict({"token": [["a"]], "ner_tags": [["O"]]}))


@pytest.mark.parametrize("streaming", [False, True])
def test_documents(streaming):
    dataset = Dataset.from_dict({"id": list(range(10)), "text": [f"t{i}" if i != 4 else None for i in range(10)]})
    stream = dataset.to_iterable_dataset() if streaming else dataset
    bad = []
    batches = list(documents_from_dataset(stream, batch_rows=3, on_bad_row=bad.append))
    rows = [row for batch in batches for row in batch.to_pylist()]
    assert rows == [{"id": i, "text": f"t{i}"} for i in range(10) if i != 4]
    assert [batch.num_rows for batch in batches] == [3, 2, 3, 1]
    assert [(row.line, row.reason) for row in bad] == [(5, "'text' is null")]
    with pytest.raises(InputError, match="dataset:5: 'text' is null"):
        list(documents_from_dataset(stream))
    with pytest.raises(InputError, match="'id' holds int64, not strings"):
        list(documents_from_dataset(stream, "id"))
    with pytest.raises(InputError, match="no column 'txt'"):
        list(documents_from_dataset(stream, "txt"))


def test_parts_of_speech_are_no_entities():
    features = Features({"tokens": List(Value("string")), "upos": List(ClassLabel(names=["NOUN", "''"]))})
    dataset = Dataset.from_dict({"tokens": [["a", "b"]], "upos": [[0, 1]]}, features=features)
    assert tagged_from_dataset(dataset, tags="upos").tags == [["NOUN", "''"]]
    strings = Dataset.from_dict({"tokens": [["a"]], "t": [["NN"]]})
    assert tagged_from_dataset(strings, tags="t", scheme="none").tags == [["NN"]]
    with pytest.raises(InputError, match="'NN' is not a tag"):
        tagged_from_dataset(strings, tags="t")


def test_bad_rows_are_set_aside():
    bad = []
    read = from_dataset(reviews(["a", None, "c", "d"], [0, 1, -1, 1]), on_bad_row=bad.append)
    assert (read.texts, read.labels) == (["a", "d"], ["neg", "pos"])
    assert [(row.line, row.raw) for row in bad] == [
        (2, b'{"sentence": null, "label": 1}'),
        (3, b'{"sentence": "c", "label": -1}'),
    ]
    bad.clear()
    dataset = Dataset.from_dict({"tokens": [["a"], ["b"], ["c"]], "ner_tags": [[0], [0, 0], [-1]]}, features=NER)
    read = tagged_from_dataset(dataset, on_bad_row=bad.append)
    assert (read.words, read.lines, [row.line for row in bad]) == ([["a"]], [1], [2, 3])


def test_odd_tags_are_repaired_or_set_aside():
    dataset = Dataset.from_dict({"tokens": [["a"], ["b"] * 200], "ner_tags": [[2], [0] * 200]}, features=NER)
    with pytest.warns(InputWarning, match=r"dataset: 1 tag stands .*\(line 1\)"):
        read = tagged_from_dataset(dataset, scheme="IOB2")
    assert (read.tags[0], read.repairs) == (["B-PER"], (1,))
    bad = []
    assert len(tagged_from_dataset(dataset, scheme="IOB2", strict=True, on_bad_row=bad.append)) == 1
    assert bad[0].raw == b'{"tokens": ["a"], "ner_tags": ["I-PER"]}'


def test_several_text_columns_and_several_labels():
    features = Features({"t": Value("string"), "b": Value("string"), "labels": List(ClassLabel(names=["x", "y"]))})
    columns = {"t": ["one", "two"], "b": ["1", "2"], "labels": [[1, 0, 1], []]}
    read = multilabelled_from_dataset(Dataset.from_dict(columns, features=features), ["t", "b"])
    assert (read.texts, read.labels, read.columns) == (["one\n1", "two\n2"], [("y", "x"), ()], ("t + b", "labels"))
    (batch,) = documents_from_dataset(Dataset.from_dict(columns, features=features), ["b", 0], joiner=" ")
    assert batch["text"].to_pylist() == ["1 one", "2 two"]


def test_pairs_from_two_columns_or_from_a_column_of_languages():
    plain = Dataset.from_dict({"id": [1, 2], "source": ["a", "b"], "target": ["A", "B"]})
    read = pairs_from_dataset(plain.select([1, 0]))
    assert (read.first, read.second, read.columns) == (["b", "a"], ["B", "A"], ("source", "target"))
    texts = [{"en": "a", "de": "A"}, {"en": "b", "de": None}]
    features = Features({"translation": Translation(["en", "de"])})
    dataset = Dataset.from_dict({"translation": texts}, features=features)
    bad = []
    read = pairs_from_dataset(dataset, "de", "en", on_bad_row=bad.append)
    assert (read.first, read.second, read.columns) == (["A"], ["a"], ("de", "en"))
    assert [(row.line, row.reason[:22]) for row in bad] == [(2, "'de' is missing or nul")]
    with pytest.raises(InputError, match="dataset:2: 'de' is missing or null"):
        pairs_from_dataset(dataset, "en", "de")
    with pytest.raises(InputError, match="the texts stand by language, de and en; name that of"):
        pairs_from_dataset(dataset)
    with pytest.raises(InputError, match="several splits"):
        pairs_from_dataset(DatasetDict(train=plain, test=plain))


def test_labelled_pairs():
    features = Features({name: Value("string") for name in ("sentence1", "sentence2")})
    features["label"] = ClassLabel(names=["no", "yes"])
    columns = {"sentence1": ["a", "b", "c"], "sentence2": ["A", " ", "C"], "label": [1, 0, -1]}
    bad = []
    read = labelled_pairs_from_dataset(Dataset.from_dict(columns, features=features), on_bad_row=bad.append)
    assert (read.first, read.second, read.labels) == (["a"], ["A"], ["yes"])
    assert [(row.line, row.reason.partition(";")[0]) for row in bad] == [
        (2, "'sentence2' is empty"),
        (3, "'label' is -1, which is no label"),
    ]
