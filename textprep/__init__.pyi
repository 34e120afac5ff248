from .errors import (
    ArtifactError as ArtifactError,
    ConfigError as ConfigError,
    InputError as InputError,
    TextmillError as TextmillError,
)
from .ids import Ids as Ids
from .layer import Layer as Layer
from .normalize.control_characters import ControlCharacters as ControlCharacters
from .normalize.html import Html as Html
from .normalize.lower import Lower as Lower
from .normalize.mask import Mask as Mask
from .normalize.mojibake import Mojibake as Mojibake
from .normalize.replace import Replace as Replace
from .normalize.spaces import Spaces as Spaces
from .normalize.unicode_form import UnicodeForm as UnicodeForm
from .pipeline import Pipeline as Pipeline
from .protocols import Piece as Piece
from .recipes import open_recipe as open_recipe
from .special_tokens import SpecialTokens as SpecialTokens
from .stages import register as register
from .subword.text_pieces import TextPieces as TextPieces
from .subword.wordpiece import WordPiece as WordPiece
from .texts import Texts as Texts
from .tokenize.characters import Characters as Characters
from .tokenize.treebank import Treebank as Treebank
from .tokenize.white_space import WhiteSpace as WhiteSpace
from .tokenize.words import Words as Words
from .tokens import Tokens as Tokens
from .vocabulary import Vocabulary as Vocabulary
from .word_counts import WordCounts as WordCounts
from .words.contractions import Contractions as Contractions
from .words.lemma import Lemma as Lemma
from .words.phrases import Phrases as Phrases
from .words.rare_words import RareWords as RareWords
from .words.stem import Stem as Stem
from .words.stop_words import StopWords as StopWords
from .words.tagged_lemma import TaggedLemma as TaggedLemma
from .words.tags import Tags as Tags
