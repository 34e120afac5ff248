"""Words → vectors: text files parsed once, memory-mapped ever after."""

from textprep.extras import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
