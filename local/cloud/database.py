"""The SQLite file that holds the queues, events, mails and stream records, so that they survive a
restart.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TABLES = """
create table if not exists messages (
    number integer primary key, queue text not null, id text not null, body text not null,
    sent_ms integer not null, visible_at real not null, receives integer not null default 0,
    cuts integer not null default 0, in_flight integer not null default 0);
create index if not exists waiting on messages (queue, in_flight, visible_at, number);
create table if not exists events (number integer primary key, envelope text not null);
create table if not exists mail (number integer primary key, item text not null);
create table if not exists stream_places (
    tab text not null, shard text not null, sequence text not null, primary key (tab, shard));
create table if not exists stream_records (
    number integer primary key, mapping text not null, record text not null);
create index if not exists stream_waiting on stream_records (mapping, number);
"""


class DatabaseDamaged(Exception):
    """The file is not a valid SQLite database; the message says what to do."""


def open_database(path: Path) -> sqlite3.Connection:
    """Opens the file; creates it and its tables if they are missing.

    The connection is for one thread. Committed data survives if this process is killed. Raises
    DatabaseDamaged.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.executescript(_TABLES)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as problem:
        raise DatabaseDamaged(
            f"{path} is damaged ({problem}); put a copy back, or move it away, which loses the"
            " events, messages and mails that wait in it"
        ) from None
    return connection


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Commits what the block writes, or rolls it back if the block raises."""
    database.execute("begin")
    try:
        yield
        database.execute("commit")
    except BaseException:
        if database.in_transaction:  # SQLite itself rolls back if the disk is full
            database.execute("rollback")
        raise
