"""The CRF beside pytorch-crf: a training step (loss and gradients) and Viterbi decoding, 32 rows of 30 steps, 17 tags.

Run as `python -m benchmarks.crf [--turns N]`. Both have the same weights and scores, and what they give is compared
first. They take turns, step by step, on one thread; `times` compares the medians.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import torch
import torchcrf

from benchmarks.data_folder import machine
from seqmodels import CRF

ROWS, STEPS, TAGS = 32, 30, 17


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data-dir", help="not used; taken so that all benchmarks are run alike")
    options.add_argument("--turns", type=int, default=300)
    turns = options.parse_args().turns
    torch.set_num_threads(1)
    torch.manual_seed(0)
    print(f"{machine('torch', 'pytorch-crf', 'numba')}, 1 thread\n")
    print("| | rows | textmill, best (median) ms | pytorch-crf, best (median) ms | times |\n|---|---|---|---|---|")
    measure("all of 30 steps", torch.full((ROWS,), STEPS), turns)
    lengths = torch.randint(1, STEPS + 1, (ROWS,))
    lengths[0] = STEPS
    measure("of 1 to 30 steps", lengths, turns)


def measure(rows: str, lengths: torch.Tensor, turns: int) -> None:
    """Print the lines of rows of these lengths."""
    ours, theirs = CRF(TAGS), torchcrf.CRF(TAGS, batch_first=True)
    with torch.no_grad():
        ours.transitions.copy_(theirs.transitions)
        ours.start.copy_(theirs.start_transitions)
        ours.end.copy_(theirs.end_transitions)
    scores = torch.randn(ROWS, STEPS, TAGS)
    leaf = scores.clone().requires_grad_()
    tags, mask = torch.randint(0, TAGS, (ROWS, STEPS)), torch.arange(STEPS) < lengths[:, None]

    def our_step() -> torch.Tensor:
        loss = -ours.log_likelihood(leaf, tags, lengths).mean()
        loss.backward()
        return loss

    def their_step() -> torch.Tensor:
        loss: torch.Tensor = -theirs(leaf, tags, mask=mask, reduction="mean")
        loss.backward()
        return loss

    def their_best() -> list[list[int]]:
        with torch.no_grad():
            best: list[list[int]] = theirs.decode(scores, mask=mask)
            return best

    torch.testing.assert_close(our_step(), their_step())
    best = ours.decode(scores, lengths).tolist()
    assert [row[:length] for row, length in zip(best, lengths.tolist(), strict=True)] == their_best()
    report("training step", rows, *in_turns(our_step, their_step, turns))
    report("decoding", rows, *in_turns(lambda: ours.decode(scores, lengths), their_best, turns))


def in_turns(ours: Callable[[], object], theirs: Callable[[], object], turns: int) -> tuple[list[float], list[float]]:
    """The milliseconds of each turn of both."""
    taken: tuple[list[float], list[float]] = [], []
    for _ in range(turns):
        for work, times in zip((ours, theirs), taken, strict=True):
            began = time.perf_counter()
            work()
            times.append((time.perf_counter() - began) * 1e3)
    return taken


def report(name: str, rows: str, ours: list[float], theirs: list[float]) -> None:
    """Print one line; how many times faster is told by the medians."""
    cells = [f"{min(times):.2f} ({statistics.median(times):.2f})" for times in (ours, theirs)]
    print(f"| {name} | {rows} | {cells[0]} | {cells[1]} | {statistics.median(theirs) / statistics.median(ours):.1f} |")


if __name__ == "__main__":
    main()
