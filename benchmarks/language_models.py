"""Language models: characters of Shakespeare beside a bare loop as nanoGPT has it, words of the Penn Treebank.

Run as `python -m benchmarks.language_models {shakespeare,ptb} [--data-dir DIR] [--set KEY=VALUE ...]`.

Shakespeare is nanoGPT's setting for a CPU: 4 layers, 4 heads, 128 wide, 64 characters, 2,000 steps of 12 windows, in
float32; the last tenth of the text is the validation part. The bare loop has GPT-2's architecture, written in torch
alone, random windows, AdamW and clipping, with nanoGPT's settings; ours has rotary positions, ReLU and a higher rate,
chosen on the last tenth of the training part. Both are scored on all of the validation part, window by window.

The Penn Treebank is read as one text, sentence by sentence with their ends; the model is an LSTM of Zaremba et al.'s
small size (2014): 2 layers of 200 units. The settings were not tuned; the test part is scored once.
"""

from __future__ import annotations

import math
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from benchmarks.data_folder import machine, parser
from pipelines import LanguageSettings, train_language_model
from pipelines.runs.epoch_lines import EpochLines
from seqmodels import Hook, TrainingState
from textprep.settings import assignments, with_values

STEPS, BATCH, CONTEXT, SIZE, HEADS, LAYERS = 2000, 12, 64, 128, 4, 4

SHAKESPEARE = {
    "data.recipe": "characters",
    "data.whole": True,
    "data.batch_size": BATCH,
    "data.steps": CONTEXT,
    "data.held_out": 0.1,
    "model.input.size": SIZE,
    "model.input.deviation": 0.02,
    "model.input.dropout": 0.0,
    "model.encoder.kind": "transformer",
    "model.encoder.causal": True,
    "model.encoder.hidden_size": SIZE,
    "model.encoder.inner_size": 4 * SIZE,
    "model.encoder.activation": "relu",
    "model.encoder.layers": LAYERS,
    "model.encoder.heads": HEADS,
    "model.encoder.dropout": 0.0,
    "model.encoder.positions": "rotary",
    "model.encoder.biases": False,
    "model.encoder.initial_weights": "small",
    "model.head.output_dropout": 0.0,
    "model.carried": False,
    "training.steps": STEPS,
    "training.optimizer": "adamw",
    "training.learning_rate": 0.003,
    "training.square_decay": 0.99,
    "training.weight_decay": 0.1,
    "training.final_rate": 0.1,
    "training.clip_norm": 1.0,
    "training.average_decay": 0.0,
    "training.precision": "float32",
    "training.seed": 1,
}

PTB = {
    "data.recipe": "white_space",
    "data.batch_size": 20,
    "data.steps": 35,
    "model.input.size": 200,
    "model.input.dropout": 0.3,
    "model.encoder.hidden_size": 200,
    "model.encoder.layers": 2,
    "model.encoder.layer_dropout": 0.3,
    "model.head.output_dropout": 0.3,
    "training.epochs": 25,
    "training.learning_rate": 0.003,
    "training.clip_norm": 0.5,
    "training.seed": 1,
}


class Speed(Hook):
    """Tokens a second of the training steps alone."""

    def __init__(self, tokens: int) -> None:
        self.tokens, self.seconds, self.steps = tokens, 0.0, 0

    def on_epoch(self, model: nn.Module, state: TrainingState, record: dict[str, float]) -> None:
        self.seconds += record["train_seconds"]
        self.steps = state.step

    def __str__(self) -> str:
        return f"{self.steps * self.tokens / self.seconds:,.0f}"


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(SIZE, bias=False) for _ in range(2))
        self.together, self.attended = nn.Linear(SIZE, 3 * SIZE, bias=False), nn.Linear(SIZE, SIZE, bias=False)
        self.inner, self.outer = nn.Linear(SIZE, 4 * SIZE, bias=False), nn.Linear(4 * SIZE, SIZE, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        parts = self.together(self.norms[0](x)).chunk(3, 2)
        heads = [part.unflatten(2, (HEADS, -1)).transpose(1, 2) for part in parts]
        seen = F.scaled_dot_product_attention(*heads, is_causal=True)
        x = x + self.attended(seen.transpose(1, 2).flatten(2))
        return x + self.outer(F.gelu(self.inner(self.norms[1](x))))


class Bare(nn.Module):
    """GPT-2's architecture in torch alone."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(words, SIZE), nn.Embedding(CONTEXT, SIZE)
        self.blocks = nn.Sequential(*(Block() for _ in range(LAYERS)), nn.LayerNorm(SIZE, bias=False))
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                last = name.endswith(("attended.weight", "outer.weight"))
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * LAYERS) if last else 0.02)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.words(ids) + self.places(torch.arange(ids.shape[1]))
        return F.linear(self.blocks(x), self.words.weight)

    def loss(self, ids: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(self(ids).flatten(0, 1), targets.flatten())


def bare_loop(text: str) -> tuple[float, float]:
    """Loss on the validation part, and tokens a second."""
    torch.manual_seed(1)
    known = {letter: number for number, letter in enumerate(sorted(set(text)))}
    ids = torch.tensor([known[letter] for letter in text])
    train, dev = ids[: round(0.9 * len(ids))], ids[round(0.9 * len(ids)) :]
    model = Bare(len(known))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.001, betas=(0.9, 0.99), weight_decay=0.1)
    began = time.perf_counter()
    for step in range(STEPS):
        share = (step - 100) / (STEPS - 100)
        rate = (step + 1) / 101 if step < 100 else 0.1 + 0.45 * (1 + math.cos(math.pi * share))
        for group in optimizer.param_groups:
            group["lr"] = 0.001 * rate
        starts = torch.randint(len(train) - CONTEXT, (BATCH,)).tolist()
        loss = model.loss(
            torch.stack([train[at : at + CONTEXT] for at in starts]),
            torch.stack([train[at + 1 : at + 1 + CONTEXT] for at in starts]),
        )
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    seconds = time.perf_counter() - began
    count = (len(dev) - 1) // CONTEXT * CONTEXT
    with torch.no_grad():
        windows, targets = dev[:count].view(-1, CONTEXT), dev[1 : count + 1].view(-1, CONTEXT)
        return float(model.loss(windows, targets)), STEPS * BATCH * CONTEXT / seconds


def shakespeare(data: Path, settings: LanguageSettings) -> None:
    file = data / "lm_small" / "tinyshakespeare.txt"
    speed = Speed(BATCH * CONTEXT)
    run = train_language_model(
        file, settings=with_values(settings, {"training.epochs": 2}), hooks=[EpochLines(), speed]
    )
    text = file.read_text(encoding="utf-8")
    ours = run.evaluate([text[round(0.9 * len(text)) :]])
    loss, tokens = bare_loop(text)
    print(f"\n{machine('torch')}, {torch.get_num_threads()} threads\n")
    print("| characters of Shakespeare | validation loss | tokens/s |\n|---|---|---|")
    print(f"| textmill | {ours['loss']:.3f} | {speed} |")
    print(f"| a bare loop | {loss:.3f} | {tokens:,.0f} |")


def ptb(data: Path, settings: LanguageSettings) -> None:
    train, dev, test = (data / "ptb" / f"ptb.{part}.txt" for part in ("train", "valid", "test"))
    began = time.perf_counter()
    run = train_language_model(train, dev, settings=settings, hooks=[EpochLines()])
    minutes = (time.perf_counter() - began) / 60
    scores, chosen = run.evaluate(test), run.evaluate(dev)
    print(f"\n{machine('torch')}, {torch.get_num_threads()} threads\n")
    print("| Penn Treebank, words | validation perplexity | test perplexity | minutes |\n|---|---|---|---|")
    print(f"| textmill | {chosen['perplexity']:.1f} | {scores['perplexity']:.1f} | {minutes:.0f} |")


def main() -> None:
    options = parser(__doc__)
    options.add_argument("task", choices=("shakespeare", "ptb"))
    options.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="another setting")
    arguments = options.parse_args()
    values, run = {"shakespeare": (SHAKESPEARE, shakespeare), "ptb": (PTB, ptb)}[arguments.task]
    run(Path(arguments.data_dir), with_values(LanguageSettings(), values | assignments(arguments.set)))


if __name__ == "__main__":
    main()
