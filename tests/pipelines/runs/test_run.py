from __future__ import annotations

import pytest

from pipelines import load
from textprep import ConfigError, InputError


def test_words_are_tagged_as_they_are_given(ner, tagged):
    data = tagged(30, 5)
    tags = ner.run.tag(data.words)
    assert [len(row) for row in tags] == [len(row) for row in data.words]
    right = sum(gold == found for gold, found in zip(data.tags, tags, strict=True))
    assert right >= 27
    assert ner.run.tag([]) == []
    assert ner.run.tag([[], ["Anna"], []])[::2] == [[], []]


@pytest.mark.parametrize("sentences", [["Anna left ."], [["Anna", 3]], [["Anna", None]]])
def test_what_is_no_list_of_words(ner, sentences):
    with pytest.raises(InputError, match="sentence 1 is not a list of words; call the run itself for raw text"):
        ner.run.tag(sentences)


def test_settings_in_place_of_the_runs_own(sentiment, tmp_path):
    run = load(sentiment.folder, {"encoding": "latin-1", "threads": 1})
    assert (run.parts.settings.data.encoding, run.parts.settings.training.threads) == ("latin-1", 1)
    (tmp_path / "test.txt").write_bytes("pos schön\nneg übel\n".encode("latin-1"))
    assert run.evaluate(tmp_path / "test.txt")["texts"] == 2
    with pytest.raises(ConfigError, match="unknown setting 'thread'; did you mean 'threads'"):
        load(sentiment.folder, {"thread": 1})
