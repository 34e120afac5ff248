"""Sequence models in PyTorch: encoders, poolings, a CRF, a tagger, a classifier, and their training."""

import os

from textprep.extras import lazy_names

# OpenMP's threads spin while they wait. On a machine with anything else to do, the small steps of these models then
# take thirty times as long; sleeping costs next to nothing. Has an effect only before torch is first imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
