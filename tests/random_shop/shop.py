"""What the clients of one run share: the clock, what was told so far, what came of it."""

import json
from collections import Counter, deque
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from shared.bus import BusRefused
from shared.store.engine import TableBusy, WriteConflict
from shared.store.outages import is_passing
from tests.random_shop.faults import Faults
from tests.random_shop.messages import Message, Messages
from tests.support.http_events import Answered

if TYPE_CHECKING:
    from tests.random_shop.recorded import Family

FIRST_DAY = datetime(2026, 1, 1, 5, 30, tzinfo=UTC)
HOURS = timedelta(hours=15)
"""In which clients act, from half past five UTC on."""
REMEMBERED = 400_000


class RandomShop:
    """The shop under its clients. `wrong` has what no shop may answer."""

    def __init__(self, seed: int, operations_a_day: float, zone: str = "UTC") -> None:
        self.seed, self.zone, self.day, self.program = seed, zone, 0, {}
        self.faults = Faults(f"{seed} faults")
        self.messages = Messages(f"{seed} messages", self.faults)
        self.members: list[str] = []
        self.codes: list[str] = []
        self.tokens: list[str] = []
        self.orders: dict[str, dict] = {}
        self.sessions: list[str] = []
        self.carts: list[str] = []
        self.holds: list[str] = []
        self.referrals: list[str] = []
        self.families: dict[str, Family] = {}
        self.counts = Counter[str]()
        self.wrong: list[str] = []
        self.log: deque[tuple] = deque(maxlen=REMEMBERED)
        self._turn, self._moment = Lock(), FIRST_DAY
        self._step = HOURS / max(1.0, operations_a_day) / 4
        self._last_number = 0

    def number(self) -> int:
        with self._turn:
            self._last_number += 1
            return self._last_number

    def now(self) -> datetime:
        """The next instant of the day, in whole seconds; the day's last one for all who are late."""
        with self._turn:
            closing = FIRST_DAY + timedelta(days=self.day) + HOURS
            self._moment = min(self._moment + self._step, closing)
            return self._moment.replace(microsecond=0)

    def night(self) -> datetime:
        """End the day; the time of its night, before the next day's first instant."""
        self.day += 1
        self._moment = FIRST_DAY + timedelta(days=self.day)
        return self._moment - timedelta(minutes=20)

    def count(self, what: str) -> None:
        with self._turn:
            self.counts[what] += 1

    def note(self, route: str, at: datetime, parts: dict, answered: Answered) -> None:
        """Remember what was asked and answered; a 500 is a fault of the product."""
        code = f" {answered.body.get('code', '')}" if answered.status >= 400 else ""
        self.count(f"{route} {answered.status}{code}")
        told = {name: parts.get(name) for name in ("path", "body", "headers")}
        self.log.append((at.isoformat(), route, told, answered.status, answered.text[:300]))
        if answered.status in (401, 500):
            self.wrong.append(f"{route} {json.dumps(told, default=str)}: {answered.text}")

    def note_fault(self, fault: Exception) -> None:
        self.count(f"fault {type(fault).__name__}")
        if not isinstance(fault, WriteConflict | TableBusy | BusRefused) and not is_passing(fault):
            self.wrong.append(repr(fault))

    def recorder_of(self, message: Message) -> "Family | None":
        """The family whose history tells of the message's order, if it is still recorded."""
        detail = json.loads(message.body).get("detail", {})
        name = str(detail.get("id") or "").partition("-")[0]
        return self.families.get(name)
