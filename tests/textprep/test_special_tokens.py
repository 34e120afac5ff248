"""Special tokens: their ids, their spelling, and that it stands in one place."""

import re
from pathlib import Path

import pytest

from textprep import ConfigError, SpecialTokens
from textprep.special_tokens import BERT, DEFAULT

ROOT = Path(__file__).parents[2]


def test_ids_are_in_the_order_of_the_roles() -> None:
    assert [DEFAULT.id_of(role) for role in ("pad", "unk")] == [0, 1]
    assert BERT.spellings == ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    assert [BERT.id_of(role) for role in ("pad", "unk", "cls", "sep", "mask")] == [0, 1, 2, 3, 4]
    some = SpecialTokens(pad=None, unk=None, eos="</s>", bos="<s>")
    assert (some.id_of("bos"), some.id_of("eos"), len(some), "<s>" in some) == (0, 1, 2, True)


def test_what_cannot_be() -> None:
    with pytest.raises(ConfigError, match=r"no 'mask' token; give SpecialTokens\(mask="):
        DEFAULT.id_of("mask")
    with pytest.raises(ConfigError, match="did you mean 'mask'"):
        DEFAULT.id_of("maks")
    with pytest.raises(ConfigError, match="spelled alike"):
        SpecialTokens("<s>", "<s>")
    for spelling in ("", 3):
        with pytest.raises(ConfigError, match="special token pad is"):
            SpecialTokens(pad=spelling)  # type: ignore[arg-type]


def test_their_spelling_stands_in_one_place_only() -> None:
    spelled = re.compile(r"<(pad|unk|bos|eos|mask|cls|sep)>|\[(PAD|UNK|CLS|SEP|MASK)\]")
    files = [
        file
        for package in ("textprep", "embeddings", "seqmodels", "pipelines")
        for file in (ROOT / package).rglob("*.py")
    ]
    found = {file.name for file in files if spelled.search(file.read_text(encoding="utf-8"))}
    assert found == {"special_tokens.py"}
