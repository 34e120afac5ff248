from collections.abc import Callable

import pytest
from transformers import PreTrainedModel

from tests.seqmodels.transfer.published.small_checkpoints import Folder


@pytest.fixture
def saved(tmp_path) -> Callable[[PreTrainedModel], Folder]:
    """Saves a model of theirs."""

    def save(model: PreTrainedModel) -> Folder:
        model.save_pretrained(tmp_path / "model")
        return Folder(tmp_path / "model")

    return save
