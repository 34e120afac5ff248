"""Compiled kernels: pure functions over arrays, one idea a file.

numba keeps compiled code in `__pycache__` and looks only at the file of the outermost function to see whether it is
still good: after changing a kernel that others call, remove that folder.
"""
