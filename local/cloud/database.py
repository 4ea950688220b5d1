"""The SQLite file that keeps queues, events and mail across restarts and crashes of the local cloud."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def open_database(path: Path) -> sqlite3.Connection:
    """For one thread; what is committed survives the death of this process."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    return connection


@contextmanager
def transaction(journal: sqlite3.Connection) -> Iterator[None]:
    journal.execute("begin")
    try:
        yield
    except BaseException:
        journal.execute("rollback")
        raise
    journal.execute("commit")
