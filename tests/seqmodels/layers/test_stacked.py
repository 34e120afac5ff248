import pytest
import torch

from seqmodels.layers.convolution import ConvolutionSettings
from seqmodels.layers.ngram_bag import NGramBagSettings
from seqmodels.layers.recurrent import RecurrentEncoder, RecurrentSettings
from seqmodels.layers.stacked import StackedSettings
from seqmodels.layers.transformer import TransformerEncoder, TransformerSettings
from textprep.errors import ConfigError
from textprep.settings import from_toml, to_toml, with_values


def test_one_after_the_other():
    torch.manual_seed(0)
    encoder = StackedSettings(ConvolutionSettings(4), RecurrentSettings(hidden_size=3)).build(5).eval()
    x, lengths = torch.randn(3, 6, 5), torch.tensor([6, 2, 0])
    between = encoder.lower(x, lengths).output
    assert between.shape == (3, 6, 12)
    assert encoder(x, lengths).output.equal(encoder.upper(between, lengths).output)
    assert (encoder.output_size, encoder.bidirectional) == (6, True)


@pytest.mark.parametrize("lower, upper, wanted", [(None, None, None), (4, None, 4), (None, 5, 5), (6, 3, 3)])
def test_the_context_is_the_shorter_one(lower, upper, wanted):
    parts = [
        RecurrentSettings(hidden_size=4)
        if context is None
        else TransformerSettings(hidden_size=4, heads=1, positions="learned", context=context)
        for context in (lower, upper)
    ]
    assert StackedSettings(*parts).build(4).context == wanted


def test_an_lstm_under_a_transformer_is_the_usual_one():
    encoder = StackedSettings().build(5)
    assert isinstance(encoder.lower, RecurrentEncoder)
    assert isinstance(encoder.upper, TransformerEncoder)


def test_the_state_is_that_of_both():
    torch.manual_seed(0)
    lower, upper = RecurrentSettings(hidden_size=3, bidirectional=False), RecurrentSettings("gru", 4, 2, False)
    encoder = StackedSettings(lower, upper).build(5).eval()
    x, lengths = torch.randn(2, 4, 5), torch.tensor([4, 1])
    first = encoder.lower(x, lengths)
    second = encoder.upper(first.output, lengths)
    state = encoder(x, lengths).state
    assert len(state) == 4
    assert all(map(torch.equal, state, first.state + second.state))


@pytest.mark.parametrize("directions", [(True, False), (False, True)])
def test_one_that_cannot_go_on_says_so_itself(directions):
    encoder = StackedSettings(*(RecurrentSettings("gru", 3, bidirectional=both) for both in directions)).build(4)
    with pytest.raises(ConfigError, match="also reads from right to left cannot go on"):
        encoder(torch.zeros(1, 2, 4), torch.tensor([2]), (torch.zeros(1, 3),) * 2)


def test_dropout_lies_between_the_two():
    torch.manual_seed(0)
    plain, x = NGramBagSettings(ngram_words=1), torch.ones(2, 3, 4)
    encoder, lengths = StackedSettings(plain, plain, between_dropout=0.5).build(4), torch.tensor([3, 3])
    output = encoder(x, lengths).output
    assert set(output.unique().tolist()) == {0.0, 2.0}
    assert (output == output[:, :1]).all()  # locked
    assert encoder.eval()(x, lengths).output.equal(x)


def test_settings_of_stacks_of_stacks_come_back_from_toml(tmp_path):
    values = {"lower.kind": "convolution", "lower.most_width": 7, "upper.kind": "stacked", "upper.upper.kind": "window"}
    changed = with_values(StackedSettings(), values)
    assert changed.upper.upper.before == 2
    (tmp_path / "config.toml").write_text(to_toml(changed), encoding="utf-8")
    assert from_toml(StackedSettings(), tmp_path / "config.toml") == changed
