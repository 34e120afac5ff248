"""Sentiment: SST-2 and IMDB with the default settings, beside fastText and a linear SVM on the same texts.

Run as `python -m benchmarks.sentiment {sst2,imdb} [--data-dir DIR] [--seed N]`. SST-2 is trained on the phrases of
GLUE, the epoch chosen on its 872 sentences, and scored once on the 1,821 test sentences; IMDB is trained on nine tenths
of the 25,000 training reviews, the epoch chosen on the rest, and scored once on the 25,000 test reviews. Training time
is from reading the files to the last epoch.
"""

from __future__ import annotations

import time
from operator import eq
from pathlib import Path

import torch

from benchmarks.data_folder import machine, parser
from benchmarks.text_peers import PEERS
from pipelines import SentimentSettings, train_sentiment
from pipelines.datasets import open_labelled
from pipelines.runs.epoch_lines import EpochLines
from textprep.settings import with_values


def main() -> None:
    options = parser(__doc__)
    options.add_argument("task", choices=("sst2", "imdb"))
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=Path, help="keep the run folder here")
    arguments = options.parse_args()
    data: Path = arguments.data_dir
    settings = with_values(SentimentSettings(), {"training.seed": arguments.seed})

    start = time.perf_counter()
    if arguments.task == "sst2":
        train, dev = (open_labelled(data / "sst" / "phrases" / f"{name}.tsv") for name in ("train", "dev"))
        test = open_labelled(data / "sst" / "sentences" / "stsa.binary.test")
    else:
        archive = data / "imdb" / "aclImdb_labeled.tar.xz"
        train, dev = open_labelled(archive, split="train"), None
        test = open_labelled(archive, split="test")
    glove = data / "glove" / "glove.6B.50d.txt.gz"
    run = train_sentiment(
        train, dev, vectors=glove, settings=settings, out=arguments.out, overwrite=True, hooks=[EpochLines()]
    )
    minutes = (time.perf_counter() - start) / 60
    scores = run.evaluate(test)

    print(f"\n{machine('torch', 'scikit-learn')}, {torch.get_num_threads()} threads\n")
    print(f"| {arguments.task} | test accuracy | training | texts/s |\n|---|---|---|---|")
    ours = f"{scores['accuracy']:.2%} | {minutes:.1f} min | {scores['texts_per_second']:,.0f}"
    print(f"| textmill | {ours} |")
    for name, peer in PEERS.items():
        if result := peer(train, test):
            accuracy = sum(map(eq, result.predicted, test.labels)) / len(test)
            print(f"| {name} | {accuracy:.2%} | {result.seconds / 60:.2f} min | {result.speed:,.0f} |")


if __name__ == "__main__":
    main()
