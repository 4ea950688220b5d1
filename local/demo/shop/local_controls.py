"""Controls of the local cloud that a real shop does not have: the clock, the schedules, and waiting
for the queues.
"""

from datetime import datetime

from local.cloud.clock import format_instant, parse_instant
from web.clients.grapevine import Grapevine


class LocalControls:
    """Calls the endpoints below `/_local/`. Every method may raise Problem or Unreachable."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def now(self) -> datetime:
        return parse_instant(self._grapevine.call("GET", "/_local/clock")["now"])

    def set_clock(self, now: datetime | None) -> None:
        """Sets the local clock; with None it shows the real time."""
        self._post("/_local/clock", {"now": format_instant(now) if now else None})

    def fire(self, function: str, at: datetime) -> None:
        """Runs the schedules of a function with the given time."""
        self._post(f"/_local/schedule/{function}", {"time": format_instant(at)})

    def drain(self) -> None:
        """Waits until all messages are processed."""
        self._post("/_local/drain", {})

    def _post(self, path: str, body: dict[str, str | None]) -> None:
        self._grapevine.call("POST", path, body=body, repeatable=False)
