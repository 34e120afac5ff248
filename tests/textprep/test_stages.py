"""Stages under names: built-in ones, those of a user, and names that are wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from textprep import ConfigError, Pipeline, WhiteSpace, register
from textprep.stages import STAGES, from_config, to_config


@register("shout.v1")
@dataclass(frozen=True)
class Shout:
    marks: int = 1

    def map_words(self, words: Sequence[str]) -> list[str]:
        return [word.upper() + "!" * self.marks for word in words]


def test_a_stage_of_the_user_is_saved_and_loaded(tmp_path: Path) -> None:
    prep = Pipeline(WhiteSpace(), Shout(2))
    prep.save(tmp_path)
    assert Pipeline.load(tmp_path) == prep
    assert Pipeline.load(tmp_path)(["hey you"])[0] == ["HEY!!", "YOU!!"]


@pytest.mark.parametrize("name", [name for name in STAGES if name not in ("phrases.v1", "replace.v1", "shout.v1")])
def test_every_name_leads_to_its_stage(name: str) -> None:
    stage = from_config({"stage": name})
    assert to_config(stage)["stage"] == name
    assert from_config(to_config(stage)) == stage


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"stage": "lowr.v1"}, "unknown stage 'lowr.v1'; did you mean 'lower.v1'"),
        ({"stage": "lower.v9"}, "unknown stage"),
        ({}, "unknown stage"),
        ({"stage": "stem.v1", "algoritm": "porter"}, "did you mean 'algorithm'"),
        ({"stage": "stem.v1", "algorithm": "porte"}, "did you mean 'porter'"),
        ({"stage": "replace.v1"}, "stage 'replace.v1'"),
        ({"stage": "stop_words.v1", "keep": [1]}, "stage 'stop_words.v1'"),
        ({"stage": ["stem.v1"]}, r"unknown stage \['stem.v1'\]"),
        ({"stage": "stem.v1", "algorithm": 5}, "'stem.v1': option algorithm is 5; it must be text"),
        ({"stage": "stem.v1", "algorithm": ["porter"]}, "it must be text"),
        ({"stage": "stem.v1", "empty": "no"}, "it must be 'keep' or 'drop'"),
        ({"stage": "words.v1", "urls": 1}, "it must be true or false"),
        ({"stage": "rare_words.v1", "max_words": 2.0}, "it must be a whole number or null"),
        ({"stage": "rare_words.v1", "min_count": True}, "it must be a whole number"),
        ({"stage": "rare_words.v1", "min_count": 10**30}, "it must be a whole number"),
        ({"stage": "rare_words.v1", "min_count": 2**40}, "give 1 or more, at most 2147483647"),
        ({"stage": "rare_words.v1", "replacement": ""}, "the replacement is empty"),
        ({"stage": "wordpiece.v1", "size": 2**31}, "give 1 or more, at most 16777216"),
        ({"stage": "wordpiece.v1", "unknown": ""}, "the unknown piece is empty"),
        ({"stage": "stop_words.v1", "keep": "no"}, "it must be a list, each of it text"),
        ({"stage": "stop_words.v1", "add": ["\ud800"]}, "it must be a list, each of it text"),
        ({"stage": "stop_words.v1", "language": "en.x"}, "no list of stop words for language 'en.x'"),
        ({"stage": "phrases.v1", "phrases": {"a b": 1}}, "it must be a list, each of it text"),
        ({"stage": "replace.v1", "pattern": "(" * 20_000}, "write both as for Python"),
        ({"stage": "replace.v1", "pattern": "a{99999999999}"}, "the repetition number is too large"),
    ],
)
def test_wrong_names(config: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        from_config(config)


def test_names_need_a_version_and_one_class() -> None:
    with pytest.raises(ConfigError, match="no version"):
        register("shout")
    with pytest.raises(ConfigError, match="already"):
        register("lower.v1")(Shout)


def test_a_stage_without_a_name_cannot_be_saved(tmp_path: Path) -> None:
    class Other:
        def map_words(self, words: Sequence[str]) -> Sequence[str]:
            return words

    with pytest.raises(ConfigError, match="Other cannot be saved"):
        Pipeline(WhiteSpace(), Other()).save(tmp_path)
    assert list(tmp_path.iterdir()) == []
