"""DistilBERT (Sanh et al., "DistilBERT, a distilled version of BERT: smaller, faster, cheaper and lighter", 2019): a
BERT without segments and next-sentence head.
"""

from __future__ import annotations

import os

from seqmodels.heads.masked_language_head import MaskedLanguageHeadSettings
from seqmodels.inputs.token_input import TokenInputSettings, TokenSizes
from seqmodels.layers.transformer import TransformerSettings
from seqmodels.models.masked_language_model import MaskedLanguageModel, MaskedLanguageModelSettings
from seqmodels.transfer.published.checkpoint import ANOTHER_HEAD, Checkpoint, Layout, Published
from seqmodels.transfer.published.config_file import ConfigFile
from seqmodels.transfer.published.tensor_names import same, stacked

EPSILON = 1e-12  # of all norms; config.json does not say it

DISTILBERT = Layout(
    model_type="distilbert",
    prefix="distilbert.",
    tensors={
        "input.words.weight": same("embeddings.word_embeddings.weight"),
        "encoder.entrance.positions.vectors.weight": same("embeddings.position_embeddings.weight"),
        "encoder.entrance.norm.*": same("embeddings.LayerNorm.*"),
        "encoder.layers.*.attention.queries_keys_values.*": stacked(
            "transformer.layer.*.attention.q_lin.*",
            "transformer.layer.*.attention.k_lin.*",
            "transformer.layer.*.attention.v_lin.*",
        ),
        "encoder.layers.*.attention.attended.*": same("transformer.layer.*.attention.out_lin.*"),
        "encoder.layers.*.attention_norm.*": same("transformer.layer.*.sa_layer_norm.*"),
        "encoder.layers.*.inner.inner.*": same("transformer.layer.*.ffn.lin1.*"),
        "encoder.layers.*.inner.outer.*": same("transformer.layer.*.ffn.lin2.*"),
        "encoder.layers.*.inner_norm.*": same("transformer.layer.*.output_layer_norm.*"),
        "head.dense.*": same("vocab_transform.*"),
        "head.norm.*": same("vocab_layer_norm.*"),
        "head.softmax.bias": same("vocab_projector.bias"),
    },
    copies={"vocab_projector.weight": "embeddings.word_embeddings.weight"},
    left_out={
        "embeddings.position_ids": "the numbers from 0 on",
        "pre_classifier.*": ANOTHER_HEAD,
        "classifier.*": ANOTHER_HEAD,
        "qa_outputs.*": ANOTHER_HEAD,
    },
    fixed={"tie_word_embeddings": True, "tie_weights_": True},
)


def load_distilbert(
    folder: str | os.PathLike[str], *, dropout: float | None = None, new_head: bool = False
) -> Published[MaskedLanguageModel]:
    """The masked language model in a folder with `config.json` and `model.safetensors`; as `load_bert`."""
    checkpoint = Checkpoint(folder, DISTILBERT)
    config = checkpoint.config
    new = "" if checkpoint.has_head("vocab_transform.*", new_head) else "head.**"
    sizes = TokenSizes(config.size("vocab_size"))
    return checkpoint.read_into(MaskedLanguageModel, _settings(config, dropout), sizes, new)


def _settings(config: ConfigFile, dropout: float | None) -> MaskedLanguageModelSettings:
    size, activation = config.size("dim"), config.activation("activation", "gelu")
    encoder = TransformerSettings(
        hidden_size=size,
        layers=config.size("n_layers"),
        heads=config.size("n_heads"),
        inner_size=config.size("hidden_dim"),
        activation=activation,
        dropout=config.dropout(dropout, "dropout"),
        attention_dropout=config.dropout(dropout, "attention_dropout"),
        norm_place="post",
        norm_epsilon=EPSILON,
        input_norm=True,
        positions="learned",
        context=config.size("max_position_embeddings"),
        initial_weights="small",
    )
    head = MaskedLanguageHeadSettings(activation, norm_epsilon=EPSILON)
    return MaskedLanguageModelSettings(TokenInputSettings(size=size, dropout=0.0), encoder, head)
