"""Words → vectors: text files parsed once, memory-mapped ever after.

Names are loaded when they are first used (PEP 562), so that `import embeddings` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embeddings.coverage import Coverage
    from embeddings.layer import to_embedding
    from embeddings.missing import MeanVector, Missing, RandomNormal, Zeros
    from embeddings.ngrams import CharNgrams
    from embeddings.unknown import UnknownWordError
    from embeddings.vectors import WordVectors

__all__ = [
    "CharNgrams",
    "Coverage",
    "MeanVector",
    "Missing",
    "RandomNormal",
    "UnknownWordError",
    "WordVectors",
    "Zeros",
    "to_embedding",
]

_HOMES = {
    "CharNgrams": "ngrams",
    "Coverage": "coverage",
    "MeanVector": "missing",
    "Missing": "missing",
    "RandomNormal": "missing",
    "UnknownWordError": "unknown",
    "WordVectors": "vectors",
    "Zeros": "missing",
    "to_embedding": "layer",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
