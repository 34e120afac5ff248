"""Words → vectors: text files parsed once, memory-mapped ever after."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
