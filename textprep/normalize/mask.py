"""Placeholders for URLs, e-mail addresses, mentions, hashtags and phone numbers, found by a compiled scanner.

What begins first is taken, and of what begins at the same place the first kind in this list:

- A **URL** (generic syntax of RFC 3986 and 3987) is a scheme of up to 16 ASCII letters, digits, `+` and `-`, a letter
  first, with `://` behind it, or `www.` that no ASCII letter, digit or any of `_.%+-@` stands before; then everything
  up to white space or any of ``"<>\\^`{}|``, without any of `!'*,.:;?`, opening brackets and signs beyond ASCII at its
  end, nor a closing bracket that the URL does not open.
- An **e-mail address** (RFC 5322, 3.4.1, without rare signs) is up to 64 ASCII letters, digits and `._%+-`, a letter
  or digit first and no word before it, `@`, and a domain of two or more labels, the last of two or more characters.
- A **mention** (Twitter's rules, twitter-text 3) is `@` or `＠` and 1 to 20 ASCII letters, digits and `_`. None of
  these nor of `!#$%&*@` stands before it, and no `@`, accented Latin letter or `://` behind it.
- A **hashtag** (Twitter's rules, with the letters of UAX #31) is `#` or `＃` and letters, marks, digits and `_` of any
  script, with a letter among them. None of these nor `&` stands before it, and no `#` or `://` behind it.
- A **phone number** (ITU-T E.164 and E.123) is written in one of three ways; a mark is a space, `-` or `.`:
    - abroad: `+` (or `(+49)`) and 8 to 15 digits, the first not 0; or 00 and 9 to 15. Between any two may stand a mark
      or `/`, and one to five behind the country's in brackets, as in `+44 (0)20 7946 0958`;
    - in North America: `(202) 555-0123`, or `202-555-0123` with any mark, the same twice; with or without a 1 before;
    - with a trunk prefix, as in most of Europe, in Japan and Australia: 0 and 9 to 12 digits in all, an area code of up
      to six with a mark or `/` behind it or in brackets, then groups of two or more with the same mark between them; or
      10 or 11 digits in one; but not in a row of further numbers with spaces between.

  No ASCII letter, digit or any of `+-./,%#@&=$_` stands before it; no letter, digit, `_` or `@` behind it, nor any of
  `+,-./:` with a digit. National numbers without 0 are not found elsewhere: they look like amounts.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial

import numpy as np

from textprep.changed_stretches import found_stretches, with_stretches
from textprep.errors import ConfigError, shown
from textprep.option_types import is_text
from textprep.stages import register
from textprep.texts import Texts


@register("mask.v1")
@dataclass(frozen=True)
class Mask:
    """Replace URLs, addresses, mentions, hashtags and phone numbers by placeholders.

    Each option is what stands in the place of its kind: nothing ("") drops it, and None leaves it as it is.

    Args:
        urls: In the place of URLs.
        emails: In the place of e-mail addresses.
        mentions: In the place of mentions such as `@name`.
        hashtags: In the place of hashtags such as `#topic`.
        phones: In the place of phone numbers.

    Raises:
        ConfigError: A placeholder is neither text nor None.
    """

    urls: str | None = "<url>"
    emails: str | None = "<email>"
    mentions: str | None = "<user>"
    hashtags: str | None = "<hashtag>"
    phones: str | None = "<phone>"

    def __post_init__(self) -> None:
        for name, placeholder in vars(self).items():
            if placeholder is not None and not is_text(placeholder):
                problem = f"mask: {name} is {shown(placeholder)}"
                raise ConfigError(
                    f"{problem}; give a placeholder such as '<url>', '' to drop or None to leave as it is"
                )

    def edit(self, texts: Texts) -> Texts:
        """Mask in whole texts."""
        from textprep.kernels.masks import find_masked, triggers
        from textprep.unicode.word_break import word_break_table

        placeholders = [getattr(self, each.name) for each in fields(self)]
        kinds = sum(1 << kind for kind, placeholder in enumerate(placeholders) if placeholder is not None)
        find = partial(find_masked, *texts.utf8, triggers(kinds), word_break_table(), kinds)
        begins, ends, which = found_stretches(find, texts, 3)
        return with_stretches(texts, begins, ends, which.astype(np.int32), [each or "" for each in placeholders])
