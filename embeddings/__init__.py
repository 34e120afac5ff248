"""Words → vectors: text files parsed once, memory-mapped ever after.

Names are loaded when they are first used (PEP 562), so that `import embeddings` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textprep.lazy import lazy_names

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

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "ngrams": ("CharNgrams",),
        "coverage": ("Coverage",),
        "missing": ("MeanVector", "Missing", "RandomNormal", "Zeros"),
        "unknown": ("UnknownWordError",),
        "vectors": ("WordVectors",),
        "layer": ("to_embedding",),
    },
)
