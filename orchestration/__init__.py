"""When, and in what order: the only place that opens files and databases.

intake -> transform -> assemble -> audit -> promote; each stage is a module here that
works without Dagster, and `definitions` hangs them into assets, checks and schedules.
"""
