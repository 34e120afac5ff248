"""The rules for open contractions, place by place."""

import pytest

from textprep.words.contraction_context import Kind, Place, kind_of, reading


def read(host: str, clitic: str, after: str = "") -> str:
    return reading(Place(clitic, kind_of(host), tuple(map(kind_of, after.split()))))


@pytest.mark.parametrize(
    ("host", "clitic", "after", "expected"),
    [
        ("it", "'s", "", "is"), ("it", "'s", "really not been", "has"), ("let", "'s", "be", "us"),
        ("she", "'s", "written it", "has"), ("she", "'s", "written by", "is"), ("it", "'s", "written", "is"),
        ("dog", "'s", "been", "has"), ("dog", "'s", "tail", ""), ("dog", "'s", "the", "is"),
        ("dog", "'s", "ever growing", ""), ("dog", "'s", "still there", "is"),
        ("i", "'d", "go", "would"), ("i", "'d", "need", "would"), ("i", "'d", "needed", "had"),
        ("i", "'d", "only really family", "would"), ("how", "'d", "he", "did"), ("ok", "'d", "it", ""),
        ("i", "ai", "", "am"), ("they", "ai", "got", "have"), ("it", "ai", "been", "has"), ("dog", "ai", "it", "is"),
    ],
)  # fmt: skip
def test_readings(host: str, clitic: str, after: str, expected: str) -> None:
    assert read(host, clitic, after) == expected


def test_kinds() -> None:
    assert [kind_of(word) for word in ("needed", "need", "slowly", "reply", "not", "xyz")] == [
        Kind.REGULAR, Kind.OTHER, Kind.MANNER, Kind.OTHER, Kind.NOT, Kind.OTHER,
    ]  # fmt: skip
