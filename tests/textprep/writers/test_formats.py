"""Formats by the endings of names."""

from textprep.writers.formats import WRITERS, by_ending


def test_every_format_has_an_ending_of_its_own():
    formats = by_ending()
    assert sorted(formats) == [".jsonl", ".parquet", ".txt"]
    assert {WRITERS.name_of(writer) for writer in formats.values()} == set(WRITERS)
