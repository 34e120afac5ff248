"""Finding words: by their vectors, and by their spelling."""
