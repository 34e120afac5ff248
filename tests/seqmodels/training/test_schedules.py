import pytest

from seqmodels.training.schedules import SCHEDULES, rate_factor
from textprep.errors import ConfigError


@pytest.mark.parametrize("name", list(SCHEDULES))
@pytest.mark.parametrize(("steps", "warmup"), [(100, 10), (100, 0), (1, 0), (5, 9), (0, 0)])
def test_both_ends_are_right(name, steps, warmup):
    factors = [rate_factor(name, step, steps, warmup) for step in range(steps + 20)]
    assert factors[0] > 0
    assert all(0 <= factor <= 1 for factor in factors)
    assert factors[:warmup] == sorted(factors[:warmup])
    after = factors[warmup:]
    assert after == sorted(after, reverse=True)
    end = factors[max(steps, warmup + 1) :]
    assert all(factor == pytest.approx(1.0 if name == "constant" else 0.0) for factor in end)


def test_document_002_linear_warm_up_and_decay():
    rates = {5000: 5e-5, 10_000: 1e-4, 55_000: 5e-5, 100_000: 0, 110_000: 0}
    for step, rate in rates.items():  # its warm-up begins at 0, ours one step further, so that no step is lost
        assert 1e-4 * rate_factor("linear", step, 100_000, 10_000) == pytest.approx(rate, rel=3e-4)


def test_shapes_half_way():
    assert rate_factor("linear", 50, 100) == pytest.approx(0.5)
    assert rate_factor("cosine", 50, 100) == pytest.approx(0.5)
    assert rate_factor("cosine", 25, 100) == pytest.approx(0.853553, rel=1e-5)
    assert rate_factor("linear", 100, 100, final=0.1) == pytest.approx(0.1)
    assert rate_factor("constant", 4, 100, warmup=9) == pytest.approx(0.5)


def test_time_counts_where_it_has_gone_further_than_the_steps():
    for spent in (0.2, 0.5, 1.0):
        assert rate_factor("linear", 1, 1000, time_spent=spent) == pytest.approx(1 - spent)
    assert rate_factor("linear", 800, 1000, time_spent=0.5) == pytest.approx(0.2)
    assert rate_factor("cosine", 10, 1000, time_spent=1.5) == 0
    assert rate_factor("constant", 10, 1000, time_spent=0.9) == 1


def test_a_warm_up_takes_a_tenth_of_the_time_at_most():
    assert rate_factor("constant", 0, 1000, 99) == pytest.approx(0.01)
    assert rate_factor("constant", 1, 1000, 99, time_spent=0.05) == pytest.approx(0.5)
    assert rate_factor("constant", 60, 1000, 99, time_spent=0.05) == pytest.approx(0.61)
    assert rate_factor("linear", 2, 1000, 99, time_spent=0.1) == pytest.approx(0.9)


def test_unknown_schedule():
    with pytest.raises(ConfigError, match="cosine"):
        rate_factor("cosin", 0, 1)
