from __future__ import annotations

import sys
import types

import pytest

from textprep.lazy import lazy_names


def test_a_name_loads_its_module_when_first_asked_for(tmp_path, monkeypatch):
    package = types.ModuleType("lazy_example")
    package.__path__ = [str(tmp_path)]
    (tmp_path / "inner.py").write_text("value = object()\n")
    monkeypatch.setitem(sys.modules, "lazy_example", package)
    monkeypatch.delitem(sys.modules, "lazy_example.inner", raising=False)
    package.__getattr__, package.__dir__ = lazy_names("lazy_example", {"inner": ("value",)})
    assert "lazy_example.inner" not in sys.modules
    first = package.value
    assert first is sys.modules.pop("lazy_example.inner").value
    assert package.value is first
    assert package.__dir__() == ["value"]
    with pytest.raises(AttributeError, match="module 'lazy_example' has no attribute 'other'"):
        _ = package.other
