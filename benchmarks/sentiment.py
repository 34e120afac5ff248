"""Sentiment: SST-2 and IMDB with an LSTM, beside fastText and a linear SVM on the same texts in the same run.

Run as `python -m benchmarks.sentiment {sst2,imdb} [--data-dir DIR] [--seed N]`. SST-2 is trained on the phrases of
GLUE, the epoch chosen on its 872 sentences, and scored once on the 1,821 test sentences; IMDB is trained on nine tenths
of the 25,000 training reviews, the epoch chosen on the rest, and scored once on the 25,000 test reviews. Training time
is from reading the files to the last epoch.
"""

from __future__ import annotations

import importlib.util
import tempfile
import time
from pathlib import Path

import torch

from benchmarks.data_folder import machine, parser
from pipelines import SentimentSettings, train_sentiment
from pipelines.datasets import LabelledTexts, open_labelled
from pipelines.runs.epoch_lines import EpochLines
from textprep import Pipeline
from textprep.settings import with_values
from textprep.stages import from_config

SETTINGS: dict[str, dict[str, object]] = {
    "sst2": {
        "recipe": "white_space",  # the texts are tokenised
        "min_count": 1,
        "extra_words": 400000,
        "batch_size": 64,
        "word_dropout": 0.0,
        "epochs": 5,
        "learning_rate": 0.001,
        "average_decay": 0.998,
    },
    "imdb": {},
}


def main() -> None:
    options = parser(__doc__)
    options.add_argument("task", choices=("sst2", "imdb"))
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=Path, help="keep the run folder here")
    arguments = options.parse_args()
    data: Path = arguments.data_dir
    settings = with_values(SentimentSettings(), {"training.seed": arguments.seed, **SETTINGS[arguments.task]})

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
    print(f"| textmill BiLSTM | {ours} |")
    for name, peer in (("fastText, word bigrams", fasttext), ("TF-IDF bigrams + linear SVM", linear_svm)):
        accuracy, seconds, speed = peer(train, test)
        print(f"| {name} | {accuracy:.2%} | {seconds / 60:.2f} min | {speed:,.0f} |")


def plain(texts: LabelledTexts) -> list[str]:
    """The texts as the peers get them: our tokens with spaces between."""
    stages = ({"stage": "html.v1"}, {"stage": "lower.v1"}, {"stage": "words.v1"})
    return [" ".join(words) for words in Pipeline(*map(from_config, stages))(texts.texts)]


def fasttext(train: LabelledTexts, test: LabelledTexts) -> tuple[float, float, float]:
    """fastText with word bigrams (Joulin et al. 2017)."""
    if importlib.util.find_spec("fasttext") is None:
        return float("nan"), float("nan"), float("nan")
    import fasttext as peer

    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("train.txt", "test.txt")]
        for file, part in zip(files, (train, test), strict=True):
            lines = (f"__label__{label} {text}\n" for label, text in zip(part.labels, plain(part), strict=True))
            file.write_text("".join(lines), encoding="utf-8")
        start = time.perf_counter()
        model = peer.train_supervised(
            str(files[0]), wordNgrams=2, epoch=10, lr=0.1, dim=20, bucket=2_000_000, thread=2, verbose=0
        )
        seconds = time.perf_counter() - start
        start = time.perf_counter()
        _, precision, _ = model.test(str(files[1]))
        return precision, seconds, len(test) / (time.perf_counter() - start)


def linear_svm(train: LabelledTexts, test: LabelledTexts) -> tuple[float, float, float]:
    """TF-IDF of words and bigrams into a linear support vector machine."""
    if importlib.util.find_spec("sklearn") is None:
        return float("nan"), float("nan"), float("nan")
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=r"\S+"), LinearSVC(C=0.5)
    )
    texts = plain(train)
    start = time.perf_counter()
    model.fit(texts, train.labels)
    seconds = time.perf_counter() - start
    rest = plain(test)
    start = time.perf_counter()
    accuracy = float(model.score(rest, test.labels))
    return accuracy, seconds, len(test) / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
