"""A running shop beside the doubles of the platforms that it is connected to."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.support.running_cloud import Answer, RunningCloud, wait_until
from tests.support.running_shop import RunningShop, done


class ConnectedShop(RunningShop):
    """A shop whose owner connects stores."""

    def connects(self, provider: str, store: str, **secret: str) -> Answer:
        form = {"provider": provider, "store": store} | secret
        return self.ask("POST", "/v1/connections", form, self.staff_key)

    def connection(self, connection: str) -> dict[str, Any]:
        return self.get(f"/v1/connections/{connection}", self.staff_key)

    def connected(self, provider: str, store: str, **secret: str) -> dict[str, Any]:
        """Connect a store and wait until every step is done."""
        made = done(self.connects(provider, store, **secret))
        return wait_until(lambda: self._finished(made["id"]))

    def disconnects(self, connection: str) -> None:
        path = f"/v1/connections/{connection}"
        assert self.ask("DELETE", path, key=self.staff_key).status == 204
        wait_until(lambda: self.ask("GET", path, key=self.staff_key).status == 404)

    def _finished(self, connection: str) -> dict[str, Any] | None:
        seen = self.connection(connection)
        return seen if seen["state"] not in ("connecting",) else None


@contextlib.contextmanager
def connected_shop(folder: Path, apis: Mapping[str, str]) -> Iterator[ConnectedShop]:
    """A whole system that reaches platforms' APIs at these addresses."""
    running = RunningCloud(folder).start("--parameter", f"ProcessorApis={json.dumps(apis)}")
    try:
        shop = ConnectedShop(running)
        shop.publish(friend={"discount": {"percent": "10"}})
        yield shop
    finally:
        running.stop()
