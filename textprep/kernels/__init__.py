"""Compiled kernels: pure functions over arrays, one idea a file."""
