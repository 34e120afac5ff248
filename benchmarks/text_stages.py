"""Text stages on real text, one thread, beside what people write for the same with Python's own means and libraries.

Run as `python -m benchmarks.text_stages [--data-dir DIR]`. The text is the 25,000 training reviews of IMDB as a list of
Python strings, of which a tenth has characters beyond ASCII; a second table has the same with a URL, a mention, a
hashtag, an address and a phone number put behind each tenth word of every twentieth review. Times are the processor's,
best of three. Ours give the edits of every document besides the text; no peer gives positions. Peers are loops over the
documents: ftfy, `unicodedata` (which gives ASCII back without a look, as Python's strings know that they are it),
`re.sub` with patterns such as cleaning scripts have, and Hugging Face's normalisers.
"""

from __future__ import annotations

import html
import re
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.data_folder import machine, parser
from benchmarks.preprocessing import REVIEWS, megabytes, reviews
from textprep import ControlCharacters, Html, Mask, Mojibake, Replace, Spaces, Texts, UnicodeForm

REPETITIONS = 3
MARKS = "http://example.org/a?b=c @name #topic me@example.org +49 30 901820".split(" ", 4)

TAGS = re.compile(r"<[^<>]+>")
WHITE = re.compile(r"\s+")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
NETWORK = (
    (re.compile(r"(?:[a-z][a-z0-9+-]{0,15}://|www\.)[^\s<>\"]+", re.IGNORECASE), "<url>"),
    (re.compile(r"[\w.%+-]+@(?:[\w-]+\.)+\w{2,}"), "<email>"),
    (re.compile(r"(?<!\w)@\w{1,20}"), "<user>"),
    (re.compile(r"(?<!\w)#\w*[^\W\d]\w*"), "<hashtag>"),
    (
        re.compile(r"(?<![\w.+-])(?:\+|0)\d{1,3}(?:[ ./-]?\(?\d{2,}\)?){2,4}|\(?\b[2-9]\d\d\)?[ .-]\d{3}[ .-]\d{4}\b"),
        "<phone>",
    ),
)


def masked(text: str) -> str:
    for pattern, placeholder in NETWORK:
        text = pattern.sub(placeholder, text)
    return text


def peers() -> dict[str, tuple[Any, dict[str, Callable[[str], str]]]]:
    """Each stage with what does about the same to one text."""
    import ftfy
    from tokenizers.normalizers import NFC, NFKC

    composed, compatible = NFC().normalize_str, NFKC().normalize_str
    repeated = re.compile(r"(.)\1{2,}")
    return {
        "Unicode form NFC": (
            UnicodeForm("NFC"),
            {"`unicodedata.normalize`": lambda text: unicodedata.normalize("NFC", text), "tokenizers": composed},
        ),
        "Unicode form NFKC": (
            UnicodeForm("NFKC"),
            {"`unicodedata.normalize`": lambda text: unicodedata.normalize("NFKC", text), "tokenizers": compatible},
        ),
        "mojibake": (Mojibake(), {"ftfy.fix_encoding": ftfy.fix_encoding}),
        "HTML": (Html(), {"`html.unescape(re.sub(…))`": lambda text: html.unescape(TAGS.sub(" ", text))}),
        "control characters": (ControlCharacters(), {"`re.sub`": lambda text: CONTROLS.sub("", text)}),
        "white space": (
            Spaces(),
            {
                "`re.sub`": lambda text: WHITE.sub(" ", text).strip(),
                "`split`, `join`": lambda text: " ".join(text.split()),
            },
        ),
        "masks": (Mask(), {"`re.sub`, five patterns": masked}),
        "regular expression": (Replace(r"(.)\1{2,}", r"\1\1"), {"`re.sub`": lambda text: repeated.sub(r"\1\1", text)}),
    }


def best(work: Callable[[], object]) -> float:
    """Seconds of the processor, the best of some."""
    times = []
    for _ in range(REPETITIONS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def marked(texts: list[str]) -> list[str]:
    """The texts with things of the network in every twentieth."""
    new = list(texts)
    for k in range(0, len(texts), 20):
        words = texts[k].split(" ")
        for place in range(len(words) // 10 * 10, 0, -10):
            words.insert(place, MARKS[place // 10 % len(MARKS)])
        new[k] = " ".join(words)
    return new


def table(title: str, texts: list[str], stages: dict[str, tuple[Any, dict[str, Callable[[str], str]]]]) -> None:
    size = megabytes(texts)
    encoded = Texts.of(texts).utf8
    print(f"\n| {title} | edits | MB/s | peer | its MB/s | faster by |\n|---|---|---|---|---|---|")
    for name, (stage, others) in stages.items():
        edits = sum(len(each.starts) for each in stage.edit(Texts(utf8=encoded)).edits)
        ours = size / best(lambda stage=stage: stage.edit(Texts(utf8=encoded)).utf8)  # type: ignore[misc]
        for peer, work in others.items():
            theirs = size / best(lambda work=work: [work(text) for text in texts])  # type: ignore[misc]
            row = f"| {name} | {edits} | {ours:.0f} | {peer} | {theirs:.1f} | {ours / theirs:.1f} x |"
            print(row, flush=True)


def main() -> None:
    texts = reviews(Path(parser(__doc__).parse_args().data_dir) / REVIEWS)
    print(machine("numpy", "numba", "ftfy", "tokenizers"))
    beyond = sum(not text.isascii() for text in texts) / len(texts)
    print(f"{len(texts)} documents, {megabytes(texts):.1f} MB, {beyond:.0%} of them with characters beyond ASCII")
    stages = peers()
    table("IMDB", texts, stages)
    table("IMDB with things of the network", marked(texts), {"masks": stages["masks"]})


if __name__ == "__main__":
    main()
