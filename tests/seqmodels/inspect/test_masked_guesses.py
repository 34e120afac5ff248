import numpy as np
import pytest
import torch

from seqmodels.inputs.token_input import TokenInputSettings, TokenSizes
from seqmodels.inspect.masked_guesses import masked_guesses
from seqmodels.layers.transformer import TransformerSettings
from seqmodels.models.masked_language_model import MaskedLanguageModel, MaskedLanguageModelSettings
from textprep.errors import ConfigError, InputError

WORDS = ["<pad>", "<unk>", "<cls>", "<sep>", "<mask>", "a", "b", "c", "d"]
MASK, SPECIAL = 4, range(5)


@pytest.fixture
def model():
    torch.manual_seed(0)
    encoder = TransformerSettings(hidden_size=8, heads=2, inner_size=8, layers=1)
    settings = MaskedLanguageModelSettings(TokenInputSettings(size=8, deviation=1.0, dropout=0.5), encoder)
    return MaskedLanguageModel(settings, TokenSizes(len(WORDS)))


def test_each_token_is_hidden_by_itself(model):
    ids = [2, 5, 1, 7, 5, 3]
    found = masked_guesses(model, ids, ["(", "a", "?", "c", "a", ")"], WORDS, mask_id=MASK, special=SPECIAL, best=3)
    assert found.tokens == ["a", "c", "a"]  # neither the frame nor what is unknown
    for row, place in enumerate((1, 3, 4)):
        hidden = torch.tensor([ids])
        hidden[0, place] = MASK
        with torch.no_grad():
            scores = model.head(model(hidden, torch.tensor([6])))[0, place].double().numpy()
        likely = np.exp(scores) / np.exp(scores).sum()
        assert found.probabilities[row] == pytest.approx(likely[ids[place]], abs=1e-6)
        order = sorted(range(5, 9), key=lambda word: -likely[word])[:3]
        assert found.guesses[row] == [WORDS[word] for word in order]
        np.testing.assert_allclose(found.chances[row], likely[order], atol=1e-6)


def test_more_rows_than_a_batch_holds(model):
    ids = np.random.default_rng(0).integers(5, 9, 120).tolist()  # 120 rows of 120 tokens
    tokens = [WORDS[word] for word in ids]
    found = masked_guesses(model, ids, tokens, WORDS, mask_id=MASK, special=SPECIAL)
    assert found.tokens == tokens
    assert found.chances.shape == (120, 4)  # all words that there are
    for place in (0, 67, 68, 119):
        hidden = torch.tensor([ids])
        hidden[0, place] = MASK
        likely = model.head(model.vectors(hidden, torch.tensor([120])))[0, place].detach().softmax(0)
        assert found.probabilities[place] == pytest.approx(float(likely[ids[place]]), abs=1e-5)


def test_what_does_not_fit_or_cannot_be_hidden(model):
    with pytest.raises(InputError, match="2 ids need as many tokens; there are 1"):
        masked_guesses(model, [5, 6], ["a"], WORDS, mask_id=MASK)
    with pytest.raises(ConfigError, match="best"):
        masked_guesses(model, [5], ["a"], WORDS, mask_id=MASK, best=0)
    none = masked_guesses(model, [2, 4, 3], ["(", "_", ")"], WORDS, mask_id=MASK, special=SPECIAL)
    assert (none.tokens, none.guesses, none.probabilities.shape) == ([], [], (0,))
