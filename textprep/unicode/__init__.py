"""Character properties from the Unicode Character Database, and the script that makes their tables."""
