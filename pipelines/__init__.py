"""From data to a run that can be used: data sets, tasks, run folders, and the command line."""

from textprep.extras import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
