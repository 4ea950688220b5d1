"""Every list of a processor, read page by page to its end from a server that pages as it does."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from shared.processors.client import ProcessorClient
from shared.webhooks import PROVIDERS, translate_listed
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.listing import CannotList
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderUpdate
from tests.support.contract import Told
from tests.support.contracts import CONTRACTS
from tests.support.processor_lists import serve_lists
from tests.support.processor_market import STORES
from tests.support.processor_stand_in import StandIn, stand_in

OURS = "http://127.0.0.1:8000"
BEGINNING = datetime(2026, 1, 15, tzinfo=UTC)
NOW = datetime(2026, 3, 10, tzinfo=UTC)
LISTED = [name for name, provider in PROVIDERS.items() if provider.listing]
SALES = [str(10_000_000 + place) for place in range(20)]


@pytest.fixture
def api() -> Iterator[StandIn]:
    with stand_in() as shown:
        yield shown


def client_of(name: str, api: StandIn) -> ProcessorClient:
    url = api.url + STORES.get(name, "")
    return ProcessorClient(PROVIDERS[name].api, url, "an-id:a-secret", OURS, longest_path=2000)


def happened(name: str, api: StandIn) -> list[Told]:
    """Twenty sales, each refunded in part."""
    lives = [CONTRACTS[name].lives(mark, f"token-{mark}") for mark in SALES]
    told = [news for known in lives for news in known["paid, then refunded in part"].told]
    for news in told:
        api.documents |= news.api
    return told


def read_all(name: str, api: StandIn, since: datetime) -> list[JsonObject]:
    news, cursor = [], ""
    for _ in range(100):
        page = PROVIDERS[name].listing.list_since(client_of(name, api), since, cursor)
        news += page.news
        cursor = page.rest
        if not cursor:
            return news
    raise AssertionError("the list never ends")


@pytest.mark.parametrize("name", LISTED)
def test_every_sale_is_found_with_its_names_whatever_page_it_is_on(name, api):
    serve_lists(api, name, happened(name, api))
    updates = [
        translate_listed(PROVIDERS[name], news, NOW, accept_sandbox=False, api=client_of(name, api))
        for news in read_all(name, api, BEGINNING)
    ]
    assert all(isinstance(update, ProviderUpdate) for update in updates)
    named = {ref for update in updates for ref in update.facts["refs"]}
    assert all(any(mark in ref for ref in named) for mark in SALES)
    refunded = [
        update
        for update in updates
        if update.facts.get("refunds") or update.facts.get("refunded_total")
    ]
    assert len(refunded) >= len(SALES)


@pytest.mark.parametrize("name", ["stripe", "shopify", "woocommerce", "paddle", "lemonsqueezy"])
def test_what_did_not_change_since_is_left_out(name, api):
    serve_lists(api, name, happened(name, api))
    assert read_all(name, api, NOW) == []


@pytest.mark.parametrize("name", ["square", "paypal", "bigcommerce"])
def test_the_processor_is_asked_for_what_changed_since(name, api):
    serve_lists(api, name, happened(name, api))
    read_all(name, api, NOW)
    asked = [path for _, path, _, _ in api.asked if "2026-03-10T00%3A00%3A00Z" in path]
    assert asked


def test_a_shop_that_takes_its_money_elsewhere_has_no_list_of_disputes(api):
    serve_lists(api, "shopify", happened("shopify", api))
    del api.lists["/admin/api/2026-10/shopify_payments/disputes.json"]
    assert len(read_all("shopify", api, BEGINNING)) == len(SALES)


def test_another_refusal_of_the_disputes_is_one(api):
    serve_lists(api, "shopify", [])
    api.fails += [200, 403]
    page = PROVIDERS["shopify"].listing.list_since(client_of("shopify", api), NOW, "")
    with pytest.raises(UnusableDelivery):
        PROVIDERS["shopify"].listing.list_since(client_of("shopify", api), NOW, page.rest)


def test_a_row_without_an_id_is_refused_and_no_page_is_read_for_ever(api):
    api.lists["/admin/api/2026-10/orders.json"] = lambda query: {"orders": [{"name": "#1"}]}
    with pytest.raises(UnusableDelivery):
        PROVIDERS["shopify"].listing.list_since(client_of("shopify", api), NOW, "")


def test_a_list_of_bigcommerce_needs_the_store_in_the_address(api):
    client = ProcessorClient(PROVIDERS["bigcommerce"].api, api.url, "token", OURS)
    with pytest.raises(CannotList, match="stores/HASH"):
        PROVIDERS["bigcommerce"].listing.list_since(client, NOW, "")


def test_a_next_page_of_paypal_is_asked_of_paypal_whatever_its_link_says(api):
    api.lists["/v1/notifications/webhooks-events"] = lambda query: {
        "events": [],
        "links": [{"rel": "next", "href": "http://127.0.0.1:1/elsewhere?next_page=2"}],
    }
    page = PROVIDERS["paypal"].listing.list_since(client_of("paypal", api), NOW, "")
    assert page.rest == "/v1/notifications/webhooks-events?next_page=2"


@pytest.mark.parametrize(
    ("name", "header", "value"),
    [
        ("shopify", "x-shopify-access-token", "an-id:a-secret"),
        ("woocommerce", "authorization", "Basic YW4taWQ6YS1zZWNyZXQ="),
        ("lemonsqueezy", "authorization", "Bearer an-id:a-secret"),
    ],
)
def test_the_key_goes_where_the_processor_wants_it(name, header, value, api):
    serve_lists(api, name, [])
    read_all(name, api, NOW)
    assert {headers[header] for _, _, headers, _ in api.asked} == {value}
