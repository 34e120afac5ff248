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
    streams = [[[], [], []] for _ in range(batches.streams)]
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
    assert batches.token_count == len(targets)
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


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.integers(0, 9), max_size=12),
    st.integers(1, 5),
    st.integers(1, 4),
    st.none() | st.integers(0, 2),
    st.integers(0, 2),
)
def test_documents_that_are_kept_apart_are_read_whole_and_alone(lengths, count, steps, seed, epoch):
    ids = documents(lengths)
    apart = StreamBatches(ids, streams=count, steps=steps, seed=seed, documents="apart")
    open_rows, read = [[] for _ in range(count)], {}
    for batch in apart.epoch(epoch):
        assert batch.ids.shape == (count, batch.lengths.max()) == batch.starts.shape == batch.targets.shape
        assert batch.fresh.equal(batch.starts[:, 0])
        assert not batch.starts[:, 1:].any()
        for row, length in enumerate(batch.lengths.tolist()):
            if batch.fresh[row]:
                open_rows[row] = []
            if length == 0:
                assert (batch.rows[row], batch.ids[row].sum()) == (-1, 0)
                continue
            open_rows[row] += [batch.ids[row, :length].tolist()]
            so_far = [token for part in open_rows[row] for token in part]
            read[int(batch.rows[row])] = [so_far, batch.targets[row, length - 1].item()]
            assert batch.targets[row, : length - 1].equal(batch.ids[row, 1:length])
            assert all(len(part) == steps for part in open_rows[row][:-1])
    wanted = {
        row: [ids.values[begin : end - 1].tolist(), ids.values[end - 1]]
        for row, (begin, end) in enumerate(zip(ids.offsets[:-1], ids.offsets[1:], strict=True))
        if end - begin > 1
    }
    assert read == wanted
    steps_made = sum(int(batch.lengths.sum()) for batch in apart.epoch(epoch))
    assert steps_made == apart.token_count == sum(max(0, length - 1) for length in lengths)
    chunks = [-(-(length - 1) // steps) for length in lengths if length > 1]
    made = len(list(apart.epoch(epoch)))
    assert made <= (sum(chunks) / count + max(chunks) if chunks else 0)  # as Graham has it of greedy schedules
    assert epoch > 0 or len(apart) == made


def test_joined_streams_are_never_fresh_and_tell_where_they_stand():
    batches = list(StreamBatches(documents([3, 0, 4, 2]), streams=2, steps=3))
    assert [batch.rows.tolist() for batch in batches] == [[0, 2], [2, 3]]
    assert not any(batch.fresh.any() for batch in batches)


def test_processes_share_the_streams():
    (batch,) = StreamBatches(documents([9]), streams=4, steps=3)
    parts = [batch.part(index, 3) for index in range(3)]
    assert [part.ids.tolist() for part in parts] == [[[1, 2], [7, 8]], [[3, 4]], [[5, 6]]]
    assert [part.lengths.tolist() for part in parts] == [[2, 2], [2], [2]]
    with pytest.raises(ConfigError, match="4 streams cannot be shared by 5 processes"):
        batch.part(0, 5)


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
    with pytest.raises(ConfigError, match="did you mean 'joined'"):
        StreamBatches(documents([3]), documents="join")
    with pytest.raises(InputError, match="offsets"):
        StreamBatches(Ids(np.array([1, 2], np.int32), np.array([0, 3])))
