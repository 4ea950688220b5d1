"""Dead letters in the console: what they are, who puts them back, and that none is lost."""

import json
import os
from functools import partial

import boto3
import pytest

from functions import serve_console, serve_console_queues
from shared import dead_letters, queue
from shared.store import engine
from shared.store.programs import audit_log
from tests.support.console_visitor import Visitor, open_console, text_of

PAGE, PUT_BACK = "GET /console/dead-letters", "POST /console/dead-letters/{queue}/put-back"
ORDER = {
    "id": "e-1",
    "detail-type": "OrderChanged",
    "source": "stripe",
    "detail": {"id": "1001", "customer": {"email": "ines@example.com", "login": "ines"}},
}


@pytest.fixture
def queues(tables, monkeypatch) -> dict[str, str]:
    """Addresses by name: of each queue, and of its `dead` letters."""
    engine.open_tables()
    open_console(monkeypatch)
    make = partial(boto3.client("sqs").create_queue)
    names = (
        "orders",
        "webhooks",
        "mails",
        "mail_feedback",
        "expiry",
        "settlement",
        "reconciliation",
    )
    work = {name: make(QueueName=f"{name}-{os.environ['BUS_NAME']}")["QueueUrl"] for name in names}
    dead = {
        name: make(QueueName=f"{name}-dead-{os.environ['BUS_NAME']}")["QueueUrl"]
        for name in (*names, "bus", "reviews", "stream")
    }
    monkeypatch.setenv("DEAD_LETTERS", json.dumps(dead))
    monkeypatch.setenv("PUT_BACK_TO", json.dumps(work))
    return work | {f"dead {name}": url for name, url in dead.items()}


def die(url: str, *messages: object, target: str | None = None) -> None:
    """Messages that a queue gave up on; `target` is what the bus could not reach."""
    attributes = (
        {"MessageAttributes": {"TARGET_ARN": {"DataType": "String", "StringValue": target}}}
        if target
        else {}
    )
    for message in messages:
        body = message if isinstance(message, str) else json.dumps(message)
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=body, **attributes)


def bodies(url: str) -> list:
    return [json.loads(message.body) for message in queue.peek(url)]


def page_text(visitor: Visitor) -> str:
    answered = visitor.get(serve_console_queues.handler, PAGE)
    assert answered.status == 200, answered.text
    return answered.text


def put_back(visitor: Visitor, name: str, **form: str):
    return visitor.post(serve_console_queues.handler, PUT_BACK, form, path={"queue": name})


def audit_lines() -> list[dict]:
    """The lines of the audit log about dead letters."""
    return [
        line
        for line in audit_log.list_audit_lines(50)[0]
        if line["what"] == "dead_letters_put_back"
    ]


class TestWhatWaits:
    def test_where_nothing_does_the_page_says_what_would_stand_here(self, queues):
        page = page_text(Visitor("viewer"))
        assert "No failed messages" in page and "Retry" not in page

    def test_it_is_named_by_ids_and_by_nobodys_name(self, queues):
        die(queues["dead orders"], ORDER)
        die(
            queues["dead settlement"],
            {
                "time": "2026-03-01T04:00:00Z",
                "until": "2026-02",
                "month": "2026-02",
                "owner": ["Anna", "EUR"],
            },
        )
        die(
            queues["dead mails"],
            {"kind": "statement", "member": "Ines", "at": "2026-03-01T04:00:00Z"},
        )
        page = page_text(Visitor("support"))
        assert 'href="/console/orders/1001"' in page and "OrderChanged" in page
        assert (
            'href="/console/members/Anna"' in page and 'href="/console/settlements/2026-02"' in page
        )
        assert 'href="/console/members/Ines"' in page and page.count("1 waits") == 3
        assert "ines@example.com" not in page

    @pytest.mark.parametrize(
        "body",
        [
            "no JSON",
            "[]",
            "7",
            "null",
            '{"detail-type": ["x"], "detail": 7, "owner": {}}',
            '{"detail": {"order": {}}}',
        ],
    )
    def test_what_nobody_can_read_waits_all_the_same(self, queues, body):
        die(queues["dead webhooks"], body)
        assert "1 waits" in page_text(Visitor())

    def test_looking_hides_it_from_nobody(self, queues):
        die(queues["dead orders"], ORDER)
        assert (
            page_text(Visitor()).count("OrderChanged")
            == page_text(Visitor()).count("OrderChanged")
            == 1
        )

    def test_the_overview_counts_what_can_be_put_back(self, queues):
        owner = Visitor()
        assert "no failed messages" in owner.get(serve_console.handler, "GET /console").text
        die(queues["dead orders"], ORDER, ORDER)
        die(queues["dead stream"], {"DDBStreamBatchInfo": {}})
        assert "2 pieces of work failed for good" in text_of(
            owner.get(serve_console.handler, "GET /console").text
        )


class TestPuttingBack:
    def test_it_comes_to_the_queue_that_gave_up_and_the_audit_tells_who_said_so(self, queues):
        die(queues["dead orders"], ORDER, ORDER | {"id": "e-2"})
        support = Visitor("support")
        answered = put_back(support, "orders")
        assert (answered.status, answered.headers["location"]) == (
            303,
            "/console/dead-letters?said=put_back",
        )
        assert sorted(body["id"] for body in bodies(queues["orders"])) == ["e-1", "e-2"]
        assert queue.count_waiting(queues["dead orders"]) == 0
        (line,) = audit_lines()
        assert (line["who"], line["subject"], line["before"]) == (
            f"staff:{support.person.id}",
            {"queue": "orders"},
            {"waiting": 2},
        )

    def test_what_the_bus_could_not_hand_on_goes_to_the_queue_it_was_for(self, queues):
        name = queues["mails"].rpartition("/")[2]
        die(queues["dead bus"], ORDER, target=f"arn:aws:sqs:eu-central-1:000000000000:{name}")
        put_back(Visitor(), "bus")
        assert bodies(queues["mails"]) == [ORDER]

    def test_what_has_no_known_way_stays_where_it_is(self, queues):
        die(queues["dead bus"], ORDER, target="arn:aws:sqs:eu-central-1:000000000000:taken-down")
        die(queues["dead bus"], ORDER)
        put_back(Visitor(), "bus")
        assert queue.count_waiting(queues["dead bus"]) == 2

    def test_more_than_one_page_goes_at_once_and_no_more_than_the_most(self, queues, monkeypatch):
        monkeypatch.setattr(dead_letters, "MOST_PUT_BACK", 13)
        die(queues["dead orders"], *[ORDER] * 15)
        put_back(Visitor(), "orders")
        assert (
            queue.count_waiting(queues["orders"]),
            queue.count_waiting(queues["dead orders"]),
        ) == (13, 2)

    def test_letters_without_a_way_keep_nobody_waiting_longer_than_the_most(
        self, queues, monkeypatch
    ):
        monkeypatch.setattr(dead_letters, "MOST_PUT_BACK", 3)
        die(queues["dead bus"], *[ORDER] * 5)
        put_back(Visitor(), "bus")
        assert len(queue.peek(queues["dead bus"])) == 2

    def test_cut_off_in_the_middle_it_is_there_twice_and_never_lost(self, queues):
        die(queues["dead orders"], ORDER)

        def die_here(**_):
            raise RuntimeError("killed")

        events = queue.client().meta.events
        events.register("before-send.sqs.DeleteMessage", die_here)
        try:
            assert put_back(Visitor(), "orders").status == 500
        finally:
            events.unregister("before-send.sqs.DeleteMessage", die_here)
        assert bodies(queues["orders"]) == [ORDER]
        assert queue.count_waiting(queues["dead orders"]) == 1

    def test_a_queue_that_does_not_take_it_loses_nothing(self, queues, monkeypatch):
        die(queues["dead orders"], ORDER)
        monkeypatch.setenv("PUT_BACK_TO", json.dumps({"orders": queues["orders"] + "-taken-down"}))
        assert put_back(Visitor(), "orders").status == 500
        assert queue.count_waiting(queues["dead orders"]) == 1

    @pytest.mark.parametrize(
        ("name", "status"), [("orders", 409), ("stream", 409), ("reviews", 409), ("nothing", 404)]
    )
    def test_where_nothing_can_be_put_back_the_page_says_why(self, queues, name, status):
        die(queues["dead stream"], {"DDBStreamBatchInfo": {}})
        assert put_back(Visitor(), name).status == status
        assert audit_lines() == []

    def test_who_only_looks_may_not(self, queues):
        die(queues["dead orders"], ORDER)
        viewer = Visitor("viewer")
        assert ">Retry<" not in page_text(viewer)
        assert put_back(viewer, "orders").status == 403
        assert queue.count_waiting(queues["orders"]) == 0


def test_times_are_those_of_the_first_telling(queues):
    die(queues["dead orders"], ORDER)
    (dead,) = [row for row in dead_letters.list_queues() if row.waiting]
    assert dead.letters[0].lost_at - dead.letters[0].sent_at == dead_letters.RETENTION
