import math

import pytest

from seqmodels.metrics.perplexity import perplexity


@pytest.mark.parametrize("choices", [1, 2, 50_000])
def test_equally_likely_tokens_are_as_many_choices(choices):
    assert perplexity(7 * math.log(choices), 7) == pytest.approx(choices)


def test_what_no_float_holds_is_infinite():
    assert math.isfinite(perplexity(709))
    assert perplexity(710) == perplexity(math.inf, 3) == math.inf
