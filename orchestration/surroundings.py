"""What may come in from a user's environment: where things lie and who is told, never what changes a result.

The libraries of a run read settings from variables of their own: dbt every option of its command line
(`DBT_TARGET`, `DBT_EMPTY`, `DBT_VARS`), pandera whether it checks at all, polars and Great Expectations how they work.
A run takes these from the project's files alone, so that the same seeds give the same release in every shell.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

#: Beginnings of the names that these libraries read; none of them is for a user to set.
SETTINGS = ("DBT_", "PANDERA_", "POLARS_", "GX_", "GE_")


#: What they are told instead: nobody is phoned.
SILENT = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "GX_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}


def sealed(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """`environment` without what changes a result, for this process or one that it starts."""
    return {name: value for name, value in environment.items() if not name.upper().startswith(SETTINGS)} | SILENT


def seal(spare_home: Path) -> None:
    """Drop from this process's environment what changes a result, before a library reads it.

    Where neither HOME nor the table of users names a home (a container under a user id of its own), it is
    `spare_home`: libraries ask for one when they are imported, and need nothing there.
    """
    kept = sealed()
    for name in os.environ.keys() - kept.keys():
        del os.environ[name]
    os.environ.update(kept)
    try:
        Path.home()
    except (RuntimeError, KeyError):
        os.environ["HOME"] = str(spare_home)
