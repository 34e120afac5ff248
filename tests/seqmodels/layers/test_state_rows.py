import torch
from torch import nn

from seqmodels.layers.recurrent import RecurrentEncoder, RecurrentSettings
from seqmodels.layers.stacked import StackedSettings
from seqmodels.layers.state_rows import begun_again
from seqmodels.layers.transformer import TransformerSettings

LEARNED = RecurrentSettings(hidden_size=8, layers=2, bidirectional=False, learned_start=True)
CAUSAL = TransformerSettings(hidden_size=8, heads=2, inner_size=16, causal=True)


def test_a_row_that_is_forgotten_reads_as_one_that_begins():
    torch.manual_seed(0)
    x, lengths = torch.randn(3, 4, 6), torch.tensor([4, 2, 3])
    more, rows = torch.randn(3, 2, 6), torch.tensor([False, True, False])
    for encoder in (
        RecurrentEncoder(6, 8, layers=2, bidirectional=False),
        LEARNED.build(6).eval(),
        CAUSAL.build(6).eval(),
        StackedSettings(LEARNED, CAUSAL).build(6).eval(),
    ):
        for name, weight in encoder.named_parameters():
            if "start_" in name:
                nn.init.normal_(weight)  # a learned start that has learned something
        state, first = encoder(x, lengths).state, encoder(x[:, :0], torch.zeros_like(lengths)).state
        steps = torch.tensor([2, 2, 1])
        output = encoder(more, steps, begun_again(state, rows, first)).output
        torch.testing.assert_close(output[1], encoder(more, steps).output[1])
        torch.testing.assert_close(output[[0, 2]], encoder(more, steps, state).output[[0, 2]])
