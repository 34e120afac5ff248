"""Tokenizers, and the stages that cut tokens further; one a file."""
