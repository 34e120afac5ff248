"""What every encoder must do, whatever its kind."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.layers.convolution import ConvolutionSettings
from seqmodels.layers.encoder import ENCODERS
from seqmodels.layers.hierarchical import HierarchicalSettings
from seqmodels.layers.ngram_bag import NGramBagSettings
from seqmodels.layers.positions import POSITIONS
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.layers.stacked import StackedSettings
from seqmodels.layers.transformer import TransformerSettings
from seqmodels.layers.window import WindowSettings
from textprep.errors import ConfigError

CELLS = ("lstm", "gru", "rnn", "relu", "lstm_peephole", "lstm_norm", "gru_cho", "rnn_norm")
OPTIONS = {"residual": True, "layer_norm": True, "learned_start": True, "weight_drop": 0.5, "recurrent_dropout": 0.5}
SMALL = TransformerSettings(hidden_size=8, layers=2, heads=2, inner_size=16)
LEFT = RecurrentSettings("gru", 5, bidirectional=False)
CAUSAL = TransformerSettings(hidden_size=8, layers=2, heads=2, inner_size=16, causal=True)
DEEP = ConvolutionSettings(4, least_width=1, most_width=4, layers=3, dilation=2, causal=True)
ONWARD = {
    **{cell: RecurrentSettings(cell, 5, layers=2, bidirectional=False) for cell in CELLS},
    **{  # layers of 3, 2 and 2 units; the first and the last give as many features as they take in
        f"{cell} with all options": RecurrentSettings(cell, 3, 3, bidirectional=False, taper=0.8, **OPTIONS)
        for cell in ("lstm", "gru", "relu", "lstm_norm", "gru_cho")
    },
    **{f"transformer, {kind}": replace(CAUSAL, positions=kind) for kind in POSITIONS},
    "like llama": replace(CAUSAL, positions="rotary", norm="rms", activation="swiglu", key_value_heads=1),
    "convolution": ConvolutionSettings(6, least_width=2, most_width=4, causal=True),
    "deep convolution": DEEP,
    "window": WindowSettings(6, before=3, behind=0, layers=2),
    "stacked": StackedSettings(RecurrentSettings("lstm", 5, bidirectional=False), CAUSAL),
    "stacked twice": StackedSettings(DEEP, StackedSettings(CAUSAL, LEFT)),
}
WHOLE = {
    "bilstm": RecurrentSettings(hidden_size=5, layers=2),
    "bilstm with all options": RecurrentSettings("lstm", 5, 2, **OPTIONS),
    "bidirectional peepholes with all options": RecurrentSettings("lstm_peephole", 5, 2, **OPTIONS),
    **{f"transformer that sees all, {kind}": replace(SMALL, positions=kind) for kind in POSITIONS},
    "like bert": replace(SMALL, positions="learned", norm_place="post", input_norm=True),
    "convolution that sees both sides": ConvolutionSettings(4, least_width=2, most_width=5, layers=2, dilation=2),
    "window to both sides": WindowSettings(6, before=1, behind=4, layers=2),
    "bag": NGramBagSettings(ngram_words=1),
    "hierarchical": HierarchicalSettings(LEFT, RecurrentSettings(hidden_size=4), piece_length=2),
    "hierarchical without words": HierarchicalSettings(SMALL, LEFT, "max", piece_length=2, with_words=False),
    "stacked, the lower one from both sides": StackedSettings(RecurrentSettings(hidden_size=5), CAUSAL),
    "stacked, the upper one from both sides": StackedSettings(LEFT, RecurrentSettings(hidden_size=5)),
}
ALL = {**ONWARD, **WHOLE}


def build(name):
    torch.manual_seed(0)
    encoder = ALL[name].build(3).eval()
    for weight_name, weight in encoder.named_parameters():
        if weight_name.startswith("start_"):
            torch.nn.init.normal_(weight)  # a learned start that has learned something
    return encoder


def test_kinds():
    known = ["convolution", "hierarchical", "ngram_bag", "recurrent", "stacked", "transformer", "window"]
    assert list(ENCODERS) == known
    assert all(kind().build(3).output_size > 0 for kind in map(ENCODERS.__getitem__, ENCODERS))
    with pytest.raises(ConfigError, match="transformer"):
        ENCODERS["tranformer"]


@pytest.mark.parametrize("name", ALL)
def test_padding_and_company_have_no_influence_and_padding_gives_zeros(name):
    encoder, x, lengths = build(name), torch.randn(4, 6, 3), torch.tensor([6, 3, 0, 1])
    filled = x.clone()
    for row, length in enumerate(lengths.tolist()):
        filled[row, length:] = 1e4
    filled.requires_grad_()
    output = encoder(filled, lengths).output
    assert output.shape == (4, 6, encoder.output_size)
    output.sin().sum().backward()
    assert filled.grad.isfinite().all()
    for row, length in enumerate(lengths.tolist()):
        assert output[row, length:].abs().sum() == filled.grad[row, length:].abs().sum() == 0
        alone = encoder(x[row : row + 1, :length], lengths[row : row + 1]).output
        torch.testing.assert_close(output[row : row + 1, :length], alone)


@pytest.mark.parametrize("name", ALL)
def test_empty_batches_pass(name):
    encoder = build(name)
    for batch, time in ((0, 4), (2, 0)):
        encoded = encoder(torch.zeros(batch, time, 3), torch.zeros(batch, dtype=torch.int64))
        assert encoded.output.shape == (batch, time, encoder.output_size)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(list(ONWARD)),
    st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=4),
    st.integers(0, 99),
)
def test_parts_give_what_the_whole_gives(name, parts, seed):
    """Three rows in parts: `parts[k][row]` steps of each row at the k-th call, padded to the longest of them."""
    encoder = build(name)
    lengths = torch.tensor(parts).sum(0)
    torch.manual_seed(seed)
    x = torch.randn(3, int(lengths.max()), 3)
    with torch.no_grad():
        whole = encoder(x, lengths)
        state, done = None, [0, 0, 0]
        for counts in parts:
            part = torch.full((3, max(counts) + 1, 3), 1e3)  # what is no step must not matter
            for row, count in enumerate(counts):
                part[row, :count] = x[row, done[row] : done[row] + count]
            output, state = encoder(part, torch.tensor(counts), state)
            for row, count in enumerate(counts):
                expected = whole.output[row, done[row] : done[row] + count]
                torch.testing.assert_close(output[row, :count], expected, atol=1e-5, rtol=1e-5)
                done[row] += count


@pytest.mark.parametrize("name", ONWARD)
def test_one_step_at_a_time_equals_all_at_once(name):
    encoder, x = build(name), torch.randn(2, 12, 3)
    state, outputs = None, []
    with torch.no_grad():
        for step in range(12):
            output, state = encoder(x[:, step : step + 1], torch.tensor([1, 1]), state)
            outputs.append(output)
        whole = encoder(x, torch.tensor([12, 12])).output
    torch.testing.assert_close(torch.cat(outputs, 1), whole, atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", ONWARD)
def test_rows_of_a_state_can_be_chosen_and_repeated(name):
    encoder, x, chosen = build(name), torch.randn(3, 4, 3), torch.tensor([2, 0, 2])
    more, lengths = torch.randn(3, 2, 3), torch.tensor([2, 2, 2])
    with torch.no_grad():
        state = tuple(part[chosen] for part in encoder(x, torch.tensor([4, 1, 3])).state)
        other = encoder(x[chosen], torch.tensor([3, 4, 3])).state
        torch.testing.assert_close(encoder(more, lengths, state).output, encoder(more, lengths, other).output)


@pytest.mark.parametrize("name", ONWARD)
def test_gradients_go_back_through_the_state(name):
    encoder, x = build(name), torch.randn(2, 5, 3, requires_grad=True)
    state = encoder(x[:, :3], torch.tensor([3, 2])).state
    encoder(x[:, 3:], torch.tensor([2, 2]), state).output.sin().sum().backward()
    assert (x.grad[0, :3].abs().sum(1) > 0).all()
    assert x.grad[1, 2].abs().sum() == 0
    assert x.grad.isfinite().all()


@pytest.mark.parametrize("name", WHOLE)
def test_what_sees_its_whole_sequence_has_no_state_and_takes_none(name):
    encoder, x, lengths = build(name), torch.zeros(1, 2, 3), torch.tensor([2])
    assert encoder(x, lengths).state is None
    with pytest.raises(ConfigError, match="cannot go on from a state"):
        encoder(x, lengths, (torch.zeros(1, 5),))


@pytest.mark.parametrize("name", ALL)
def test_bfloat16_gives_nearly_the_same(name):
    encoder, x, lengths = build(name), torch.randn(2, 5, 3), torch.tensor([5, 3])
    with torch.no_grad():
        exact = encoder(x, lengths)
        with torch.autocast("cpu", torch.bfloat16):
            rough = encoder(x, lengths)
            if rough.state:
                encoder(x, lengths, rough.state)
    torch.testing.assert_close(rough.output.float(), exact.output, atol=0.1, rtol=0.1)
