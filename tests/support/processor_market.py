"""A running shop that every processor tells of its sales, and servers that stand for their APIs."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.webhooks import PROVIDERS
from tests.support.contract import Told
from tests.support.contracts import CONTRACTS
from tests.support.paypal_certificates import chain, root_file, sign
from tests.support.processor_stand_in import StandIn, stand_in
from tests.support.running_cloud import Answer, RunningCloud
from tests.support.running_shop import RunningShop

CERTIFICATE = "/v1/notifications/certs/CERT-1"
STORES = {"bigcommerce": "/stores/abc123"}
"""What the address of an API ends with."""


class Market:
    """A running shop, and for each processor a server that stands for its API."""

    def __init__(self, shop: RunningShop, apis: dict[str, StandIn]) -> None:
        self.shop, self.apis = shop, apis

    def deliver(self, name: str, told: Told, secret: str | None = None) -> Answer:
        """Send one delivery, signed as the processor signs; its API knows by then what it names."""
        if name in self.apis:
            self.apis[name].documents |= told.api
        headers, body = self.sign(name, secret or CONTRACTS[name].secret, told.raw)
        return self.send(name, body, {**told.headers, **headers})

    def send(self, name: str, body: bytes, headers: dict[str, str]) -> Answer:
        return self.shop.cloud.http("POST", f"/webhooks/{name}", body, headers)

    def sign(self, name: str, secret: str, body: bytes) -> tuple[dict[str, str], bytes]:
        now = self.shop.now
        if name == "paypal":
            return dict(sign(secret, body, now, self.apis[name].url + CERTIFICATE)), body
        if name == "square":
            url = f"{self.shop.cloud.base_url}/webhooks/square"
            signature = PROVIDERS[name].signature
            return signature.sign(secret, body, now, url), body
        headers, sealed = CONTRACTS[name].sign(secret, body, now)
        return dict(headers), sealed


@contextlib.contextmanager
def open_market(folder: Path) -> Iterator[Market]:
    """One that is open while the block lasts; its data is in the folder."""
    secrets = {name: contract.secret for name, contract in CONTRACTS.items()}
    (folder / "keys.json").write_text(json.dumps({"webhook_secrets": secrets}))
    with contextlib.ExitStack() as stack, pytest.MonkeyPatch.context() as environment:
        asked = [name for name, provider in PROVIDERS.items() if provider.api]
        apis = {name: stack.enter_context(stand_in()) for name in asked}
        apis["paypal"].documents[CERTIFICATE] = chain()
        environment.setenv("SSL_CERT_FILE", root_file())
        for name in asked:
            environment.setenv(f"{name.upper()}_API_SECRET", "an-id:a-secret")
        urls = json.dumps({name: api.url + STORES.get(name, "") for name, api in apis.items()})
        running = RunningCloud(folder).start("--parameter", f"ProcessorApis={urls}")
        try:
            shop = RunningShop(running)
            shop.publish()
            yield Market(shop, apis)
        finally:
            running.stop()
