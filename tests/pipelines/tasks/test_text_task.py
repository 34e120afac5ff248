from __future__ import annotations

import numpy as np
from hypothesis import given, strategies as st

from pipelines.tasks.text_task import TextData, shortened
from textprep import Tokens


@given(st.lists(st.integers(0, 12), max_size=6), st.integers(1, 8), st.integers(0, 9))
def test_long_documents_keep_their_first_and_last_tokens(lengths: list[int], limit: int, head: int) -> None:
    offsets = np.cumsum([0, *lengths])
    codes = np.arange(offsets[-1], dtype=np.int32)
    tokens = Tokens.of([str(code) for code in codes], codes, offsets, codes * 2, codes * 2 + 1)
    kept = shortened(tokens, TextData(max_tokens=limit, head_tokens=head))
    assert len(kept) == len(lengths)
    for row, length in enumerate(lengths):
        document = codes[offsets[row] : offsets[row + 1]].tolist()
        cut = min(head, limit)
        expected = document if length <= limit else document[:cut] + document[length - (limit - cut) :]
        assert kept[row] == [str(code) for code in expected]
        assert kept.spans(row) == [(code * 2, code * 2 + 1) for code in expected]
