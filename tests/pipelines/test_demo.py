from __future__ import annotations

import sys
from collections import Counter

import pytest

from pipelines import demo
from pipelines.command import main
from seqmodels import illegal_tags, tags_to_spans
from textprep.settings import with_values


@pytest.fixture(scope="module")
def shipped_reviews():
    return demo.reviews()


@pytest.fixture(scope="module")
def shipped_entities():
    return demo.entities()


def test_there_are_enough_reviews_of_both_labels(shipped_reviews):
    labels = Counter(shipped_reviews[0].labels + shipped_reviews[1].labels)
    assert set(labels) == {"positive", "negative"}
    assert labels.total() >= 600
    assert min(labels.values()) >= 0.4 * labels.total()


def test_there_are_enough_sentences_of_all_types(shipped_entities):
    tags = shipped_entities[0].tags + shipped_entities[1].tags
    spans = Counter(span.type for row in tags for span in tags_to_spans(row, "iob2"))
    assert len(tags) >= 400
    assert set(spans) == {"PER", "ORG", "LOC", "MISC"}
    assert min(spans.values()) >= 60


def test_tags_are_legal_iob2(shipped_entities):
    for part in shipped_entities:
        for words, tags in zip(part.words, part.tags, strict=True):
            assert len(words) == len(tags)
            assert not illegal_tags(tags, "iob2"), words


def texts_of(corpora) -> list[list[str]]:
    return [part.texts if hasattr(part, "texts") else [" ".join(words) for words in part.words] for part in corpora]


@pytest.mark.parametrize("corpus", ["reviews", "entities"])
def test_a_fifth_is_held_out_and_nothing_is_lost(corpus, request):
    train, test = texts_of(request.getfixturevalue(f"shipped_{corpus}"))
    assert not set(train) & set(test)
    assert len(test) == (len(train) + len(test)) // 5
    whole = demo.FOLDER / {"reviews": "reviews.tsv", "entities": "entities.conll"}[corpus]
    content = whole.read_text(encoding="utf-8")
    if corpus == "reviews":
        rows = [line.split("\t")[1] for line in content.splitlines()[1:]]
    else:
        blocks = [block.split("\n") for block in content.strip().split("\n\n")]
        rows = [" ".join(line.split()[0] for line in block) for block in blocks if "-DOCSTART-" not in block[0]]
    assert sorted(train + test) == sorted(rows)


@pytest.mark.parametrize("corpus", ["reviews", "entities"])
def test_it_reads_like_real_text(corpus, request):
    train, test = texts_of(request.getfixturevalue(f"shipped_{corpus}"))
    texts = train + test
    folded = [" ".join(text.lower().split()) for text in texts]
    assert len(set(folded)) == len(texts)  # no sentence twice
    openings = {" ".join(text.split()[:3]) for text in folded}
    assert len(openings) > 0.8 * len(texts)  # not templates filled in by a program
    endings = {" ".join(text.split()[-4:]) for text in folded}
    assert len(endings) > 0.9 * len(texts)
    lengths = Counter(len(text.split()) for text in texts)
    assert len(lengths) > 10
    words = Counter(word for text in folded for word in text.split())
    assert len(words) > 2 * len(texts)


def test_reviews_have_what_makes_sentiment_hard(shipped_reviews):
    texts = " ".join(shipped_reviews[0].texts + shipped_reviews[1].texts).lower()
    for sign in ("not ", "n't ", "never ", "but ", "!", "?"):
        assert texts.count(sign) > 5, sign
    assert sum(ord(character) > 0x1F000 for character in texts) > 20  # emoji


@pytest.mark.usefixtures("one_thread")
def test_the_demo_command(tmp_path, monkeypatch, capsys):
    small = {"training.epochs": 1, "hidden_size": 8, "word_size": 8}
    monkeypatch.setattr(demo, "SENTIMENT", with_values(demo.SENTIMENT, small))
    monkeypatch.setattr(demo, "NER", with_values(demo.NER, {**small, "char_output": 8}))
    monkeypatch.setattr(sys, "argv", ["textmill", "demo", "--out", str(tmp_path / "demo")])
    for _ in range(2):  # a second time it replaces its own runs
        with pytest.raises(SystemExit) as stopped:
            main()
        assert stopped.value.code == 0
    shown = capsys.readouterr().out
    for part in ("held-out accuracy", "held-out F1", "Both at work", "Angela Merkel flew", "textmill predict"):
        assert part in shown
    assert {path.name for path in (tmp_path / "demo").iterdir()} == {"sentiment", "ner"}


@pytest.mark.usefixtures("one_thread")
def test_one_may_type_sentences(monkeypatch, capsys, sentiment, ner):
    from pipelines.command import demo as command

    monkeypatch.setattr(command, "_train_sentiment", lambda folder: sentiment.run)
    monkeypatch.setattr(command, "_train_ner", lambda folder: ner.run)
    monkeypatch.setattr(sys, "argv", ["textmill", "demo"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    for last in ("", EOFError):  # an empty line, or Ctrl-D
        answers = iter(["Anna lives in Paris .", last])

        def ask(prompt, answers=answers):
            answer = next(answers)
            if answer is EOFError:
                raise EOFError
            return answer

        monkeypatch.setattr("builtins.input", ask)
        with pytest.raises(SystemExit) as stopped:
            main()
        assert stopped.value.code == 0
        assert "PER   'Anna' at 0-4" in capsys.readouterr().out
