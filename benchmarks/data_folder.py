"""Where the benchmarks' data is: `--data-dir`, else the environment variable TEXTMILL_DATA."""

from __future__ import annotations

import argparse
import os
import platform
from importlib.metadata import version
from pathlib import Path


def parser(description: str | None) -> argparse.ArgumentParser:
    """An argument parser that knows `--data-dir`."""
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("TEXTMILL_DATA")
    options.add_argument("--data-dir", type=Path, default=default, required=default is None, help="the data's folder")
    return options


def machine(*libraries: str) -> str:
    """One line on where and with what figures were measured."""
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    processor = next(
        (line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")), platform.machine()
    )
    return f"{processor}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.is_file() else []
