"""GPT-2 (Radford et al., "Language Models are Unsupervised Multitask Learners", 2019).

    model = load_gpt2("folder").model
    generate(model, [[15496, 995]], Decoding(max_tokens=20))

Its matrices are saved with rows and columns the other way round (`Conv1D`), those of queries, keys and values side by
side.
"""

from __future__ import annotations

import os

from seqmodels.heads.full_softmax import FullSoftmaxSettings
from seqmodels.heads.language_head import LanguageHeadSettings
from seqmodels.heads.tied_softmax import TiedSoftmaxSettings
from seqmodels.inputs.token_input import TokenInputSettings, TokenSizes
from seqmodels.layers.transformer import TransformerSettings
from seqmodels.models.language_model import LanguageModel, LanguageModelSettings
from seqmodels.transfer.published.checkpoint import ANOTHER_HEAD, Checkpoint, Layout, Published
from seqmodels.transfer.published.config_file import ConfigFile
from seqmodels.transfer.published.tensor_names import same, transposed

GPT2 = Layout(
    model_type="gpt2",
    prefix="transformer.",
    tensors={
        "input.words.weight": same("wte.weight"),
        "encoder.entrance.positions.vectors.weight": same("wpe.weight"),
        "encoder.layers.*.attention_norm.*": same("h.*.ln_1.*"),
        "encoder.layers.*.attention.queries_keys_values.*": transposed("h.*.attn.c_attn.*"),
        "encoder.layers.*.attention.attended.*": transposed("h.*.attn.c_proj.*"),
        "encoder.layers.*.inner_norm.*": same("h.*.ln_2.*"),
        "encoder.layers.*.inner.inner.*": transposed("h.*.mlp.c_fc.*"),
        "encoder.layers.*.inner.outer.*": transposed("h.*.mlp.c_proj.*"),
        "encoder.norm.*": same("ln_f.*"),
        "head.softmax.table": same("lm_head.weight"),  # where it is not tied
    },
    copies={"lm_head.weight": "wte.weight"},
    left_out={
        "h.*.attn.bias": "the causal mask",
        "h.*.attn.masked_bias": "the score of what is hidden",
        "score.**": ANOTHER_HEAD,
        "classifier.**": ANOTHER_HEAD,
        "qa_outputs.**": ANOTHER_HEAD,
        "multiple_choice_head.**": ANOTHER_HEAD,
    },
    fixed={"scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False},
)


def load_gpt2(folder: str | os.PathLike[str], *, dropout: float | None = None) -> Published[LanguageModel]:
    """The language model in a folder with `config.json` and `model.safetensors`.

    Args:
        folder: Where they are.
        dropout: Of all layers, in fine-tuning; None for that of `config.json`.

    Raises:
        ArtifactError: A file is missing or damaged, or of another architecture, or a variant that we do not have.
        ConfigError: `dropout` does not lie in 0..1.
    """
    checkpoint = Checkpoint(folder, GPT2)
    config = checkpoint.config
    return checkpoint.read_into(LanguageModel, _settings(config, dropout), TokenSizes(config.size("vocab_size")))


def _settings(config: ConfigFile, dropout: float | None) -> LanguageModelSettings:
    size = config.size("n_embd")
    encoder = TransformerSettings(
        causal=True,
        hidden_size=size,
        layers=config.size("n_layer"),
        heads=config.size("n_head"),
        inner_size=config.size("n_inner", 4 * size),
        activation=config.activation("activation_function", "gelu_new"),
        dropout=config.dropout(dropout, "resid_pdrop", "embd_pdrop"),
        attention_dropout=config.dropout(dropout, "attn_pdrop"),
        norm_epsilon=config.share("layer_norm_epsilon", 1e-5),
        positions="learned",
        context=config.size("n_positions"),
        initial_weights="small",
    )
    tied = config.flag("tie_word_embeddings", True)
    softmax = TiedSoftmaxSettings(bias=False) if tied else FullSoftmaxSettings(bias=False)
    return LanguageModelSettings(
        TokenInputSettings(size=size, dropout=0.0), encoder, LanguageHeadSettings(softmax), carried=False
    )
