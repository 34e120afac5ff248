from .char_ngrams import CharNgrams as CharNgrams
from .evaluate.coverage import Coverage as Coverage
from .layer import to_embedding as to_embedding
from .search.spelling import UnknownWordError as UnknownWordError
from .substitutes import MeanVector as MeanVector, Missing as Missing, RandomNormal as RandomNormal, Zeros as Zeros
from .vectors import WordVectors as WordVectors
