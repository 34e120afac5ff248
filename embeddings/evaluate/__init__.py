"""How good vectors are, and how well they cover a vocabulary."""
