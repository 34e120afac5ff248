"""BERT (Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", 2019).

model = load_bert("folder").model
scores = model.head(model(ids, lengths, segments))    # of every word at each step
model.next_sentence(model(ids, lengths, segments))    # whether the second part follows, if the file says so
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

BERT = Layout(
    model_type="bert",
    prefix="bert.",
    tensors={
        "input.words.weight": same("embeddings.word_embeddings.weight"),
        "input.segments.weight": same("embeddings.token_type_embeddings.weight"),
        "encoder.entrance.positions.vectors.weight": same("embeddings.position_embeddings.weight"),
        "encoder.entrance.norm.*": same("embeddings.LayerNorm.*"),
        "encoder.layers.*.attention.queries_keys_values.*": stacked(
            "encoder.layer.*.attention.self.query.*",
            "encoder.layer.*.attention.self.key.*",
            "encoder.layer.*.attention.self.value.*",
        ),
        "encoder.layers.*.attention.attended.*": same("encoder.layer.*.attention.output.dense.*"),
        "encoder.layers.*.attention_norm.*": same("encoder.layer.*.attention.output.LayerNorm.*"),
        "encoder.layers.*.inner.inner.*": same("encoder.layer.*.intermediate.dense.*"),
        "encoder.layers.*.inner.outer.*": same("encoder.layer.*.output.dense.*"),
        "encoder.layers.*.inner_norm.*": same("encoder.layer.*.output.LayerNorm.*"),
        "head.dense.*": same("cls.predictions.transform.dense.*"),
        "head.norm.*": same("cls.predictions.transform.LayerNorm.*"),
        "head.softmax.bias": same("cls.predictions.bias"),
        "next_sentence.dense.*": same("pooler.dense.*"),
        "next_sentence.output.*": same("cls.seq_relationship.*"),
    },
    copies={
        "cls.predictions.decoder.weight": "embeddings.word_embeddings.weight",
        "cls.predictions.decoder.bias": "cls.predictions.bias",
    },
    left_out={
        "embeddings.position_ids": "the numbers from 0 on",
        "pooler.dense.*": "the pooler, without a next-sentence head behind it",
        "classifier.**": ANOTHER_HEAD,
        "qa_outputs.**": ANOTHER_HEAD,
    },
    fixed={"is_decoder": False, "position_embedding_type": "absolute", "tie_word_embeddings": True},
)


def load_bert(
    folder: str | os.PathLike[str], *, dropout: float | None = None, new_head: bool = False
) -> Published[MaskedLanguageModel]:
    """The masked language model in a folder with `config.json` and `model.safetensors`.

    It has a next-sentence head if the file has one.

    Args:
        folder: Where they are.
        dropout: Of all layers, in fine-tuning; None for that of `config.json`.
        new_head: Whether a file without the masked-language head will do, that of a bare encoder or of another task;
            the model's head then has first weights, of use for nothing until it is trained.

    Raises:
        ArtifactError: A file is missing or damaged, or of another architecture, or a variant that we do not have.
        ConfigError: `dropout` does not lie in 0..1.
    """
    checkpoint = Checkpoint(folder, BERT)
    config = checkpoint.config
    new = "" if checkpoint.has_head("cls.predictions.**", new_head) else "head.**"
    settings = _settings(config, dropout, next_sentence=checkpoint.has("cls.seq_relationship.*"))
    sizes = TokenSizes(config.size("vocab_size"), config.size("type_vocab_size", 2))
    return checkpoint.read_into(MaskedLanguageModel, settings, sizes, new)


def _settings(config: ConfigFile, dropout: float | None, next_sentence: bool) -> MaskedLanguageModelSettings:
    size, activation = config.size("hidden_size"), config.activation("hidden_act", "gelu")
    epsilon = config.share("layer_norm_eps", 1e-12)
    encoder = TransformerSettings(
        hidden_size=size,
        layers=config.size("num_hidden_layers"),
        heads=config.size("num_attention_heads"),
        inner_size=config.size("intermediate_size"),
        activation=activation,
        dropout=config.dropout(dropout, "hidden_dropout_prob"),
        attention_dropout=config.dropout(dropout, "attention_probs_dropout_prob"),
        norm_place="post",
        norm_epsilon=epsilon,
        input_norm=True,
        positions="learned",
        context=config.size("max_position_embeddings"),
        initial_weights="small",
    )
    head = MaskedLanguageHeadSettings(activation, norm_epsilon=epsilon)
    return MaskedLanguageModelSettings(TokenInputSettings(size=size, dropout=0.0), encoder, head, next_sentence)
