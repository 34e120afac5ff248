"""Tags from a tagger of yours, as a layer: parts of speech, entities, whatever is one string a token.

No source: a tagger is any function from sentences, lists of words, to as many lists of tags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from textprep.errors import ConfigError, InputError, shown
from textprep.tokens import COLUMNS, Tokens


@dataclass(frozen=True)
class Tags:
    """Ask a tagger for one tag a token, and add them as a layer; the tokens stay as they are.

    A function cannot be saved, so this stage is under no name: save a pipeline without it, and put it among the stages
    that you load.

    Args:
        tagger: Gets sentences (documents where no stage has looked for sentences), each a list of words, and gives a
            list of tags for each. Threads call it at the same time, each with documents of its own.
        layer: The name of the layer.

    Raises:
        ConfigError: `tagger` cannot be called, or the name is that of a column of tokens.
    """

    tagger: Callable[[list[list[str]]], Iterable[Sequence[str]]]
    layer: str = "pos"

    def __post_init__(self) -> None:
        if not callable(self.tagger):
            raise ConfigError("tags: the tagger cannot be called; give a function from lists of words to lists of tags")
        if self.layer in COLUMNS:
            raise ConfigError(f"tags: a layer cannot be called {self.layer!r}; use another name")

    def rewrite(self, tokens: Tokens) -> Tokens:
        """Add the layer.

        Raises:
            InputError: The tagger gave another number of sentences or of tags, or a tag that is not text.
        """
        sentences = [sentence for document in tokens.sentence_lists() for sentence in document]
        given = [list(tags) for tags in self.tagger(sentences)]
        if len(given) != len(sentences):
            problem = f"the tagger gave {len(given)} lists of tags for {len(sentences)} sentences"
            raise InputError(problem, remedy="give one list for each")
        for words, tags in zip(sentences, given, strict=True):
            if len(tags) != len(words):
                problem = f"the tagger gave {len(tags)} tags for the {len(words)} words {shown(words)}"
                raise InputError(problem, remedy="give one tag for each")
        return tokens.with_layer(self.layer, list(chain.from_iterable(given)))
