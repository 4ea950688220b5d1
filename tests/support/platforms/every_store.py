"""One double for each platform of the registry, with what the same tests ask of all of them."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple

from shared.connectors.connector import Connector, StoreKey
from shared.connectors.platforms import PLATFORMS
from shared.connectors.shopify import graphql
from shared.domain.platforms.codes import PlatformCode
from tests.support.platforms import bigcommerce, lemonsqueezy, paddle, shopify, stripe, woocommerce
from tests.support.platforms.rest_server import SILENT, Said

OUR_URL = "http://127.0.0.1:8000"


class Kind(NamedTuple):
    """How the tests use the double of one platform.

    * `wrong`: the field of the secret that is spoilt, so that the platform refuses us.
    * `offers`, `hooks`: what of ours the store holds now.
    """

    open: Callable[[], AbstractContextManager[Any]]
    store: str
    secret: Mapping[str, str]
    wrong: str
    offers: Callable[[Any], int]
    hooks: Callable[[Any], int]


KINDS = {
    "shopify": Kind(
        shopify.shopify_store,
        shopify.STORE,
        {"client_id": shopify.CLIENT_ID, "client_secret": shopify.CLIENT_SECRET},
        "client_id",
        lambda store: len(store.discounts),
        lambda store: len(store.webhooks),
    ),
    "woocommerce": Kind(
        woocommerce.woocommerce_store,
        woocommerce.STORE,
        {"consumer_key": woocommerce.KEY, "consumer_secret": woocommerce.SECRET},
        "consumer_secret",
        lambda store: 0,
        lambda store: len(store.hooks),
    ),
    "stripe": Kind(
        stripe.stripe_account,
        "api.stripe.com",
        {"access_token": stripe.KEY},
        "access_token",
        lambda store: len(store.coupons.keys() - {"SPRING"}),
        lambda store: len(store.webhook_endpoints),
    ),
    "bigcommerce": Kind(
        bigcommerce.bigcommerce_store,
        bigcommerce.STORE,
        {"access_token": bigcommerce.TOKEN},
        "access_token",
        lambda store: len([row for row in store.promotions.values() if row["name"] != "Sale"]),
        lambda store: len(store.hooks),
    ),
    "paddle": Kind(
        paddle.paddle_account,
        paddle.STORE,
        {"access_token": paddle.KEY},
        "access_token",
        lambda store: 0,
        lambda store: len(store.rows["notification-settings"]),
    ),
    "lemonsqueezy": Kind(
        lemonsqueezy.lemonsqueezy_store,
        lemonsqueezy.STORE,
        {"access_token": lemonsqueezy.KEY},
        "access_token",
        lambda store: 0,
        lambda store: len(store.rows["webhooks"]),
    ),
}


@dataclass
class TriedStore:
    """A double with a connector to it."""

    provider: str
    double: Any

    @property
    def kind(self) -> Kind:
        return KINDS[self.provider]

    def connector(self, **spoilt: str) -> Connector:
        """A connector as one invocation has it: it remembers nothing of the one before."""
        graphql._tokens.clear()
        key = StoreKey(self.kind.store, self.double.url, OUR_URL, {**self.kind.secret, **spoilt})
        return PLATFORMS[self.provider].connect(key)

    def code(self, text: str, offer: str) -> PlatformCode:
        """A code that is not there yet, as the platform spells it."""
        spelled = PLATFORMS[self.provider].spell(text)
        return PlatformCode(text.replace("-", ""), spelled, None, offer)

    def holds(self, text: str) -> bool:
        held = {*self.double.codes(), *getattr(self.double, "foreign", ())}
        return PLATFORMS[self.provider].spell(text) in held

    def takes_off(self, text: str, items: int) -> int:
        taken: int = self.double.takes_off(PLATFORMS[self.provider].spell(text), items)
        return taken

    def stumbles(self, after: int, status: int | Said = SILENT) -> None:
        """After so many requests one is refused, or done without an answer, or gets another one."""
        if self.provider != "shopify":
            self.double.faults += [0] * after + [status]
        elif isinstance(status, Said):
            fault = shopify.Fault(status.status, dict(status.headers), status.body, lets=after)
            self.double.faults.append(fault)
        elif status == SILENT:
            self.double.faults.append(shopify.Fault(503, lets=after, done_anyway=True))
        else:
            self.double.faults.append(shopify.Fault(status, lets=after))


@contextlib.contextmanager
def tried_store(provider: str) -> Iterator[TriedStore]:
    with KINDS[provider].open() as double:
        yield TriedStore(provider, double)
    graphql._tokens.clear()
