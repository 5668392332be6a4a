"""The data book after a promotion: built by `python -m bi` in a process of its own.

The release is out by then. Whatever happens to the book is told and takes nothing back; the one before stays.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec

from orchestration import settings
from orchestration.paths import ROOT, Paths

#: What draws the pictures; the runtime set does not hold it.
NEEDED = ("altair", "vl_convert")
#: Seconds after which a book that is not done is given up.
PATIENCE = 900


@dataclass(frozen=True)
class Outcome:
    """`built` is None where nobody asked for a book; `text` says what happened, and what to do next."""

    built: bool | None
    text: str


def bring_up_to_date(paths: Paths) -> Outcome:
    """Have the book of the current release built, if it is not there, and pointed to. Raises nothing."""
    try:
        wanted = settings.BOOK.read()
    except ValueError as error:
        return Outcome(False, f"not built: {error}. The release stands; `make book` tries again.")
    if wanted == "off":
        return Outcome(None, "not built: MINSHENG_BOOK is off")
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        return Outcome(None, f"not built: {' and '.join(missing)} not installed; `make book` installs what it needs")
    places = {"MINSHENG_SEEDS": str(paths.seeds), "MINSHENG_WAREHOUSE": str(paths.warehouse)}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bi"],
            cwd=ROOT,
            env={**os.environ, **places},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Outcome(False, f"{error}. The release stands; `make book` tries again.")
    if done.returncode != 0:
        return Outcome(False, f"{done.stderr.strip()[-2000:]}\nThe release stands; `make book` tries again.")
    return Outcome(True, done.stdout.strip())
