"""Whole models: input, encoder, head."""
