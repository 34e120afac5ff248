"""Readers: documents from files of any size, as streams of Arrow record batches."""

from textprep.extras import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
