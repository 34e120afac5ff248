"""Data sets: texts with classes, pairs of texts and sentences with tags, from the formats they are published in."""

from textprep.extras import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
