"""What is throttled, broken or silent for longer than retries last is answered 503 with Retry-After, and is done when it is asked again."""

import json
from contextlib import contextmanager

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from functions import serve_holds, serve_members, serve_membership, serve_orders, serve_staff
from shared import aws, secrets
from shared.store import deadline, engine
from shared.store.connection import MOST_RETRIES, READ_TIMEOUT_SECONDS
from shared.store.reconciliation import verify
from tests.support.engine_faults import answer, broken, conflict, inject_fault, late, throttle
from tests.support.http_events import NOW, SHOP, STAFF, http_event, send
from tests.support.shop import PLAIN, Shop

ORDER = {
    "status": "completed",
    "currency": "EUR",
    "items_total": 10_000,
    "customer": {"id": "Ines"},
}


def raising(error):
    def respond(request):
        raise error(endpoint_url=request.url, error="no")

    return respond


FAULTS = {
    "ThrottlingException": throttle,
    "ProvisionedThroughputExceeded": lambda request: answer(
        request, "ProvisionedThroughputExceededException"
    ),
    "ServiceUnavailable": lambda request: answer(request, "ServiceUnavailable", 503),
    "an answer too late": late,
    "no connection": raising(ConnectTimeoutError),
}
CALLS = {
    "GET /v1/members/{id}": (serve_members, SHOP, "Anna", None),
    "GET /v1/members/{id}/entries": (serve_members, SHOP, "Anna", None),
    "PUT /v1/members/{id}": (serve_members, SHOP, "Otto", {"login": "otto"}),
    "PUT /v1/orders/{id}": (serve_orders, SHOP, "2", ORDER),
    "POST /v1/members/{id}/holds": (serve_holds, SHOP, "Anna", {"order_id": "cart", "amount": 100}),
    "POST /v1/members/{id}/adjustments": (
        serve_membership,
        STAFF,
        "Anna",
        {"amount": 100, "reason": "Asked"},
    ),
}


@pytest.fixture
def impatient(monkeypatch):
    """Whoever tries again does so at once."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture
def shop(tables):
    """Anna has 1,000."""
    shop = Shop(**PLAIN)
    shop.at = NOW
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    shop.order("1", customer={"id": "Ines"})
    yield shop
    assert verify()["differences"] == []


def ask(route: str):
    module, caller, name, body = CALLS[route]
    keyed = {"idempotency-key": route} if body else None
    return send(
        module.handler, route, caller=caller, path={"id": name}, body=body, headers=keyed, at=NOW
    )


def come_again(answered) -> None:
    assert (answered.status, answered.code) == (503, "unavailable"), answered.text
    assert (answered.headers["retry-after"], answered.headers["content-type"]) == (
        "1",
        "application/problem+json",
    )


@pytest.mark.parametrize("fault", FAULTS)
def test_an_outage_is_answered_503_and_nothing_is_lost(shop, impatient, fault):
    for route in CALLS:
        with inject_fault(FAULTS[fault], lambda number: number > 1):
            come_again(ask(route))
        assert [ask(route).status < 300 for _ in range(2)] == [True, True], route
    assert shop.balance("Anna") == 1_000 + 1_000 + 100


def test_whoever_meets_others_for_too_long_is_told_that_they_are_busy(shop, impatient):
    with inject_fault(conflict, lambda number: True, "TransactWriteItems"):
        answered = ask("PUT /v1/orders/{id}")
    assert (answered.status, answered.code, answered.headers["retry-after"]) == (503, "busy", "1")


def test_a_request_that_we_made_wrong_is_still_a_fault_of_ours(shop):
    with inject_fault(lambda request: answer(request, "ValidationException"), lambda number: True):
        assert ask("GET /v1/members/{id}").status == 500


@contextmanager
def out_of_order(events, operation: str, fault):
    """`events` of a client of its own."""

    def respond(request, **_):
        return fault(request)

    events.register(operation, respond)
    try:
        yield
    finally:
        events.unregister(operation, respond)


@pytest.mark.parametrize("fault", [throttle, broken, raising(ReadTimeoutError)])
def test_a_list_is_no_exception(shop, impatient, fault):
    audit = {"route": "GET /v1/audit", "caller": STAFF}
    assert send(serve_staff.handler, **audit).status == 200
    with out_of_order(engine.connection().client.meta.events, "before-send.dynamodb.Query", fault):
        come_again(send(serve_staff.handler, **audit))


@pytest.mark.parametrize("fault", [throttle, broken, raising(ReadTimeoutError)])
def test_nor_is_what_else_a_call_needs(shop, impatient, fault):
    secrets._provider.cache_clear()
    with out_of_order(
        aws.client("secretsmanager").meta.events, "before-send.secrets-manager.*", fault
    ):
        answered = send(
            serve_members.handler,
            "PUT /v1/members/{id}",
            caller=SHOP,
            path={"id": "P"},
            body={"login": "p", "email": "p@example.com"},
        )
    come_again(answered)


class Lambda:
    """What Lambda tells of an invocation."""

    function_name, aws_request_id = "ServeMembers", "invocation-1"

    def __init__(self, seconds: float):
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return round(1000 * self.seconds)


@pytest.mark.parametrize(
    ("seconds", "status"), [(deadline.LAST_REQUEST_SECONDS - 0.1, 503), (15, 200)]
)
def test_nothing_is_begun_that_the_function_may_not_live_to_answer(shop, seconds, status):
    event = http_event("PUT /v1/orders/{id}", caller=SHOP, path={"id": "2"}, body=ORDER, at=NOW)
    with inject_fault(lambda request: None, lambda number: True) as requests:
        answered = serve_orders.handler(event, Lambda(seconds))
    assert (answered["statusCode"], requests.sent > 0) == (status, status == 200)
    assert status == 200 or json.loads(answered["body"])["code"] == "unavailable"


def test_nobody_is_hurried_whose_time_is_not_told(shop):
    with deadline.within(0):
        pass
    shop.order("2", customer={"id": "Ines"})


def test_one_request_and_the_pause_after_it_end_in_time():
    longest_pause = 2 ** (MOST_RETRIES - 1)
    assert READ_TIMEOUT_SECONDS + longest_pause < deadline.LAST_REQUEST_SECONDS
