"""`SpecialTokens`: the tokens of a vocabulary that stand for no word; their spelling stands here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, fields

from textprep.errors import ConfigError, unknown_name


@dataclass(frozen=True)
class SpecialTokens:
    """How each special token is spelled, by its role; None for a role that there is not.

    They have the first ids of a vocabulary, in the order of the fields: with the defaults, padding is 0 and the unknown
    word is 1.

    Args:
        pad: Fills up the shorter rows of a batch.
        unk: Stands for every unknown word.
        bos, eos: Begin and end of a text, for models that write text.
        cls: In front of a text that is classified.
        sep: Between two texts, or behind one.
        mask: A word that a model has to guess.

    Raises:
        ConfigError: A spelling is empty or no text, or two roles share one.
    """

    pad: str | None = "<pad>"
    unk: str | None = "<unk>"
    bos: str | None = None
    eos: str | None = None
    cls: str | None = None
    sep: str | None = None
    mask: str | None = None

    def __post_init__(self) -> None:
        for role, spelling in self.by_role.items():
            if not isinstance(spelling, str) or not spelling:
                raise ConfigError(f"special token {role} is {spelling!r}; give a text, or None for none")
        if len(set(self.spellings)) != len(self.spellings):
            raise ConfigError(f"two special tokens are spelled alike ({', '.join(self.spellings)}); make them differ")

    @property
    def by_role(self) -> dict[str, str]:
        """The spelling of each role that there is, in the order of their ids."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name)) is not None}

    @property
    def spellings(self) -> tuple[str, ...]:
        """All spellings, in the order of their ids."""
        return tuple(self.by_role.values())

    def __len__(self) -> int:
        return len(self.by_role)

    def __contains__(self, spelling: object) -> bool:
        return spelling in self.spellings

    def id_of(self, role: str) -> int:
        """The id of a role such as "pad".

        Raises:
            ConfigError: There is no such role, or no token for it.
        """
        roles = list(self.by_role)
        if role in roles:
            return roles.index(role)
        if role in (known := [field.name for field in fields(self)]):
            raise ConfigError(f"the vocabulary has no {role!r} token; give SpecialTokens({role}=...) its spelling")
        raise unknown_name("special token", role, known)


DEFAULT = SpecialTokens()
ENDED = SpecialTokens(eos="<eos>")
"""Of texts whose end is a token, for language models."""
BOUNDED = SpecialTokens(bos="<bos>", eos="<eos>")
"""Of texts that are written from a beginning to an end, for translation."""
PARTED = SpecialTokens(sep="<sep>")
"""Of two texts that are read as one."""
BERT = SpecialTokens("[PAD]", "[UNK]", cls="[CLS]", sep="[SEP]", mask="[MASK]")
"""As BERT's vocabularies spell them (Devlin et al., 2019)."""
