import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from seqmodels.batches.each_hidden import EachHidden
from seqmodels.batches.masked_batches import IGNORED
from textprep.errors import ConfigError
from textprep.ids import Ids

MASK = 3


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(1, 9), max_size=8), max_size=8), st.integers(1, 40))
def test_each_token_that_is_not_special_is_hidden_once(texts, tokens):
    ids = Ids(np.array([word for text in texts for word in text], np.int32), np.cumsum([0, *map(len, texts)]))
    batches, found = EachHidden(ids, mask_id=MASK, special=[1, 2], tokens=tokens), []
    for batch in batches:
        assert batch.ids.numel() <= max(tokens, batch.ids.shape[1])
        for row, text in enumerate(batch.rows.tolist()):
            seen, targets = batch.ids[row].tolist(), batch.targets[row].tolist()
            (place,) = [place for place, target in enumerate(targets) if target != IGNORED]
            assert seen[place] == MASK
            seen[place] = targets[place]
            assert seen[: batch.lengths[row]] == texts[text]
            found.append((text, place))
    expected = [(k, place) for k, text in enumerate(texts) for place, word in enumerate(text) if word > MASK]
    assert sorted(found) == expected
    assert batches.texts == len(texts)


def test_batches_of_nothing_are_refused():
    with pytest.raises(ConfigError, match="tokens must be at least 1"):
        EachHidden(Ids(np.array([1], np.int32), np.array([0, 1])), mask_id=MASK, tokens=0)
