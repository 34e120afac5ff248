from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from seqmodels.batches.document_pieces import cut_documents
from textprep.errors import ConfigError, InputError
from textprep.ids import Ids

DOCUMENTS = st.lists(st.lists(st.integers(0, 12), max_size=6), max_size=6)  # the lengths of their sentences


def corpus(documents):
    lengths = [length for sentences in documents for length in sentences]
    offsets = np.append(0, np.cumsum(lengths)).astype(np.int64)
    return Ids(np.arange(offsets[-1], dtype=np.int32), offsets), np.cumsum([0, *map(len, documents)])


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS, st.integers(1, 15), st.booleans())
def test_every_token_is_in_one_piece_of_its_document_and_sentences_stay_whole_where_they_can(documents, most, halved):
    ids, begins = corpus(documents)
    pieces = cut_documents(ids, begins, most, halved=halved)
    assert pieces.ids.values is ids.values
    assert pieces.ids.offsets[0] == 0 and pieces.ids.offsets[-1] == len(ids.values)
    assert len(pieces.documents) == len(documents) + 1
    lengths = pieces.ids.lengths
    assert ((lengths > 0) & (lengths <= most)).all()
    # a document begins at the same token in both
    np.testing.assert_array_equal(pieces.ids.offsets[pieces.documents], ids.offsets[begins])
    for place in np.setdiff1d(pieces.ids.offsets, ids.offsets):  # a cut within a sentence, which was too long
        assert ids.lengths[np.searchsorted(ids.offsets, place) - 1] > most
    for (first, behind), sentences in zip(pairwise(pieces.documents), documents, strict=True):
        if halved and sum(length > 0 for length in sentences) > 1:
            assert behind - first > 1
        if not halved and max(sentences, default=0) <= most:
            for piece in range(first + 1, behind):
                begun = np.searchsorted(ids.offsets, pieces.ids.offsets[piece], "right") - 1  # its first sentence
                assert lengths[piece - 1] + ids.lengths[begun] > most  # did not fit


def test_sentences_are_taken_as_long_as_they_fit():
    ids, begins = corpus([[3, 2, 4, 1], [7, 1]])
    assert cut_documents(ids, begins, 5).ids.lengths.tolist() == [5, 5, 3, 5]  # 7 = 3 + 4
    assert cut_documents(ids, begins, 8).ids.lengths.tolist() == [5, 5, 8]
    assert cut_documents(ids, begins, 8, halved=True).ids.lengths.tolist() == [5, 5, 7, 1]
    assert cut_documents(ids, begins, 8, halved=True).documents.tolist() == [0, 2, 4]


def test_what_makes_no_sense_is_refused():
    ids, begins = corpus([[3, 2], [1]])
    with pytest.raises(ConfigError, match="most must be at least 1"):
        cut_documents(ids, begins, 0)
    with pytest.raises(InputError, match="documents must rise from 0 to"):
        cut_documents(ids, begins[:-1], 4)
