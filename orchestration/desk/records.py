"""Dagster's records in SQLite, each database opened once a process.

Dagster opens a database for every query and closes it behind it, and so writes each statement out anew: of a thousand
events of a refresh that is most of what they cost. Its files, tables and locks stay what they are.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

#: How long a query waits for another process that writes.
PATIENCE = 30
#: Databases that stay open: one a run, and one for all; of more, the one that was asked longest ago is closed.
OPEN = 8


class EventLog(SqliteEventLogStorage):
    """The events of runs, one database a run, and of assets in one for all."""

    def __init__(self, base_dir: str, **given: Any):
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(base_dir, **given)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).connect() as connection:
            opened = connection.connection.dbapi_connection
            before = opened.total_changes
            with connection.begin():
                yield connection
            if opened.total_changes > before:
                # The UI hears of events by the change of the file; what was written may still lie beside it.
                os.utime(self.path_for_shard(shard))

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(
                self.conn_string_for_shard(shard), pool_size=1, max_overflow=-1, connect_args={"timeout": PATIENCE}
            )
            event.listen(engine, "connect", _without_waiting)
            self._initdb(engine)
            self._engines[shard] = engine
        self._engines.move_to_end(shard)
        while len(self._engines) > OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return self._engines[shard]

    def dispose(self) -> None:
        """Close what is open."""
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()
        super().dispose()


class Records(DagsterSqliteStorage):
    """Runs, events and schedules of one machine, as `storage: sqlite` of dagster.yaml keeps them."""

    def __init__(self, base_dir: str, **given: Any):
        super().__init__(base_dir, **given)
        self._event_log_storage = EventLog(self._event_log_storage._base_dir)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> Records:
        """What `dagster.yaml` names; Dagster's own would give its own class here."""
        return cls.from_local(inst_data=inst_data, **config_value)


def _without_waiting(connection: Any, _: object) -> None:
    """A commit waits for no disk: after a power cut the last events may be missing, and the database is whole."""
    connection.execute("pragma synchronous = normal")
