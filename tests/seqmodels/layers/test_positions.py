import math

import pytest
import torch
from transformers.models.bloom.modeling_bloom import build_alibi_tensor
from transformers.models.roformer.modeling_roformer import RoFormerSelfAttention
from transformers.models.t5.modeling_t5 import T5Attention

from seqmodels.layers.key_value_cache import first_slots, next_slots
from seqmodels.layers.positions import POSITIONS, alibi_slopes, distance_buckets, rotate, sinusoids
from textprep.errors import ConfigError, InputError


def build(kind, *, size=8, heads=2, context=16, causal=True):
    torch.manual_seed(0)
    return POSITIONS[kind](size, heads, context=context, causal=causal)


def slots_behind(counts, time):
    """Those of the next `time` steps of rows that have read so many."""
    counts = torch.tensor(counts)
    keys = torch.zeros(len(counts), 1, int(counts.max()), 4)
    return next_slots(torch.full_like(counts, time), time, (counts, counts.clone(), keys, keys))


def test_sinusoids_are_those_of_the_paper():
    table = sinusoids(torch.arange(50), 6)
    for place in (0, 1, 7, 49):
        for feature in range(6):
            angle = place / 10_000 ** (2 * (feature // 2) / 6)
            expected = math.cos(angle) if feature % 2 else math.sin(angle)
            assert table[place, feature].item() == pytest.approx(expected, abs=1e-5)


def test_sinusoids_of_a_worked_example():
    """A course's worked example, with its arithmetic put right."""
    table = sinusoids(torch.arange(4), 6)
    assert table[0].tolist() == [0, 1, 0, 1, 0, 1]
    assert table[3, 2].item() == pytest.approx(0.1388, abs=5e-5)
    assert table[1:, 4].tolist() == pytest.approx([0.0022, 0.0043, 0.0065], abs=5e-5)


def test_sinusoids_are_added_at_each_rows_own_places():
    x = torch.randn(2, 3, 5)
    added = build("sinusoidal", size=5)(x, slots_behind([4, 1], 3)) - x
    torch.testing.assert_close(added, sinusoids(torch.tensor([[4, 5, 6], [1, 2, 3]]), 5))
    torch.testing.assert_close(
        build("sinusoidal", size=5)(x, first_slots(torch.tensor([3, 3]), 3)) - x,
        sinusoids(torch.arange(3), 5).expand_as(x),
    )


def test_learned_vectors_are_added_at_each_rows_own_places():
    positions, x = build("learned"), torch.randn(2, 3, 8)
    vectors = positions.vectors.weight
    assert vectors.shape == (16, 8)
    added = positions(x, slots_behind([4, 1], 3)) - x
    torch.testing.assert_close(added, torch.stack([vectors[4:7], vectors[1:4]]))


def test_steps_beyond_the_context_are_an_error_and_padding_beyond_it_is_not():
    positions, x = build("learned", context=4), torch.randn(2, 5, 8)
    with pytest.raises(InputError, match="a sequence of 5 steps is longer than the model's context of 4; cut it"):
        positions(x, first_slots(torch.tensor([2, 5]), 5))
    padded = positions(x, first_slots(torch.tensor([2, 4]), 5))
    torch.testing.assert_close(padded[:, :4], x[:, :4] + positions.vectors.weight)
    positions(x[:, :2], slots_behind([2, 1], 2))
    with pytest.raises(InputError, match="a sequence of 6 steps"):
        positions(x[:, :3], slots_behind([1, 3], 3))
    positions(x[:0], first_slots(torch.tensor([], dtype=torch.int64), 5))


@pytest.mark.parametrize("both_ways", [True, False])
def test_ranges_of_distances_are_those_of_t5(both_ways):
    distances = torch.arange(-300, 301)
    expected = T5Attention._relative_position_bucket(distances, bidirectional=both_ways)
    assert distance_buckets(distances, both_ways).equal(expected)


def test_relative_positions_add_a_number_for_range_and_head():
    for causal in (True, False):
        positions = build("relative", causal=causal)
        bias = positions.bias(slots_behind([4, 1], 3))
        assert bias.shape == (2, 2, 3, 7)
        for row, place in enumerate([4, 1]):
            for step in range(3):
                for key in range(7):
                    bucket = distance_buckets(torch.tensor(key - place - step), both_ways=not causal)
                    assert bias[row, :, step, key].equal(positions.biases.weight[bucket])


@pytest.mark.parametrize("heads", [1, 2, 4, 6, 8, 12, 20])
def test_slopes_are_those_of_bloom(heads):
    ones = torch.ones(1, 2)
    expected = build_alibi_tensor(ones, heads, torch.float32)[:, 0, 1]
    torch.testing.assert_close(torch.tensor(alibi_slopes(heads)), expected)


def test_slopes_are_those_of_the_paper():
    assert alibi_slopes(8) == [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64, 1 / 128, 1 / 256]


def test_alibi_takes_the_distance_from_the_scores():
    bias = build("alibi", heads=8).bias(slots_behind([4, 1], 2))
    assert bias.shape == (2, 8, 2, 6)
    assert bias[0, 0].tolist() == [[-2, -1.5, -1, -0.5, 0, -0.5], [-2.5, -2, -1.5, -1, -0.5, 0]]
    assert bias[1, 1, 0].tolist() == [-0.25, 0, -0.25, -0.5, -0.75, -1]


def test_rotation_is_that_of_roformer():
    torch.manual_seed(0)
    x, places = torch.randn(2, 3, 5, 8), torch.arange(7, 12)
    rotation = build("rotary", size=24, heads=3).rotation(slots_behind([7, 7], 5))
    angles = places[:, None] / 10_000 ** (torch.arange(4) / 4)  # (time, pairs)
    theirs = torch.cat([angles.sin(), angles.cos()], -1)
    expected, _ = RoFormerSelfAttention.apply_rotary_position_embeddings(theirs, x, x)
    torch.testing.assert_close(rotate(x.transpose(1, 2), rotation).transpose(1, 2), expected)


def test_rotated_products_hang_on_distances_alone():
    torch.manual_seed(0)
    positions, query, key = build("rotary", size=12), torch.randn(1, 1, 2, 6), torch.randn(1, 1, 2, 6)

    def product(place, other):
        turned = [rotate(x, positions.rotation(slots_behind([p], 1))) for x, p in ((query, place), (key, other))]
        return (turned[0] * turned[1]).sum(-1)

    torch.testing.assert_close(product(9, 4), product(25, 20))
    assert not torch.allclose(product(9, 4), product(9, 5))


def test_rotation_needs_pairs_of_features():
    with pytest.raises(ConfigError, match="a head has 3; change heads"):
        build("rotary", size=6)
