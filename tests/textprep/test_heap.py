"""Free memory given back to the system."""

import subprocess
import sys

import pytest

from textprep.heap import _malloc_trim

GROWS = """
from pathlib import Path

import numpy as np

from textprep.heap import trim


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


pieces = [np.ones(12_000, np.uint8) for _ in range(8_000)]  # each too small for a mapping of its own
last = pieces.pop()  # lies behind all others, so that the heap cannot shrink from its end
high = resident()
pieces.clear()
held = resident()
trim()
print(high - held < 10e6, high - resident() > 80e6)
"""


@pytest.mark.skipif(_malloc_trim() is None, reason="the C library is not glibc")
def test_what_lies_free_before_the_end_of_the_heap_is_given_back():
    done = subprocess.run([sys.executable, "-c", GROWS], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "True True\n"
