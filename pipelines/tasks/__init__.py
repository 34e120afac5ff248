"""Tasks, one a file: what each reads, trains and predicts."""
