"""The command `textmill`, also as `python -m textmill`: Ctrl-C is answered in one line from the first moment on.

Installed as a module by itself: to import it takes no package's time.
"""

import os


def main() -> None:
    """Run the command line; before and behind it, while nothing is to be cleaned up, a signal just ends the process."""
    try:
        import signal

        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda number, _frame: _end(number))
    except KeyboardInterrupt:
        _end(2)
    from pipelines.command import main as run

    run()


def _end(number: int) -> None:
    os.write(2, b"textmill: interrupted; no unfinished output was left\n")
    os._exit(128 + number)


if __name__ == "__main__":
    main()
