"""Pages that show what a run's model makes of one text, for `textmill inspect`."""
