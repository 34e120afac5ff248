"""URLs, addresses, mentions, hashtags and emoji: what a careful reader would keep whole."""

import pytest

from textprep import Pipeline, WhiteSpace, Words

FAMILY = "👨\u200d👩\u200d👧"
FLAG_OF_ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
EVERY = Words(urls=True, emails=True, mentions=True, hashtags=True, emoji=True)


def tokens(stage: Words, text: str) -> list[str]:
    found = Pipeline(stage)([text])
    assert found[0] == [text[start:end] for start, end in found.spans(0)]
    return found[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://example.org/a?b=1&c=2#d.", "see https://example.org/a?b=1&c=2#d ."),
        ("(http://example.org)", "( http://example.org )"),
        ("http://de.wikipedia.org/wiki/Bank_(Möbel), ja", "http://de.wikipedia.org/wiki/Bank_(Möbel) , ja"),
        ('"http://a.b/c?!"', '" http://a.b/c ? ! "'),
        ("www.example.org, WWW.EXAMPLE.ORG!", "www.example.org , WWW.EXAMPLE.ORG !"),
        ("http://[2001:db8::1]:80/x", "http://[2001:db8::1]:80/x"),
        ("ftp://user:pw@host:21/~me/", "ftp://user:pw@host:21/~me/"),
        ("<a href=http://a.b>", "< a href = http://a.b >"),
        ("http://müller.de/straße", "http://müller.de/straße"),
        ("site:http://a.b/c url:www.x.yz", "site : http://a.b/c url : www.x.yz"),
        ("http:// www. wwwx.a", "http : / / www . wwwx.a"),
        ("http://a.b/c\u3000next", "http://a.b/c next"),
        ("a:b://c", "a : b://c"),
    ],
)
def test_urls(text: str, expected: str) -> None:
    assert tokens(Words(urls=True), text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("first.last+tag@mail.example.co.uk.", "first.last+tag@mail.example.co.uk ."),
        ("me@example.org, you", "me@example.org , you"),
        ("me@localhost", "me @ localhost"),
        ("a@b.c", "a @ b.c"),
        ("mailto:me@example.org", "mailto : me@example.org"),
        ("E-mail:me@example.org", "E - mail : me@example.org"),
        ("me@münchen.de", "me@münchen.de"),
        ("me@example.org-", "me@example.org -"),
        ("x" * 65 + "@example.org", "x" * 65 + " @ example.org"),
    ],
)
def test_emails(text: str, expected: str) -> None:
    assert tokens(Words(emails=True), text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@ada_l: hi", "@ada_l : hi"),
        ("a@ada", "a @ ada"),
        ("é@ada", "é @ ada"),
        ("@@ada @", "@ @ada @"),
        ("#Straße! #日本語", "#Straße ! #日本語"),
        ("##x c#", "# #x c #"),
        ("a#b", "a # b"),
        ("#\u0301", "#\u0301"),
        ("#caf\u0065\u0301", "#caf\u0065\u0301"),
        ("(#a,#b)", "( #a , #b )"),
    ],
)
def test_mentions_and_hashtags(text: str, expected: str) -> None:
    assert tokens(Words(mentions=True, hashtags=True), text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"x{FAMILY}y", ["x", FAMILY, "y"]),
        ("🇫🇷🇩🇪🇮", ["🇫🇷", "🇩🇪", "🇮"]),
        ("1️⃣2️⃣", ["1️⃣", "2️⃣"]),
        ("a1️⃣b", ["a", "1️⃣", "b"]),
        ("12\u20e33", ["1", "2\u20e3", "3"]),
        ("#️⃣", ["#️⃣"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("ℹ️info aℹ️", ["ℹ️", "info", "a", "ℹ️"]),
        ("ℹnfo", ["ℹnfo"]),
        ("Ⓜ️Ⓜ", ["Ⓜ️", "Ⓜ"]),
        (f"{FLAG_OF_ENGLAND}!", [FLAG_OF_ENGLAND, "!"]),
        ("❤️\u200d🔥", ["❤️\u200d🔥"]),
        ("😀\u200dx", ["😀", "\u200d", "x"]),
        ("a\u200d😀", ["a\u200d", "😀"]),
        ("7*", ["7", "*"]),
    ],
)
def test_emoji(text: str, expected: list[str]) -> None:
    assert tokens(Words(emoji=True), text) == expected


def test_a_keycap_is_no_hashtag() -> None:
    assert tokens(Words(hashtags=True), "#️⃣ #a") == ["#️⃣", "#a"]
    assert tokens(EVERY, "#️⃣#a") == ["#️⃣", "#a"]


def test_nothing_is_kept_whole_unasked() -> None:
    assert tokens(Words(), "#a @b c@d.ee") == "# a @ b c @ d.ee".split()


@pytest.mark.parametrize(
    "unit",
    ["a-", "a@", "a.", "a:", "www.", "http://(", "a1\u20e3", "a\u2139\ufe0f", "#\u0301", "a'\u0301", "((", "<!--"],
)
def test_no_text_is_slow(unit: str) -> None:
    """What is looked ahead is bounded or consumed: a million bytes are done, which a square would never be."""
    size = 1_000_000 // len(unit.encode())
    found = Pipeline(EVERY)([unit * size])
    assert found.spans(0)[-1][1] == len(unit) * size
    assert Pipeline(WhiteSpace())([unit * size]).count == 1
