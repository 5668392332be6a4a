"""On PYTHONPATH: the wall clock of this process and of its children, SECONDS_BACK behind the machine's.

What Python code can ask of the clock is answered by it; the classes stay the machine's own, so that everything
that is written in C takes their objects as ever. What C code asks of the kernel by itself (SQLite's
CURRENT_TIMESTAMP, times of files) stays right.
"""

import ctypes
import datetime
import gc
import os
import time

BACK = int(os.environ["SECONDS_BACK"])
right_time, right_time_ns = time.time, time.time_ns


def stand_in(name, function) -> None:
    # Static: `logging` and others keep these functions in a class, where a plain one would become a method.
    setattr(time, name, staticmethod(function))


def of_now(made):
    return lambda seconds=None: made(time.time() if seconds is None else seconds)


stand_in("time", lambda: right_time() - BACK)
stand_in("time_ns", lambda: right_time_ns() - BACK * 10**9)
for name in ("localtime", "gmtime", "ctime"):
    stand_in(name, of_now(getattr(time, name)))

# `datetime` is made in C and takes no new attributes; its own dictionary does.
own = gc.get_referents(datetime.datetime.__dict__)[0]
own["now"] = classmethod(lambda cls, tz=None: cls.fromtimestamp(time.time(), tz))
own["utcnow"] = classmethod(lambda cls: cls.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None))
ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))
