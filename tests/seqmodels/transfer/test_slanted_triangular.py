import pytest

from seqmodels.training.schedules import rate_factor


def test_the_papers_formula():
    steps, cut, ratio = 1000, 100, 32
    for step in range(steps + 1):
        p = step / cut if step < cut else 1 - (step - cut) / (cut * (1 / 0.1 - 1))
        wanted = (1 + p * (ratio - 1)) / ratio
        assert rate_factor("slanted_triangular", step, steps, warmup=300) == pytest.approx(wanted)


def test_both_ends():
    assert rate_factor("slanted_triangular", 0, 7) == 1 / 32
    assert rate_factor("slanted_triangular", 10, 100) == 1
    assert rate_factor("slanted_triangular", 100, 100) == pytest.approx(1 / 32)
    assert rate_factor("slanted_triangular", 110, 100) == pytest.approx(1 / 32)
