"""Formats of vector files, as streams of rows."""
