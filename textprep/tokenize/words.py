"""Words by Unicode text segmentation (UAX #29, Unicode 17.0), at the speed of a compiled scanner."""

from __future__ import annotations

from dataclasses import dataclass

from textprep.normalize.lower import Lower
from textprep.stages import register
from textprep.texts import Texts
from textprep.tokenize.scanner import scan_texts
from textprep.tokens import Tokens


@register("words.v1")
@dataclass(frozen=True)
class Words:
    """Cut at word boundaries; white space is dropped, everything else is a token.

    Numbers and words stay whole (`3.14`, `don't`, `U.S.A`); punctuation marks are tokens of one character. The
    options keep things of the network whole that the standard would cut.

    Args:
        urls: Keep `https://example.org/a?b=1` and `www.example.org` whole (RFC 3986), without closing punctuation.
        emails: Keep `first.last@example.org` whole.
        mentions: Keep `@name` whole.
        hashtags: Keep `#topic` whole (UAX #31).
        emoji: Keep emoji sequences whole even where they touch letters or digits (UTS #51).
    """

    urls: bool = False
    emails: bool = False
    mentions: bool = False
    hashtags: bool = False
    emoji: bool = False

    def tokenize(self, texts: Texts) -> Tokens:
        """Cut the texts into words."""
        return scan_texts(texts, patterns=self._patterns())

    def tokenize_lowered(self, texts: Texts) -> Tokens:
        """Cut the texts into words, their ASCII letters in lower case."""
        return scan_texts(texts, patterns=self._patterns(), lower=True)

    def commutes(self, stage: object) -> bool:
        """Whether a text stage is run on the words instead, once for each.

        Lower-casing moves no boundary, but for three rarities where the words as they were written decide: a final
        sigma is final at the end of its word, U+24C2 is still a pictograph behind a joiner, and the Kelvin sign
        U+212A is no ASCII letter of an address.
        """
        return isinstance(stage, Lower)

    def _patterns(self) -> int:
        from textprep.kernels import patterns as kept

        return int(
            (self.urls and kept.URLS)
            | (self.emails and kept.EMAILS)
            | (self.mentions and kept.MENTIONS)
            | (self.hashtags and kept.HASHTAGS)
            | (self.emoji and kept.EMOJI)
        )
