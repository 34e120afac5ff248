"""Published checkpoints read into our own models: GPT-2, BERT and DistilBERT, a file each."""
