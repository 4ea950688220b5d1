"""Endpoints over HTTP: the log of deliveries, replays, secrets, and faults of the form."""

import json
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator

from shared.domain.instants import instant_text
from shared.openapi.document import openapi
from shared.outgoing.events import TYPES
from shared.store.programs import audit_log
from shared.webhooks import standard
from shared.webhooks.signature import BadSignature
from tests.support.http_events import NOW
from tests.support.outgoing_webhooks import (
    DELIVERIES,
    REPLAY,
    WEBHOOK,
    WEBHOOKS,
    call_route,
    create_webhook,
    find_webhook,
    list_deliveries,
)

# --- the log ---


def test_the_log_is_newest_first_in_pages_and_holds_no_body(shop, post):
    webhook = create_webhook(shop.url)
    for number in range(5):
        post.event(number, amount=123_456)
    post.run()
    seen, cursor = [], None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = call_route(f"GET {DELIVERIES}", path={"id": webhook["id"]}, query=query)
        assert "123456" not in page.text
        seen += [row["event"] for row in page.body["items"]]
        cursor = page.body["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"evt_{number}" for number in (4, 3, 2, 1, 0)]


def test_after_thirty_days_a_delivery_is_forgotten(shop, post):
    webhook = create_webhook(shop.url)
    post.event(0)
    post.run()
    assert len(list_deliveries(webhook, NOW + timedelta(days=30, seconds=-1))) == 1
    assert list_deliveries(webhook, NOW + timedelta(days=30)) == []


def test_a_replay_tells_the_same_event_again_under_its_id(shop, post):
    webhook = create_webhook(shop.url)
    post.event()
    post.run()
    (row,) = list_deliveries(webhook)
    answered = call_route(f"POST {REPLAY}", path={"id": webhook["id"], "delivery": row["id"]})
    assert (answered.status, answered.body["status"]) == (202, "waiting")
    post.run()
    assert [heard.headers["webhook-id"] for heard in shop.heard] == ["evt_1", "evt_1"]
    assert shop.heard[0].body == shop.heard[1].body
    assert (list_deliveries(webhook)[0]["status"], list_deliveries(webhook)[0]["attempts"]) == (
        "delivered",
        2,
    )


def test_a_replay_has_all_pauses_before_it(shop, post):
    webhook = create_webhook(shop.url)
    shop.answers = [500]
    post.event()
    post.run()
    call_route(
        f"POST {REPLAY}", path={"id": webhook["id"], "delivery": list_deliveries(webhook)[0]["id"]}
    )
    assert post.run(3) == [0, 5, 300]


def test_nothing_is_replayed_to_a_disabled_endpoint_and_nothing_unknown(shop, post):
    webhook = create_webhook(shop.url)
    shop.answers = [410]
    post.event()
    post.run()
    path = {"id": webhook["id"], "delivery": list_deliveries(webhook)[0]["id"]}
    assert call_route(f"POST {REPLAY}", path=path).code == "webhook_disabled"
    call_route(f"PUT {WEBHOOK}", path={"id": webhook["id"]}, body={"url": shop.url})
    assert (
        call_route(f"POST {REPLAY}", path=path | {"delivery": "nothing"}).code == "unknown_delivery"
    )


# --- secrets ---


def test_a_secret_is_told_once_and_a_new_one_signs_beside_the_old_for_a_day(shop, post):
    webhook = create_webhook(shop.url)
    rolled = call_route(f"POST {WEBHOOK}/secret", path={"id": webhook["id"]}).body
    assert rolled["secret"] != webhook["secret"]
    assert rolled["old_secret_until"] == instant_text(NOW + timedelta(days=1))
    assert "secret" not in find_webhook(webhook)
    post.event(1)
    post.run()
    for secret in (webhook["secret"], rolled["secret"]):
        standard.SIGNATURE.verify(secret, shop.heard[0].headers, shop.heard[0].body, NOW)
    post.at = NOW + timedelta(days=1)
    post.event(2)
    post.run()
    standard.SIGNATURE.verify(rolled["secret"], shop.heard[1].headers, shop.heard[1].body, post.at)
    with pytest.raises(BadSignature):
        standard.SIGNATURE.verify(
            webhook["secret"], shop.heard[1].headers, shop.heard[1].body, post.at
        )


def test_never_more_than_two_secrets_sign(shop, post):
    webhook = create_webhook(shop.url)
    for _ in range(3):
        call_route(f"POST {WEBHOOK}/secret", path={"id": webhook["id"]})
    post.event()
    post.run()
    assert len(shop.heard[0].headers["webhook-signature"].split()) == 2


def test_the_same_key_makes_one_endpoint_and_tells_its_secret_again(shop):
    first, second = (
        call_route(
            f"POST {WEBHOOKS}", body={"url": shop.url}, headers={"Idempotency-Key": "k"}
        ).body
        for _ in range(2)
    )
    assert first == second
    assert len(call_route(f"GET {WEBHOOKS}").body["items"]) == 1


# --- what is refused ---


def test_faults_of_the_form_are_named_by_their_fields(shop):
    assert call_route(f"POST {WEBHOOKS}", body={}).fields == ["url"]
    assert call_route(f"POST {WEBHOOKS}", body={"url": shop.url, "types": ["Nothing"]}).fields == [
        "types"
    ]
    assert call_route(f"POST {WEBHOOKS}", body={"url": shop.url, "secret": "mine"}).fields == [
        "secret"
    ]
    assert call_route(
        f"POST {WEBHOOKS}", body={"url": shop.url, "types": [*TYPES, *TYPES]}
    ).fields == ["types"]
    assert (
        call_route(f"PUT {WEBHOOK}", path={"id": "we_none"}, body={"url": shop.url}).code
        == "unknown_webhook"
    )


def test_there_are_at_most_ten_endpoints(shop):
    for _ in range(10):
        create_webhook(shop.url)
    answered = call_route(f"POST {WEBHOOKS}", body={"url": shop.url})
    assert (answered.status, answered.code) == (409, "too_many_webhooks")


def test_who_changed_an_endpoint_is_written_down_without_its_secret(shop):
    webhook = create_webhook(shop.url)
    path = {"id": webhook["id"]}
    call_route(f"POST {WEBHOOK}/secret", NOW + timedelta(seconds=1), path=path)
    call_route(
        f"PUT {WEBHOOK}",
        NOW + timedelta(seconds=2),
        path=path,
        body={"url": shop.url, "enabled": False},
    )
    call_route(
        f"PUT {WEBHOOK}",
        NOW + timedelta(seconds=3),
        path=path,
        body={"url": shop.url, "enabled": False},
    )
    call_route(f"DELETE {WEBHOOK}", NOW + timedelta(seconds=4), path=path)
    lines, _ = audit_log.list_audit_lines(10)
    assert [line["what"] for line in lines] == [
        "webhook_taken_out",
        "webhook_changed",
        "webhook_secret_replaced",
        "webhook_added",
    ]
    assert {line["who"] for line in lines} == {"staff"} and {
        line["subject"]["webhook"] for line in lines
    } == {webhook["id"]}
    assert (lines[1]["before"]["enabled"], lines[1]["after"]["enabled"]) == (True, False)
    assert "whsec_" not in json.dumps(lines)


def test_answers_are_as_the_document_says(shop, post):
    document = openapi()

    def fits(route: str, **parts) -> None:
        answered = call_route(route, **parts)
        method, path = route.split(" ")
        schema = document["paths"][path][method.lower()]["responses"][str(answered.status)][
            "content"
        ]["application/json"]["schema"]
        found = Draft202012Validator(schema | {"components": document["components"]}).iter_errors(
            answered.body
        )
        assert [fault.message for fault in found] == []

    webhook = create_webhook(shop.url)
    post.event()
    post.run()
    path = {"id": webhook["id"]}
    fits(f"POST {WEBHOOKS}", body={"url": shop.url, "types": ["RewardPosted"]})
    fits(f"GET {WEBHOOKS}")
    fits(f"PUT {WEBHOOK}", path=path, body={"url": shop.url})
    fits(f"POST {WEBHOOK}/secret", path=path)
    fits(f"GET {DELIVERIES}", path=path)
    fits(f"POST {REPLAY}", path=path | {"delivery": list_deliveries(webhook)[0]["id"]})
