"""When, and in what order: the only place that opens files and databases.

intake -> transform -> assemble -> audit -> promote; each stage is a module here that
works without Dagster, and `definitions` hangs them into assets, checks and schedules.
"""

import gc
import os
from pathlib import Path

from orchestration import surroundings

# Every door leads through here, and the libraries behind it read their settings when they are imported.
_warehouse = os.environ.get("MINSHENG_WAREHOUSE") or Path(__file__).parent.parent / "warehouse"
surroundings.seal(Path(_warehouse).absolute() / "home")

# What the libraries leave when they are imported stays; to look for garbage among it took a fifth of every start.
gc.set_threshold(50_000, 20, 100)
