from .runs.load import load as load
from .tasks.ner import Entity as Entity, NerRun as NerRun, train_ner as train_ner
from .tasks.ner_settings import NerSettings as NerSettings
from .tasks.sentiment import Prediction as Prediction, SentimentRun as SentimentRun, train_sentiment as train_sentiment
from .tasks.sentiment_settings import SentimentSettings as SentimentSettings
