"""Recurrent cells step by step, to look into: every gate of every step by name."""
