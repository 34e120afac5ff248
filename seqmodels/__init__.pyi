from .batches.id_batches import IdBatch as IdBatch, IdBatches as IdBatches
from .batches.masked_batches import MaskedBatches as MaskedBatches
from .batches.pair_batches import PairBatch as PairBatch, PairBatches as PairBatches
from .batches.plan import LengthBuckets as LengthBuckets
from .batches.stream_batches import StreamBatch as StreamBatch, StreamBatches as StreamBatches
from .batches.word_batches import Batches as Batches, WordBatch as WordBatch
from .cells.cell import CELLS as CELLS
from .generation.beam import Beam as Beam
from .generation.contrastive import Contrastive as Contrastive
from .generation.decoding import Decoding as Decoding
from .generation.generate import generate as generate, stream as stream
from .generation.greedy import Greedy as Greedy
from .generation.method import Said as Said, Step as Step
from .generation.next_token import NextToken as NextToken
from .generation.sampling import Sampling as Sampling
from .heads.class_head import ClassHead as ClassHead, ClassHeadSettings as ClassHeadSettings
from .heads.crf import CRF as CRF
from .heads.language_head import LanguageHead as LanguageHead, LanguageHeadSettings as LanguageHeadSettings
from .heads.multi_label_head import MultiLabelHead as MultiLabelHead, MultiLabelHeadSettings as MultiLabelHeadSettings
from .heads.ngram_scores import NGramScores as NGramScores
from .heads.softmax import SoftmaxTags as SoftmaxTags
from .heads.tag_decoder import TAG_DECODERS as TAG_DECODERS
from .heads.tag_head import TagHead as TagHead, TagHeadSettings as TagHeadSettings
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
from .inputs.characters import (
    CHARACTER_ENCODERS as CHARACTER_ENCODERS,
    CharBiLSTM as CharBiLSTM,
    CharCNN as CharCNN,
)
from .inputs.split_embedding import SplitEmbedding as SplitEmbedding
from .inputs.token_input import (
    TokenInput as TokenInput,
    TokenInputSettings as TokenInputSettings,
    TokenSizes as TokenSizes,
)
from .inputs.word_features import (
    FeatureTable as FeatureTable,
    WordFeatures as WordFeatures,
    learn_alphabet as learn_alphabet,
)
from .inputs.word_input import InputSettings as InputSettings, InputSizes as InputSizes, WordInput as WordInput
from .layers.dropout import LockedDropout as LockedDropout
from .layers.encoder import ENCODERS as ENCODERS, Encoded as Encoded, Encoder as Encoder
from .layers.pooling import (
    POOLINGS as POOLINGS,
    AttentionPooling as AttentionPooling,
    LastPooling as LastPooling,
    MaxPooling as MaxPooling,
    MeanPooling as MeanPooling,
)
from .layers.recurrent import RecurrentEncoder as RecurrentEncoder, RecurrentSettings as RecurrentSettings
from .layers.transformer import TransformerEncoder as TransformerEncoder, TransformerSettings as TransformerSettings
from .metrics.scores import (
    Score as Score,
    accuracy as accuracy,
    balanced_accuracy as balanced_accuracy,
    class_scores as class_scores,
    entity_scores as entity_scores,
    label_scores as label_scores,
    macro_f1 as macro_f1,
    micro_f1 as micro_f1,
)
from .models.classifier import Classifier as Classifier, ClassifierSettings as ClassifierSettings
from .models.language_model import (
    LanguageModel as LanguageModel,
    LanguageModelSettings as LanguageModelSettings,
    TextLoss as TextLoss,
)
from .models.tagger import Tagger as Tagger, TaggerSettings as TaggerSettings, Tags as Tags
from .training.averaging import WeightAverage as WeightAverage
from .training.fit import fit as fit
from .training.hooks import Hook as Hook
from .training.optimizers import ParameterGroup as ParameterGroup
from .training.protocols import Evaluation as Evaluation
from .training.schedules import rate_factor as rate_factor
from .training.settings import TrainingBySize as TrainingBySize, TrainingSettings as TrainingSettings
from .training.state import TrainingState as TrainingState
from .training.weights import load_weights as load_weights, save_weights as save_weights
