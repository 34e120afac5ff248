"""From strings to ids: lower -> words with spans -> stop words -> Porter stems -> ids, beside the peers.

Run as `python -m benchmarks.preprocessing [--data-dir DIR]`. The text is the 25,000 training reviews of IMDB, as a list
of Python strings; all times are by the wall's clock, three repetitions each. Vocabularies are fitted before. textmill's
pipeline is new in each repetition, so that it remembers no word; its kernels have been compiled before, and what that
costs once is reported. Peers keep their caches between repetitions, and get 500 documents at a time, whose results are
dropped, so that their millions of Python objects do not slow them down. NLTK runs on the first documents only.
"""

from __future__ import annotations

import importlib.util
import re
import statistics
import sys
import tarfile
import time
import timeit
from collections.abc import Callable
from pathlib import Path

from benchmarks.data_folder import machine, parser
from textprep import Lower, Pipeline, Stem, StopWords, Vocabulary, Words
from textprep.ordered_threads import in_order
from textprep.words.stop_words import ENGLISH

REVIEWS = "imdb/aclImdb_labeled.tar.xz"
SAMPLE = 2000
REPETITIONS = 3
BATCH = 2000  # documents in a batch of a stream, some 2.6 MB
CHUNK = 500  # documents that a peer gets at a time


def reviews(archive: Path) -> list[str]:
    with tarfile.open(archive) as tar:
        members = (m for m in tar if re.search(r"(^|/)train/(pos|neg)/[^/]+\.txt$", m.name))
        return [file.read().decode() for m in members if (file := tar.extractfile(m))]


def megabytes(texts: list[str]) -> float:
    return sum(len(text.encode()) for text in texts) / 1e6


def speeds(work: Callable[[list[str]], object], texts: list[str], chunk: int = sys.maxsize) -> list[float]:
    """MB/s of each repetition, the fastest first."""
    size, rates = megabytes(texts), []
    for _ in range(REPETITIONS):
        began = time.perf_counter()
        for first in range(0, len(texts), chunk):
            work(texts[first : first + chunk])
        rates.append(size / (time.perf_counter() - began))
    return sorted(rates, reverse=True)


def stream_speeds(texts: list[str], vocabulary: Vocabulary, threads: int) -> list[float]:
    """MB/s of each repetition over a stream of batches, ten times all texts; all but the first words have been seen."""
    batches = [texts[first : first + BATCH] for first in range(0, len(texts), BATCH)] * 10
    size, rates = 10 * megabytes(texts), []
    for _ in range(REPETITIONS):
        pipeline = textmill(vocabulary)
        began = time.perf_counter()
        for _ids in in_order(pipeline.ids, batches, threads):
            pass
        rates.append(size / (time.perf_counter() - began))
    return sorted(rates, reverse=True)


def short_text(vocabulary: Vocabulary) -> float:
    """Microseconds from one short text to its tokens, when its words have been seen."""
    pipeline, text = textmill(vocabulary), ["The cats weren't sitting on the mats, and it wasn't fun at all."]
    return min(timeit.repeat(lambda: pipeline(text), number=1000, repeat=7)) * 1000


def textmill(vocabulary: Vocabulary | None = None) -> Pipeline:
    return Pipeline(Lower(), Words(), StopWords("en"), Stem("porter"), vocabulary=vocabulary)


def spacy_blank() -> Callable[[list[str]], list[list[tuple[str, int, int]]]]:
    import spacy

    nlp = spacy.blank("en")
    nlp.max_length = 10**9
    return lambda texts: [[(t.lower_, t.idx, t.idx + len(t)) for t in doc] for doc in nlp.pipe(texts)]


def nltk_words() -> Callable[[list[str]], list[list[tuple[str, int, int]]]]:
    from nltk.tokenize import word_tokenize

    def words(texts: list[str]) -> list[list[tuple[str, int, int]]]:
        return [[(w, 0, 0) for w in word_tokenize(text.lower(), preserve_line=True)] for text in texts]  # no spans

    return words


def regex_words() -> Callable[[list[str]], list[list[tuple[str, int, int]]]]:
    pattern = re.compile(r"\w+(?:['.]\w+)*|[^\w\s]")
    return lambda texts: [[(m.group(), *m.span()) for m in pattern.finditer(text.lower())] for text in texts]


def stemmed_ids(words: Callable[..., list[list[tuple[str, int, int]]]], nltk: bool = False) -> Callable[..., object]:
    """A peer's words, filtered, stemmed by PyStemmer (which remembers words) or NLTK, and looked up."""
    import Stemmer
    from nltk.stem import PorterStemmer

    stem: Callable[[str], str] = PorterStemmer().stem if nltk else Stemmer.Stemmer("porter", 100_000).stemWord
    index: dict[str, int] = {}

    def work(texts: list[str]) -> list[list[tuple[int, int, int]]]:
        return [
            [(index.setdefault(stem(word), len(index)), start, end) for word, start, end in row if word not in ENGLISH]
            for row in words(texts)
        ]

    return work


def peers() -> dict[str, tuple[Callable[[list[str]], object], int | None]]:
    """Each peer with the number of documents it is given (all if None)."""
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import BertPreTokenizer

    lower, cut = Lowercase(), BertPreTokenizer()
    rows: dict[str, tuple[Callable[[list[str]], object], int | None]] = {
        "`re` + PyStemmer": (stemmed_ids(regex_words()), None),
        "spaCy blank + PyStemmer": (stemmed_ids(spacy_blank()), None),
        "NLTK `word_tokenize` + its Porter, no spans": (stemmed_ids(nltk_words(), nltk=True), SAMPLE),
        "Hugging Face pre-tokenizer, words and spans only": (
            lambda texts: [cut.pre_tokenize_str(lower.normalize_str(text)) for text in texts],
            None,
        ),
    }
    if importlib.util.find_spec("sklearn"):
        from sklearn.feature_extraction.text import CountVectorizer

        analyze = CountVectorizer(stop_words=list(ENGLISH)).build_analyzer()
        rows["scikit-learn analyzer, no stems, spans or ids"] = (lambda texts: [analyze(text) for text in texts], None)
    if importlib.util.find_spec("polars"):
        import polars

        rows["polars `extract_all`, no stems, spans or ids"] = (
            lambda texts: polars.Series(texts).str.to_lowercase().str.extract_all(r"\w+|[^\w\s]"),
            None,
        )
    return rows


def table(title: str, rows: dict[str, tuple[list[float], int | None]]) -> None:
    ours = next(iter(rows.values()))[0][0]
    print(f"\n| {title} | documents | MB/s, best | MB/s, median | textmill is faster by |\n|---|---|---|---|---|")
    for name, (rates, documents) in rows.items():
        fast, usual = rates[0], statistics.median(rates)
        print(f"| {name} | {documents or 'all'} | {fast:.1f} | {usual:.1f} | {ours / fast:.1f} x |", flush=True)


def main() -> None:
    texts = reviews(Path(parser(__doc__).parse_args().data_dir) / REVIEWS)
    print(machine("numpy", "numba", "spacy", "nltk", "tokenizers", "PyStemmer"))
    print(f"{len(texts)} documents, {megabytes(texts):.1f} MB")
    began = time.perf_counter()
    textmill()(texts[:1])
    print(f"first call, which compiles the kernels or reads them from disk: {time.perf_counter() - began:.2f} s")
    vocabulary = textmill().fit(texts).vocabulary

    ids = {
        "textmill": (speeds(lambda t: textmill(vocabulary).ids(t), texts), None),
        "textmill, 2 threads": (speeds(lambda t: textmill(vocabulary).ids(t, threads=2), texts), None),
    }
    for threads in (1, 2):
        ids[f"textmill, a stream ten times as long, {threads} thread{'s' * (threads > 1)}"] = (
            stream_speeds(texts, vocabulary, threads),
            None,
        )
    for name, (work, documents) in peers().items():
        ids[name] = speeds(work, texts[:documents], CHUNK), documents
    table("lower, words, stop words, Porter, ids", ids)
    print(f"one short text, 66 characters: {short_text(vocabulary):.0f} µs")
    spans = {"textmill": (speeds(Pipeline(Words()), texts), None)}
    for name, words in (("`re.finditer`", regex_words()), ("spaCy blank", spacy_blank())):
        spans[name] = speeds(words, texts, CHUNK), None
    table("words with spans", spans)


if __name__ == "__main__":
    main()
