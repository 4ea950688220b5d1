"""One batch of the codes queue: what it does first, and what a bad message leaves undone."""

import json
from datetime import UTC, datetime

import pytest

from functions import serve_webhooks, sync_codes
from shared.domain.members.member import Member
from shared.store import engine
from shared.store.attributions.members import put_code
from tests.support.codes_queue import Killed, advocates, codes_queue, killing, work_off
from tests.support.http_events import send
from tests.support.platforms.every_store import tried_store

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
STAFF = {"scope": "staff", "key": "ak_12345678"}


@pytest.fixture
def at(tables, monkeypatch):
    """A connected WooCommerce."""
    codes_queue(tables, monkeypatch)
    with tried_store("woocommerce") as tried:
        monkeypatch.setenv("PROCESSOR_APIS", json.dumps({"woocommerce": tried.double.url}))
        yield tried


@pytest.fixture
def connection(at) -> str:
    form = {"provider": "woocommerce", "store": at.kind.store, **at.kind.secret}
    made = send(serve_webhooks.handler, "POST /v1/connections", caller=STAFF, body=form, at=NOW)
    work_off()
    return made.body["id"]


def batch(*bodies: str) -> dict:
    return {
        "Records": [
            {"messageId": str(number), "body": body, "attributes": {}}
            for number, body in enumerate(bodies)
        ]
    }


def message(job: str, **fields: str) -> str:
    return json.dumps({"job": job, "version": 1, "time": "2026-03-01T10:00:00Z"} | fields)


def told(code: str) -> str:
    """The message that a code has changed."""
    return message("sync_code", code=code.replace("-", ""))


def block(code: str) -> None:
    engine.write([put_code(Member(f"M{code}", blocked=True), code)])


def put_one(at) -> str:
    """A code that the store has."""
    (code,) = advocates(1)
    assert sync_codes.handler(batch(told(code)), None) == {"batchItemFailures": []}
    assert at.holds(code)
    return code


def test_a_blocked_advocates_code_does_not_wait_for_the_page_of_customers_before_it(at, connection):
    """The process ends in the middle of that page; the queue hands all of it over again, but only
    minutes later.
    """
    code = put_one(at)
    at.double.has(("Ann", "ann@example.com"), ("Ben", "ben@example.com"))
    block(code)
    page = message("read_customers", connection=connection)
    with pytest.raises(Killed), killing(2):
        sync_codes.handler(batch(page, told(code)), None)
    assert not at.holds(code)


def test_a_message_that_nobody_understands_fails_alone(at, connection):
    code = put_one(at)
    block(code)
    answer = sync_codes.handler(batch("{", told(code)), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert not at.holds(code)
