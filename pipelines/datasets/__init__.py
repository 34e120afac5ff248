"""Data sets with labels: texts with classes and sentences with tags, from the formats they are published in."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
