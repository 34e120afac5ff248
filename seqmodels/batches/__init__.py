"""Which rows go into a batch together, and how they are laid out."""
