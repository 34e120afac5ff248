"""What is wrong with a folder is said by the name of file and tensor, and nothing is left to chance."""

import pickle

import pytest
import torch

from seqmodels.transfer.published.bert import load_bert
from seqmodels.transfer.published.distilbert import load_distilbert
from seqmodels.transfer.published.gpt2 import load_gpt2
from tests.seqmodels.transfer.published.small_checkpoints import IDS, LENGTHS, random_model
from textprep.errors import ArtifactError

LOADERS = {"gpt2": load_gpt2, "bert": load_bert, "distilbert": load_distilbert}

ONE_LAYER = {"gpt2": {"n_layer": 1}, "bert": {"num_hidden_layers": 1}, "distilbert": {"n_layers": 1}}
PREFIXES = {"gpt2": "transformer.", "bert": "bert.", "distilbert": "distilbert."}


@pytest.fixture
def folder(saved):
    return saved(random_model("gpt2"))


def refused(folder, *words, loader=load_gpt2):
    """See that loading fails with an error that has these words."""
    with pytest.raises(ArtifactError) as error:
        loader(folder.path)
    for word in words:
        assert word in str(error.value)


def test_what_is_not_there(folder, tmp_path):
    with pytest.raises(ArtifactError, match="gpt2-medium: there is no such folder; nothing is downloaded"):
        load_gpt2("gpt2-medium")
    with pytest.raises(ArtifactError, match="no such folder"):
        load_gpt2(folder.file)
    folder.file.unlink()
    refused(folder, "model.safetensors: there is no such file of weights")
    (folder.path / "model.safetensors.index.json").write_text("{}")
    refused(folder, "the weights lie in several files; save the model again as one model.safetensors")


def test_a_pickle_is_never_read(folder, tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    folder.file.unlink()
    (folder.path / "pytorch_model.bin").write_bytes(pickle.dumps(Trap()))
    refused(folder, "pytorch_model.bin is a pickle, which can run code when it is read; convert it")
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.02, 0.5, 0.99])
def test_half_a_file(folder, share):
    data = folder.file.read_bytes()
    folder.file.write_bytes(data[: int(share * len(data))])
    refused(folder, str(folder.file), "not a whole safetensors file")


@pytest.mark.parametrize("family", LOADERS)
def test_each_tensor_is_needed_and_in_its_shape(saved, family):
    folder = saved(random_model(family, **ONE_LAYER[family]))
    tensors = folder.tensors
    for name in tensors:
        folder.put({each: value for each, value in tensors.items() if each != name})
        refused(folder, f"there is no tensor {name.removeprefix(PREFIXES[family])}", loader=LOADERS[family])
    for name in [each for each in tensors if ".0." in each and "LayerNorm" not in each][::3]:
        wrong = (*tensors[name].shape, 1)
        folder.put(tensors | {name: torch.zeros(wrong)})
        refused(folder, str(folder.file), f"tensor {name} has shape {wrong} float32", loader=LOADERS[family])


def test_types(folder):
    tensors = folder.tensors
    expected = load_gpt2(folder.path).model(IDS, LENGTHS).output
    for kind in (torch.float16, torch.bfloat16):
        halves = {name: tensor.to(kind) for name, tensor in tensors.items()}
        folder.put(halves)
        model = load_gpt2(folder.path).model
        assert {weight.dtype for weight in model.parameters()} == {torch.float32}
        assert model.input.words.weight.equal(halves["transformer.wte.weight"].float())
        assert (model(IDS, LENGTHS).output - expected).abs().max() < 1
    for kind in (torch.float64, torch.int32):
        folder.put(tensors | {"transformer.wpe.weight": torch.zeros(24, 16, dtype=kind)})
        refused(folder, f"tensor transformer.wpe.weight has shape (24, 16) {str(kind)[6:]}", "of float32, float16 or")


def test_tampered_tensors(folder):
    tensors = folder.tensors
    bias = tensors["transformer.ln_f.bias"].clone()
    bias[3] = torch.nan
    folder.put(tensors | {"transformer.ln_f.bias": bias})
    refused(folder, "tensor transformer.ln_f.bias has numbers that are not finite")
    folder.put(tensors | {"ln_f.bias": bias})
    refused(folder, "ln_f.bias is there twice")
    folder.put(tensors | {"transformer.h.0.attn.q_norm.weight": torch.ones(16)})
    refused(folder, "tensor transformer.h.0.attn.q_norm.weight has no place in a gpt2 such as config.json describes")
    layer = {name.replace(".h.1.", ".h.2."): tensor.clone() for name, tensor in tensors.items() if ".h.1." in name}
    folder.put(tensors | layer)
    refused(folder, "transformer.h.2.", "has no place")


@pytest.mark.parametrize("family", LOADERS)
def test_another_architecture(saved, family):
    folder = saved(random_model(family))
    for other, load in LOADERS.items():
        if other != family:
            refused(folder, "config.json: model_type is", f"'{family}'; this loads '{other}' only", loader=load)
    other = next(each for each in LOADERS if each != family)
    tensors = folder.tensors
    folder = saved(random_model(other))
    folder.put(tensors)  # beside the config.json of another one
    refused(folder, str(folder.file), "there is no tensor", loader=LOADERS[other])


@pytest.mark.parametrize(
    "values, message",
    [
        ({"n_head": 3}, "hidden_size must be a multiple of heads; 16 is none of 3"),
        ({"n_layer": 101}, "encoder.layers must lie in 1..100"),
        ({"n_layer": 3}, "there is no tensor h.2.ln_1.weight, which config.json asks for"),
        ({"n_layer": 1}, "has no place in a gpt2"),
        ({"n_embd": 2**40}, "n_embd is 1099511627776; it must be a whole number"),
        ({"n_embd": 999_996, "n_inner": 64}, "has shape (23, 16) float32, and config.json makes it (23, 999996)"),
        ({"vocab_size": 2**31 - 1}, "config.json makes it (2147483647, 16)"),
        ({"n_positions": 1_000_001}, "encoder.context must lie in 1..1000000"),
        ({"layer_norm_epsilon": 2}, "layer_norm_epsilon is 2; it must be a number in 0..1"),
    ],
)
def test_values_that_do_not_go_with_each_other_or_with_the_tensors(folder, values, message):
    """Above all such as would take more memory than there is: none of it is taken."""
    folder.change(**values)
    refused(folder, str(folder.path), message)


def test_a_loaded_model_is_in_evaluation_mode_and_all_its_weights_can_be_trained(folder):
    model = load_gpt2(folder.path).model
    assert not any(part.training for part in model.modules())
    assert all(weight.requires_grad and weight.is_contiguous() for weight in model.parameters())
