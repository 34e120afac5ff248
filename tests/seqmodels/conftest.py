"""A small made-up corpus on which tagger and classifier learn within seconds."""

from typing import NamedTuple

import numpy as np
import pytest
import torch

from seqmodels.heads.tag_schemes import Span, spans_to_tags, tag_names
from seqmodels.inputs.word_features import FeatureTable, WordFeatures
from seqmodels.inputs.word_input import InputSizes


class Corpus(NamedTuple):
    features: FeatureTable
    sizes: InputSizes
    codes: np.ndarray
    offsets: np.ndarray
    tags: np.ndarray
    labels: np.ndarray
    tag_names: list[str]


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """These models are so small that threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def corpus():
    """200 sentences of 0-8 words; "Xa" and what follows it is an entity; the label says whether there is one."""
    rng = np.random.default_rng(0)
    surface = ["Xa", *(f"w{i}" for i in range(20))]
    features = WordFeatures(["<pad>", "<unk>", *surface[:11]], alphabet="Xaw0123456789")
    names = tag_names(["ENT"])
    rows, tags, labels = [], [], []
    for _ in range(200):
        row = rng.choice(21, int(rng.integers(0, 9)), p=[0.2] + [0.04] * 20).tolist()
        spans, at = [], 0
        while at < len(row):
            if row[at] == 0:
                spans.append(Span(at, min(at + 2, len(row)), "ENT"))
                at += 1
            at += 1
        rows.append(row)
        tags += [names.index(tag) for tag in spans_to_tags(spans, len(row))]
        labels.append(int(bool(spans)))
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    codes = np.concatenate([np.array(row, np.int32) for row in rows])
    sizes = InputSizes(13, 8, trained_words=13, chars=2 + len(features.alphabet))
    return Corpus(features(surface), sizes, codes, offsets, np.array(tags), np.array(labels), names)
