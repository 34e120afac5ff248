import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from seqmodels.batches.id_batches import IdBatches
from seqmodels.batches.span_batches import SpanBatches, filled, with_gaps
from textprep.errors import ConfigError, InputError
from textprep.ids import Ids

SENTINELS = [90, 91, 92, 93, 94]


def corpus(lengths, seed=0, **more):
    offsets = np.append(0, np.cumsum(lengths)).astype(np.int64)
    values = np.random.default_rng(seed).integers(1, 80, offsets[-1]).astype(np.int32)
    return IdBatches(Ids(values, offsets), size=8, seed=0, **more)


def test_the_papers_example():
    words = "Thank you for inviting me to your party last week . <X> <Y> <Z>".split()
    ids, sentinels = np.arange(11), np.array([11, 12, 13])
    cut = np.isin(ids, [2, 3, 8])
    source, target = with_gaps(ids, cut, sentinels)
    assert " ".join(words[i] for i in source) == "Thank you <X> me to your party <Y> week ."
    assert " ".join(words[i] for i in target) == "<X> for inviting <Y> last <Z>"
    assert filled(source, target, sentinels).tolist() == ids.tolist()


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=12))
def test_filling_the_gaps_gives_the_row_back(tokens):
    ids = np.array([token for token, _ in tokens], np.int64)
    cut = np.array([gone for _, gone in tokens], np.bool_)
    sentinels = np.arange(10, 24)
    source, target = with_gaps(ids, cut, sentinels)
    assert filled(source, target, sentinels).tolist() == ids.tolist()
    spans = len("".join("x" if gone else " " for gone in cut).split())
    assert [token for token in source if token > 9] == list(range(10, 10 + spans))
    assert [token for token in target if token > 9] == list(range(10, 11 + spans))
    assert len(source) + len(target) == len(ids) + 2 * spans + 1


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(0, 40), max_size=20),
    st.sampled_from([0.01, 0.15, 0.5, 0.9]),
    st.sampled_from([1.0, 3.0, 50.0]),
    st.integers(0, 9),
)
def test_batches_hold_the_corpus_with_as_many_gaps_as_were_asked_for(lengths, share, span, seed):
    plain = corpus(lengths, seed)
    gapped = SpanBatches(plain, sentinels=SENTINELS, share=share, span=span, seed=seed)
    assert len(gapped) == len(plain)
    for before, (first, second, targets) in zip(plain.epoch(2), gapped.epoch(2), strict=True):
        assert targets is None
        assert first.rows.equal(before.rows)
        assert second.rows.equal(before.rows)
        for row, length in enumerate(before.lengths.tolist()):
            source, target = (side.ids[row, : side.lengths[row]].numpy() for side in (first, second))
            ids = before.ids[row, :length].tolist()
            assert filled(source, target, np.array(SENTINELS)).tolist() == ids
            assert not first.ids[row, len(source) :].any()
            marks = [token for token in source.tolist() if token in SENTINELS]
            assert target[-1] == SENTINELS[len(marks)]
            if length < 2:
                assert (source.tolist(), target.tolist()) == (ids, SENTINELS[:1])
                continue
            cut = min(max(round(length * share), 1), length - 1)
            assert len(target) - len(marks) - 1 == cut
            assert len(marks) == min(max(round(cut / span), 1), cut, length - cut + 1, 4)


def test_every_place_is_cut_out_now_and_then():
    plain = IdBatches(Ids(np.arange(10, dtype=np.int32), np.array([0, 10])))
    gone = np.zeros(10)
    gapped = SpanBatches(plain, sentinels=SENTINELS, share=0.3, span=2.0)  # 3 tokens in 2 spans
    for epoch in range(300):
        (batch,) = gapped.epoch(epoch)
        gone[np.setdiff1d(np.arange(10), batch.first.ids)] += 1
    assert gone.sum() == 3 * 300
    assert gone.min() > 50


def test_the_choice_depends_on_epoch_and_seed_only():
    def sources(epoch, seed):
        gapped = SpanBatches(corpus([9] * 30), sentinels=SENTINELS, share=0.3, seed=seed)
        batches = (batch.first for batch in gapped.epoch(epoch))
        return {row: ids for batch in batches for row, ids in zip(batch.rows.tolist(), batch.ids.tolist(), strict=True)}

    assert sources(3, 5) == sources(3, 5)
    assert sources(3, 5) != sources(3, 6)
    assert sources(3, 5) != sources(4, 5)


def test_what_a_model_writes_need_not_fill_every_gap():
    sentinels = np.array([90, 91, 92])
    source = np.array([1, 90, 2, 91, 3])
    assert filled(source, np.array([91, 7, 8, 92, 5]), sentinels).tolist() == [1, 2, 7, 8, 3]
    assert filled(source, np.array([4]), sentinels).tolist() == [1, 2, 3]
    assert filled(source, source[:0], sentinels).tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"share": 0.0}, "share must lie within"),
        ({"share": 1.0}, "share must lie within"),
        ({"span": 0.5}, "span must be at least 1"),
        ({"sentinels": [90]}, "there are 1 different sentinels"),
        ({"sentinels": [90, 91, 90]}, "there are 2 different sentinels; give two or more, each once"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong, message):
    with pytest.raises(ConfigError, match=message):
        SpanBatches(corpus([3]), **{"sentinels": SENTINELS, **wrong})


def test_a_sentinel_in_the_corpus_is_named():
    ids = Ids(np.array([3, 91, 4], np.int32), np.array([0, 3]))
    with pytest.raises(InputError, match="the corpus holds the sentinel 91"):
        list(SpanBatches(IdBatches(ids), sentinels=SENTINELS))
