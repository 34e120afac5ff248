import numpy as np
from hypothesis import given, settings, strategies as st

from pipelines.tasks.masked_inputs import framed, ids_with_gaps, plain_ids
from textprep import Pipeline, WhiteSpace, Words
from textprep.special_tokens import BERT

WORDS = ["a", "bc", "d", "[MASK]", "[CLS]", "[UNK]", "new"]
KNOWN = ["a bc d"]


def spelled(pipeline, ids):
    return [[pipeline.vocabulary.words[word] for word in ids[row].tolist()] for row in range(len(ids))]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=6), max_size=5))
def test_a_mask_is_a_gap_and_all_other_special_tokens_are_unknown_words(texts):
    pipeline = Pipeline(WhiteSpace()).fit(KNOWN, special=BERT)
    lines = [" ".join(text) for text in texts]
    other = {"[CLS]": "[UNK]", "new": "[UNK]"}
    with_gaps = [[other.get(word, word) for word in text] for text in texts]
    assert spelled(pipeline, ids_with_gaps(pipeline, lines)) == with_gaps
    ids, count = plain_ids(pipeline, lines)
    assert spelled(pipeline, ids) == [["[UNK]" if word == "[MASK]" else word for word in text] for text in with_gaps]
    assert count == sum(word in ("[MASK]", "[CLS]") for text in texts for word in text)
    assert spelled(pipeline, framed(pipeline, ids)) == [
        ["[CLS]", *text, "[SEP]"] for text in spelled(pipeline, ids)
    ]  # fmt: skip


def test_a_gap_is_one_whatever_the_recipe_makes_of_its_spelling():
    pipeline = Pipeline(Words()).fit(KNOWN, special=BERT)
    ids = ids_with_gaps(pipeline, ["a[MASK][MASK] d", "[MASK]", "", "a [mask]"])
    assert spelled(pipeline, ids) == [
        ["a", "[MASK]", "[MASK]", "d"], ["[MASK]"], [], ["a", "[UNK]", "[UNK]", "[UNK]"]
    ]  # fmt: skip
    np.testing.assert_array_equal(plain_ids(pipeline, ["a [MASK]"])[0].lengths, [4])
