from __future__ import annotations

import json

import pytest

from pipelines import PosSettings, load, train_pos
from pipelines.datasets import TaggedSentences
from textprep import InputError
from textprep.errors import InputWarning
from textprep.settings import with_values

from ..conftest import NER

pytestmark = pytest.mark.usefixtures("one_thread")
ONE_EPOCH = with_values(PosSettings(), {**NER, "epochs": 1})
CONLLU = """# sent_id = 1
# text = Don't go.
1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\t_
1\tDo\tdo\tAUX\tVB\t_\t3\taux\t_\t_
2\tn't\tnot\tPART\tRB\t_\t3\tadvmod\t_\t_
3\tgo\tgo\tVERB\tVB\t_\t0\troot\t_\t_
4\t.\t.\tPUNCT\t.\t_\t3\tpunct\t_\t_

"""


def test_it_learns(pos, parts_of_speech):
    test = parts_of_speech(60, 7)
    scores = pos.run.evaluate(test)
    assert scores["accuracy"] > 0.95
    assert scores["macro_f1"] > 0.9
    assert (scores["sentences"], scores["words"]) == (60, sum(map(len, test.words)))
    assert list(scores["tags"]) == pos.run.labels == ["ADP", "ADV", "PRON", "PROPN", "PUNCT", "VERB"]
    assert {"precision", "recall", "f1"} <= set(scores["tags"]["VERB"])


def test_words_of_raw_text_with_their_tags(pos):
    text = "Anna left.\n\nwe saw Bob in Rome 😀"
    found = pos.run([text, ""])
    assert found[1] == []
    assert all(text[word.start : word.end] == word.text for word in found[0])
    assert [(word.text, word.tag) for word in found[0]][:3] == [("Anna", "PROPN"), ("left", "VERB"), (".", "PUNCT")]
    assert all(0 < word.probability <= 1 + 1e-6 for word in found[0])
    (record,) = json.loads(json.dumps(pos.run.records([text])))
    assert tuple(record) == pos.run.columns
    assert set(record["words"][0]) == {"start", "end", "text", "tag", "probability"}


def test_given_words_get_the_tags_that_are_evaluated(pos, parts_of_speech):
    data = parts_of_speech(40, 3)
    tags = pos.run.tag(data.words)
    pairs = [
        (gold, tag) for row, found in zip(data.tags, tags, strict=True) for gold, tag in zip(row, found, strict=True)
    ]
    assert sum(gold == tag for gold, tag in pairs) / len(pairs) == pos.run.evaluate(data)["accuracy"]


def test_a_saved_run_is_the_same(pos):
    assert load(pos.folder).records(["Anna left ."]) == pos.run.records(["Anna left ."])


def test_a_tag_that_the_model_does_not_know_counts_as_missed(pos):
    data = TaggedSentences([["Anna", "left", "!"]], [["PROPN", "VERB", "SYM"]], [0], [1], "mem")
    with pytest.warns(InputWarning, match=r"unknown tags, which count as missed: 'SYM' \(1 there\)"):
        scores = pos.run.evaluate(data)
    assert scores["accuracy"] <= 2 / 3
    assert scores["tags"]["SYM"]["recall"] == 0.0
    assert any("SYM" in note for note in scores["notes"])


def test_conllu_files_by_either_column(tmp_path):
    file = tmp_path / "train.conllu"
    file.write_text(CONLLU * 12, encoding="utf-8")
    assert train_pos(file, settings=ONE_EPOCH).labels == ["AUX", "PART", "PUNCT", "VERB"]
    run = train_pos(file, settings=with_values(ONE_EPOCH, {"conllu_column": "xpos"}))
    assert run.labels == [".", "RB", "VB"]
    assert run.evaluate(file)["words"] == 48


def test_column_files_with_tags_of_no_scheme(tmp_path, parts_of_speech):
    data = parts_of_speech(20, 0)
    file = tmp_path / "train.txt"
    blocks = (
        "".join(f"{w} {t} x\n" for w, t in zip(*pair, strict=True)) for pair in zip(data.words, data.tags, strict=True)
    )
    file.write_text("\n".join(blocks))
    assert "PROPN" in train_pos(file, file, settings=with_values(ONE_EPOCH, {"tag_column": 1})).labels


def test_data_that_cannot_be_learned_from():
    with pytest.raises(InputError, match="mem: there is one tag only, 'X'"):
        train_pos(TaggedSentences([["a"]] * 9, [["X"]] * 9, [0] * 9, list(range(9)), "mem"), settings=ONE_EPOCH)
    with pytest.raises(InputError, match="mem: there is no word"):
        train_pos(TaggedSentences([], [], [], [], "mem"), settings=ONE_EPOCH)
