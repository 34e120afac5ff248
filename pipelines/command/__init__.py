"""The `textmill` command: one file a subcommand.

Exit codes: 0 done, 1 something failed here (a full disk, say), 2 something is to be corrected by the user, 130
interrupted. Nothing that a subcommand needs is imported before it runs, so that `--help` is quick.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line: turn what went wrong into one line on standard error and an exit code."""
    from pipelines.command.app import app
    from textprep.errors import TextmillError

    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _fail("interrupted; no unfinished output was left", 130)
    except BrokenPipeError:
        # The reader of our output has gone, as with `| head`: nothing is wrong, and nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except TextmillError as error:
        _fail(str(error), 2)
    except OSError as error:
        _fail(str(error), 1)
    except Exception as error:
        if not hasattr(error, "exit_code"):
            raise
        _usage(error)
    sys.exit(code if isinstance(code, int) else 0)


def _usage(error: Exception) -> None:
    """Show an error in the arguments, as the argument parser knows it, or stop where it was told to."""
    code = int(error.exit_code)  # type: ignore[attr-defined]
    if hasattr(error, "format_message"):
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "textmill"
        _fail(f"{error.format_message()} (see '{path} --help')", 2)
    sys.exit(code)


def _fail(message: str, code: int) -> None:
    print(f"textmill: {message}", file=sys.stderr)
    sys.exit(code)
