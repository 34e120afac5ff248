"""From raw text to tokens to ids, computed once per distinct word.

from textprep import Pipeline, Lower, Words, StopWords, Stem

prep = Pipeline(Lower(), Words(), StopWords("en", keep={"not", "no"}), Stem("porter"))
prep(["The cats weren't sitting on the mats."]).to_lists()
"""

from textprep.extras import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
