"""What a real shop does not have: the local cloud's clock and schedules, and waiting for its queues."""

from datetime import datetime

from local.cloud.clock import format_instant, parse_instant
from web.clients.grapevine import Grapevine


class LocalControls:
    """Each raises Problem or Unreachable."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def now(self) -> datetime:
        return parse_instant(self._grapevine.call("GET", "/_local/clock")["now"])

    def set_clock(self, now: datetime | None) -> None:
        """Set the local clock; None follows the real time again."""
        self._post("/_local/clock", {"now": format_instant(now) if now else None})

    def fire(self, function: str, at: datetime) -> None:
        """Fire the schedules of a function."""
        self._post(f"/_local/schedule/{function}", {"time": format_instant(at)})

    def drain(self) -> None:
        """Wait until no message waits any more."""
        self._post("/_local/drain", {})

    def _post(self, path: str, body: dict[str, str | None]) -> None:
        self._grapevine.call("POST", path, body=body, repeatable=False)
