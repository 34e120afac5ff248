"""Small files of every format: whole ones to be changed, odd ones, and how they are packed."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from random import Random

from tests.fuzz import hostile

ROWS = [("pos", "The cats weren't, really"), ("neg", "a <b>bad</b> film\u2028"), ("pos", "İ 😀 e\u0301"), ("neg", "")]
CONLL = "-DOCSTART- -X- O\n\nAnna NNP B-PER\nleft VBD O\n\nin IN O\nİstanbul NNP B-LOC\n. . O\n"
CONLLU = "# newdoc\n" + "".join(f"{k}\t{w}\t{w}\tX\t_\t_\t0\troot\t_\t_\n" for k, w in enumerate(["a", "é"], 1)) + "\n"
SEEDS = {
    "txt": "".join(text + "\n" for _, text in ROWS),
    "jsonl": "".join(json.dumps({"label": label, "text": text, "n": 1}) + "\n" for label, text in ROWS),
    "csv": "label,text\n" + "".join(f'{label},"{text}"\n' for label, text in ROWS),
    "tsv": "label\ttext\n" + "".join(f"{label}\t{text}\n" for label, text in ROWS),
    "conll": CONLL,
    "conllu": CONLLU * 2,
    "labels": "".join(f"__label__{label} {text or 'x'}\n" for label, text in ROWS),
    "vec": "3 2\ncat 0.9 0.1\nİ 1e-40 -3\n. 1 0\n",
}
PARQUET = "parquet"
PACKINGS = ("", "", "", "", "gz", "gz", "xz", "bz2", "zip")
OTHERS = ("bz2", "zip")  # read or refused, never taken for text


def objects(random: Random) -> str:
    """Lines of JSON objects with odd values, keys that occur twice, and much nesting."""
    lines = []
    for _ in range(random.randint(1, 5)):
        pairs = [("label", "pos"), ("text", hostile.text(random, 3)), ("n", 1)]
        if random.random() < 0.5:
            pairs[random.randrange(3)] = (random.choice(("label", "text", "n", "new")), random.choice(hostile.VALUES))
        if random.random() < 0.1:
            pairs.append(("deep", None))
        line = "{" + ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in pairs) + "}"
        depth = random.choice((3, 90, 5000))
        lines.append(line.replace('"deep": null', '"deep": ' + "[" * depth + "]" * depth))
    return "\n".join(lines)


def packed(data: bytes, packing: str, kind: str) -> bytes:
    """The data as a file of that ending holds them; in a zip archive they have a name of their own."""
    match packing:
        case "gz":
            return gzip.compress(data, mtime=0)
        case "xz":
            return lzma.compress(data)
        case "bz2":
            return bz2.compress(data)
        case "zip":
            archive = io.BytesIO()
            with zipfile.ZipFile(archive, "w") as packed:
                packed.writestr(f"file.{kind}", data)
            return archive.getvalue()
    return data


def parquet(values: list[str | None], dictionary: bool) -> bytes:
    """A Parquet file of these texts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = pa.array(values, pa.string())
    table = pa.table({"text": texts.dictionary_encode() if dictionary else texts, "label": ["pos"] * len(values)})
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()
