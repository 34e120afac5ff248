import torch

from seqmodels.layers.recurrent import RecurrentEncoder
from seqmodels.layers.state_rows import without_rows
from seqmodels.layers.transformer import TransformerSettings


def test_rows_of_a_state_are_forgotten():
    state = (torch.ones(3, 2), torch.ones(3, dtype=torch.bool), torch.ones(3, 1, 2, 2))
    forgotten = without_rows(state, torch.tensor([False, True, False]))
    assert [part.flatten(1).sum(1).tolist() if part.dim() > 1 else part.tolist() for part in forgotten] == [
        [2, 0, 2],
        [True, False, True],
        [4, 0, 4],
    ]
    assert state[0].sum() == 6


def test_a_row_that_is_forgotten_reads_as_one_that_begins():
    torch.manual_seed(0)
    x, lengths = torch.randn(3, 4, 6), torch.tensor([4, 2, 3])
    more, rows = torch.randn(3, 2, 6), torch.tensor([False, True, False])
    for encoder in (
        RecurrentEncoder(6, 8, layers=2, bidirectional=False),
        TransformerSettings(hidden_size=8, heads=2, inner_size=16, causal=True).build(6).eval(),
    ):
        state = encoder(x, lengths).state
        steps = torch.tensor([2, 2, 1])
        output = encoder(more, steps, without_rows(state, rows)).output
        torch.testing.assert_close(output[1], encoder(more, steps).output[1])
        torch.testing.assert_close(output[[0, 2]], encoder(more, steps, state).output[[0, 2]])
