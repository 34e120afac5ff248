import pytest
import torch

from pipelines.inspection.encoder_sections import encoder_sections
from seqmodels.layers.convolution import ConvolutionSettings
from seqmodels.layers.hierarchical import HierarchicalSettings
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.layers.stacked import StackedSettings
from seqmodels.layers.transformer import TransformerSettings

SMALL = {"hidden_size": 8, "heads": 2, "inner_size": 8, "layers": 2}


@pytest.mark.parametrize(
    "settings, figures",
    [
        (RecurrentSettings(hidden_size=3, layers=2), {"Gates": 4, "Hidden states": 4}),
        (
            TransformerSettings(**SMALL),
            {"Hidden states": 2, "Attention": 2, "Attention rollout": 1, "Positions": 1},
        ),
        (TransformerSettings(**SMALL, positions="none"), {"Hidden states": 2, "Attention": 2, "Attention rollout": 1}),
        (
            StackedSettings(RecurrentSettings(hidden_size=4), TransformerSettings(**SMALL, positions="rotary")),
            {"Gates": 2, "Hidden states": 4, "Attention": 2, "Attention rollout": 1, "Positions": 1},
        ),
        (ConvolutionSettings(), {}),
        (HierarchicalSettings(), {"The encoder": 0}),
    ],
)
def test_an_encoder_shows_what_it_has(settings, figures):
    encoder = settings.build(5).eval()
    x, lengths = torch.randn(1, 4, 5), torch.tensor([4])
    sections = encoder_sections(encoder, lambda: encoder(x, lengths), ["a", "b", "c", "d"])
    assert {section.heading: len(section.shows) for section in sections} == figures


def test_headings_say_of_which_row_they_are():
    encoder = RecurrentSettings(hidden_size=3).build(5).eval()
    x, lengths = torch.randn(1, 2, 5), torch.tensor([2])
    sections = encoder_sections(encoder, lambda: encoder(x, lengths), ["a", "b"], of="source")
    assert [section.heading for section in sections] == ["Gates, source", "Hidden states, source"]
