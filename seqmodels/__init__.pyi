from .batches.token_batches import Batches as Batches, TokenBatch as TokenBatch
from .heads.crf import CRF as CRF
from .heads.tag_schemes import (
    IllegalTag as IllegalTag,
    Span as Span,
    convert_tags as convert_tags,
    illegal_tags as illegal_tags,
    legal_transitions as legal_transitions,
    spans_to_tags as spans_to_tags,
    tag_names as tag_names,
    tags_to_spans as tags_to_spans,
)
from .inputs.characters import CharBiLSTM as CharBiLSTM, CharCNN as CharCNN
from .inputs.word_features import TypeFeatures as TypeFeatures, TypeTable as TypeTable, learn_alphabet as learn_alphabet
from .inputs.word_input import InputSizes as InputSizes, WordCharInput as WordCharInput, WordVectors as WordVectors
from .layers.pooling import (
    AttentionPooling as AttentionPooling,
    LastPooling as LastPooling,
    MaxPooling as MaxPooling,
    MeanPooling as MeanPooling,
)
from .layers.recurrent import LockedDropout as LockedDropout, RecurrentEncoder as RecurrentEncoder
from .metrics.scores import (
    Score as Score,
    accuracy as accuracy,
    class_scores as class_scores,
    entity_scores as entity_scores,
    macro_f1 as macro_f1,
)
from .models.classifier import Classifier as Classifier, ClassifierSettings as ClassifierSettings
from .models.tagger import Tagger as Tagger, TaggerSettings as TaggerSettings
from .training.averaging import WeightAverage as WeightAverage
from .training.fit import fit as fit
from .training.hooks import Hook as Hook
from .training.optimizers import ParameterGroup as ParameterGroup
from .training.protocols import Evaluation as Evaluation
from .training.schedules import rate_factor as rate_factor
from .training.settings import TrainingSettings as TrainingSettings
from .training.state import TrainingState as TrainingState
from .training.weights import load_weights as load_weights, save_weights as save_weights
