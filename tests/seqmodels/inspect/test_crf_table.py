import numpy as np
import pytest
import torch

from seqmodels.heads.crf import CRF
from seqmodels.heads.tag_schemes import legal_transitions, tag_names
from seqmodels.inspect.crf_table import transition_table
from textprep.errors import InputError


def test_the_table_scores_every_tagging_as_the_crf_does():
    torch.manual_seed(0)
    tags = tag_names(["X"])
    crf = CRF(len(tags), legal_transitions(tags, "bioes"))
    table = transition_table(crf, tags)
    rng = np.random.default_rng(0)
    forbidden = 0
    for _ in range(50):
        row = rng.integers(0, len(tags), 3)
        by_table = table.start[row[0]] + table.transitions[row[:-1], row[1:]].sum() + table.end[row[-1]]
        by_crf = crf.score(torch.zeros(1, 3, len(tags)), torch.tensor(row[None]), torch.tensor([3])).item()
        forbidden += np.isinf(by_table)
        assert by_crf < -5000 if np.isinf(by_table) else by_table == pytest.approx(by_crf, abs=1e-5)
    assert 0 < forbidden < 50
    assert table.transitions[tags.index("O"), tags.index("E-X")] == -np.inf


def test_a_name_for_each_tag():
    with pytest.raises(InputError, match="knows 3 tags, and 2 names"):
        transition_table(CRF(3), ["a", "b"])
