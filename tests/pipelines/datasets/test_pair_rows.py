import pytest

from pipelines.datasets.pair_rows import is_translation, labelled_pair_columns, pair_columns
from textprep.errors import InputError


def test_the_usual_names_come_first_and_two_columns_of_any_name_will_do():
    assert pair_columns(["id", "tgt", "src"], None, None, "f") == ["src", "tgt"]
    assert pair_columns(["target", "source"], None, None, "f") == ["source", "target"]
    assert pair_columns(["en", "de"], None, None, "f") == ["en", "de"]
    assert pair_columns(["en", "de", "fr"], 2, "en", "f") == ["fr", "en"]
    with pytest.raises(InputError, match="no column named second"):
        pair_columns(["source", "de"], None, None, "f")


def test_target_is_a_text_unless_it_can_only_be_the_label():
    assert labelled_pair_columns(["source", "target", "label"], None, None, None, "f")[1:] == ["target", "label"]
    assert labelled_pair_columns(["source", "second", "target"], None, None, None, "f")[1:] == ["second", "target"]


def test_a_column_of_languages_gives_way_to_a_column_that_was_chosen():
    assert is_translation(["id", "translation"], "en")
    assert not is_translation(["en", "translation"], "en")
    assert not is_translation(["en", "de"], None)
