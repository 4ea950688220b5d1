"""What a release has sent, every later release reads (docs/upgrading.md): events of the bus, and
messages that wait in queues.
"""

import json

import pytest

from functions import deliver_webhook, reward_order
from shared.domain.instants import parse_instant
from shared.mail.requests import MailRequest, parse_mail_request
from shared.orders.update import parse_update
from shared.outgoing import events
from shared.outgoing.events import build_events
from tests.golden.cut import FOLDER, documents, event_of, job_message, load, mail_message
from tests.golden.v0_2_0.items import ITEMS
from tests.golden.v0_2_0.ledger import STATEMENT
from tests.golden.v0_2_0.messages import (
    ATTEMPT,
    CONTEXT,
    EVENTS,
    JOBS,
    MAIL_REQUEST,
    ORDER_UPDATE,
    written,
)
from tests.golden.v0_2_0.moments import AT, LATER

NEW_EVENTS = {"MergeUnfinished"}
"""Kinds of events that no release has sent yet."""


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_has_every_field_that_it_had(kind):
    before, now = load(f"events/{kind}"), event_of(kind, EVENTS[kind])
    assert now | {"detail": {}} == before | {"detail": {}}
    assert before["detail"].items() <= now["detail"].items()


def test_there_is_one_of_every_kind():
    told = {*events.TYPES, events.MEMBER_BLOCKED, events.MEMBER_JOINED, *reward_order._HANDLERS}
    assert {path.stem for path in (FOLDER / "events").glob("*.json")} == told - NEW_EVENTS
    names = {f"{path.parent.name}/{path.stem}" for path in FOLDER.rglob("*.json")}
    assert names == set(documents())


def test_an_order_update_is_read_into_its_facts():
    event = load("events/OrderChanged")
    detail = event["detail"]
    update = parse_update(
        detail, parse_instant(event["time"]), str, as_of=parse_instant(detail["as_of"])
    )
    assert update == ORDER_UPDATE


@pytest.mark.parametrize("name", JOBS)
def test_a_job_is_read_and_written_again(name):
    queue, job = JOBS[name]
    message = load(f"messages/{name}")
    assert queue.parse(json.dumps(message)) == job
    assert job_message(queue, job) == message


def test_a_mail_that_waits_is_read_and_written_again():
    message = load("messages/mail")
    assert parse_mail_request(json.dumps(message)) == MAIL_REQUEST
    assert mail_message(MAIL_REQUEST) == message


@pytest.mark.parametrize(
    ("kind", "request_"),
    [
        ("StatementIssued", MailRequest("I", "statement", "2026-03#EUR", STATEMENT.issued_at)),
        ("RewardPosted", MailRequest("I", "reward", "EUR#9", AT)),
        ("MemberJoined", MailRequest("I", "welcome", "once", LATER)),
    ],
)  # fmt: skip
def test_an_event_asks_for_the_mail_that_it_did(kind, request_):
    assert parse_mail_request(json.dumps(load(f"events/{kind}"))) == request_


def test_an_attempt_that_waits_is_told_from_an_event():
    message = load("messages/webhook_attempt")
    assert message == ATTEMPT and deliver_webhook.EVENT not in message
    assert deliver_webhook.EVENT in load("events/RewardPosted")


def test_an_order_without_frozen_terms_tells_no_more_than_its_refusals():
    order = ITEMS["order_reopened"].value
    record = written("ORDER", ITEMS["order_reopened"].write(order).key, order)
    assert build_events(record, CONTEXT) == []
