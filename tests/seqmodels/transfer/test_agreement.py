from types import SimpleNamespace

import pytest

from seqmodels.transfer.agreement import check_agreement
from textprep.errors import ConfigError


def model(labels=("a", "b"), words=10):
    return SimpleNamespace(labels=list(labels), sizes=SimpleNamespace(words=words))


def test_models_that_agree():
    check_agreement([model()])
    check_agreement([model(), model(), model()], [["x", "y"], ["x", "y"], ["x", "y"]])
    check_agreement([SimpleNamespace(), SimpleNamespace()])


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        (model(labels="abc"), r"model 3 has the labels \['a', 'b', 'c'\], model 1 has \['a', 'b'\]; put together"),
        (model(labels="ba"), "model 3 has the labels"),
        (model(words=11), "model 3 knows 11 words, model 1 10"),
    ],
)
def test_models_that_do_not(other, problem):
    with pytest.raises(ConfigError, match=problem):
        check_agreement([model(), model(), other])


@pytest.mark.parametrize(
    ("vocabularies", "problem"),
    [
        ([["x", "y"], ["x", "z"]], "word 1 is 'z' to model 2 and 'y' to model 1"),
        ([["x", "y"], ["x"]], "the vocabulary of model 2 has 1 words, that of model 1 2"),
        ([["x"]], "2 models have 1 vocabularies"),
    ],
)
def test_vocabularies_that_do_not(vocabularies, problem):
    with pytest.raises(ConfigError, match=problem):
        check_agreement([model(), model()], vocabularies)


def test_no_models():
    with pytest.raises(ConfigError, match="at least one"):
        check_agreement([])
