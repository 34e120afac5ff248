import pytest
import torch

from seqmodels.training.precision import takes_bfloat16


def test_precision_is_as_asked_for_and_auto_asks_the_hardware(monkeypatch: pytest.MonkeyPatch) -> None:
    assert takes_bfloat16("bfloat16", "cpu")
    assert not takes_bfloat16("float32", "cpu")
    for has_units in (True, False):
        monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda answer=has_units: answer, raising=False)
        assert takes_bfloat16("auto", "cpu") is has_units
    assert not takes_bfloat16("auto", "meta")
