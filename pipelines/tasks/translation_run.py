"""A trained translation model in use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

import seqmodels
from pipelines.runs.run import Run
from textprep.errors import InputError
from textprep.texts import Texts

if TYPE_CHECKING:
    from pipelines.datasets import TextPairs
    from pipelines.tasks.translation import Translation
    from seqmodels import Decoding, IdBatch, PairBatches, Said, SequenceToSequence, TextLoss
    from seqmodels.layers.encoder import State
    from textprep import Ids, Pipeline

BATCH_TOKENS = 4096  # of a side, padding among them, that are read at once at most
SEARCH_TOKENS = 2048  # likewise where each source is searched with several beams
SHOWN = 8  # tokens of a text in a message
BY_TRANSLATING = ("bleu", "chrf")


class Translated(NamedTuple):
    """What a model makes of pairs of texts."""

    loss: TextLoss
    """How little it expected the targets."""
    texts: list[str]
    """Its own translation of each source."""
    unfinished: int
    """How many of these had to end because they may not be longer."""


class TranslationRun(Run[str]):
    """A trained model that translates."""

    task: Translation

    def translate(self, texts: Sequence[str], decoding: Decoding | None = None) -> list[str]:
        """The translation of each text, the best one where a search gives several; that of a blank text is empty.

        Args:
            texts: What is to be translated; a text of several sentences is read as if it were one.
            decoding: How words are chosen, how long a translation may be; the run's `decoding` if None.

        Raises:
            InputError: A text is no text, or too long for the model.
            ConfigError: A setting cannot be used.
        """
        sources = self.parts.pipeline.ids(self.task.sources(Texts.of(texts).strings))
        with self.model_in_use() as model:
            return self._texts(self.said(model, sources, decoding), len(sources))

    def predict(self, batches: PairBatches, **options: Any) -> Translated:
        """The loss of the targets, and translations of the sources."""
        with self.model_in_use() as model:
            loss = model.predict(batches, **options)
            said = self.said(model, batches.first.ids)
        return Translated(loss, self._texts(said, len(batches.first.ids)), sum(not each.stop for each in said))

    def epoch_scores(self, examples: TextPairs, batches: PairBatches) -> dict[str, float]:
        """The perplexity; BLEU and chrF too if the best epoch is chosen by one of them, since it takes long."""
        if self.parts.settings.training.metric in BY_TRANSLATING:
            return super().epoch_scores(examples, batches)
        with self.model_in_use() as model:
            return {"perplexity": loss_scores(model.predict(batches))["perplexity"]}

    def said(self, model: SequenceToSequence, sources: Ids, decoding: Decoding | None = None) -> list[Said]:
        """The best translation of each source that has tokens, by its row.

        Args:
            model: The run's, in use.
            sources: Their ids, of `Translation.sources`.
            decoding: As for `translate`.

        Raises:
            InputError, ConfigError: As `translate`.
        """
        from seqmodels import IdBatches, generate

        decoding = decoding or self.parts.settings.decoding
        start, end = model.sizes.start, model.sizes.end
        vocabulary = self.targets.vocabulary
        banned = [word for word in range(len(vocabulary.special)) if word != end]  # type: ignore[union-attr]
        self._check_lengths(model, sources)
        best: dict[int, Said] = {}
        for batch in IdBatches(sources, tokens=SEARCH_TOKENS):
            first, rows = len(best), batch.rows[batch.lengths > 0].tolist()  # the longest come first
            if not rows:
                break
            state = _begun(model, batch.to(model.device), len(rows))
            prompts = [[start]] * len(rows)
            said = generate(model, prompts, decoding, stop=[end], banned=banned, state=state, first_row=first)
            for each in said:  # the best of each source is its first
                best.setdefault(rows[each.row - first], each)
        return [said._replace(row=row) for row, said in best.items()]

    def _check_lengths(self, model: SequenceToSequence, sources: Ids) -> None:
        """Raise InputError for a source that is longer than the encoder's context."""
        most = model.encoder.context
        if most is not None and (too_long := np.flatnonzero(sources.lengths > most)).size:
            ids = sources[int(too_long[0])]
            begins = _text(self.parts.pipeline, ids[:SHOWN])
            problem = f"the text that begins {begins!r} has {len(ids):,} tokens, and the model reads {most:,} at most"
            raise InputError(problem, remedy="cut it, such as into sentences")

    def _texts(self, said: Iterable[Said], count: int) -> list[str]:
        """The texts of `count` sources, those that nothing was said of empty."""
        texts = [""] * count
        for each in said:
            texts[each.row] = _text(self.targets, each.content)
        return texts

    @property
    def targets(self) -> Pipeline:
        """How targets become tokens."""
        return self.parts.target_pipeline or self.parts.pipeline


def _text(pipeline: Pipeline, ids: npt.NDArray[Any]) -> str:
    assert pipeline.vocabulary is not None  # a model over ids has one
    words = pipeline.vocabulary.words
    return pipeline.text_of([words[word] for word in ids.tolist()])


def _begun(model: SequenceToSequence, batch: IdBatch, rows: int) -> State:
    """The state of the first rows of a batch, before anything is said of them."""
    import torch

    model.eval()
    with torch.inference_mode():
        return model.begin(batch.ids[:rows], batch.lengths[:rows])


def loss_scores(loss: TextLoss) -> dict[str, float]:
    """`loss` in nats a token, and `perplexity`."""
    return {"loss": loss.nats / loss.tokens, "perplexity": seqmodels.perplexity(loss.nats, loss.tokens)}
