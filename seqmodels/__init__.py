"""Sequence models in PyTorch: recurrent encoders, poolings, a CRF, a tagger, a classifier, and their
training.

Names load on first use, so `import seqmodels` itself brings in neither torch nor anything else heavy.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textprep.lazy import lazy_names

if TYPE_CHECKING:
    from seqmodels.averaging import WeightAverage
    from seqmodels.batches import Batches, TokenBatch
    from seqmodels.characters import CharBiLSTM, CharCNN
    from seqmodels.classifier import Classifier, ClassifierSettings
    from seqmodels.crf import CRF
    from seqmodels.hooks import Hook, Progress
    from seqmodels.inputs import InputSizes, WordCharInput, WordVectors
    from seqmodels.metrics import Score, accuracy, class_scores, entity_scores, macro_f1
    from seqmodels.pooling import AttentionPooling, LastPooling, MaxPooling, MeanPooling
    from seqmodels.recurrent import LockedDropout, RecurrentEncoder
    from seqmodels.schedules import rate_factor
    from seqmodels.tagger import Tagger, TaggerSettings
    from seqmodels.tags import (
        IllegalTag,
        Span,
        convert_tags,
        illegal_tags,
        legal_transitions,
        spans_to_tags,
        tag_names,
        tags_to_spans,
    )
    from seqmodels.training import TrainingSettings, fit
    from seqmodels.types import TypeFeatures, TypeTable, learn_alphabet
    from seqmodels.weights import load_weights, save_weights

# OpenMP's threads spin while they wait. On a machine with anything else to do, the small steps of these models then
# take thirty times as long; sleeping costs next to nothing. Has an effect only before torch is first imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

__all__ = [
    "CRF",
    "AttentionPooling",
    "Batches",
    "CharBiLSTM",
    "CharCNN",
    "Classifier",
    "ClassifierSettings",
    "Hook",
    "IllegalTag",
    "InputSizes",
    "LastPooling",
    "LockedDropout",
    "MaxPooling",
    "MeanPooling",
    "Progress",
    "RecurrentEncoder",
    "Score",
    "Span",
    "Tagger",
    "TaggerSettings",
    "TokenBatch",
    "TrainingSettings",
    "TypeFeatures",
    "TypeTable",
    "WeightAverage",
    "WordCharInput",
    "WordVectors",
    "accuracy",
    "class_scores",
    "convert_tags",
    "entity_scores",
    "fit",
    "illegal_tags",
    "learn_alphabet",
    "legal_transitions",
    "load_weights",
    "macro_f1",
    "rate_factor",
    "save_weights",
    "spans_to_tags",
    "tag_names",
    "tags_to_spans",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "averaging": ("WeightAverage",),
        "batches": ("Batches", "TokenBatch"),
        "characters": ("CharBiLSTM", "CharCNN"),
        "classifier": ("Classifier", "ClassifierSettings"),
        "crf": ("CRF",),
        "hooks": ("Hook", "Progress"),
        "inputs": ("InputSizes", "WordCharInput", "WordVectors"),
        "metrics": ("Score", "accuracy", "class_scores", "entity_scores", "macro_f1"),
        "pooling": ("AttentionPooling", "LastPooling", "MaxPooling", "MeanPooling"),
        "recurrent": ("LockedDropout", "RecurrentEncoder"),
        "schedules": ("rate_factor",),
        "tagger": ("Tagger", "TaggerSettings"),
        "tags": (
            "IllegalTag",
            "Span",
            "convert_tags",
            "illegal_tags",
            "legal_transitions",
            "spans_to_tags",
            "tag_names",
            "tags_to_spans",
        ),
        "training": ("TrainingSettings", "fit"),
        "types": ("TypeFeatures", "TypeTable", "learn_alphabet"),
        "weights": ("load_weights", "save_weights"),
    },
)
