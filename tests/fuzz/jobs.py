"""What the command is asked to do while it is killed, starved or not alone; and processes that do it.

A process is forked from one in which all is imported and compiled, so that it begins at once; some begin afresh.
"""

from __future__ import annotations

import importlib
import os
import resource
import select
import shutil
import signal
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.attack import Wrong
from tests.fuzz.small_data import SETTINGS, write_inputs
from textprep.user_cache import cache_folder

SECONDS = 60.0  # in which a process must have ended
CACHE = "cache"
FRESH = [sys.executable, "-c", "from pipelines.command import main; main()"]
COMMANDS = {
    "prep": "prep documents.txt -o out.jsonl --recipe search",
    "prep, threads": "prep documents.txt documents.txt -o out.parquet --recipe search --threads 2",
    "vectors": "vectors nearest vectors.txt good",
    "train": "train sentiment --train train.txt --out run --resume "
    + " ".join(f"--set {name}={value}" for name, value in SETTINGS.items()),
}
MODULES = (
    *("pipelines.command.app", "pipelines.tasks.sentiment", "pipelines.tasks.training", "pipelines.runs.epoch_lines"),
    *("seqmodels.training.fit", "seqmodels.models.classifier", "safetensors.torch", "scipy.optimize", "scipy.sparse"),
    *("embeddings.store.cache", "embeddings.formats.text", "textprep.batch", "textprep.recipes"),
    *("textprep.writers.jsonl", "textprep.writers.parquet", "textprep.words.stem", "textprep.normalize.html"),
    *("pyarrow.parquet", "typer.main"),
    *("torch._dynamo", "pandas", "pydantic"),  # which some of these import where they find them
)
OUTPUTS = {"prep": "out.jsonl", "prep, threads": "out.parquet", "vectors": CACHE, "train": "run"}


@dataclass(frozen=True)
class Done:
    """How a process ended.

    Attributes:
        code: Its exit code; of a signal that ended it, the negative number.
        shown: What it wrote.
    """

    code: int
    shown: str


@dataclass
class Started:
    """A process that is under way in a session of its own."""

    pid: int
    pipe: int
    begin: float = field(default_factory=time.perf_counter)

    def signal_after(self, seconds: float, number: int) -> None:
        """Send a signal so many seconds after the start; it may have ended by then."""
        time.sleep(max(0.0, self.begin + seconds - time.perf_counter()))
        os.kill(self.pid, number)  # nobody has waited for it yet, so the number is still its own

    def done(self) -> Done:
        """Wait for its end.

        Raises:
            Wrong: It does not end.
        """
        shown = b""
        while select.select([self.pipe], [], [], max(0.0, self.begin + SECONDS - time.perf_counter()))[0]:
            if not (piece := os.read(self.pipe, 1 << 16)):
                break
            shown += piece
        else:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            raise Wrong("a process does not end", shown.decode(errors="replace"))
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        return Done(os.waitstatus_to_exitcode(status), shown.decode(errors="replace"))


def prepare() -> None:
    """Import and compile all that the commands need, without starting a thread: children are forked from here."""
    for name in MODULES:
        with suppress(ModuleNotFoundError):
            importlib.import_module(name)
    from textprep.kernels.compiled import KERNELS, import_kernels

    for package in ("textprep", "embeddings", "seqmodels"):
        import_kernels(package)
    for kernel in KERNELS:
        kernel.compile()


def new_folder(folder: Path) -> Path:
    """The folder with the inputs and nothing else, and a cache that holds the compiled kernels alone."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / CACHE).mkdir(parents=True)
    write_inputs(folder)
    (folder / CACHE / "kernels").symlink_to(cache_folder() / "kernels")
    return folder


def start(job: str, folder: Path, largest_file: int | None = None, fresh: bool = False) -> Started:
    """Begin a job in a folder.

    Args:
        job: One of `COMMANDS`.
        folder: What `new_folder` gave.
        largest_file: Where each file's room ends, in bytes, as if the disk were full.
        fresh: Whether the interpreter is started anew.
    """
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid:
        os.close(theirs)
        return Started(pid, ours)
    try:
        os.setsid()
        os.chdir(folder)
        os.dup2(theirs, 1)
        os.dup2(theirs, 2)
        os.environ["TEXTMILL_CACHE"] = CACHE
        os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
        _become(COMMANDS[job].split(), fresh)
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(99)


def _become(arguments: list[str], fresh: bool) -> None:
    if fresh:
        os.execv(FRESH[0], [*FRESH, *arguments])
    from pipelines.command import main

    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["textmill", *arguments]
    sys.stdout, sys.stderr = (os.fdopen(number, "w", closefd=False) for number in (1, 2))
    try:
        main()
    except SystemExit as stopped:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(stopped.code or 0))


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder but for its inputs and the kernels, without what is of one time or place only."""
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.is_symlink() and "kernels" not in path.parts and "/" + name not in INPUTS:
            found[_timeless(name)] = path.read_bytes() if path.name not in TIMED else b""
    return found


INPUTS = ("/train.txt", "/vectors.txt", "/documents.txt")
TIMED = ("report.md", "metrics.jsonl", "store.json")  # they hold times


def _timeless(name: str) -> str:
    """The name without the hash of the vector file's path, of which the store's name is made."""
    head, found, tail = name.partition("vectors.txt-")
    return head + found + tail[16:] if found else name
