import pytest

from seqmodels.generation.beam import Beam
from seqmodels.generation.decoding import Decoding
from seqmodels.generation.method import METHODS
from seqmodels.generation.sampling import Sampling
from textprep.errors import ConfigError
from textprep.settings import checked, flat, from_toml, to_toml, with_values


@pytest.mark.parametrize("method", list(METHODS))
def test_settings_survive_a_file_and_each_has_its_sentence(tmp_path, method):
    settings = with_values(Decoding(), {"method.kind": method, "max_tokens": 7})
    assert isinstance(settings.method, METHODS[method])
    assert all(sentence.endswith(".") for _, _, sentence in flat(settings))
    (tmp_path / "decoding.toml").write_text(to_toml(settings))
    assert from_toml(Decoding(), tmp_path / "decoding.toml") == settings


def test_a_methods_own_settings_are_reached_by_their_names():
    assert with_values(Decoding(), {"method.kind": "sampling", "top_p": 0.9}).method == Sampling(top_p=0.9)
    assert with_values(Decoding(Beam()), {"beams": "8"}).method == Beam(8)
    with pytest.raises(ConfigError, match="unknown setting 'top_p'"):
        with_values(Decoding(), {"top_p": 0.9})


@pytest.mark.parametrize(
    "settings", [Decoding(max_tokens=0), Decoding(repetition_penalty=0.0), Decoding(reread=1.5), Decoding(no_repeat=-1)]
)
def test_values_that_make_no_sense_are_refused(settings):
    with pytest.raises(ConfigError, match="must lie in"):
        checked(settings)
