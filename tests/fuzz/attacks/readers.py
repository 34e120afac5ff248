"""Every reader over mutated files: the rows, or an error of ours; no line lost; `prep` ends whole or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from random import Random
from typing import Any

from tests.fuzz import files, hostile, row_truths
from tests.fuzz.attack import ATTACKS, Attack, Case, Finding, Wrong, only
from textprep import Pipeline, TextmillError, Texts, WhiteSpace
from textprep.readers import BadRow, open_documents

PARQUET = files.PARQUET
BOM = b"\xef\xbb\xbf"
DOCUMENTS = {"txt", "jsonl", "csv", "tsv", PARQUET}


@ATTACKS.register("readers")
class Readers(Attack):
    """A file of any format, changed before or after it is packed."""

    fixed = frozenset({"format", "packing", "out"})

    @classmethod
    def case(cls, random: Random) -> Case:
        """A format, how it is packed, its text, and changes to the packed bytes."""
        kind = random.choice([*files.SEEDS, PARQUET])
        packing = random.choice(files.PACKINGS) if kind != PARQUET else ""
        values: list[Any] = []
        text = ""
        if kind == PARQUET:
            values = [random.choice((None, hostile.text(random, 3), "a")) for _ in range(random.randint(0, 6))]
        elif kind == "jsonl" and random.random() < 0.5:
            text = files.objects(random)
        else:
            text = hostile.changed(random, files.SEEDS[kind].encode()).decode("latin-1")
        harm = random.random() < (0.15 if packing or kind == PARQUET else 0.0)
        changes = [[random.choice(hostile.CHANGES[:5]), random.randrange(300), random.randrange(1 << 16)]] * harm
        about: Case = {"dictionary": random.random() < 0.5, "batch_bytes": random.choice((1, 20, 60, 1 << 20))}
        about["out"] = random.choice(("out.jsonl", "out.parquet"))
        return {"format": kind, "packing": packing, "text": text, "values": values, "changes": changes, **about}

    def run(self, case: Case) -> Finding | None:
        """Read the file by every reader that its name allows."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        kind, packing, changes = case["format"], case["packing"], case["changes"]
        path = self.folder / (f"file.{kind}.{packing}" if packing else f"file.{kind}")
        plain = case["text"].encode("latin-1")
        data = files.packed(plain, packing, kind)
        if kind == PARQUET:
            data = files.parquet(case["values"], case["dictionary"])
        for how, at, value in changes:
            data = hostile.change(data, how, at, value)
        path.write_bytes(data)
        try:
            self._read(path, case, plain.removeprefix(BOM) if not changes else None)
        except Wrong as wrong:
            if packing in files.OTHERS and kind != "vec":
                raise Wrong("a packed file is taken for text", f"{kind}.{packing}: {wrong.finding.kind}") from None
            raise
        return None

    def _read(self, path: Path, case: Case, whole: bytes | None) -> None:
        kind = case["format"]
        if kind in DOCUMENTS:
            self._documents(path, case, whole)
            self._prep(path, case, whole)
        if kind == PARQUET:
            _column(case["values"], case["dictionary"])
        if kind in ("jsonl", "csv", "tsv", "labels", PARQUET):
            self._labelled(path, whole if kind in ("jsonl", "labels") else None)
        if kind in ("conll", "conllu"):
            self._sentences(path, kind, whole)
        if kind == "vec":
            self._vectors(path, whole)

    def _documents(self, path: Path, case: Case, plain: bytes | None) -> None:
        bad: list[BadRow] = []
        texts: list[str] = []
        kind = case["format"]
        with only(during=f"open_documents of {kind}"):
            try:
                for batch in open_documents(path, batch_bytes=case["batch_bytes"], on_bad_row=bad.append):
                    texts += batch.column("text").to_pylist()
            except TextmillError:
                return
        if None in texts:
            raise Wrong(f"{kind}: a text is null", texts)
        if kind == PARQUET and not case["changes"]:
            plain, wanted = b"", [value for value in case["values"] if value is not None]
            _equal("parquet: rows are lost", len(case["values"]), len(texts) + len(bad), bad)
            _equal("parquet: other texts", wanted, texts)
        elif plain is not None and (truth := row_truths.TRUTHS[kind](plain)) is not None:
            wanted, count = truth
            _equal(f"{kind}: rows are lost", count, len(texts) + len(bad), bad)
            _equal(f"{kind}: other texts", wanted, texts, bad)

    def _prep(self, path: Path, case: Case, plain: bytes | None) -> None:
        import pyarrow.parquet as pq

        from textprep.batch import preprocess

        out = self.folder / case["out"]
        out.write_bytes(b"old\n")
        bad: list[BadRow] = []
        with only(during="prep"):
            try:
                documents = preprocess([path], out, Pipeline(WhiteSpace()), on_bad_row=bad.append).documents
            except TextmillError:
                _equal("prep: the old output is gone", b"old\n", out.read_bytes())
                documents = -1
        if documents >= 0 and out.suffix == ".parquet":
            table = pq.read_table(out)
            _equal("prep: another number of rows", documents, len(table))
            if plain and case["format"] in ("csv", "tsv"):
                names = row_truths.header(plain, case["format"]) or table.column_names[:-3]
                _equal("prep: columns are lost", [*names, "tokens", "starts", "ends"], table.column_names)
        elif documents >= 0:
            lines = out.read_bytes().split(b"\n")[:-1]
            _equal("prep: another number of rows", documents, sum(1 for line in lines if json.loads(line)))
        _equal("prep: something is left", sorted([path, out]), sorted(self.folder.iterdir()))

    def _labelled(self, path: Path, plain: bytes | None) -> None:
        from pipelines.datasets.labelled import read_labelled, read_multilabelled

        for read in (read_labelled, read_multilabelled):
            bad: list[BadRow] = []
            with only(during=read.__name__):
                try:
                    found = read(path, on_bad_row=bad.append)
                except TextmillError:
                    continue
            if plain is not None:
                lines = [line for line in row_truths.lines(plain) if line.strip()]
                _equal(f"{read.__name__}: rows are lost", len(lines), len(found.texts) + len(bad), bad)

    def _sentences(self, path: Path, kind: str, plain: bytes | None) -> None:
        from pipelines.datasets.conll import read_conll
        from pipelines.datasets.conllu import read_conllu

        bad: list[BadRow] = []
        read = read_conll if kind == "conll" else read_conllu
        with only(during=read.__name__):
            try:
                found = read(path, on_bad_row=bad.append)
            except TextmillError:
                return
        if plain is not None:
            words = sum(map(len, found.words)) + sum(row_truths.words(row.raw, kind) for row in bad)
            _equal(f"{kind}: words are lost", row_truths.words(plain, kind), words, bad)

    def _vectors(self, path: Path, plain: bytes | None) -> None:
        from embeddings import WordVectors

        with only(during="vectors"):
            try:
                found = WordVectors.open(path, cache_dir=self.folder / "cache")
            except TextmillError:
                return
        if plain is not None:
            rows = [line.rstrip(b" ") for line in row_truths.lines(plain)]
            rows = [line for line in rows if line]
            header = len(rows) - len(found) - found.duplicates
            if header not in (0, 1):
                raise Wrong("vec: rows are lost", f"{rows}: {found.words}")
            last = {row.rsplit(b" ", found.dimension)[0]: row.rsplit(b" ", 1)[-1] for row in reversed(rows[header:])}
            for word, number in last.items():
                value = float(found[word.decode()][-1])
                if abs(value - float(number)) > 1e-6 * abs(value) + 1e-44:
                    raise Wrong("vec: another number", f"{value} where {number!r} is written {rows}")


def _equal(kind: str, wanted: object, found: object, about: object = "") -> None:
    if wanted != found:
        raise Wrong(kind, f"{found!r} where {wanted!r} is due {about!r}")


def _column(values: list[str | None], dictionary: bool) -> None:
    """An Arrow column as the API takes it; other programs write null among the words of a dictionary, too."""
    import pyarrow as pa

    column = pa.array(values, pa.string())
    if dictionary:
        words = list(dict.fromkeys(values))
        codes = pa.array([words.index(value) for value in values], pa.int32())
        column = pa.DictionaryArray.from_arrays(codes, pa.array(words, pa.string()))
    with only(during="an Arrow column"):
        try:
            found = Texts.of(column).strings
        except TextmillError:
            if None not in values:
                raise Wrong("an Arrow column is refused without a null", values) from None
            return
    _equal("an Arrow column: other texts", values, found)
