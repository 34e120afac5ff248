import copy

import numpy as np
import pytest
import torch
from transformers import GenerationConfig, GPT2ForSequenceClassification, GPT2Model

from seqmodels.batches.stream_batches import StreamBatches
from seqmodels.generation.decoding import Decoding
from seqmodels.generation.generate import generate
from seqmodels.training.fit import fit
from seqmodels.training.settings import TrainingSettings
from seqmodels.transfer.lora import add_lora, merge_lora
from seqmodels.transfer.published.gpt2 import load_gpt2
from tests.seqmodels.transfer.published.small_checkpoints import IDS, LENGTHS, MASK, WORDS, assert_close, random_model
from textprep.errors import ArtifactError, InputError
from textprep.ids import Ids


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"tie_word_embeddings": False},
        {"layer_norm_epsilon": 0.01, "n_inner": 40, "activation_function": "relu"},
        {"activation_function": "gelu", "n_head": 2, "n_layer": 3},
        {"activation_function": "gelu_fast", "reorder_and_upcast_attn": True},
    ],
)
def test_equals_transformers(saved, options):
    theirs = random_model("gpt2", **options)
    model, left_out, new = load_gpt2(saved(theirs).path)
    assert (left_out, new) == ({}, [])
    with torch.no_grad():
        expected = theirs(IDS, attention_mask=MASK.long(), output_hidden_states=True)
        encoded = model(IDS, LENGTHS)
        assert_close(encoded.output, expected.hidden_states[-1])
        assert_close(model.head(encoded.output), expected.logits)


@pytest.mark.parametrize("tied", [True, False])
def test_says_what_transformers_says(saved, tied):
    theirs = random_model("gpt2", tie_word_embeddings=tied)
    model = load_gpt2(saved(theirs).path).model
    prompts = IDS[:, :5]
    config = GenerationConfig(max_new_tokens=15, do_sample=False, eos_token_id=None, pad_token_id=0, use_cache=True)
    expected = theirs.generate(prompts, attention_mask=torch.ones_like(prompts), generation_config=config)[:, 5:]
    said = generate(model, prompts, Decoding(max_tokens=15))
    assert [each.ids.tolist() for each in said] == expected.tolist()
    assert len({tuple(each.ids) for each in said}) == 3


def test_a_prompt_longer_than_the_context_is_refused_before_it_is_read(saved):
    model = load_gpt2(saved(random_model("gpt2")).path).model
    assert model.context == 24
    with pytest.raises(InputError, match="row 1: the prompt has 25 tokens, and the model looks back on 24"):
        generate(model, [[1] * 25])


def test_files_of_the_bare_model_and_of_old_have_other_names(saved):
    theirs = random_model("gpt2")
    folder = saved(theirs)
    expected = load_gpt2(folder.path).model(IDS, LENGTHS).output
    old = {name.removeprefix("transformer."): tensor for name, tensor in folder.tensors.items()}
    old["lm_head.weight"] = old["wte.weight"].clone()
    old |= {f"h.{n}.attn.bias": torch.ones(1, 1, 24, 24, dtype=torch.bool).tril() for n in range(2)}
    old |= {f"h.{n}.attn.masked_bias": torch.tensor(-1e4) for n in range(2)}
    folder.put(old)
    model, left_out, _ = load_gpt2(folder.path)
    assert model(IDS, LENGTHS).output.equal(expected)
    assert left_out == {
        "h.0.attn.bias": "the causal mask",
        "h.0.attn.masked_bias": "the score of what is hidden",
        "h.1.attn.bias": "the causal mask",
        "h.1.attn.masked_bias": "the score of what is hidden",
    }


@pytest.mark.parametrize("kind", [GPT2Model, GPT2ForSequenceClassification])
def test_a_model_of_another_task_is_a_language_model_below_its_head(saved, kind):
    theirs = random_model("gpt2", kind)
    model, left_out, new = load_gpt2(saved(theirs).path)
    assert (list(left_out), new) == ([] if kind is GPT2Model else ["score.weight"], [])
    with torch.no_grad():
        expected = getattr(theirs, "transformer", theirs)(IDS, attention_mask=MASK.long()).last_hidden_state
        assert_close(model(IDS, LENGTHS).output, expected)


def test_what_is_tied_must_be_equal(saved):
    folder = saved(random_model("gpt2"))
    folder.put(folder.tensors | {"lm_head.weight": torch.randn(WORDS, 16)})
    with pytest.raises(ArtifactError, match=r"lm_head\.weight is not transformer\.wte\.weight, to which it is tied"):
        load_gpt2(folder.path)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"activation_function": "silu"}, "activation_function is 'silu'; our models have gelu, gelu_python, gelu_new"),
        ({"add_cross_attention": True}, "add_cross_attention is True; only false can be loaded"),
        ({"scale_attn_weights": False}, "scale_attn_weights is False; only true can be loaded"),
        ({"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx is True; only false"),
    ],
)
def test_variants_that_we_do_not_have(saved, options, message):
    folder = saved(random_model("gpt2", **options))
    with pytest.raises(ArtifactError, match=rf"config\.json: {message}"):
        load_gpt2(folder.path)


def corpus() -> StreamBatches:
    ids = np.tile(np.arange(7, dtype=np.int32), 12)
    return StreamBatches(Ids(ids, np.array([0, len(ids)])), streams=4, steps=20)


def losses(model) -> dict[str, float]:
    scored = model.predict(corpus())
    return {"loss": scored.nats / scored.tokens}


def test_can_be_fine_tuned(saved):
    model = load_gpt2(saved(random_model("gpt2")).path, dropout=0.0).model
    before = losses(model)["loss"]
    settings = TrainingSettings(epochs=1, steps=1, learning_rate=1e-3, warmup_steps=0, average_decay=0, metric="loss")
    state = fit(model, corpus(), losses, settings)
    assert state.step == 1
    assert losses(model)["loss"] < before
    assert model.head.softmax.table is model.input.words.weight


def test_lora_is_added_trained_and_merged(saved):
    model = load_gpt2(saved(random_model("gpt2")).path, dropout=0.0).model
    base, before = copy.deepcopy(model.state_dict()), losses(model)["loss"]
    names = add_lora(model, ["encoder.layers.*.attention.queries_keys_values"], rank=2)
    assert len(names) == 2
    assert losses(model)["loss"] == pytest.approx(before)
    settings = TrainingSettings(epochs=1, learning_rate=0.01, warmup_steps=0, average_decay=0, metric="loss")
    fit(model, corpus(), losses, settings)
    trained = losses(model)["loss"]
    assert trained < before
    merge_lora(model)
    assert losses(model)["loss"] == pytest.approx(trained, abs=1e-5)
    changed = {name for name, weight in model.state_dict().items() if not weight.equal(base[name])}
    assert changed == {f"{name}.weight" for name in names}


def test_dropouts_are_those_of_the_file_unless_another_is_wanted(saved):
    path = saved(random_model("gpt2", attn_pdrop=0.3, resid_pdrop=0.2, embd_pdrop=0.2)).path
    for given, attention, other in ((None, 0.3, 0.2), (0.5, 0.5, 0.5)):
        layer = load_gpt2(path, dropout=given).model.encoder.layers[0]
        assert (layer.attention.dropout, layer.dropout.p) == (attention, other)
