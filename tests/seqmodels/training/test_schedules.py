import math

import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch.optim import lr_scheduler

from seqmodels.training.schedules import SCHEDULES, rate_factor, rate_left
from textprep.errors import ConfigError


@pytest.mark.parametrize("name", sorted(set(SCHEDULES) - {"slanted_triangular"}))  # whose ends have a test of their own
@pytest.mark.parametrize(("steps", "warmup"), [(100, 10), (100, 0), (1, 0), (5, 9), (0, 0)])
def test_both_ends_are_right(name, steps, warmup):
    factors = [rate_factor(name, step, steps, warmup, left=0.25) for step in range(steps + 20)]
    assert factors[0] > 0
    assert all(0 <= factor <= 1 for factor in factors)
    if name == "onecycle":  # which rises by itself, to its peak at three tenths of the run
        warmup = math.ceil(0.3 * steps)
    assert factors[:warmup] == sorted(factors[:warmup])
    after = factors[warmup:]
    assert after == sorted(after, reverse=True)
    end = factors[max(steps, warmup + 1) :]
    if name == "noam":  # which has no end
        assert end == [((warmup + 1) / (step + 1)) ** 0.5 for step in range(max(steps, warmup + 1), steps + 20)]
    else:
        assert all(factor == pytest.approx({"constant": 1.0, "plateau": 0.25}.get(name, 0.0)) for factor in end)


def test_document_002_linear_warm_up_and_decay():
    rates = {5000: 5e-5, 10_000: 1e-4, 55_000: 5e-5, 100_000: 0, 110_000: 0}
    for step, rate in rates.items():  # its warm-up begins at 0, ours one step further, so that no step is lost
        assert 1e-4 * rate_factor("linear", step, 100_000, 10_000) == pytest.approx(rate, rel=3e-4)


def test_a_courses_worked_example_of_the_schedule_of_2017():
    rates = {1: 1.74693e-07, 1000: 0.000174693, 4000: 0.000698771, 8000: 0.000494106, 16000: 0.000349386}
    peak = (512 * 4000) ** -0.5
    for number, rate in rates.items():  # it counts steps from 1, and its 4,000th is the first with the full rate
        assert peak * rate_factor("noam", number - 1, 100_000, 3999) == pytest.approx(rate, rel=2e-6)


def torchs(make, steps, rate=1.0, **options):
    """The rates of one of torch's schedulers."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)
    scheduler = make(optimizer, **options)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


@pytest.mark.parametrize("final", [0.0, 0.1])
def test_the_rates_are_torchs(final):
    steps = 40
    ours = {name: [rate_factor(name, step, steps, 0, final) for step in range(steps)] for name in SCHEDULES}
    assert ours["cosine"] == pytest.approx(torchs(lr_scheduler.CosineAnnealingLR, steps, T_max=steps, eta_min=final))
    ends = {"start_factor": 1.0, "end_factor": final, "total_iters": steps}
    assert ours["linear"] == pytest.approx(torchs(lr_scheduler.LinearLR, steps, **ends))
    # torch's cycle ends with the last of its steps, ours one behind it; both then rise in twelve steps
    cycle = {"max_lr": 1.0, "total_steps": steps + 1, "pct_start": 13 / 41, "cycle_momentum": False}
    cycle |= {"final_div_factor": 1 / (25 * final) if final else 1e30}
    assert ours["onecycle"] == pytest.approx(torchs(lr_scheduler.OneCycleLR, steps, **cycle), abs=1e-12)


@settings(deadline=None)
@given(st.lists(st.integers(0, 4)), st.integers(0, 3), st.sampled_from([0.5, 0.1]))
def test_a_plateau_is_torchs(scores, patience, factor):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, "max", factor, patience, 0.0, eps=0.0)
    for score in scores:
        scheduler.step(score)
    left = rate_left(scores, patience, factor)
    assert left == pytest.approx(optimizer.param_groups[0]["lr"])
    assert rate_factor("plateau", 5, 9, left=left) == left


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
    assert rate_factor("onecycle", 0, 1000, time_spent=0.3) == 1
    assert rate_factor("onecycle", 0, 1000, time_spent=1.0) == 0


def test_a_warm_up_takes_a_tenth_of_the_time_at_most():
    assert rate_factor("constant", 0, 1000, 99) == pytest.approx(0.01)
    assert rate_factor("constant", 1, 1000, 99, time_spent=0.05) == pytest.approx(0.5)
    assert rate_factor("constant", 60, 1000, 99, time_spent=0.05) == pytest.approx(0.61)
    assert rate_factor("linear", 2, 1000, 99, time_spent=0.1) == pytest.approx(0.9)


def test_unknown_schedule():
    with pytest.raises(ConfigError, match="cosine"):
        rate_factor("cosin", 0, 1)
