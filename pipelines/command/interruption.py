"""Ctrl-C, SIGTERM and SIGHUP end a command alike: what is unfinished goes; the exit code is 128 + the signal's number.

A signal becomes a KeyboardInterrupt wherever the main thread is, so that every block lets go of what it holds. That
can fail: it may come in a callback, where Python drops it, or in code that has just taken a lock for which another
thread then waits for ever. So from the signal on a timer runs. When it rings, or at a second signal, unfinished outputs
are removed and the process ends where it stands.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from textprep.claims import remove_unfinished

GRACE = 5.0  # seconds: a batch takes a tenth of one
NOTHING_LEFT = "no unfinished output was left"
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Interrupted(KeyboardInterrupt):
    """A signal came.

    Attributes:
        number: Which.
    """

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message or NOTHING_LEFT)
        self.number = number


@contextmanager
def interruptible() -> Iterator[None]:
    """Within the block, signals interrupt; whatever they made of it comes out as `Interrupted`.

    Signals that the process was started to ignore (`nohup`) stay ignored.
    """
    if threading.current_thread() is not threading.main_thread():  # only that one gets signals
        yield
        return
    came: list[int] = []

    def interrupt(number: int, _frame: object) -> None:
        if came:
            _end(came[0])
        came.append(number)
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, GRACE)
        raise KeyboardInterrupt

    def dropped(what: Any) -> None:
        if came and isinstance(what.exc_value, KeyboardInterrupt):
            _end(came[0])
        hook(what)

    handlers: dict[int, Callable[[int, Any], None]] = {
        number: interrupt for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN
    }
    if hasattr(signal, "SIGALRM"):
        handlers[signal.SIGALRM] = lambda _number, _frame: _end(came[0])
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    hook, sys.unraisablehook = sys.unraisablehook, dropped
    try:
        yield
    except BaseException as error:
        if not came:
            raise
        remove_unfinished()
        raise Interrupted(came[0], str(error) if isinstance(error, KeyboardInterrupt) else "") from None
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int) -> NoReturn:
    remove_unfinished()
    os.write(2, f"textmill: interrupted; {NOTHING_LEFT}\n".encode())
    os._exit(128 + number)
