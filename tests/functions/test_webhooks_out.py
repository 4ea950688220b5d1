"""What the shop's server is told: signed, again and again until it listens, and no door that is not the shop's."""

import json
import os
import socket
from datetime import datetime, timedelta

import boto3
import pytest
from jsonschema import Draft202012Validator
from receiver import receiving

from events import NOW, STAFF, send
from functions import serve_webhooks
from functions.deliver_webhook import handler
from shared import queue
from shared.domain.moment import instant_text
from shared.domain.webhook import PAUSES
from shared.openapi import openapi
from shared.outgoing import TYPES
from shared.outgoing_address import address_of
from shared.store import changes, engine
from shared.webhooks.signature import BadSignature, verify

WEBHOOKS, WEBHOOK = "/v1/webhooks", "/v1/webhooks/{id}"
DELIVERIES, REPLAY = f"{WEBHOOK}/deliveries", f"{WEBHOOK}/deliveries/{{delivery}}/replay"
PUBLIC_BASE = "https://grapevine.example.com"


@pytest.fixture(autouse=True)
def here(tables, monkeypatch):
    """We are on loopback ourselves, as under `grapevine run`."""
    engine.open_tables()
    monkeypatch.setenv("BASE_URL", "http://127.0.0.1:8000")
    name = f"webhooks-{os.environ['BUS_NAME']}"
    monkeypatch.setenv("WEBHOOKS_QUEUE", boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"])


class Post:
    """The queue, without its waiting: what was asked for, and after which pause; `run` hands it over, the clock put forward so far."""

    def __init__(self) -> None:
        self.at, self.asked = NOW, []

    def take(self, params: dict, **_) -> None:
        asked = json.loads(params["body"])
        self.asked.append((asked["MessageBody"], asked.get("DelaySeconds", 0)))

    def event(self, number: int = 1, kind: str = "RewardPosted", **detail) -> None:
        told = {"schema_version": 1, "id": f"evt_{number}", "at": instant_text(NOW + timedelta(seconds=number)), "member": "A", **detail}
        self.asked.append((json.dumps({"id": "of-the-bus", "source": "grapevine", "detail-type": kind, "detail": told}), 0))

    def step(self) -> int:
        """One message; the seconds that it waited."""
        body, delay = self.asked.pop(0)
        self.at += timedelta(seconds=delay)
        assert self.hand(body) == {"batchItemFailures": []}
        return delay

    def hand(self, body: str) -> dict:
        received = str(round(self.at.timestamp() * 1000))
        record = {"messageId": "m", "body": body, "attributes": {"ApproximateFirstReceiveTimestamp": received}}
        return handler({"Records": [record]})

    def run(self, most: int = 1_000) -> list[int]:
        """Until nothing is asked for any more; the pauses."""
        pauses = []
        while self.asked and len(pauses) < most:
            pauses.append(self.step())
        return pauses


@pytest.fixture
def post():
    post, hooks = Post(), queue.client().meta.events
    hooks.register("before-call.sqs.SendMessage", post.take)
    yield post
    hooks.unregister("before-call.sqs.SendMessage", post.take)


@pytest.fixture
def shop():
    with receiving() as receiver:
        yield receiver


def ask(route: str, at: datetime = NOW, **parts):
    return send(serve_webhooks.handler, route, caller=STAFF, at=at, **parts)


def made(url: str, **form) -> dict:
    answered = ask(f"POST {WEBHOOKS}", body={"url": url} | form)
    assert answered.status == 201, answered.text
    return answered.body


def shown(webhook: dict) -> dict:
    return next(row for row in ask(f"GET {WEBHOOKS}").body["items"] if row["id"] == webhook["id"])


def log(webhook: dict, at: datetime = NOW) -> list[dict]:
    return ask(f"GET {DELIVERIES}", at, path={"id": webhook["id"]}).body["items"]


# --- telling ---


def test_the_shop_is_told_an_event_signed_with_the_secret_it_was_given(shop, post):
    webhook = made(shop.url)
    post.event(amount=1_000)
    assert post.run() == [0, 0]
    (heard,) = shop.heard
    verify("standard", webhook["secret"], heard.headers, heard.body, NOW)
    assert (heard.path, heard.headers["content-type"], heard.headers["webhook-id"]) == ("/hooks?shop=1", "application/json", "evt_1")
    told = json.loads(heard.body)
    assert (told["type"], told["timestamp"], told["data"]["amount"]) == ("RewardPosted", instant_text(NOW + timedelta(seconds=1)), 1_000)
    (row,) = log(webhook)
    assert (row["status"], row["attempts"], row["response"], row["event"]) == ("delivered", 1, 200, "evt_1")


def test_another_secret_does_not_verify(shop, post):
    made(shop.url)
    other = made(shop.url, enabled=False)
    post.event()
    post.run()
    with pytest.raises(BadSignature):
        verify("standard", other["secret"], shop.heard[0].headers, shop.heard[0].body, NOW)


def test_only_the_types_that_were_asked_for_are_told(shop, post):
    made(shop.url, types=["CreditHeld"])
    post.event(1, "RewardPosted")
    post.event(2, "CreditHeld")
    post.run()
    assert [heard.headers["webhook-id"] for heard in shop.heard] == ["evt_2"]


def test_an_event_that_the_bus_tells_twice_is_delivered_once(shop, post):
    webhook = made(shop.url)
    for _ in range(2):
        post.event()
        post.run()
    assert (len(shop.heard), len(log(webhook))) == (1, 1)


def test_a_delivery_that_nobody_tried_because_of_a_crash_is_tried_when_the_event_comes_again(shop, post):
    made(shop.url)
    for _ in range(2):
        post.event()
    post.step()
    post.asked.pop()  # the crash: the delivery is written, its message was never sent
    post.run()
    assert len(shop.heard) == 1


def test_each_endpoint_is_told_for_itself(shop, post):
    with receiving() as other:
        other.answers = [500]
        first, second = made(shop.url), made(other.url)
        post.event()
        post.run(3)
        assert (log(first)[0]["status"], log(second)[0]["status"]) == ("delivered", "waiting")


# --- again ---


def test_a_deaf_shop_is_told_again_after_ever_longer_pauses_and_then_no_more(shop, post):
    webhook = made(shop.url)
    shop.answers = [500]
    post.event()
    waited = [pause for pause in post.run()[2:] if pause]
    assert max(waited) <= 900
    assert sum(waited) == sum(PAUSES)
    assert len(shop.heard) == len(PAUSES) + 1 == 10
    assert {heard.headers["webhook-id"] for heard in shop.heard} == {"evt_1"}
    (row,) = log(webhook)
    assert (row["status"], row["attempts"], row["response"], row["next_at"]) == ("failed", 10, 500, None)


def test_each_attempt_is_signed_at_its_own_time(shop, post):
    webhook = made(shop.url)
    shop.answers = [500, 500, 200]
    post.event()
    post.run()
    for heard, seconds in zip(shop.heard, (0, 5, 305), strict=True):
        verify("standard", webhook["secret"], heard.headers, heard.body, NOW + timedelta(seconds=seconds), tolerance_seconds=0)


def test_the_first_pauses_are_five_seconds_and_five_minutes(shop, post):
    webhook = made(shop.url)
    shop.answers = [503]
    post.event()
    post.run(2)
    assert log(webhook)[0]["next_at"] == instant_text(NOW + timedelta(seconds=5))
    post.step()
    assert log(webhook)[0]["next_at"] == instant_text(NOW + timedelta(seconds=305))


def test_a_shop_that_listens_again_clears_its_name(shop, post):
    webhook = made(shop.url)
    shop.answers = [500, 200]
    post.event()
    post.run(2)
    assert shown(webhook)["failing_since"] == instant_text(NOW)
    post.run()
    assert shown(webhook)["failing_since"] is None
    assert (log(webhook)[0]["status"], log(webhook)[0]["attempts"]) == ("delivered", 2)


def test_a_message_that_comes_twice_makes_no_second_chain_of_attempts(shop, post):
    made(shop.url)
    shop.answers = [500]
    post.event()
    post.step()
    post.asked *= 2
    post.run()
    assert len(shop.heard) == len(PAUSES) + 1


def test_an_attempt_that_comes_before_the_one_before_it_is_written_down_comes_again(shop, post):
    webhook = made(shop.url)
    post.event()
    post.step()
    early = json.dumps({"webhook": webhook["id"], "delivery": log(webhook)[0]["id"], "attempt": 1, "wait_seconds": 0})
    assert post.hand(early) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert shop.heard == []


# --- no more ---


def test_a_shop_that_says_gone_is_told_nothing_more(shop, post):
    webhook = made(shop.url)
    shop.answers = [410]
    post.event(1)
    post.run()
    post.event(2)
    post.run()
    row = shown(webhook)
    assert (len(shop.heard), row["enabled"], row["disabled_because"]) == (1, False, "gone")


def test_a_shop_deaf_for_five_days_is_disabled_and_shown(shop, post):
    webhook = made(shop.url)
    shop.answers = [500]
    post.event(1)
    post.run()
    post.at = NOW + timedelta(days=5) - timedelta(seconds=1)
    post.event(2)
    post.run(2)
    assert shown(webhook)["enabled"]
    post.at = NOW + timedelta(days=5)
    post.run(1)
    row = shown(webhook)
    assert (row["enabled"], row["disabled_because"], row["failing_since"]) == (False, "failing", instant_text(NOW))
    assert post.asked == []


def test_what_waits_for_an_endpoint_that_was_disabled_fails_unsent(shop, post):
    webhook = made(shop.url)
    post.event()
    post.step()
    ask(f"PUT {WEBHOOK}", path={"id": webhook["id"]}, body={"url": shop.url, "enabled": False})
    post.run()
    assert (shop.heard, log(webhook)[0]["problem"]) == ([], "webhook_disabled")
    assert shown(webhook)["disabled_because"] == "by_staff"


def test_an_endpoint_enabled_again_is_told_again_and_starts_afresh(shop, post):
    webhook = made(shop.url)
    shop.answers = [410, 200]
    post.event(1)
    post.run()
    ask(f"PUT {WEBHOOK}", path={"id": webhook["id"]}, body={"url": shop.url})
    assert (shown(webhook)["enabled"], shown(webhook)["failing_since"]) == (True, None)
    post.event(2)
    post.run()
    assert [row["status"] for row in log(webhook)] == ["delivered", "failed"]


def test_an_endpoint_taken_out_is_told_nothing(shop, post):
    webhook = made(shop.url)
    post.event()
    post.step()
    assert ask(f"DELETE {WEBHOOK}", path={"id": webhook["id"]}).status == 204
    post.run()
    assert shop.heard == []
    assert ask(f"GET {DELIVERIES}", path={"id": webhook["id"]}).code == "unknown_webhook"
    assert ask(f"DELETE {WEBHOOK}", path={"id": webhook["id"]}).code == "unknown_webhook"


# --- the log ---


def test_the_log_is_newest_first_in_pages_and_holds_no_body(shop, post):
    webhook = made(shop.url)
    for number in range(5):
        post.event(number, amount=123_456)
    post.run()
    seen, cursor = [], None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = ask(f"GET {DELIVERIES}", path={"id": webhook["id"]}, query=query)
        assert "123456" not in page.text
        seen += [row["event"] for row in page.body["items"]]
        cursor = page.body["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"evt_{number}" for number in (4, 3, 2, 1, 0)]


def test_after_thirty_days_a_delivery_is_forgotten(shop, post):
    webhook = made(shop.url)
    post.event(0)
    post.run()
    assert len(log(webhook, NOW + timedelta(days=30, seconds=-1))) == 1
    assert log(webhook, NOW + timedelta(days=30)) == []


def test_a_replay_tells_the_same_event_again_under_its_id(shop, post):
    webhook = made(shop.url)
    post.event()
    post.run()
    (row,) = log(webhook)
    answered = ask(f"POST {REPLAY}", path={"id": webhook["id"], "delivery": row["id"]})
    assert (answered.status, answered.body["status"]) == (202, "waiting")
    post.run()
    assert [heard.headers["webhook-id"] for heard in shop.heard] == ["evt_1", "evt_1"]
    assert shop.heard[0].body == shop.heard[1].body
    assert (log(webhook)[0]["status"], log(webhook)[0]["attempts"]) == ("delivered", 2)


def test_a_replay_has_all_pauses_before_it(shop, post):
    webhook = made(shop.url)
    shop.answers = [500]
    post.event()
    post.run()
    ask(f"POST {REPLAY}", path={"id": webhook["id"], "delivery": log(webhook)[0]["id"]})
    assert post.run(3) == [0, 5, 300]


def test_nothing_is_replayed_to_a_disabled_endpoint_and_nothing_unknown(shop, post):
    webhook = made(shop.url)
    shop.answers = [410]
    post.event()
    post.run()
    path = {"id": webhook["id"], "delivery": log(webhook)[0]["id"]}
    assert ask(f"POST {REPLAY}", path=path).code == "webhook_disabled"
    ask(f"PUT {WEBHOOK}", path={"id": webhook["id"]}, body={"url": shop.url})
    assert ask(f"POST {REPLAY}", path=path | {"delivery": "nothing"}).code == "unknown_delivery"


# --- secrets ---


def test_a_secret_is_told_once_and_a_new_one_signs_beside_the_old_for_a_day(shop, post):
    webhook = made(shop.url)
    rolled = ask(f"POST {WEBHOOK}/secret", path={"id": webhook["id"]}).body
    assert rolled["secret"] != webhook["secret"]
    assert rolled["old_secret_until"] == instant_text(NOW + timedelta(days=1))
    assert "secret" not in shown(webhook)
    post.event(1)
    post.run()
    for secret in (webhook["secret"], rolled["secret"]):
        verify("standard", secret, shop.heard[0].headers, shop.heard[0].body, NOW)
    post.at = NOW + timedelta(days=1)
    post.event(2)
    post.run()
    verify("standard", rolled["secret"], shop.heard[1].headers, shop.heard[1].body, post.at)
    with pytest.raises(BadSignature):
        verify("standard", webhook["secret"], shop.heard[1].headers, shop.heard[1].body, post.at)


def test_never_more_than_two_secrets_sign(shop, post):
    webhook = made(shop.url)
    for _ in range(3):
        ask(f"POST {WEBHOOK}/secret", path={"id": webhook["id"]})
    post.event()
    post.run()
    assert len(shop.heard[0].headers["webhook-signature"].split()) == 2


def test_the_same_key_makes_one_endpoint_and_tells_its_secret_again(shop):
    first, second = (ask(f"POST {WEBHOOKS}", body={"url": shop.url}, headers={"Idempotency-Key": "k"}).body for _ in range(2))
    assert first == second
    assert len(ask(f"GET {WEBHOOKS}").body["items"]) == 1


# --- where we do not go ---


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/hooks",
        "ftp://shop.example/",
        "https://",
        "https:shop.example",
        "https://user:word@shop.example/",
        "https://shop.example/#here",
        "https://localhost/",
        "https://intranet/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://10.0.0.1/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://192.168.1.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://[64:ff9b::a00:1]/",
        "https://0.0.0.0/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://shop.example:port/",
        "https://shop.example/a b",
        "https://shop.example/\r\nx: y",
        "https://" + "x" * 600 + ".example/",
        "http://127.0.0.2:80/",
        "http://127.0.0.1@evil.example/",
        7,
        None,
    ],
)
def test_only_public_addresses_over_tls_are_endpoints(url):
    answered = ask(f"POST {WEBHOOKS}", body={"url": url})
    assert (answered.status, answered.fields) == (422, ["url"])


def test_loopback_is_an_endpoint_only_of_a_system_on_loopback(shop, monkeypatch):
    monkeypatch.setenv("BASE_URL", PUBLIC_BASE)
    assert ask(f"POST {WEBHOOKS}", body={"url": shop.url}).fields == ["url"]


def test_an_endpoint_on_loopback_is_not_gone_to_once_the_system_is_public(shop, post, monkeypatch):
    webhook = made(shop.url)
    monkeypatch.setenv("BASE_URL", PUBLIC_BASE)
    post.event()
    post.run(2)
    assert (shop.heard, log(webhook)[0]["problem"]) == ([], "address_refused")


def test_a_name_that_leads_inside_is_not_gone_to_whatever_else_it_leads_to(monkeypatch):
    def answers(*addresses):
        return lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answers("93.184.216.34", "10.0.0.1"))
    with pytest.raises(ValueError, match="private"):
        address_of("https://shop.example/", PUBLIC_BASE)
    monkeypatch.setattr(socket, "getaddrinfo", answers("93.184.216.34"))
    assert address_of("https://shop.example/", PUBLIC_BASE) == ("93.184.216.34", 443)


def test_a_redirect_is_not_followed(shop, post):
    with receiving() as elsewhere:
        webhook = made(shop.url)
        shop.answers = [elsewhere.url]
        post.event()
        post.run(2)
        assert elsewhere.heard == []
    assert (log(webhook)[0]["status"], log(webhook)[0]["response"]) == ("waiting", 302)


def test_a_shop_that_does_not_answer_is_told_again(post):
    with receiving() as gone:
        webhook = made(gone.url)
    post.event()
    post.run(2)
    row = log(webhook)[0]
    assert (row["status"], row["response"], row["problem"]) == ("waiting", None, "no_answer")


def test_a_shop_that_drips_is_cut_off(post, monkeypatch):
    monkeypatch.setattr("shared.outgoing_http.ATTEMPT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        webhook = made(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        post.event()
        post.run(2)
    assert log(webhook)[0]["problem"] == "timeout"


# --- what is refused ---


def test_faults_of_the_form_are_named_by_their_fields(shop):
    assert ask(f"POST {WEBHOOKS}", body={}).fields == ["url"]
    assert ask(f"POST {WEBHOOKS}", body={"url": shop.url, "types": ["Nothing"]}).fields == ["types"]
    assert ask(f"POST {WEBHOOKS}", body={"url": shop.url, "secret": "mine"}).fields == ["secret"]
    assert ask(f"POST {WEBHOOKS}", body={"url": shop.url, "types": [*TYPES, *TYPES]}).fields == ["types"]
    assert ask(f"PUT {WEBHOOK}", path={"id": "we_none"}, body={"url": shop.url}).code == "unknown_webhook"


def test_there_are_at_most_ten_endpoints(shop):
    for _ in range(10):
        made(shop.url)
    answered = ask(f"POST {WEBHOOKS}", body={"url": shop.url})
    assert (answered.status, answered.code) == (409, "too_many_webhooks")


def test_who_changed_an_endpoint_is_written_down_without_its_secret(shop):
    webhook = made(shop.url)
    path = {"id": webhook["id"]}
    ask(f"POST {WEBHOOK}/secret", NOW + timedelta(seconds=1), path=path)
    ask(f"PUT {WEBHOOK}", NOW + timedelta(seconds=2), path=path, body={"url": shop.url, "enabled": False})
    ask(f"PUT {WEBHOOK}", NOW + timedelta(seconds=3), path=path, body={"url": shop.url, "enabled": False})
    ask(f"DELETE {WEBHOOK}", NOW + timedelta(seconds=4), path=path)
    lines, _ = changes.listing(10)
    assert [line["what"] for line in lines] == ["webhook_taken_out", "webhook_changed", "webhook_secret_replaced", "webhook_added"]
    assert {line["who"] for line in lines} == {"staff"} and {line["subject"]["webhook"] for line in lines} == {webhook["id"]}
    assert (lines[1]["before"]["enabled"], lines[1]["after"]["enabled"]) == (True, False)
    assert "whsec_" not in json.dumps(lines)


def test_answers_are_as_the_document_says(shop, post):
    document = openapi()

    def fits(route: str, **parts) -> None:
        answered = ask(route, **parts)
        method, path = route.split(" ")
        schema = document["paths"][path][method.lower()]["responses"][str(answered.status)]["content"]["application/json"]["schema"]
        found = Draft202012Validator(schema | {"components": document["components"]}).iter_errors(answered.body)
        assert [fault.message for fault in found] == []

    webhook = made(shop.url)
    post.event()
    post.run()
    path = {"id": webhook["id"]}
    fits(f"POST {WEBHOOKS}", body={"url": shop.url, "types": ["RewardPosted"]})
    fits(f"GET {WEBHOOKS}")
    fits(f"PUT {WEBHOOK}", path=path, body={"url": shop.url})
    fits(f"POST {WEBHOOK}/secret", path=path)
    fits(f"GET {DELIVERIES}", path=path)
    fits(f"POST {REPLAY}", path=path | {"delivery": log(webhook)[0]["id"]})
