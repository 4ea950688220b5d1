"""Instants and a hash that the golden values share."""

from datetime import UTC, datetime, timedelta

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LATER, DATE = AT + timedelta(days=8), AT + timedelta(days=15)
ENDS_AT = 1772370000
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
