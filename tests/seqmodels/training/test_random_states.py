import random

import numpy as np
import torch

from seqmodels.training.random_states import random_states, set_random_states


def draws():
    return [random.random(), random.gauss(0, 1), np.random.rand(), np.random.randn(), torch.rand(3).tolist()]


def test_all_generators_go_on_from_where_they_were():
    random.gauss(0, 1), np.random.randn()  # each keeps a second number back
    states = random_states()
    first, second = draws(), draws()
    set_random_states(states)
    assert draws() == first
    assert draws() == second
    assert first != second
