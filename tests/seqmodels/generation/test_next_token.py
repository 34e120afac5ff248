import torch

from seqmodels.generation.next_token import Bounded, NextHidden
from seqmodels.inputs.token_input import TokenInputSettings, TokenSizes
from seqmodels.models.language_model import LanguageModel, LanguageModelSettings
from tests.seqmodels.generation.small_models import Table


def test_what_models_offer():
    model = LanguageModel(LanguageModelSettings(TokenInputSettings(size=4)), TokenSizes(9)).eval()
    table = Table(torch.zeros(2, 2))
    assert isinstance(model, Bounded)
    assert isinstance(model, NextHidden)
    assert (model.words, model.context) == (9, None)
    assert not isinstance(table, Bounded)
    assert not isinstance(table, NextHidden)


@torch.no_grad()
def test_the_hidden_vectors_of_a_language_model_give_its_scores():
    torch.manual_seed(0)
    model = LanguageModel(LanguageModelSettings(TokenInputSettings(size=4)), TokenSizes(9)).eval()
    ids, lengths = torch.tensor([[1, 2, 3], [4, 5, 0]]), torch.tensor([3, 2])
    scores, hidden, state = model.next_hidden(ids, lengths, None)
    torch.testing.assert_close(model.head(hidden)[[0, 1], lengths - 1], scores)
    again, after = model.next_scores(ids, lengths, None)
    assert again.equal(scores)
    assert all(one.equal(other) for one, other in zip(state, after, strict=True))
