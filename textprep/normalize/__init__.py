"""Text stages: strings to strings, with every change recorded; one a file."""
