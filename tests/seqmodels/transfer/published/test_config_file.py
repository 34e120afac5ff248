import json

import pytest

from seqmodels.transfer.published.config_file import ConfigFile
from textprep.errors import ArtifactError, ConfigError


@pytest.fixture
def config(tmp_path):
    """A file with these values, of architecture "gpt2", that can have `fixed` at 7 only."""

    def build(**values):
        (tmp_path / "config.json").write_text(json.dumps({"model_type": "gpt2"} | values))
        return ConfigFile(tmp_path / "config.json", "gpt2", {"fixed": 7})

    return build


def test_values(config):
    file = config(size=3, share=1, flag=True, function="gelu_new", nothing=None)
    assert (file.size("size"), file.size("nothing", 5), file.size("missing", 6)) == (3, 5, 6)
    assert (file.share("share", 0.5), file.share("missing", 0.5)) == (1.0, 0.5)
    assert (file.flag("flag", False), file.flag("missing", False)) == (True, False)
    assert (file.activation("function", "relu"), file.activation("missing", "relu")) == ("gelu_tanh", "relu")


@pytest.mark.parametrize("wrong", [True, 0, -1, 2.0, "3", [3], 2**31, 2**80])
def test_what_is_no_size(config, wrong):
    with pytest.raises(ArtifactError, match=r"config\.json: size is .*; it must be a whole number in 1\.\."):
        config(size=wrong).size("size")


@pytest.mark.parametrize("wrong", [True, -0.1, 1.5, "0.1", float("nan"), float("inf")])
def test_what_is_no_share(config, wrong):
    with pytest.raises(ArtifactError, match=r"config\.json: share is .*; it must be a number in 0\.\.1"):
        config(share=wrong).share("share", 0.1)


@pytest.mark.parametrize("wrong", [1, "true", []])
def test_what_is_no_flag_and_no_activation(config, wrong):
    file = config(value=wrong)
    with pytest.raises(ArtifactError, match="it must be true or false"):
        file.flag("value", True)
    with pytest.raises(ArtifactError, match="our models have gelu, "):
        file.activation("value", "gelu")


def test_what_must_be_there(config):
    with pytest.raises(ArtifactError, match=r"config\.json: has no size; copy"):
        config().size("size")


@pytest.mark.parametrize("value", [None, 7])
def test_what_is_fixed_may_be_missing(config, value):
    config(fixed=value)
    with pytest.raises(ArtifactError, match="fixed is 8; only 7 can be loaded"):
        config(fixed=8)
    with pytest.raises(ArtifactError, match=r"quantization_config is .*; only null can be loaded"):
        config(quantization_config={"bits": 4})


def test_dropouts_that_differ_are_not_guessed(config):
    assert config(one=0.2, two=0.2).dropout(None, "one", "two") == 0.2
    assert config().dropout(None, "one", "two") == 0.1
    file = config(one=0.2, two=0.0)
    with pytest.raises(ArtifactError, match=r"two is 0\.0; one is 0\.2, and our layers have one for both"):
        file.dropout(None, "one", "two")
    assert file.dropout(0.3, "one", "two") == 0.3
    with pytest.raises(ConfigError, match=r"dropout must lie in 0\.\.1, not 2"):
        file.dropout(2, "one", "two")


@pytest.mark.parametrize(
    "data", [b"", b"[1]", b"{", b'{"a": 1, "a": 2}', b"\xff\xfe{}", b'{"a":' * 100_000, b"null", b"{}"]
)
def test_what_is_no_configuration(tmp_path, data):
    (tmp_path / "config.json").write_bytes(data)
    with pytest.raises(ArtifactError, match=r"config\.json: (not valid JSON|model_type is None)"):
        ConfigFile(tmp_path / "config.json", "gpt2", {})


def test_no_file(tmp_path):
    with pytest.raises(ArtifactError, match=r"config\.json: cannot be read \(No such file"):
        ConfigFile(tmp_path / "config.json", "gpt2", {})
