"""Ctrl-C, TERM and HUP while a refresh goes on: they reach this process alone, which ends what it has started."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker

#: What a terminal sends to every process of its group at once.
OF_A_TERMINAL = (signal.SIGINT, signal.SIGHUP)
NAMES = {signal.SIGINT: "Ctrl-C", signal.SIGHUP: "HUP", signal.SIGTERM: "TERM"}


@contextmanager
def gathered() -> Iterator[Callable[[], int]]:
    """One KeyboardInterrupt (inside a step, Dagster's own interrupt) for whatever comes first.

    Ctrl-C and HUP are blocked, here and so in every child (dbt, the audit, Dagster's watchers), and handed on to this
    process as TERM: a child that a terminal interrupts tells of it in a traceback of its own. What is ignored from
    the start, as under nohup, stays so. Yields what tells which signal came first; 0 if none.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: 0
        return
    came: list[int] = []
    awaited = {number for number in OF_A_TERMINAL if signal.getsignal(number) is not signal.SIG_IGN}
    # Some library starts it, and Ctrl-C is let through when it has started.
    resource_tracker.ensure_running()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, OF_A_TERMINAL)
    # Within a step Dagster handles TERM and does not tell; the interpreter writes each signal here as well.
    inlet, outlet = os.pipe()
    for end in (inlet, outlet):
        os.set_blocking(end, False)
    wakeup = signal.set_wakeup_fd(outlet, warn_on_full_buffer=False)
    # Dagster gives TERM to whatever handles Ctrl-C when it is done.
    handlers = {number: signal.signal(number, _interrupt) for number in (signal.SIGTERM, signal.SIGINT)}
    over = threading.Event()

    def hand_on() -> None:
        while (number := signal.sigwait(awaited)) and not over.is_set():
            if not came:
                came.append(number)
                signal.pthread_kill(threading.main_thread().ident, signal.SIGTERM)

    def first() -> int:
        with suppress(BlockingIOError):
            came.extend(os.read(inlet, 16))
        return came[0] if came else 0

    watcher = threading.Thread(target=hand_on, daemon=True)
    if awaited:
        watcher.start()
    try:
        yield first
    finally:
        over.set()
        if awaited:
            signal.pthread_kill(watcher.ident, min(awaited))
            watcher.join()
        for number, handler in handlers.items():
            signal.signal(number, handler or signal.SIG_DFL)
        signal.set_wakeup_fd(wakeup)
        os.close(inlet)
        os.close(outlet)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _interrupt(number: int, frame: object) -> None:
    """Once: what follows is the ending itself."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt
