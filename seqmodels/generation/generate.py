"""Text from a model: `generate` gives what follows some prompts, `stream` each token as soon as it is chosen.

    said = generate(model, [[2, 14, 7], [2, 9]], Decoding(Sampling(top_p=0.9), max_tokens=50), stop=[3])
    said[0].content          # what follows the first prompt, without the stop phrase
    for step in stream(model, [[2, 14, 7]], stop=[3]):
        print(step.ids)      # the next token of each row that is still being written

Prompts are read together, whatever their lengths, and go on from the model's state, a token of each row at a time. Rows
that have ended are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seqmodels.generation.decoding import Decoding
from seqmodels.generation.drafts import Drafts
from seqmodels.generation.method import METHODS, Said, Step, Stepwise
from seqmodels.generation.next_token import Bounded, NextToken
from seqmodels.generation.phrases import Phrases, check_id
from seqmodels.generation.rules import Rules
from seqmodels.layers.encoder import State
from textprep.errors import ConfigError, InputError
from textprep.settings import LARGE, checked

Prompt = Sequence[int] | NDArray[np.integer] | torch.Tensor
"""The ids of a text's beginning, 1 or more."""
Phrase = int | Sequence[int]
"""An id, or several that follow each other."""
GREEDY = Decoding()


@torch.inference_mode()
def generate(
    model: NextToken,
    prompts: Sequence[Prompt],
    decoding: Decoding = GREEDY,
    *,
    stop: Sequence[Phrase] = (),
    banned: Sequence[Phrase] = (),
    forced: Mapping[int, int] | None = None,
    state: State | None = None,
    first_row: int = 0,
) -> list[Said]:
    """What a model says after some prompts.

    Args:
        model: What scores the next token. One that is `Bounded` has ids and lengths checked before it reads; a torch
            module is in evaluation mode meanwhile.
        prompts: The ids that the texts begin with.
        decoding: How words are chosen, how long a text may be.
        stop: A text ends with the first of these that it says whole.
        banned: What is never said.
        forced: Ids that must be said as the first token, 0, and so on; as the last that there may be, -1.
        state: What the model knows before the prompts, rows in their order: the source, for a decoder.
        first_row: The number of the first prompt: what is drawn for a prompt depends on its number and the seed, so
            that the parts of a long list give what the whole gives.

    Returns:
        A text for each prompt, in their order; `n_best` of them, the best first, from a beam search.

    Raises:
        ConfigError: A setting or the id of a phrase cannot be used, or the model does not suit the method.
        InputError: A prompt is empty, too long or has unknown ids; all words are ruled out; or the model's scores are
            no numbers.
    """
    if not len(prompts):
        return []
    drafts, rules = _begun(model, prompts, decoding, stop, banned, forced, state, first_row)
    with _evaluating(model):
        said: list[Said] = decoding.method.write(drafts, rules)
        return said


def stream(
    model: NextToken,
    prompts: Sequence[Prompt],
    decoding: Decoding = GREEDY,
    *,
    stop: Sequence[Phrase] = (),
    banned: Sequence[Phrase] = (),
    forced: Mapping[int, int] | None = None,
    state: State | None = None,
    first_row: int = 0,
) -> Iterator[Step]:
    """As `generate`, token by token as they are chosen; ConfigError for beam search, which knows none until its end."""
    if not isinstance(decoding.method, Stepwise):
        name = METHODS.name_of(type(decoding.method))
        raise ConfigError(f"method {name} knows no token before its end; use generate, or another method")
    if not len(prompts):
        return iter(())
    return _steps(decoding.method, *_begun(model, prompts, decoding, stop, banned, forced, state, first_row))


@torch.inference_mode()
def _steps(method: Stepwise, drafts: Drafts, rules: Rules) -> Iterator[Step]:
    with _evaluating(drafts.model):
        yield from method.steps(drafts, rules)


def _begun(
    model: NextToken,
    prompts: Sequence[Prompt],
    decoding: Decoding,
    stop: Sequence[Phrase],
    banned: Sequence[Phrase],
    forced: Mapping[int, int] | None,
    state: State | None,
    first_row: int,
) -> tuple[Drafts, Rules]:
    """The prompts as drafts, and the rules, all checked."""
    words, context = (model.words, model.context) if isinstance(model, Bounded) else (None, None)
    weight = next(model.parameters(), None) if isinstance(model, nn.Module) else None
    device = torch.device("cpu") if weight is None else weight.device
    checked(decoding)
    given = [
        _checked(prompt, row, words, context).to(device) for row, prompt in enumerate(prompts, start=first_row + 1)
    ]
    room = decoding.max_tokens
    if context is not None and decoding.reread == 0:
        room = min(room, context - max(map(len, given)) + 1)  # the last token need not be read
    for word in (forced or {}).values():
        check_id(word, words, "forced token")
    rules = Rules(
        room,
        decoding.min_tokens,
        decoding.repetition_penalty,
        decoding.no_repeat,
        Phrases(stop, kind="stop phrase", words=words, device=device),
        Phrases(banned, kind="banned phrase", words=words, device=device),
        forced or {},
    )
    drafts = Drafts(model, given, room, context=context, reread=decoding.reread, state=state, first_row=first_row)
    decoding.method.check(drafts)
    return drafts, rules


def _checked(prompt: Prompt, line: int, words: int | None, context: int | None) -> torch.Tensor:
    """A prompt as a tensor (tokens,); InputError if a model cannot read it."""
    ids = np.asarray(prompt)
    if ids.size == 0:
        raise InputError("the prompt is empty", line=line, remedy="give it the token with which texts begin, at least")
    if ids.ndim != 1 or ids.dtype.kind not in "iu":
        raise InputError("the prompt is no row of ids", line=line, remedy="encode each text with the vocabulary")
    wrong = (ids < 0) | (ids >= (LARGE if words is None else words))
    if wrong.any():
        known = f"ids are 0..{words - 1}; encode it with the model's own vocabulary" if words else "ids are 0 and up"
        raise InputError(f"the prompt has the unknown id {ids[wrong][0]}", line=line, remedy=known)
    if context is not None and len(ids) > context:
        remedy = "shorten it, for instance to its end"
        raise InputError(
            f"the prompt has {len(ids)} tokens, and the model looks back on {context}", line=line, remedy=remedy
        )
    return torch.from_numpy(ids.astype(np.int64))


@contextmanager
def _evaluating(model: NextToken) -> Iterator[None]:
    """Evaluation mode, and then each part's own again."""
    training = [part for part in model.modules() if part.training] if isinstance(model, nn.Module) else []
    for part in training:
        part.training = False
    try:
        yield
    finally:
        for part in training:
            part.training = True
