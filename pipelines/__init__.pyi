from .runs.load import load as load
from .runs.run import Run as Run
from .tasks.classifier import (
    ClassificationSettings as ClassificationSettings,
    ClassifierRun as ClassifierRun,
    train_classifier as train_classifier,
)
from .tasks.language_run import LanguageRun as LanguageRun
from .tasks.lm import (
    LanguageSettings as LanguageSettings,
    train_language_model as train_language_model,
)
from .tasks.masked_run import MaskedRun as MaskedRun
from .tasks.mlm import (
    MaskedSettings as MaskedSettings,
    train_masked_language_model as train_masked_language_model,
)
from .tasks.multilabel import (
    LabelSet as LabelSet,
    MultilabelRun as MultilabelRun,
    MultilabelSettings as MultilabelSettings,
    train_multilabel as train_multilabel,
)
from .tasks.ner import Entity as Entity, NerRun as NerRun, NerSettings as NerSettings, train_ner as train_ner
from .tasks.one_label import Prediction as Prediction
from .tasks.pairs import PairsRun as PairsRun, PairsSettings as PairsSettings, train_pairs as train_pairs
from .tasks.pos import PosRun as PosRun, PosSettings as PosSettings, train_pos as train_pos
from .tasks.sentiment import (
    SentimentRun as SentimentRun,
    SentimentSettings as SentimentSettings,
    train_sentiment as train_sentiment,
)
from .tasks.tag_task import TaggedWord as TaggedWord
from .tasks.task import TASKS as TASKS, Task as Task
from .tasks.training import train as train
from .tasks.translation import (
    TranslationSettings as TranslationSettings,
    train_translation as train_translation,
)
from .tasks.translation_run import TranslationRun as TranslationRun
