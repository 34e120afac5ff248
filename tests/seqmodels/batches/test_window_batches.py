import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from seqmodels.batches.window_batches import WindowBatches
from textprep.errors import ConfigError, InputError
from textprep.ids import Ids


def corpus(*documents):
    offsets = np.append(0, np.cumsum([len(document) for document in documents])).astype(np.int64)
    return Ids(np.concatenate([np.array(document, np.int32) for document in documents]), offsets)


def windows_of(batches, epoch=0):
    """Inputs and targets of the windows of an epoch, without padding."""
    windows = []
    for batch in batches.epoch(epoch):
        for ids, targets, length in zip(
            batch.ids.tolist(), batch.targets.tolist(), batch.lengths.tolist(), strict=True
        ):
            assert not any(ids[length:]) and not any(targets[length:])
            windows.append((ids[:length], targets[:length]))
    return windows


def test_a_courses_worked_example():
    hello = [8, 5, 12, 12, 15, 23, 15, 18, 12, 4]
    sliding = windows_of(WindowBatches(corpus(hello), 4, stride=1))
    assert len(sliding) == 6
    assert sliding[0] == ([8, 5, 12, 12], [5, 12, 12, 15])
    assert sliding == [(hello[i : i + 4], hello[i + 1 : i + 5]) for i in range(6)]
    apart = windows_of(WindowBatches(corpus(hello), 4))
    assert apart == [(hello[0:4], hello[1:5]), (hello[4:8], hello[5:9]), ([12], [4])]  # nothing is lost at the end


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=6), st.integers(1, 6), st.data())
def test_every_token_is_predicted(lengths, length, data):
    stride = data.draw(st.integers(1, length))
    joined = data.draw(st.booleans())
    ids = Ids(np.arange(1, sum(lengths) + 1, dtype=np.int32), np.append(0, np.cumsum(lengths)).astype(np.int64))
    batches = WindowBatches(ids, length, stride=stride, size=3, seed=1, documents="joined" if joined else "apart")
    cuts = [0, len(ids.values)] if joined else ids.offsets.tolist()
    texts = [ids.values[begin:end].tolist() for begin, end in zip(cuts[:-1], cuts[1:], strict=True)]
    wanted = []
    for text in texts:
        begin = 0
        while begin < len(text) - 1:  # one window after the other until the last token is predicted
            window = text[begin : begin + length + 1]
            wanted.append((window[:-1], window[1:]))
            if begin + length >= len(text) - 1:
                break
            begin += stride
    assert sorted(windows_of(batches)) == sorted(wanted)
    predicted = {target for _, targets in windows_of(batches) for target in targets}
    assert predicted == {token for text in texts for token in text[1:]}


def test_an_epoch_of_some_windows_only():
    ids = corpus(range(1, 101))
    batches = WindowBatches(ids, 8, stride=1, size=5, seed=0, count=12)
    first, second = windows_of(batches, 0), windows_of(batches, 1)
    assert (len(first), len(batches), len({tuple(ids) for ids, _ in first})) == (12, 3, 12)
    assert first != second
    assert windows_of(WindowBatches(ids, 8, stride=1, size=5, seed=0, count=12), 1) == second


def test_wrong_options():
    ids = corpus([1, 2, 3])
    for wrong, message in (
        ({"length": 0}, "length must be at least 1"),
        ({"stride": 0}, "stride must be at least 1"),
        ({"length": 2, "stride": 3}, "leaves tokens out"),
        ({"documents": "together"}, "unknown value of documents"),
        ({"count": 3, "seed": 0, "length": 1}, "3 rows cannot be drawn out of 2"),
        ({"count": 1}, "give a seed"),
    ):
        with pytest.raises(ConfigError, match=message):
            WindowBatches(ids, **{"length": 2, **wrong})
    with pytest.raises(InputError, match="offsets"):
        WindowBatches(Ids(np.array([1, 2], np.int32), np.array([0, 3])), 2)
