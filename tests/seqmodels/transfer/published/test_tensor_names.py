import pytest
import torch

from seqmodels.transfer.published.tensor_names import matched, same, source_of, stacked, transposed

TABLE = {
    "first.weight": same("one"),
    "layers.*.inner.*": transposed("h.*.mlp.*"),
    "layers.*.attention.*": stacked("h.*.q.*", "h.*.k.*", "h.*.v.*"),
}


def test_stars_are_filled_in_turn():
    assert source_of(TABLE, "first.weight").names == ("one",)
    assert source_of(TABLE, "layers.11.inner.bias").names == ("h.11.mlp.bias",)
    assert source_of(TABLE, "layers.2.attention.weight").names == ("h.2.q.weight", "h.2.k.weight", "h.2.v.weight")
    for name in ("first.bias", "layers.1.2.inner.bias", "a.layers.1.inner.bias", "layers.1.inner", "firstXweight"):
        with pytest.raises(KeyError, match=name):
            source_of(TABLE, name)


def test_two_stars_are_any_number_of_steps():
    assert matched("cls.**", "cls.a.b")
    assert matched("cls.**", "cls.a")
    assert not matched("cls.**", "cls")
    assert not matched("cls.*", "cls.a.b")


def test_a_weight_has_the_shape_that_its_tensors_are_checked_for():
    tensors = {name: torch.randn(2, 5) for name in "qkv"} | {"matrix": torch.randn(5, 6), "bias": torch.randn(6)}
    for source, wanted in (
        (same("bias"), tensors["bias"]),
        (stacked("q", "k", "v"), torch.cat([tensors[name] for name in "qkv"])),
        (transposed("matrix"), tensors["matrix"].T),
        (transposed("bias"), tensors["bias"]),
    ):
        weight = source.weight(tensors)
        assert weight.equal(wanted)
        assert {source.shape(tuple(weight.shape))} == {tuple(tensors[name].shape) for name in source.names}
