from .char_ngrams import CharNgrams as CharNgrams
from .embedding_layer import to_embedding as to_embedding
from .evaluate.coverage import Coverage as Coverage
from .lookup import Lookup as Lookup, Substitute as Substitute
from .mixtures import FirstFound as FirstFound, SideBySide as SideBySide
from .search.spelling import UnknownWordError as UnknownWordError
from .substitutes import MeanVector as MeanVector, RandomNormal as RandomNormal, Zeros as Zeros
from .word_vectors import WordVectors as WordVectors
