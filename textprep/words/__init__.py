"""Word stages and context stages: what becomes of each distinct word, or of words among neighbours; one a file."""
