"""The `textmill` command: one file a subcommand.

Exit codes: 0 done, 1 something failed here (a full disk, say), 2 something is to be corrected by the user, 130, 143
and 129 interrupted by Ctrl-C, SIGTERM and SIGHUP. Nothing that a subcommand needs is imported before it runs, so that
`--help` is quick.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import warnings
from typing import NoReturn

from pipelines.command.standard_streams import hold_standard_streams
from textprep.errors import InputWarning, TextmillError


def main() -> None:
    """Run the command line: turn what went wrong into one line on standard error and an exit code."""
    hold_standard_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # as all that we read and write, whatever the terminal
    try:
        from typer.main import get_command

        from pipelines.command.app import app
        from pipelines.command.interruption import interruptible

        # Not `app()`, which has its own ideas of what to do about Ctrl-C and about a reader that has gone.
        command = get_command(app)
        with interruptible(), warnings.catch_warnings(), command.make_context("textmill", sys.argv[1:]) as context:
            warnings.showwarning = _show_warning
            command.invoke(context)
        print(end="", flush=True)
    except KeyboardInterrupt as interrupt:
        told = str(interrupt) or "no unfinished output was left"
        _fail(f"interrupted; {told}", 128 + getattr(interrupt, "number", signal.SIGINT))
    except BrokenPipeError:
        # The reader of our output has gone, as with `| head`: nothing is wrong, and nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except TextmillError as error:
        _fail(str(error), 2)
    except OSError as error:
        _fail(str(error), 1)
    except ModuleNotFoundError as error:
        from textprep.extras import missing_part

        _fail(str(missing_part(error) or error), 2)
    except Exception as error:
        if hasattr(error, "exit_code"):
            _usage(error)
        if os.environ.get("TEXTMILL_TRACEBACK"):
            raise
        fault = f"{type(error).__name__}: {error}"
        _fail(f"{fault} (a fault of textmill; TEXTMILL_TRACEBACK=1 shows where: please report it)", 1)
    if os.environ.get("WORLD_SIZE", "1") != "1":  # of several processes torch's threads may abort one while it ends
        sys.stderr.flush()
        os._exit(0)
    sys.exit(0)


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,
    line: str | None = None,
) -> None:
    """Show a warning as one line, those of other libraries with their kind; TEXTMILL_TRACEBACK=1 shows where."""
    if issubclass(category, InputWarning):
        text = f"textmill: {' '.join(str(message).split())}\n"
    elif os.environ.get("TEXTMILL_TRACEBACK"):
        text = warnings.formatwarning(message, category, filename, lineno, line)
    else:
        text = f"textmill: {' '.join(str(message).split())} (a library's {category.__name__})\n"
    print(text, end="", file=sys.stderr)


def _usage(error: Exception) -> NoReturn:
    """Show an error in the arguments, as the argument parser knows it, or stop where it was told to."""
    if hasattr(error, "format_message"):
        message = str(error.format_message())
        context = getattr(error, "ctx", None)
        if context is None or message == context.get_help():  # no argument at all
            print(message, file=sys.stderr)
        else:
            _fail(f"{message} (see '{context.command_path} --help')", 2)
    sys.exit(int(error.exit_code))  # type: ignore[attr-defined]


def _fail(message: str, code: int) -> NoReturn:
    print(f"textmill: {message}", file=sys.stderr)
    sys.exit(code)
