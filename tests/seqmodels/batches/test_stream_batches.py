import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.batches.stream_batches import StreamBatches
from seqmodels.layers.recurrent import RecurrentEncoder
from textprep.errors import ConfigError, InputError
from textprep.ids import Ids


def documents(lengths):
    """Documents in which every token has an id of its own."""
    offsets = np.append(0, np.cumsum(lengths)).astype(np.int64)
    return Ids(np.arange(1, offsets[-1] + 1, dtype=np.int32), offsets)


def streams_of(batches, epoch):
    """What each stream reads in an epoch: ids, targets and starts."""
    streams = [[[], [], []] for _ in range(len(batches.bounds) - 1)]
    for batch in batches.epoch(epoch):
        for row, length in enumerate(batch.lengths.tolist()):
            for read, field in zip(streams[row], (batch.ids, batch.targets, batch.starts), strict=True):
                read.extend(field[row, :length].tolist())
    return streams


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.integers(0, 9), max_size=12),
    st.integers(1, 5),
    st.integers(1, 7),
    st.none() | st.integers(0, 2),
    st.integers(0, 2),
)
def test_the_streams_are_the_text_and_nothing_is_lost(lengths, count, steps, seed, epoch):
    ids = documents(lengths)
    batches = StreamBatches(ids, streams=count, steps=steps, seed=seed)
    streams = streams_of(batches, epoch)
    read = [token for stream in streams for token in stream[0]]
    targets = [token for stream in streams for token in stream[1]]
    begins = [start for stream in streams for start in stream[2]]
    text = read + targets[-1:]
    assert targets == text[1:]  # each step's target is the next token
    assert sorted(text) == (ids.values.tolist() if len(ids.values) > 1 else [])
    firsts = {int(ids.values[begin]) for begin, length in zip(ids.offsets, lengths, strict=False) if length}
    assert [token in firsts for token in read] == begins
    for begin, length in zip(ids.offsets, lengths, strict=False):  # a document stays in one piece
        if length and text:
            place = text.index(int(ids.values[begin]))
            assert text[place : place + length] == ids.values[begin : begin + length].tolist()
    sizes = [len(stream[0]) for stream in streams]
    assert max(sizes) - min(sizes) <= 1
    assert len(list(batches.epoch(epoch))) == len(batches)
    for batch in batches.epoch(epoch):
        assert batch.ids.shape[1] <= steps
        assert (batch.ids[~batch.mask] == 0).all()
    if seed is None:
        assert text in ([], ids.values.tolist())


def test_documents_come_in_another_order_in_each_epoch():
    ids = documents([5] * 20)
    batches = StreamBatches(ids, streams=2, steps=8, seed=3)
    assert streams_of(batches, 1) == streams_of(StreamBatches(ids, streams=2, steps=8, seed=3), 1)
    assert streams_of(batches, 1) != streams_of(batches, 2)


def test_a_carried_state_reads_the_whole_text():
    """What the state is for: windows with it give what the whole streams would give."""
    torch.manual_seed(0)
    batches = StreamBatches(documents([7, 4, 12]), streams=3, steps=3)
    embedding, encoder = torch.nn.Embedding(24, 4), RecurrentEncoder(4, 5, bidirectional=False)
    state, outputs = None, [[], [], []]
    with torch.no_grad():
        for batch in batches:
            output, state = encoder(embedding(batch.ids), batch.lengths, state)
            for row, length in enumerate(batch.lengths.tolist()):
                outputs[row].append(output[row, :length])
        for stream, parts in zip(streams_of(batches, 0), outputs, strict=True):
            whole = encoder(embedding(torch.tensor([stream[0]])), torch.tensor([len(stream[0])])).output
            torch.testing.assert_close(torch.cat(parts), whole[0], atol=1e-6, rtol=1e-5)


def test_what_makes_no_sense_is_refused():
    for wrong in ({"streams": 0}, {"steps": 0}):
        with pytest.raises(ConfigError, match="at least 1"):
            StreamBatches(documents([3]), **wrong)
    with pytest.raises(InputError, match="offsets"):
        StreamBatches(Ids(np.array([1, 2], np.int32), np.array([0, 3])))
