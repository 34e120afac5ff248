from .aclimdb import read_aclimdb as read_aclimdb
from .conll import read_conll as read_conll
from .conllu import read_conllu as read_conllu
from .huggingface import (
    from_dataset as from_dataset,
    labelled_pairs_from_dataset as labelled_pairs_from_dataset,
    multilabelled_from_dataset as multilabelled_from_dataset,
    pairs_from_dataset as pairs_from_dataset,
    tagged_from_dataset as tagged_from_dataset,
)
from .labelled import (
    open_labelled as open_labelled,
    read_labelled as read_labelled,
    read_multilabelled as read_multilabelled,
)
from .labelled_texts import LabelledTexts as LabelledTexts
from .pairs import (
    open_pairs as open_pairs,
    read_labelled_pairs as read_labelled_pairs,
    read_pairs as read_pairs,
    read_parallel as read_parallel,
)
from .plain_texts import (
    PlainTexts as PlainTexts,
    read_documents as read_documents,
    read_texts as read_texts,
    read_whole as read_whole,
    texts_from_dataset as texts_from_dataset,
)
from .selection import folds as folds, held_out as held_out, split as split
from .tagged_sentences import TaggedSentences as TaggedSentences
from .text_pairs import LabelledPairs as LabelledPairs, TextPairs as TextPairs
