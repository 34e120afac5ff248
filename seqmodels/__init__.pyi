from .batches.document_pieces import Pieces as Pieces, cut_documents as cut_documents
from .batches.each_hidden import EachHidden as EachHidden
from .batches.id_batches import IdBatch as IdBatch, IdBatches as IdBatches
from .batches.joined_pairs import join_pairs as join_pairs
from .batches.masked_batches import MaskedBatches as MaskedBatches
from .batches.next_sentence_batches import (
    NextSentenceBatch as NextSentenceBatch,
    NextSentenceBatches as NextSentenceBatches,
)
from .batches.pair_batches import PairBatch as PairBatch, PairBatches as PairBatches
from .batches.plan import LengthBuckets as LengthBuckets
from .batches.span_batches import SpanBatches as SpanBatches
from .batches.stream_batches import StreamBatch as StreamBatch, StreamBatches as StreamBatches
from .batches.window_batches import WindowBatches as WindowBatches
from .batches.word_batches import Batches as Batches, WordBatch as WordBatch
from .cells.cell import CELLS as CELLS
from .generation.beam import Beam as Beam
from .generation.contrastive import Contrastive as Contrastive
from .generation.decoding import Decoding as Decoding
from .generation.generate import generate as generate, stream as stream
from .generation.greedy import Greedy as Greedy
from .generation.method import METHODS as METHODS, Said as Said, Step as Step
from .generation.next_token import NextToken as NextToken
from .generation.sampling import Sampling as Sampling
from .heads.class_head import ClassHead as ClassHead, ClassHeadSettings as ClassHeadSettings
from .heads.crf import CRF as CRF
from .heads.language_head import LanguageHead as LanguageHead, LanguageHeadSettings as LanguageHeadSettings
from .heads.masked_language_head import (
    MaskedLanguageHead as MaskedLanguageHead,
    MaskedLanguageHeadSettings as MaskedLanguageHeadSettings,
)
from .heads.multi_label_head import MultiLabelHead as MultiLabelHead, MultiLabelHeadSettings as MultiLabelHeadSettings
from .heads.next_sentence_head import (
    NextSentenceHead as NextSentenceHead,
    NextSentenceHeadSettings as NextSentenceHeadSettings,
)
from .heads.ngram_scores import NGramScores as NGramScores
from .heads.pair_head import PairHeadSettings as PairHeadSettings
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
from .heads.word_softmax import WORD_SOFTMAXES as WORD_SOFTMAXES
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
from .inspect.gradient_recorder import GradientRecorder as GradientRecorder
from .layers.attention import (
    CrossAttention as CrossAttention,
    SelfAttention as SelfAttention,
    attention_weights as attention_weights,
)
from .layers.attention_scores import ATTENTIONS as ATTENTIONS
from .layers.convolution import ConvolutionEncoder as ConvolutionEncoder, ConvolutionSettings as ConvolutionSettings
from .layers.decoder import DECODERS as DECODERS, Decoder as Decoder
from .layers.dropout import LockedDropout as LockedDropout
from .layers.encoder import ENCODERS as ENCODERS, Encoded as Encoded, Encoder as Encoder
from .layers.hierarchical import (
    HierarchicalEncoder as HierarchicalEncoder,
    HierarchicalSettings as HierarchicalSettings,
)
from .layers.ngram_bag import NGramBag as NGramBag, NGramBagSettings as NGramBagSettings
from .layers.pooling import (
    POOLINGS as POOLINGS,
    AttentionPooling as AttentionPooling,
    LastPooling as LastPooling,
    MaxPooling as MaxPooling,
    MeanPooling as MeanPooling,
)
from .layers.positions import POSITIONS as POSITIONS
from .layers.recurrent import RecurrentEncoder as RecurrentEncoder, RecurrentSettings as RecurrentSettings
from .layers.recurrent_decoder import (
    RecurrentDecoder as RecurrentDecoder,
    RecurrentDecoderSettings as RecurrentDecoderSettings,
)
from .layers.stacked import StackedEncoder as StackedEncoder, StackedSettings as StackedSettings
from .layers.transformer import TransformerEncoder as TransformerEncoder, TransformerSettings as TransformerSettings
from .layers.transformer_decoder import (
    TransformerDecoder as TransformerDecoder,
    TransformerDecoderSettings as TransformerDecoderSettings,
)
from .layers.window import WindowEncoder as WindowEncoder, WindowSettings as WindowSettings
from .metrics.perplexity import perplexity as perplexity
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
from .metrics.translation import bleu as bleu, chrf as chrf
from .models.classifier import Classifier as Classifier, ClassifierSettings as ClassifierSettings
from .models.language_model import (
    LanguageModel as LanguageModel,
    LanguageModelSettings as LanguageModelSettings,
    TextLoss as TextLoss,
)
from .models.masked_language_model import (
    MaskedLanguageModel as MaskedLanguageModel,
    MaskedLanguageModelSettings as MaskedLanguageModelSettings,
    MaskedScores as MaskedScores,
)
from .models.pair_classifier import (
    JoinedSizes as JoinedSizes,
    PairClassifier as PairClassifier,
    PairClassifierSettings as PairClassifierSettings,
)
from .models.sequence_to_sequence import (
    PairSizes as PairSizes,
    SequenceToSequence as SequenceToSequence,
    SequenceToSequenceSettings as SequenceToSequenceSettings,
)
from .models.tagger import Tagger as Tagger, TaggerSettings as TaggerSettings, Tags as Tags
from .training.averaging import WeightAverage as WeightAverage
from .training.clipping import CLIPPINGS as CLIPPINGS
from .training.fit import fit as fit
from .training.hooks import Hook as Hook
from .training.memory import OutOfMemoryError as OutOfMemoryError
from .training.optimizers import OPTIMIZERS as OPTIMIZERS, ParameterGroup as ParameterGroup
from .training.protocols import Evaluation as Evaluation
from .training.schedules import SCHEDULES as SCHEDULES, rate_factor as rate_factor
from .training.settings import TrainingBySize as TrainingBySize, TrainingSettings as TrainingSettings
from .training.state import TrainingState as TrainingState
from .training.weights import load_weights as load_weights, save_weights as save_weights
from .transfer.adapters import add_adapters as add_adapters
from .transfer.carry_over import carry_over as carry_over, carry_rows as carry_rows
from .transfer.distillation import Distillation as Distillation, distillation_loss as distillation_loss
from .transfer.ensembles import ClassifierEnsemble as ClassifierEnsemble, TaggerEnsemble as TaggerEnsemble
from .transfer.lora import add_lora as add_lora, merge_lora as merge_lora, unmerge_lora as unmerge_lora
from .transfer.named_parts import trained_part as trained_part
from .transfer.published.bert import load_bert as load_bert
from .transfer.published.checkpoint import Published as Published
from .transfer.published.distilbert import load_distilbert as load_distilbert
from .transfer.published.gpt2 import load_gpt2 as load_gpt2
from .transfer.soup import soup as soup
from .transfer.token_states import token_states as token_states
from .transfer.unfreezing import GradualUnfreezing as GradualUnfreezing, discriminative_groups as discriminative_groups
