"""Readers: documents from files of any size, as streams of Arrow record batches."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
