"""CoNLL-2003 named entities with GloVe 50d: F1, training minutes and decoding speed, beside spaCy's trained `ner`.

Run as `python -m benchmarks.ner [--data-dir DIR] [--spacy-epochs N] [--seed N]`. Trained on train.txt, the epoch chosen
on dev.txt, test.txt scored once at the end. Both decode the same pre-tokenised test sentences; spaCy is trained in the
same run for a few epochs only, because its speed does not depend on how long it was trained (its published scores do).
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks.data_folder import machine, parser
from pipelines import NerSettings, train_ner
from pipelines.datasets import TaggedSentences, read_conll
from pipelines.runs.epoch_lines import EpochLines
from seqmodels import Span, entity_scores, tags_to_spans
from textprep.settings import with_values


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--spacy-epochs", type=int, default=2)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=Path, help="keep the run folder here")
    arguments = options.parse_args()
    folder = arguments.data_dir / "conll2003"
    train, dev, test = (read_conll(folder / f"{name}.txt") for name in ("train", "dev", "test"))

    settings = with_values(NerSettings(), {"training.seed": arguments.seed})
    start = time.perf_counter()
    run = train_ner(
        train,
        dev,
        vectors=arguments.data_dir / "glove" / "glove.6B.50d.txt.gz",
        settings=settings,
        out=arguments.out,
        overwrite=True,
        hooks=[EpochLines()],
    )
    minutes = (time.perf_counter() - start) / 60
    ours = max((run.evaluate(test) for _ in range(5)), key=lambda scores: scores["words_per_second"])
    dev_f1 = run.evaluate(dev)["f1"]
    theirs = spacy_scores(train, test, arguments.spacy_epochs)

    print(f"\n{machine('torch', 'spacy', 'numba')}, {torch.get_num_threads()} threads\n")
    print("| | training | dev F1 | test F1 | decoding, words/s |\n|---|---|---|---|---|")
    speed = f"{ours['words_per_second']:,.0f}"
    print(f"| textmill BiLSTM-CRF | {minutes:.1f} min | {dev_f1:.2%} | {ours['f1']:.2%} | {speed} |")
    print(
        f"| spaCy `ner`, {arguments.spacy_epochs} epochs | {theirs['minutes']:.1f} min | | {theirs['f1']:.2%} "
        f"| {theirs['words_per_second']:,.0f} |"
    )


def spacy_scores(train: TaggedSentences, test: TaggedSentences, epochs: int) -> dict[str, float]:
    """Train spaCy's `ner` (its efficiency configuration) and score it as ours is scored."""
    import spacy
    from spacy.tokens import Doc
    from spacy.training import Example, iob_to_biluo
    from spacy.util import compounding, fix_random_seed, minibatch

    fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")

    def document(words: list[str]) -> Any:
        return Doc(nlp.vocab, words=words)

    examples = [
        Example.from_dict(document(words), {"entities": iob_to_biluo(tags)})
        for words, tags in zip(train.words, train.tags, strict=True)
    ]
    start = time.perf_counter()
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(epochs):
        random.Random(0).shuffle(examples)
        for batch in minibatch(examples, compounding(100.0, 1000.0, 1.001)):
            nlp.update(batch, sgd=optimizer, drop=0.1)
    minutes = (time.perf_counter() - start) / 60

    seconds = []
    for _ in range(3):
        documents = [document(words) for words in test.words]
        start = time.perf_counter()
        documents = list(nlp.pipe(documents, batch_size=256))
        seconds.append(time.perf_counter() - start)
    found = [[Span(entity.start, entity.end, entity.label_) for entity in doc.ents] for doc in documents]
    gold = [tags_to_spans(tags, "iob2") for tags in test.tags]
    words = sum(map(len, test.words))
    return {"minutes": minutes, "f1": entity_scores(gold, found)["all"].f1, "words_per_second": words / min(seconds)}


if __name__ == "__main__":
    main()
