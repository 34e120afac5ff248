"""Tokens a second of generation with a cache, beside `generate` of `transformers` in the same run.

Run as `python -m benchmarks.generation [--tokens N] [--rounds N] [--threads N]`. Our language models, an LSTM of two
layers and a Transformer of four, stand beside GPT-2 of as many layers; all are 256 wide, know 10,000 tokens, have
random weights, read prompts of 16 tokens and say 256 more. Ours and theirs take turns, so that both meet the same
machine.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from benchmarks.data_folder import machine
from seqmodels.generation.beam import Beam
from seqmodels.generation.decoding import Decoding
from seqmodels.generation.generate import generate
from seqmodels.generation.greedy import Greedy
from seqmodels.generation.method import Method
from seqmodels.generation.sampling import Sampling
from seqmodels.inputs.token_input import TokenInputSettings, TokenSizes
from seqmodels.layers.recurrent import RecurrentSettings
from seqmodels.layers.transformer import TransformerSettings
from seqmodels.models.language_model import LanguageModel, LanguageModelSettings

WORDS, SIZE, HEADS, PROMPT = 10_000, 256, 4, 16
ENCODERS = {
    2: ("LSTM", RecurrentSettings("lstm", SIZE, layers=2, bidirectional=False)),
    4: ("Transformer", TransformerSettings(SIZE, layers=4, heads=HEADS, inner_size=4 * SIZE, causal=True)),
}


class Way(NamedTuple):
    """A way to choose words, in our settings and in theirs."""

    ours: Method
    theirs: dict[str, Any]


WAYS = {
    "greedy": Way(Greedy(), {"do_sample": False}),
    "top-k 50, top-p 0.9": Way(Sampling(top_k=50, top_p=0.9), {"do_sample": True, "top_k": 50, "top_p": 0.9}),
    "beam 4": Way(Beam(4), {"do_sample": False, "num_beams": 4}),
}


def gpt2(layers: int, tokens: int) -> Any:
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(
        vocab_size=WORDS,
        n_positions=PROMPT + tokens,
        n_embd=SIZE,
        n_layer=layers,
        n_head=HEADS,
        bos_token_id=None,
        eos_token_id=None,
    )
    return GPT2LMHeadModel(config).eval()


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(layers: int, way: Way, batch: int, tokens: int, rounds: int) -> tuple[list[float], list[float]]:
    """Tokens a second of ours and of theirs, in each round."""
    settings = LanguageModelSettings(TokenInputSettings(size=SIZE), ENCODERS[layers][1])
    model, peer = LanguageModel(settings, TokenSizes(WORDS)).eval(), gpt2(layers, tokens)
    prompts = torch.randint(WORDS, (batch, PROMPT))
    mask = torch.ones_like(prompts)
    decoding = Decoding(way.ours, max_tokens=tokens)

    def ours() -> None:
        assert all(len(said.ids) == tokens for said in generate(model, prompts, decoding))

    def theirs() -> None:
        said = peer.generate(prompts, attention_mask=mask, max_new_tokens=tokens, pad_token_id=0, **way.theirs)
        assert said.shape == (batch, PROMPT + tokens)

    ours(), theirs()
    times = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    first, second = ([batch * tokens / each for each in side] for side in zip(*times, strict=True))
    return first, second


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data-dir", help="not used: all weights are random")
    options.add_argument("--tokens", type=int, default=256, help="tokens to be said")
    options.add_argument("--rounds", type=int, default=5, help="times that each is measured")
    options.add_argument("--threads", type=int, default=torch.get_num_threads(), help="threads of torch")
    arguments = options.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    print(f"{machine('torch', 'transformers')}; {arguments.threads} threads, {arguments.tokens} tokens\n")
    print("Tokens a second, best (median) of the rounds; a text of several beams counts once.\n")
    print("| model | choice | batch | textmill | transformers | ratio of the best (median) |")
    print("|---|---|---:|---:|---:|---:|")
    for layers, (name, _) in ENCODERS.items():
        for choice, way in WAYS.items():
            for batch in (1, 8):
                ours, theirs = measure(layers, way, batch, arguments.tokens, arguments.rounds)
                middle = statistics.median(ours), statistics.median(theirs)
                ratios = f"{max(ours) / max(theirs):.2f} ({middle[0] / middle[1]:.2f})"
                ours_theirs = f"{max(ours):,.0f} ({middle[0]:,.0f}) | {max(theirs):,.0f} ({middle[1]:,.0f})"
                print(f"| {name}, {layers} layers | {choice} | {batch} | {ours_theirs} | {ratios} |", flush=True)


if __name__ == "__main__":
    main()
