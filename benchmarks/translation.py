"""Multi30k, English to German: a recurrent model with attention, or a Transformer, trained on a processor.

Run as `python -m benchmarks.translation {transformer,rnn} [--data-dir DIR] [--minutes M] [--set KEY=VALUE ...]`.

The 29,000 training pairs are read as they were written, and cut into the pieces of one vocabulary that is learned from
both sides. Perplexity on the 1,014 validation pairs chooses the epoch; the 1,000 pairs of test 2016 (Flickr) are scored
once, by sacrebleu: cased, against the references as they were written. The minutes are those of the training, from
reading the files to the last epoch; training ends with `training.minutes`, for which the rate falls.
"""

from __future__ import annotations

import time

import torch

from benchmarks.data_folder import machine, parser
from pipelines import TranslationSettings, train_translation
from pipelines.datasets import read_parallel
from pipelines.runs.epoch_lines import EpochLines
from textprep.settings import assignments, with_values

BOTH = {
    "training.minutes": 85.0,
    "training.clip_norm": 1.0,
    "training.average_decay": 0.998,
    "training.seed": 1,
    "model.head.softmax.label_smoothing": 0.1,
    "model.shared": True,
    "decoding.method.beams": 5,
}

MODELS = {
    "rnn": {
        "data.batch_tokens": 1500,
        "model.input.size": 256,
        "model.input.dropout": 0.3,
        "model.encoder.hidden_size": 192,
        "model.decoder.hidden_size": 384,
        "model.head.output_dropout": 0.3,
        "training.precision": "auto",
        "training.epochs": 20,
        "training.learning_rate": 0.002,
    },
    "transformer": {
        "data.batch_tokens": 1000,
        "model.input.size": 256,
        "model.input.scaled": True,
        "model.input.dropout": 0.1,
        **{
            f"model.{part}.{name}": value
            for part in ("encoder", "decoder")
            for name, value in {
                "kind": "transformer",
                "hidden_size": 256,
                "inner_size": 512,
                "layers": 3,
                "heads": 4,
                "dropout": 0.2,
            }.items()
        },
        "model.head.output_dropout": 0.1,
        "training.precision": "float32",
        "training.epochs": 28,
        "training.learning_rate": 0.001,
    },
}


def main() -> None:
    options = parser(__doc__)
    options.add_argument("model", choices=tuple(MODELS))
    options.add_argument("--minutes", type=float, help="training ends after so many")
    options.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="another setting")
    arguments = options.parse_args()
    values = BOTH | MODELS[arguments.model] | assignments(arguments.set)
    if arguments.minutes is not None:
        values["training.minutes"] = arguments.minutes
    settings = with_values(TranslationSettings(), values)

    began = time.perf_counter()
    train, dev, test = (
        read_parallel(*(arguments.data_dir / "multi30k" / f"{part}.{language}.gz" for language in ("en", "de")))
        for part in ("train", "val", "test_2016_flickr")
    )
    run = train_translation(train, dev, settings=settings, hooks=[EpochLines()])
    minutes = (time.perf_counter() - began) / 60
    scores = run.evaluate(test)

    print(f"\n{machine('torch', 'sacrebleu')}, {torch.get_num_threads()} threads\n")
    print(f"{sum(each.numel() for each in run.parts.model.parameters()):,} weights; {scores['bleu_signature']}")
    print(", ".join(f"{name} = {value}" for name, value in values.items()) + "\n")
    print("| Multi30k English to German, test 2016 | BLEU | chrF | perplexity | minutes |\n|---|---|---|---|---|")
    figures = f"{scores['bleu']:.1f} | {scores['chrf']:.1f} | {scores['perplexity']:.2f} | {minutes:.0f}"
    print(f"| {arguments.model} | {figures} |")


if __name__ == "__main__":
    main()
