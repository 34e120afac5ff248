import subprocess
import sys

import pytest

import seqmodels


def test_importing_brings_in_nothing_heavy():
    code = "import sys, seqmodels; sys.exit(len({'torch', 'numpy', 'numba'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", seqmodels.__all__)
def test_every_name_loads(name):
    assert getattr(seqmodels, name).__name__ == name
    assert name in dir(seqmodels)


def test_unknown_names():
    with pytest.raises(AttributeError, match="nothing"):
        _ = seqmodels.nothing
