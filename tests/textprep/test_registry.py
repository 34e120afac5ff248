"""Names: found where they are defined, taken once, and wrong ones answered with the nearest."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from textprep import ConfigError
from textprep.registry import Registry


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry[object]:
    """A package with a file a thing, and a module with two."""
    (tmp_path / "fruit_room").mkdir()
    (tmp_path / "fruit_room/__init__.py").write_text(
        "from textprep.registry import Registry\nFRUIT = Registry('fruit', 'fruit_room', 'fruit_basket')\n"
    )
    register = "from fruit_room import FRUIT\n@FRUIT.register({0!r})\ndef {0}(): return {0!r}\n"
    (tmp_path / "fruit_room/apple.py").write_text(register.format("apple"))
    (tmp_path / "fruit_room/citrus_fruit.py").write_text(register.format("citrus"))
    (tmp_path / "fruit_basket.py").write_text(register.format("plum") + register.format("pear"))
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("fruit_")]:
        monkeypatch.delitem(sys.modules, name)
    import fruit_room  # type: ignore[import-not-found]

    return fruit_room.FRUIT  # type: ignore[no-any-return]


def test_a_file_is_imported_when_its_name_is_asked_for(homes: Registry[object]) -> None:
    assert "fruit_room.apple" not in sys.modules
    apple = homes["apple"]
    assert "fruit_room.apple" in sys.modules
    assert homes.name_of(apple) == "apple"
    assert "plum" in homes
    assert "fruit_room.citrus_fruit" not in sys.modules
    assert "citrus" in homes  # its file says the kind as well
    assert list(homes) == ["apple", "citrus", "pear", "plum"]


def test_an_unknown_name(homes: Registry[object]) -> None:
    assert "cherry" not in homes
    with pytest.raises(ConfigError, match="unknown fruit 'aple'; did you mean 'apple'"):
        homes["aple"]


def test_a_name_of_the_house_is_taken_before_it_was_used(homes: Registry[object]) -> None:
    with pytest.raises(ConfigError, match=r"already fruit_room\.apple\.apple"):
        homes.register("apple")(len)


def test_versions() -> None:
    stages = Registry[object]("stage", versioned=True)
    with pytest.raises(ConfigError, match=r"call it 'lower\.v1'"):
        stages.register("lower")
    thing = stages.register("lower.v1")(object())
    assert stages["lower.v1"] is thing
