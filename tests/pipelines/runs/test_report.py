from __future__ import annotations

import json
import re
from importlib.metadata import version

from pipelines.runs.report import report
from pipelines.tasks.word_inputs import word_inputs
from seqmodels import TrainingSettings, TrainingState
from textprep.settings import flat

RECORDS = [{"epoch": 1, "loss": 0.5, "f1": 0.25}, {"epoch": 2, "loss": 0.123456, "f1": 0.75}]
SCORES = {"words": 7, "f1": 0.75, "types": {"PER": {"f1": 1.0, "gold": 3}, "LOC": {"f1": 0.5, "gold": 4}}}


def rendered(**facts: str) -> str:
    state = TrainingState(epoch=1, best_epoch=1, records=RECORDS)
    return report("ner", facts, state, TrainingSettings(), SCORES)


def test_what_a_report_says():
    lines = rendered(data="a.txt: 3 sentences", vectors="2 of 3\nnot found: a").splitlines()
    assert lines[0] == "# A ner run"
    for line in (
        "- data: a.txt: 3 sentences",
        "- vectors: 2 of 3",
        "  not found: a",
        "With the weights of epoch 2 of 2, the best one.",
        "- words: 7",
        "- f1: 0.7500",
        "|  | f1 | gold |",
        "| LOC | 0.5000 | 4 |",
        "| epoch | loss | f1 |",
        "| 2 | 0.1235 | 0.7500 |",
        "- epochs = 10",
        "- metric = 'accuracy'",
    ):
        assert line in lines, line
    assert f"torch {version('torch')}" in lines[-1]
    assert f"textmill {version('textmill')}" in lines[-1]


def test_every_table_is_whole():
    tables = re.findall(r"(?:^\|.*\|\n)+", rendered(), re.MULTILINE)
    assert len(tables) == 2
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_the_report_of_a_run_has_every_setting_and_the_last_score(ner, sentiment):
    for run, folder in (ner, sentiment):
        text = (folder / "report.md").read_text()
        for name, value, _ in flat(run.parts.settings):
            assert f"- {name} = {value!r}" in text
        records = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
        best = max(records, key=lambda record: record.get("f1", record.get("accuracy")))
        assert f"{best.get('f1', best.get('accuracy')):.4f}" in text


def test_the_coverage_of_vectors_is_told(tmp_path):
    file = tmp_path / "v.txt"
    file.write_text("a 1 2\n")
    inputs = word_inputs(
        {"a": 2, "b": 1}, min_count=1, max_words=9, vectors=file, extra_words=0, train_vectors=True, seed=0
    )
    assert "1 of 2 words found" in rendered(vectors=str(inputs.coverage))
