"""Kernels: functions over arrays that numba compiles once per machine, and how they are kept between runs.

`compiled` takes the types from the annotations, so a kernel is compiled for exactly one signature: read-only arrays,
empty ones and those of another integer type make it no second version (arrays that are only read are converted).
Compilation waits until the first call, or until `textmill warm`.

Compiled code is kept in a folder whose name holds a hash of all kernel sources of the package and of textprep, the
version of numba, and the processor; so nothing old is ever run, whichever kernel has changed.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar, get_type_hints

import numba
import numpy as np
import numpy.typing as npt

from textprep.user_cache import cache_folder

R = TypeVar("R")


@dataclass(frozen=True)
class Layout:
    """What an array parameter of a kernel is: its numbers, its axes, and whether the kernel writes to it."""

    dtype: str
    axes: int = 1
    written: bool = False


Bytes = Annotated[npt.NDArray[np.uint8], Layout("uint8")]
Shorts = Annotated[npt.NDArray[np.uint16], Layout("uint16")]
Ints = Annotated[npt.NDArray[np.int32], Layout("int32")]
Longs = Annotated[npt.NDArray[np.int64], Layout("int64")]
Keys = Annotated[npt.NDArray[np.uint64], Layout("uint64")]
Slots = Annotated[npt.NDArray[np.uint64], Layout("uint64", axes=2)]
Matrix = Annotated[npt.NDArray[np.float32], Layout("float32", axes=2)]
BytesOut = Annotated[npt.NDArray[np.uint8], Layout("uint8", written=True)]
FlagsOut = Annotated[npt.NDArray[np.bool_], Layout("bool", written=True)]
IntsOut = Annotated[npt.NDArray[np.int32], Layout("int32", written=True)]
LongsOut = Annotated[npt.NDArray[np.int64], Layout("int64", written=True)]
KeysOut = Annotated[npt.NDArray[np.uint64], Layout("uint64", written=True)]
SlotsOut = Annotated[npt.NDArray[np.uint64], Layout("uint64", axes=2, written=True)]
LongRows = Annotated[npt.NDArray[np.int64], Layout("int64", axes=2)]
LongRowsOut = Annotated[npt.NDArray[np.int64], Layout("int64", axes=2, written=True)]
MatrixOut = Annotated[npt.NDArray[np.float32], Layout("float32", axes=2, written=True)]
Doubles = Annotated[npt.NDArray[np.float64], Layout("float64")]
DoubleRows = Annotated[npt.NDArray[np.float64], Layout("float64", axes=2)]
DoubleBlocks = Annotated[npt.NDArray[np.float64], Layout("float64", axes=3)]
DoublesOut = Annotated[npt.NDArray[np.float64], Layout("float64", written=True)]
DoubleRowsOut = Annotated[npt.NDArray[np.float64], Layout("float64", axes=2, written=True)]
DoubleBlocksOut = Annotated[npt.NDArray[np.float64], Layout("float64", axes=3, written=True)]

KERNELS: list[Kernel[Any]] = []
"""Every kernel whose module has been imported."""

# For what only kernels call: without a way in from Python, all of it compiles a sixth sooner. It makes no arrays, so
# numba need not count references to those that it is given; that took up to nine tenths of a kernel's time.
inner = numba.njit(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)


class Kernel(Generic[R]):
    """A compiled function; made by `compiled`.

    Attributes:
        function: The same as plain Python.
    """

    def __init__(self, function: Callable[..., R]) -> None:
        self.function = function
        self.__doc__, self.__name__, self.__module__ = function.__doc__, function.__name__, function.__module__
        self._lock = threading.Lock()
        self._compiled: Callable[..., R] | None = None

    def __call__(self, *args: Any) -> R:
        """Run it, compiled."""
        run = self._compiled or self.compile()
        try:
            return run(*args)
        except TypeError:
            return run(*map(_as_layout, args, self._layouts()))

    def compile(self) -> Callable[..., R]:
        """Compile it, or load what was compiled on this machine before."""
        with self._lock:
            if self._compiled is None:
                _load_numba()
                folder = _kept_in(self.__module__.partition(".")[0])
                with _cache_in(folder):
                    kernel = numba.njit(nogil=True, cache=folder is not None)(self.function)
                    if not _is_kept(kernel):
                        _say_once("compiling for this machine, which takes some seconds the first time")
                    kernel.compile(tuple(map(_numba_type, self._hints())))
                    kernel.disable_compile()
                self._compiled = kernel
            return self._compiled

    def _hints(self) -> list[Any]:
        hints = get_type_hints(self.function, include_extras=True)
        hints.pop("return", None)
        return list(hints.values())

    def _layouts(self) -> list[Layout | None]:
        return [hint.__metadata__[0] if hasattr(hint, "__metadata__") else None for hint in self._hints()]


def compiled(function: Callable[..., R]) -> Kernel[R]:
    """Decorator for every kernel: its parameters are `int`, `bool` or the array types above; it is called by place."""
    kernel = Kernel(function)
    KERNELS.append(kernel)
    return kernel


def import_kernels(package: str) -> None:
    """Import every module of a package that holds kernels: those in folders `kernels` and files `…_kernels.py`."""
    root = Path(str(importlib.import_module(package).__file__)).parent
    for file in _kernel_files(root):
        name = ".".join([package, *file.relative_to(root).with_suffix("").parts])
        importlib.import_module(name.removesuffix(".__init__"))


@cache
def kernel_folder(package: str) -> Path:
    """Where compiled kernels of a package are kept: the name changes with whatever they depend on."""
    from llvmlite import binding

    here = Path(__file__).parents[1]
    root = Path(str(importlib.import_module(package).__file__)).parent
    content = hashlib.sha256()
    for folder in dict.fromkeys((here, root)):
        for file in [*_kernel_files(folder), *sorted(folder.glob("unicode/*"))]:
            if file.is_file():
                content.update(file.read_bytes())
    content.update(f"{binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}".encode())
    name = f"{package}-{content.hexdigest()[:16]}-numba-{numba.__version__}-{binding.get_host_cpu_name()}"
    return cache_folder() / "kernels" / name


def _kernel_files(root: Path) -> list[Path]:
    return sorted({*root.rglob("kernels/*.py"), *root.rglob("*_kernels.py")})


@cache
def _kept_in(package: str) -> Path | None:
    """The folder for compiled kernels, made now; None, after a line that says so, if it cannot be written."""
    folder = kernel_folder(package)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        problem = f"compiled code cannot be kept in {folder} ({error.strerror}), so it is compiled in every run"
        _say_once(f"{problem}; set TEXTMILL_CACHE to a folder that can be written", always=True)
        return None
    return folder


_compiling = threading.RLock()  # numba's folder for compiled code is one for the whole process


@contextmanager
def _cache_in(folder: Path | None) -> Iterator[None]:
    with _compiling:
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = "" if folder is None else str(folder)
        try:
            yield
        finally:
            numba.config.CACHE_DIR = before


@cache
def _load_numba() -> None:
    """Load what numba compiles with, but not scipy.linalg, which it imports only to see whether it is there: 0.15 s."""
    blas = "scipy.linalg.cython_blas"
    if blas in sys.modules or "numba.np.arraymath" in sys.modules:
        return
    sys.modules[blas] = None  # type: ignore[assignment]
    try:
        from numba.np import arraymath
    finally:
        del sys.modules[blas]
    arraymath._HAVE_BLAS = importlib.util.find_spec("scipy") is not None


def _is_kept(kernel: Any) -> bool:
    """Whether the kernel is likely to be loaded rather than compiled."""
    path, name = kernel.stats.cache_path, kernel.py_func.__qualname__
    return path is not None and any(Path(path).glob(f"*{name}-*.nbi"))


@cache
def _say_once(message: str, always: bool = False) -> None:
    if always or sys.stderr.isatty():
        print(f"textmill: {message}", file=sys.stderr, flush=True)


def _numba_type(hint: Any) -> Any:
    if hint in (int, bool):
        return {int: numba.int64, bool: numba.boolean}[hint]
    layout: Layout = hint.__metadata__[0]
    return numba.types.Array(numba.from_dtype(np.dtype(layout.dtype)), layout.axes, "C", readonly=not layout.written)


def _as_layout(value: Any, layout: Layout | None) -> Any:
    """An argument as the kernel wants it; an array that is written to must be so already."""
    if layout is None or not isinstance(value, np.ndarray) or layout.written:
        return value
    return np.ascontiguousarray(value, layout.dtype)
