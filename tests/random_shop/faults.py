"""Storage that conflicts, throttles and breaks at random, and workers that are killed at it."""

import random
from collections import Counter
from threading import Lock

from botocore.awsrequest import AWSResponse

from shared.store import engine
from tests.support.engine_faults import broken, conflict, late, lose, send, throttle


class Killed(BaseException):
    """A worker is no more; nothing of the product catches it, as nothing catches SIGKILL."""


def kill_before(request: object) -> None:
    raise Killed


def kill_after(request: object) -> None:
    send(request)
    raise Killed


SHARES = {
    conflict: 0.03,
    throttle: 0.004,
    broken: 0.003,
    lose: 0.004,
    late: 0.002,
    kill_before: 0.002,
    kill_after: 0.003,
}
"""Of all requests to the tables; `conflict` only strikes transactions."""


class Faults:
    """Strikes requests of every thread while `striking`; `struck` counts them by name."""

    def __init__(self, seed: str) -> None:
        self._chance, self._turn = random.Random(seed), Lock()
        self.striking, self.struck = False, Counter[str]()

    def install(self) -> None:
        engine.open_tables()
        events = engine.connection().client.meta.events
        events.register("before-send.dynamodb.*", self._strike)

    def uninstall(self) -> None:
        engine.connection().client.meta.events.unregister("before-send.dynamodb.*", self._strike)

    def happens(self, share: float) -> bool:
        """Whether something of this share of all occasions goes wrong now."""
        with self._turn:
            return self.striking and self._chance.random() < share

    def _strike(self, request: object, **_: object) -> AWSResponse | None:
        if not self.striking:
            return None
        with self._turn:
            draw = self._chance.random()
        for respond, share in SHARES.items():
            if draw < share:
                with self._turn:
                    self.struck[respond.__name__] += 1
                return respond(request)
            draw -= share
        return None
