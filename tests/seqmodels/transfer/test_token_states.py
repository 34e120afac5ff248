import numpy as np
import pytest
import torch

from seqmodels import (
    Batches,
    LanguageModel,
    LanguageModelSettings,
    RecurrentSettings,
    Tagger,
    TaggerSettings,
    TokenInputSettings,
    TokenSizes,
    token_states,
)
from seqmodels.heads.tag_head import TagHeadSettings
from seqmodels.inputs.word_features import WordFeatures
from seqmodels.inputs.word_input import InputSettings, InputSizes
from textprep import Ids
from textprep.errors import InputError

ROWS = [[2, 3, 4, 5], [2], [2, 5, 5, 3, 4, 1]]
IDS = Ids(np.concatenate(ROWS).astype(np.int32), np.array([0, 4, 5, 11]))
PLACES, OFFSETS = np.array([1, 3, 0, 5, 5, 2]), np.array([0, 2, 3, 6])


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    encoder = RecurrentSettings(hidden_size=7, layers=2, bidirectional=False)
    return LanguageModel(LanguageModelSettings(TokenInputSettings(size=5, dropout=0.5), encoder), TokenSizes(6))


def test_states_are_those_of_a_step_by_step_reading(model):
    """The language model itself, asked for one id after the other, with the state handed on."""
    states = token_states(model, IDS, PLACES, OFFSETS, tokens=8)
    assert states.shape == (6, 7) and states.dtype == np.float32
    wanted = []
    with torch.no_grad():
        for row, (begin, end) in zip(ROWS, [(0, 2), (2, 3), (3, 6)], strict=True):
            state, read = None, []
            for word in row:
                output, state = model(torch.tensor([[word]]), torch.tensor([1]), state)
                read.append(output[0, 0].numpy())
            wanted += [read[place] for place in PLACES[begin:end]]
    assert np.allclose(states, np.stack(wanted), atol=1e-6)


def test_nothing_to_read(model):
    nothing = Ids(np.zeros(0, np.int32), np.zeros(1, np.int64))
    assert token_states(model, nothing, np.zeros(0, np.int64), np.zeros(1, np.int64)).shape == (0, 7)
    assert token_states(model, IDS, np.zeros(0, np.int64), np.zeros(4, np.int64)).shape == (0, 7)


@pytest.mark.parametrize("places, offsets", [([4], [0, 1, 1, 1]), ([-1], [0, 1, 1, 1]), ([0], [0, 1])])
def test_places_beyond_their_row(model, places, offsets):
    with pytest.raises(InputError, match="a place lies beyond its row"):
        token_states(model, IDS, np.array(places), np.array(offsets))


def test_a_tagger_takes_states_in_beside_the_words():
    """All words are the same word; only their states tell their tags."""
    rng = np.random.default_rng(0)
    features = WordFeatures(["<pad>", "<unk>", "word"])(["word"])
    offsets = np.append(0, np.cumsum(rng.integers(0, 6, 40)))
    count = int(offsets[-1])
    tags = rng.integers(0, 2, count)
    states = (np.eye(3)[tags + 1] + rng.normal(0, 0.1, (count, 3))).astype(np.float32)
    batches = Batches(features, np.zeros(count, np.int32), offsets, targets=tags, per_token=True, states=states, seed=0)

    batch = next(iter(batches))
    for row, number in enumerate(batch.rows.tolist()):
        own = states[offsets[number] : offsets[number + 1]]
        assert np.array_equal(batch.states[row, : len(own)], own)
        assert not batch.states[row, len(own) :].any()

    torch.manual_seed(0)
    head = TagHeadSettings(scheme="none", decoder="softmax")
    settings = TaggerSettings(InputSettings(input_dropout=0.0), RecurrentSettings(hidden_size=8), head)
    tagger = Tagger(settings, InputSizes(3, 4, trained_words=3, states=3), ["a", "b"])
    optimizer = torch.optim.Adam(tagger.parameters(), 0.05)
    for epoch in range(10):
        for each in batches.epoch(epoch):
            optimizer.zero_grad()
            tagger.loss(each).backward()
            optimizer.step()
    shared = Batches(features, np.zeros(count, np.int32), offsets, states=states, shared_words=True)
    assert (tagger.predict(shared).ids == tags).mean() > 0.98
    with pytest.raises(InputError, match="the tokens have 0 features from their context, the model wants 3"):
        tagger.predict(Batches(features, np.zeros(count, np.int32), offsets))
    with pytest.raises(InputError, match="states of 1 tokens"):
        Batches(features, np.zeros(count, np.int32), offsets, states=states[:1])
