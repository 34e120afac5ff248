from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from torch import nn

from seqmodels.batches.word_batches import Batches
from seqmodels.models.classifier import Classifier, ClassifierSettings
from seqmodels.models.tagger import Tagger, TaggerSettings
from seqmodels.training.memory import free_bytes, is_out_of_memory, training_bytes, without_memory
from seqmodels.training.settings import TrainingSettings
from textprep.settings import with_values

KINDS = [
    ("recurrent", {"hidden_size": 64, "cell": "lstm"}),
    ("recurrent", {"hidden_size": 64, "cell": "gru"}),
    ("transformer", {"hidden_size": 64}),
    ("convolution", {"hidden_size": 64}),
    ("window", {"hidden_size": 64}),
    ("ngram_bag", {"buckets": 1000}),
    ("hierarchical", {}),
    ("stacked", {"lower.hidden_size": 64}),
]


def with_encoder(settings, kind, values):
    return with_values(settings, {"encoder.kind": kind} | {f"encoder.{name}": value for name, value in values.items()})


def kept_for_the_gradient(model, batch):
    """Bytes of what autograd keeps of a batch beside the weights, each once."""
    weights = {value.untyped_storage().data_ptr() for value in model.state_dict().values()}
    kept = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = tensor  # held, so that no other takes its place
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        model.train().loss(batch)
    return sum(tensor.untyped_storage().nbytes() for tensor in kept.values())


@pytest.mark.parametrize("kind, values", KINDS)
def test_a_model_in_shapes_only_has_the_weights_of_the_real_one(corpus, kind, values):
    settings = with_encoder(TaggerSettings(), kind, values)
    real = Tagger(settings, corpus.sizes, corpus.tag_names)
    outline = without_memory(lambda: Tagger(settings, corpus.sizes, corpus.tag_names))
    shapes = {name: (value.shape, value.dtype) for name, value in real.state_dict().items()}
    assert {name: (value.shape, value.dtype) for name, value in outline.state_dict().items()} == shapes
    assert all(value.is_meta for value in outline.state_dict().values())


def test_each_trained_weight_has_its_gradient_moments_and_copies():
    model = nn.Sequential(nn.Linear(30, 10, bias=False), nn.BatchNorm1d(10, affine=False))
    buffers = (10 + 10) * 4 + 8
    assert training_bytes(model, TrainingSettings(average_decay=0.0), 0) == 300 * 4 * 5 + buffers
    assert training_bytes(model, TrainingSettings(average_decay=0.9), 0) == 300 * 4 * 6 + buffers
    model[0].weight.requires_grad = False
    assert training_bytes(model, TrainingSettings(), 0) == 300 * 4 + buffers


@pytest.mark.parametrize("kind, values", KINDS)
@pytest.mark.parametrize("model_class, settings", [(Classifier, ClassifierSettings()), (Tagger, TaggerSettings())])
def test_what_a_batch_takes_is_right_but_for_a_factor_of_three(corpus, model_class, settings, kind, values):
    per_token = model_class is Tagger
    names, targets = (corpus.tag_names, corpus.tags) if per_token else (["no", "yes"], corpus.labels)
    model = model_class(with_encoder(settings, kind, values), corpus.sizes, names)
    batches = Batches(
        corpus.features, corpus.codes, corpus.offsets, targets=targets, per_token=per_token, size=len(corpus.labels)
    )
    (batch,) = batches
    told = TrainingSettings()
    estimated = training_bytes(model, told, batch.codes.numel()) - training_bytes(model, told, 0)
    kept = kept_for_the_gradient(model, batch)
    assert kept / 3 < estimated < kept * 3


def test_a_model_that_reads_its_numbers_while_it_is_built():
    class Reading(nn.Module):
        def __init__(self):
            super().__init__()
            self.bias = nn.Parameter(torch.full((1,), torch.ones(1).item()))

    assert without_memory(Reading) is None


def test_what_is_free_is_no_more_than_the_machine_has():
    there = free_bytes(torch.device("cpu"))
    swaps = Path("/proc/swaps")
    areas = swaps.read_text().splitlines()[1:] if swaps.is_file() else []
    swap = sum(int(area.split()[2]) * 1024 for area in areas)
    assert 1 << 20 < there <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") + swap


def test_errors_that_say_that_memory_ran_out():
    with pytest.raises(RuntimeError) as error:
        torch.empty(2**50)
    assert is_out_of_memory(error.value)
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(torch.OutOfMemoryError())
    assert not is_out_of_memory(RuntimeError("shapes differ"))
