"""Requests to a processor's API, against a server on loopback that stands for it."""

from collections.abc import Iterator

import pytest

from shared.processors import client
from shared.processors.client import LARGEST_ANSWER, PATIENCE_SECONDS, ProcessorClient, download
from shared.webhooks import PROVIDERS
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import ApiUnavailable
from shared.webhooks.signature import BadSignature
from tests.support.processor_stand_in import StandIn, stand_in

OURS = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def no_tokens() -> Iterator[None]:
    client._authorizations.clear()
    yield
    client._authorizations.clear()


@pytest.fixture
def api() -> Iterator[StandIn]:
    with stand_in() as shown:
        yield shown


def client_of(provider: str, api: StandIn, secret: str = "key", **more) -> ProcessorClient:
    access = PROVIDERS[provider].api
    assert access is not None
    return ProcessorClient(access, api.url, secret, OURS, **more)


def reason(asked: ProcessorClient, path: str) -> str:
    with pytest.raises(UnusableDelivery) as raised:
        asked.get(path)
    return raised.value.parked.reason


def test_a_bearer_key_opens_it(api):
    api.documents["/v2/orders/1"] = {"order": {"id": "1", "total": 1.50}}
    answer = client_of("square", api).get("/v2/orders/1")
    assert str(answer.value("order", "total")) == "1.5"
    (_, _, headers, _), *more = api.asked
    assert headers["authorization"] == "Bearer key"
    assert headers["square-version"]
    assert more == []


def test_a_token_is_asked_for_once_and_again_when_it_was_withdrawn(api):
    api.documents["/v2/checkout/orders/1"] = {"id": "1"}
    client_of("paypal", api, "id:secret").get("/v2/checkout/orders/1")
    client_of("paypal", api, "id:secret").get("/v2/checkout/orders/1")
    assert api.tokens == 1
    method, path, headers, body = api.asked[0]
    assert (method, path, body) == ("POST", "/v1/oauth2/token", b"grant_type=client_credentials")
    assert headers["authorization"] == "Basic aWQ6c2VjcmV0"
    api.fails.append(401)
    client_of("paypal", api, "id:secret").get("/v2/checkout/orders/1")
    assert api.tokens == 2
    assert api.asked[-1][2]["authorization"] == "Bearer token-2"


def test_a_token_ends_by_its_time(api):
    api.documents["/v2/checkout/orders/1"] = {"id": "1"}
    client_of("paypal", api, "id:secret", clock=lambda: 0.0).get("/v2/checkout/orders/1")
    client_of("paypal", api, "id:secret", clock=lambda: 32_341.0).get("/v2/checkout/orders/1")
    assert api.tokens == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_what_passes_is_tried_once_more(api, status):
    api.documents["/v2/orders/1"] = {"order": {"id": "1"}}
    api.fails.append(status)
    assert client_of("square", api).get("/v2/orders/1").value("order", "id") == "1"
    api.fails.extend([status, status])
    with pytest.raises(ApiUnavailable):
        client_of("square", api).get("/v2/orders/1")
    assert len(api.asked) == 4


def test_nothing_is_asked_when_the_time_is_over(api):
    ticks = iter((0.0, float(PATIENCE_SECONDS)))
    late = client_of("square", api, clock=lambda: next(ticks, float(PATIENCE_SECONDS)))
    with pytest.raises(ApiUnavailable):
        late.get("/v2/orders/1")
    assert api.asked == []


def test_what_stays_is_a_reason(api):
    assert reason(client_of("square", api), "/v2/orders/none") == "not_at_processor"
    api.fails.append(403)
    assert reason(client_of("square", api), "/v2/orders/1") == "api_refused"
    assert reason(client_of("square", api, ""), "/v2/orders/1") == "api_not_set_up"
    assert reason(client_of("square", api), "/v2/orders/" + "9" * 400) == "missing_id"
    assert reason(client_of("square", api), "/v2/orders/\n") == "missing_id"
    api.documents["/v2/orders/2"] = b"<html>"
    assert reason(client_of("square", api), "/v2/orders/2") == "unreadable_body"


def test_a_redirect_is_not_followed_and_an_endless_answer_not_read(api):
    api.fails.append(302)
    assert reason(client_of("square", api), "/v2/orders/1") == "not_at_processor"
    api.documents["/v2/orders/1"] = b" " * (LARGEST_ANSWER + 1)
    with pytest.raises(ApiUnavailable):
        client_of("square", api).get("/v2/orders/1")


def test_an_api_inside_our_own_network_is_not_asked(api):
    """Loopback is for systems that are on loopback themselves."""
    access = PROVIDERS["square"].api
    for base_url in (api.url, "http://connect.squareup.com", "https://10.0.0.1"):
        with pytest.raises(ApiUnavailable):
            ProcessorClient(access, base_url, "key", "https://grapevine.example").get(
                "/v2/orders/1"
            )
    assert api.asked == []


def test_a_document_that_nobody_has_checks_no_signature(api):
    api.documents["/cert"] = b"pem"
    assert download(f"{api.url}/cert", OURS) == b"pem"
    for url in (f"{api.url}/none", "http://127.0.0.1:1/cert", "https://10.0.0.1/cert"):
        with pytest.raises(BadSignature):
            download(url, OURS)
