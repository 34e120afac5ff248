"""Stages that cut words into pieces smaller than words; one a file."""
