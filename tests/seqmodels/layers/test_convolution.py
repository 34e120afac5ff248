import numpy as np
import pytest
import torch

from seqmodels.layers.convolution import ConvolutionEncoder, ConvolutionSettings
from seqmodels.layers.mask import token_mask
from seqmodels.layers.pooling import MaxPooling
from textprep.errors import ConfigError

LENGTHS = [7, 3, 1, 0]


def weights_of(layer):
    return [
        (each.weight.detach().double().numpy(), each.bias.detach().double().numpy()) for each in layer.filters
    ]  # (filters, size, width), (filters,)


def made(**options):
    """An encoder with biases below 0 and above."""
    torch.manual_seed(0)
    encoder = ConvolutionEncoder(3, 4, **options).eval()
    for weight in encoder.parameters():
        torch.nn.init.normal_(weight)
    return encoder


def kim(encoder, sentence):
    """Kim's features of one sentence (time, size): c_i = f(w · x_{i:i+h-1} + b), the maximum over all windows."""
    features = []
    for weight, bias in weights_of(encoder.layers[0]):
        size, h = weight.shape[1:]
        x = np.concatenate([np.zeros(((h - 1) // 2, size)), sentence, np.zeros((h // 2, size))])
        for w, b in zip(weight, bias, strict=True):
            windows = [x[i : i + h] for i in range(len(x) - h + 1)]
            features.append(max(max(0.0, (w.T * window).sum() + b) for window in windows))
    return np.array(features)


def test_with_the_maximum_it_is_kims_network():
    encoder, x, lengths = made(), torch.randn(4, 7, 3), torch.tensor(LENGTHS)
    output = encoder(x, lengths).output
    pooled = MaxPooling(12, False)(output, token_mask(lengths, 7)).detach().numpy()
    for row, length in enumerate(LENGTHS):
        expected = kim(encoder, x[row, :length].double().numpy()) if length else np.zeros(12)
        np.testing.assert_allclose(pooled[row], expected, atol=1e-5)


def by_hand(layer, x, gap, causal):
    """One layer over one sequence (time, size), window by window and step by step."""
    outputs = []
    for t in range(len(x)):
        said = []
        for weight, bias in weights_of(layer):
            width = weight.shape[2]
            first = t - (width - 1 if causal else (width - 1) // 2) * gap
            total = bias.copy()
            for k in range(width):
                if 0 <= first + k * gap < len(x):
                    total += weight[:, :, k] @ x[first + k * gap]
            said.append(np.maximum(total, 0))
        outputs.append(np.concatenate(said))
    return np.array(outputs).reshape(len(x), layer.output_size)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("dilation", [1, 2, 3])
@pytest.mark.parametrize("widths", [[1], [2, 3], [3, 4, 5], [2, 7]])
def test_equals_the_plain_loop(causal, dilation, widths):
    encoder = made(widths=widths, layers=3, dilation=dilation, causal=causal)
    x, lengths = torch.randn(4, 7, 3), torch.tensor(LENGTHS)
    output = encoder(x, lengths).output.detach()
    for row, length in enumerate(LENGTHS):
        y = x[row, :length].double().numpy()
        for number, layer in enumerate(encoder.layers):
            y = by_hand(layer, y, dilation**number, causal)
        np.testing.assert_allclose(output[row, :length], y, rtol=1e-4, atol=1e-4)


def test_dropout_lies_between_layers_only():
    x, lengths = torch.randn(2, 6, 3), torch.tensor([6, 4])
    one, two = made(dropout=0.5).train(), made(dropout=0.5, layers=2).train()
    assert one(x, lengths).output.equal(one(x, lengths).output)
    assert not two(x, lengths).output.equal(two(x, lengths).output)


def test_settings_build_what_they_say():
    settings = ConvolutionSettings(7, least_width=2, most_width=4, layers=3, dilation=2, layer_dropout=0.1, causal=True)
    encoder = settings.build(5)
    assert [each.kernel_size for each in encoder.layers[0].filters] == [(2,), (3,), (4,)]
    assert [layer.filters[0].dilation for layer in encoder.layers] == [(1,), (2,), (4,)]
    assert [layer.filters[0].in_channels for layer in encoder.layers] == [5, 21, 21]
    assert (encoder.output_size, encoder.dropout.p, encoder.causal) == (21, 0.1, True)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (ConvolutionSettings(least_width=4, most_width=3), "least_width, 4, must not be above most_width, 3"),
        (ConvolutionSettings(layers=100, dilation=10), "steps wide; lower layers or dilation"),
    ],
)
def test_windows_that_cannot_be(settings, message):
    with pytest.raises(ConfigError, match=message):
        settings.build(3)
