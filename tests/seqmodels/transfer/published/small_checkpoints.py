"""Checkpoints as `transformers` saves them, tiny and with random weights."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import (
    BertConfig,
    BertForPreTraining,
    DistilBertConfig,
    DistilBertForMaskedLM,
    GPT2Config,
    GPT2LMHeadModel,
    PreTrainedModel,
)

WORDS = 23
LENGTHS = torch.tensor([9, 4, 1])
MASK = torch.arange(9) < LENGTHS[:, None]
IDS = torch.randint(WORDS, (3, 9), generator=torch.Generator().manual_seed(1))
SEGMENTS = (torch.arange(9) >= torch.tensor([[4], [2], [1]])).long()
SIZES = {
    "gpt2": {"vocab_size": WORDS, "n_embd": 16, "n_layer": 2, "n_head": 4, "n_positions": 24, "eos_token_id": 0},
    "bert": {
        "vocab_size": WORDS,
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 24,
        "max_position_embeddings": 20,
    },
    "distilbert": {
        "vocab_size": WORDS,
        "dim": 16,
        "n_layers": 2,
        "n_heads": 4,
        "hidden_dim": 24,
        "max_position_embeddings": 20,
    },
}
CONFIGS = {"gpt2": GPT2Config, "bert": BertConfig, "distilbert": DistilBertConfig}
MODELS = {"gpt2": GPT2LMHeadModel, "bert": BertForPreTraining, "distilbert": DistilBertForMaskedLM}


class Folder:
    """A folder in which a model was saved, and what may be done to it."""

    def __init__(self, path: Path) -> None:
        self.path, self.file = path, path / "model.safetensors"

    def change(self, **values: object) -> None:
        """Put other values into config.json; None takes a key out."""
        config = json.loads((self.path / "config.json").read_text()) | values
        kept = {key: value for key, value in config.items() if value is not None}
        (self.path / "config.json").write_text(json.dumps(kept))

    @property
    def tensors(self) -> dict[str, torch.Tensor]:
        return {name: tensor.clone() for name, tensor in load_file(self.file).items()}

    def put(self, tensors: dict[str, torch.Tensor]) -> None:
        self.file.unlink()
        save_file(tensors, self.file)


def random_model(family: str, kind: type[PreTrainedModel] | None = None, **options: object) -> PreTrainedModel:
    """A model of theirs whose weights are far from those that training begins with."""
    torch.manual_seed(0)
    model = (kind or MODELS[family])(CONFIGS[family](**SIZES[family] | options)).eval()
    for weight in model.parameters():
        nn.init.normal_(weight, std=0.4)
    return model


def assert_close(ours: torch.Tensor, theirs: torch.Tensor) -> None:
    """Where there are tokens, both are the same."""
    torch.testing.assert_close(ours[MASK], theirs[MASK], rtol=1e-5, atol=1e-5)
