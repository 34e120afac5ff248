"""What every decoder must do, whatever its kind."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings, strategies as st

from seqmodels.layers.decoder import DECODERS
from seqmodels.layers.positions import POSITIONS
from seqmodels.layers.transformer_decoder import TransformerDecoderSettings
from textprep.errors import ConfigError

SMALL = TransformerDecoderSettings(hidden_size=8, layers=2, heads=2, inner_size=16)
ALL = {
    **{f"transformer, {kind}": replace(SMALL, positions=kind) for kind in POSITIONS},
    "transformer of 2017": replace(SMALL, norm_place="post", activation="relu"),
    "like llama": replace(SMALL, positions="rotary", norm="rms", activation="swiglu", key_value_heads=1),
}
SOURCE_LENGTHS = torch.tensor([4, 0, 2])


def build(name):
    torch.manual_seed(0)
    return ALL[name].build(3, 5).eval()


def source():
    return torch.randn(3, 4, 5, generator=torch.Generator().manual_seed(1))


def test_kinds():
    assert "transformer" in DECODERS
    assert DECODERS["transformer"]().build(3, 5).output_size == 128
    with pytest.raises(ConfigError, match="transformer"):
        DECODERS["tranformer"]


@pytest.mark.parametrize("name", ALL)
def test_padding_and_company_have_no_influence_and_padding_gives_zeros(name):
    decoder, x, lengths = build(name), torch.randn(3, 5, 3), torch.tensor([5, 3, 0])
    filled, filled_source = x.clone(), source()
    for row in range(3):
        filled[row, lengths[row] :], filled_source[row, SOURCE_LENGTHS[row] :] = 1e4, 1e4
    filled.requires_grad_()
    filled_source.requires_grad_()
    output = decoder(filled, lengths, decoder.begin(filled_source, SOURCE_LENGTHS)).output
    assert output.shape == (3, 5, decoder.output_size)
    output.sin().sum().backward()
    assert filled.grad.isfinite().all()
    assert filled_source.grad.isfinite().all()
    for row, (length, source_length) in enumerate(zip(lengths.tolist(), SOURCE_LENGTHS.tolist(), strict=True)):
        assert output[row, length:].abs().sum() == filled.grad[row, length:].abs().sum() == 0
        assert filled_source.grad[row, source_length:].abs().sum() == 0
        begun = decoder.begin(source()[row : row + 1, :source_length], SOURCE_LENGTHS[row : row + 1])
        alone = decoder(x[row : row + 1, :length], lengths[row : row + 1], begun).output
        torch.testing.assert_close(output[row : row + 1, :length], alone)
    assert (filled_source.grad[0].abs().sum(-1) > 0).all()


@pytest.mark.parametrize("name", ALL)
def test_empty_batches_pass(name):
    decoder = build(name)
    for batch, time, behind in ((0, 4, 2), (2, 0, 2), (2, 3, 0)):
        lengths = torch.zeros(batch, dtype=torch.int64)
        state = decoder.begin(torch.zeros(batch, behind, 5), lengths)
        assert all(len(part) == batch for part in state)
        for _ in range(2):
            output, state = decoder(torch.zeros(batch, time, 3), lengths, state)
            assert output.shape == (batch, time, decoder.output_size)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(list(ALL)),
    st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=4),
    st.integers(0, 99),
    st.booleans(),
)
def test_parts_give_what_the_whole_gives(name, parts, seed, recorded):
    """Three rows in parts: `parts[k][row]` steps of each row at the k-th call, padded to the longest of them."""
    decoder, lengths = build(name), torch.tensor(parts).sum(0)
    torch.manual_seed(seed)
    x = torch.randn(3, int(lengths.max()), 3)
    with torch.set_grad_enabled(recorded):
        state = decoder.begin(source(), SOURCE_LENGTHS)
        whole, done = decoder(x, lengths, state), [0, 0, 0]
        for counts in parts:
            part = torch.full((3, max(counts) + 1, 3), 1e3)  # what is no step must not matter
            for row, count in enumerate(counts):
                part[row, :count] = x[row, done[row] : done[row] + count]
            output, state = decoder(part, torch.tensor(counts), state)
            for row, count in enumerate(counts):
                expected = whole.output[row, done[row] : done[row] + count]
                torch.testing.assert_close(output[row, :count], expected, atol=1e-5, rtol=1e-5)
                done[row] += count


@pytest.mark.parametrize("name", ALL)
def test_rows_of_a_state_can_be_chosen_and_repeated(name):
    decoder, x, chosen = build(name), torch.randn(3, 4, 3), torch.tensor([2, 0, 2])
    more, lengths, read = torch.randn(3, 2, 3), torch.tensor([2, 2, 2]), torch.tensor([4, 1, 3])
    with torch.no_grad():
        begun = decoder.begin(source(), SOURCE_LENGTHS)
        state = tuple(part[chosen] for part in decoder(x, read, begun).state)
        other = decoder(x[chosen], read[chosen], tuple(part[chosen] for part in begun)).state
        torch.testing.assert_close(decoder(more, lengths, state).output, decoder(more, lengths, other).output)


@pytest.mark.parametrize("name", ALL)
def test_gradients_go_back_through_the_state_and_to_the_source(name):
    decoder, x = build(name), torch.randn(3, 5, 3, requires_grad=True)
    behind = source().requires_grad_()
    state = decoder(x[:, :3], torch.tensor([3, 2, 3]), decoder.begin(behind, SOURCE_LENGTHS)).state
    decoder(x[:, 3:], torch.tensor([2, 2, 2]), state).output.sin().sum().backward()
    assert (x.grad[0, :3].abs().sum(1) > 0).all()
    assert x.grad[1, 2].abs().sum() == 0
    assert (behind.grad[0].abs().sum(1) > 0).all()


@pytest.mark.parametrize("name", ALL)
def test_bfloat16_gives_nearly_the_same(name):
    decoder, x, lengths = build(name), torch.randn(3, 5, 3), torch.tensor([5, 3, 1])
    with torch.no_grad():
        exact = decoder(x, lengths, decoder.begin(source(), SOURCE_LENGTHS))
        with torch.autocast("cpu", torch.bfloat16):
            rough = decoder(x, lengths, decoder.begin(source(), SOURCE_LENGTHS))
            decoder(x, lengths, rough.state)
    torch.testing.assert_close(rough.output.float(), exact.output, atol=0.1, rtol=0.1)
