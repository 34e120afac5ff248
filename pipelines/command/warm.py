"""`textmill warm`: compile now what would be compiled at first use."""

from __future__ import annotations

import time

PACKAGES = ("textprep", "embeddings", "seqmodels")


def warm() -> None:
    """Compile everything for this machine, so that no first use has to wait; for images and shared installs."""
    from textprep.kernels.compiled import KERNELS, import_kernels, kernel_folder

    for package in PACKAGES:
        import_kernels(package)
    for package in PACKAGES:
        kernels = [kernel for kernel in KERNELS if kernel.__module__.partition(".")[0] == package]
        start = time.perf_counter()
        for kernel in kernels:
            kernel.compile()
        seconds = time.perf_counter() - start
        print(f"{package}: {len(kernels)} kernels in {seconds:.1f} s, kept in {kernel_folder(package)}")
