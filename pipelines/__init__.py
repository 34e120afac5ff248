"""From data to a run that can be used: data sets, tasks, run folders, and the command line."""

import seqmodels  # noqa: F401  # sets how OpenMP's threads wait, which must be done before torch is first imported
from textprep.extras import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
