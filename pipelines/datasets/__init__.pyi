from .aclimdb import read_aclimdb as read_aclimdb
from .conll import TaggedSentences as TaggedSentences, read_conll as read_conll
from .huggingface import from_dataset as from_dataset, tagged_from_dataset as tagged_from_dataset
from .labelled import open_labelled as open_labelled, read_labelled as read_labelled
from .labelled_texts import LabelledTexts as LabelledTexts
