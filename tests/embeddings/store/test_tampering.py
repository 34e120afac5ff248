"""Every file of a store, damaged at hundreds of places: what is opened is right, or refused as an `ArtifactError`.

The tampering is done in a process of its own, so that a segmentation fault or an endless search is seen as what it is.
"""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest

from embeddings import CharNgrams, MeanVector, WordVectors
from embeddings.store import lexicon
from textprep.errors import ArtifactError, TextmillError

FILES = ("store.json", "words.arrow", "vectors.safetensors")
WORDS = [f"wört{i}" for i in range(100)]
OTHER_VALUES = (None, True, -1, 0, 3, 2**63, 10**400, 1.5, "x", "", [], [[]], {}, {"format": 1}, "\ud800")


def tamperings(content: dict[str, bytes]) -> Iterator[tuple[str, str, bytes]]:
    """What was done, to which file, and what that holds now."""
    random = Random(0)
    for name, data in content.items():
        for _ in range(150):
            at = random.randrange(len(data))
            yield f"byte {at}", name, data[:at] + bytes([data[at] ^ random.randrange(1, 256)]) + data[at + 1 :]
        for _ in range(60):
            at = random.randrange(len(data) // 4) * 4
            new = random.choice([b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\xff" * 8, b"\7\0\0\0"])
            yield f"bytes {at} {new!r}", name, (data[:at] + new + data[at + len(new) :])[: len(data)]
        for kept in (0, 1, 8, 100, len(data) // 2, len(data) - 1):
            yield f"cut at {kept}", name, data[:kept]
        yield "longer", name, data + b"\0" * 64
    (length, header), arrays = header_of(content["vectors.safetensors"])
    table = json.loads(header)["table"]["data_offsets"]
    for value in (0, 99, 100, 2**31 - 1, -2):
        full = np.full((table[1] - table[0]) // 4, value, "<i4").tobytes()
        damaged = arrays[: table[0]] + full + arrays[table[1] :]
        yield f"table of {value}", "vectors.safetensors", length + header + damaged
    for changed in changed_values(json.loads(header)):
        for new in (json.dumps(changed).encode(), json.dumps(changed).encode().replace(b'"norms"', b'"table"')):
            padded = new.ljust(len(header))
            yield f"header {new!r}", "vectors.safetensors", len(padded).to_bytes(8, "little") + padded + arrays
    for changed in changed_values(json.loads(content["store.json"])):
        yield f"card {changed}", "store.json", json.dumps(changed).encode()
    nested = b'{"format": 1, "bytes": ' + b"[" * 30_000 + b"]" * 30_000 + b"}"
    for new in (nested, b"[]", b"3", b"", b"{}", b'{"format": 1, "format": 2}', b"{" + b" " * 100_000 + b"}", b"NaN"):
        yield f"card {new[:40]!r}", "store.json", new


def header_of(data: bytes) -> tuple[tuple[bytes, bytes], bytes]:
    end = 8 + int.from_bytes(data[:8], "little")
    return (data[:8], data[8:end]), data[end:]


def changed_values(value: object) -> Iterator[object]:
    """A JSON value with each of its parts, and each pair of a number and its neighbour, missing or something else."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield {k: v for k, v in value.items() if k != key}
            yield {(k if k != key else f"{k}s"): v for k, v in value.items()}
            for new in (*OTHER_VALUES, *changed_values(inner)):
                yield value | {key: new}
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            for new in (*OTHER_VALUES, *changed_values(inner), 2**31, 2**62):
                yield [*value[:at], new, *value[at + 1 :]]
        yield value * 2
        yield [1] * 200 + value


def answers(folder: Path) -> list[object]:
    """All that can be asked of a store, once by the plain and once by the compiled search."""
    asked = [*WORDS[::7], "absent", "wört", ""]
    vectors = WordVectors.load(folder)
    found: list[object] = [vectors.duplicates, vectors.norms.tolist(), vectors.lookup(asked)[0].tolist()]
    for many in (20_000, 0):
        lexicon._MANY = many
        found += [vectors.rows(asked).tolist(), vectors.nearest(vectors.vectors[3], 5)]
    found += [vectors.words, vectors.similarity("wört1", "wört2"), vectors.analogy("wört1", "wört2", "wört3", 4)]
    found += [vectors.matrix(asked, [CharNgrams(), MeanVector()])[0].tolist()]
    return found


def attack(folder: Path, with_checksums: bool) -> None:
    """Print what went wrong, a line each, and at the end how many were tried, and how many of them refused."""
    warnings.simplefilter("ignore")  # numpy's, on damaged numbers
    content = {name: (folder / name).read_bytes() for name in FILES}
    if not with_checksums:
        card = json.loads(content["store.json"])
        del card["crc32"], card["card_crc32"]
        content["store.json"] = json.dumps(card | {"format": 1}).encode()
    right = answers(folder)
    tried = refused = 0
    for what, name, new in tamperings(content):
        files = content | {name: new}
        if not with_checksums and name != "store.json":  # with its new size, so that it is looked into all the same
            card = json.loads(content["store.json"])
            card["bytes"][name] = len(new)
            files["store.json"] = json.dumps(card).encode()
        for each, data in files.items():
            (folder / each).write_bytes(data)
        tried += 1
        try:
            if answers(folder) != right and with_checksums:
                print(f"{name}, {what}: a wrong answer")
        except ArtifactError:
            refused += 1
        except TextmillError as error:
            if with_checksums:
                print(f"{name}, {what}: {error!r}")
        except BaseException as error:
            print(f"{name}, {what}: {type(error).__name__} {error}")
    print(tried, refused)


@pytest.mark.parametrize("with_checksums", [True, False])
def test_no_damage_is_taken_for_vectors(tmp_path: Path, with_checksums: bool) -> None:
    matrix = np.random.default_rng(0).standard_normal((100, 5), np.float32)
    WordVectors.from_words(WORDS, matrix).save(tmp_path / "store")
    command = [sys.executable, __file__, str(tmp_path / "store"), str(int(with_checksums))]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    *wrong, last = done.stdout.splitlines()
    assert not wrong
    tried, refused = map(int, last.split())
    assert tried > 1000
    assert refused > 0.9 * tried if with_checksums else refused > 0.5 * tried


if __name__ == "__main__":
    attack(Path(sys.argv[1]), sys.argv[2] == "1")
