import torch
from hypothesis import given, settings, strategies as st

from seqmodels.layers.recent_steps import behind_past


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.integers(0, 4), st.integers(0, 2))
def test_the_last_steps_of_all_that_came(lengths, reach, zeros):
    x = torch.arange(1, 1 + 5 * len(lengths)).view(-1, 5, 1)
    past = -torch.arange(1, 1 + reach * len(lengths)).view(len(lengths), reach, 1)
    joined, recent = behind_past(x, torch.tensor(lengths), past, zeros)
    assert joined.shape == (len(lengths), reach + 5 + zeros, 1)
    assert joined[:, reach + 5 :].abs().sum() == 0
    for row, length in enumerate(lengths):
        came = past[row].flatten().tolist() + x[row, :length].flatten().tolist()
        assert joined[row, : len(came)].flatten().tolist() == came
        assert recent[row].flatten().tolist() == came[len(came) - reach :]
