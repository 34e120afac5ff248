"""The training loop against a bare one in torch: the same model, batches, optimiser and clipping, step for step.

Run as `python -m benchmarks.loop [--steps N] [--pairs N]`. The models are small, so that what a loop does beside the
model's own work shows. Each pair of runs is made in turns; a row is the median time of a step and the median over the
pairs of ours to the bare one. Both must end with the same weights.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from benchmarks.data_folder import machine
from seqmodels import (
    LanguageModel,
    LanguageModelSettings,
    RecurrentSettings,
    StreamBatches,
    TokenInputSettings,
    TokenSizes,
    TrainingSettings,
    TransformerSettings,
    fit,
)
from textprep import Ids

WORDS, STREAMS, LENGTH = 100, 16, 32
RATE, CLIP = 0.001, 5.0
MODELS = {
    "LSTM, 64 wide": (RecurrentSettings(hidden_size=64, bidirectional=False), True),
    "Transformer, 2 layers, 64 wide": (TransformerSettings(hidden_size=64, inner_size=256, causal=True), False),
}


def model(name: str) -> LanguageModel:
    encoder, carried = MODELS[name]
    torch.manual_seed(0)
    return LanguageModel(
        LanguageModelSettings(TokenInputSettings(size=64), encoder, carried=carried), TokenSizes(WORDS)
    )


def bare(lm: LanguageModel, batches: StreamBatches) -> None:
    """What one writes who needs nothing but the weights and the mean loss."""
    torch.manual_seed(0)
    optimizer = torch.optim.Adam(lm.parameters(), lr=RATE, fused=True)
    lm.train()
    state, total = None, 0.0
    for batch in batches.epoch(0):
        loss, state = lm.loss_from(batch, state)
        state = None if state is None else tuple(part.detach() for part in state)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(lm.parameters(), CLIP)
        optimizer.step()
        total += loss.item()
    assert np.isfinite(total)


def ours(lm: LanguageModel, batches: StreamBatches) -> None:
    settings = TrainingSettings(
        epochs=1, learning_rate=RATE, clip_norm=CLIP, schedule="constant", warmup_steps=0, average_decay=0.0
    )
    fit(lm, batches, lambda lm: {"accuracy": 0.0}, settings)


def seconds(run: Callable[[LanguageModel, StreamBatches], None], lm: LanguageModel, batches: StreamBatches) -> float:
    began = time.perf_counter()
    run(lm, batches)
    return time.perf_counter() - began


def compared(name: str, batches: StreamBatches, pairs: int) -> tuple[float, float, float]:
    """Milliseconds of a step, the bare loop's and ours, and how many times as long ours takes."""
    times: dict[Callable[[LanguageModel, StreamBatches], None], list[float]] = {bare: [], ours: []}
    for pair in range(pairs + 1):
        models = {run: model(name) for run in times}
        for run in (bare, ours) if pair % 2 else (ours, bare):
            times[run].append(seconds(run, models[run], batches))
        ends = [nn.utils.parameters_to_vector(lm.parameters()) for lm in models.values()]
        assert torch.equal(*ends), "the loops have not learned the same"
    first, second = times[bare][1:], times[ours][1:]  # the first pair has warmed up
    ratio = statistics.median(b / a for a, b in zip(first, second, strict=True))
    return (*(1000 * statistics.median(run) / len(batches) for run in (first, second)), ratio)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data-dir", help="not used; taken so that all benchmarks are run alike")
    options.add_argument("--steps", type=int, default=200, help="of each run")
    options.add_argument("--pairs", type=int, default=15, help="of runs")
    arguments = options.parse_args()
    count = arguments.steps * STREAMS * LENGTH + 1
    ids = np.random.default_rng(0).integers(0, WORDS, count).astype(np.int32)
    batches = StreamBatches(Ids(ids, np.array([0, count])), streams=STREAMS, steps=LENGTH)
    print(machine("torch"))
    print(f"\n| {STREAMS} streams of {LENGTH} steps | a bare loop, ms a step | `fit` | ratio |\n|---|---|---|---|")
    for name in MODELS:
        first, second, ratio = compared(name, batches, arguments.pairs)
        print(f"| {name} | {first:.2f} | {second:.2f} | {ratio:.3f} |", flush=True)


if __name__ == "__main__":
    main()
