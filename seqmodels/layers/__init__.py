"""Encoders and poolings."""
