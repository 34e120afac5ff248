from .bad_row import BadRow as BadRow
from .columns import Column as Column, text_name as text_name
from .documents import open_documents as open_documents
from .huggingface import documents_from_dataset as documents_from_dataset
from .quarantine import Quarantine as Quarantine
