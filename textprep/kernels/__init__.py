"""Compiled kernels: pure functions over arrays, one idea a file; `compiled.py` says how they are compiled and kept."""
