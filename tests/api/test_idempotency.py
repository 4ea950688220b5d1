import threading
from datetime import timedelta

import pytest

from shared.api.http import Answer, Api
from shared.api.idempotency import idempotent
from shared.problem import Conflict, Unavailable
from tests.support.http_events import NOW, SHOP, STAFF, send

ROUTE = "PUT /v1/orders/{id}"


class Counter:
    """A route that answers how often it was called."""

    def __init__(self):
        self.asked = 0
        self.error = None
        self.api = Api()
        self.api.route(ROUTE)(idempotent(self.count))

    def count(self, request):
        self.asked += 1
        if self.error:
            raise self.error
        return Answer(
            {"asked": self.asked, "body": request.body()}, 201, {"etag": f'"{self.asked}"'}
        )

    def send(self, key="k1", body=None, path="1", at=NOW, caller=SHOP, query=None):
        given = {} if key is None else {"Idempotency-Key": key}
        return send(
            self.api,
            ROUTE,
            path={"id": path},
            query=query,
            body=body or {},
            headers=given,
            at=at,
            caller=caller,
        )


@pytest.fixture
def counter(tables):
    return Counter()


def test_the_same_request_is_answered_the_same(counter):
    first = counter.send(body={"a": 1, "b": 2})
    assert counter.send(body='{ "b": 2, "a": 1 }') == first
    assert (first.status, counter.asked, first.headers["etag"]) == (201, 1, '"1"')


def test_without_a_key_each_request_is_done(counter):
    counter.send(None)
    assert counter.send(None).body["asked"] == 2


@pytest.mark.parametrize(
    "other",
    [{"body": {"a": 2}}, {"body": {"a": 1.0}}, {"path": "2"}, {"query": {"dry_run": "true"}}],
)
def test_another_request_under_the_key_is_refused_and_not_done(counter, other):
    counter.send(body={"a": 1})
    answered = counter.send(**{"body": {"a": 1}} | other)
    assert (answered.status, answered.code, counter.asked) == (409, "idempotency_conflict", 1)


def test_keys_of_other_callers_are_other_keys(counter):
    counter.send(body={"a": 1})
    assert counter.send(body={"a": 2}, caller=STAFF).status == 201


def test_a_refusal_is_repeated_too(counter):
    counter.error = Conflict("insufficient_credit", "Ask for less.", available=5)
    first = counter.send()
    counter.error = None
    assert counter.send() == first
    assert (first.status, first.body["available"], counter.asked) == (409, 5, 1)


def test_a_passing_refusal_is_not_kept(counter):
    counter.error = Unavailable("busy", "Send it again.")
    assert counter.send().status == 503
    counter.error = None
    assert counter.send().status == 201


def test_a_crash_after_the_claim_blocks_neither_this_request_nor_lets_another_in(counter):
    counter.error = LookupError("crash")
    assert counter.send(body={"a": 1}).status == 500
    counter.error = None
    assert counter.send(body={"a": 2}).code == "idempotency_conflict"
    assert counter.send(body={"a": 1}).status == 201


def test_after_two_days_a_key_is_free_again(counter):
    counter.send(body={"a": 1})
    assert counter.send(body={"a": 2}, at=NOW + timedelta(days=2, seconds=-1)).status == 409
    assert counter.send(body={"a": 2}, at=NOW + timedelta(days=2)).body["asked"] == 2
    assert counter.send(body={"a": 2}, at=NOW + timedelta(days=2)).body["asked"] == 2


def test_a_body_that_cannot_be_read_claims_nothing(counter):
    assert counter.send(body="{").status == 400
    assert counter.send(body={"a": 1}).status == 201


@pytest.mark.parametrize(
    ("key", "status"),
    [("k" * 255, 201), ("k" * 256, 400), ("", 400), ("  ", 400), ("a\x00b", 400), ("é" * 255, 201)],
)
def test_a_key_is_1_to_255_printable_characters(counter, key, status):
    answered = counter.send(key)
    assert answered.status == status
    if status == 400:
        assert (answered.code, counter.asked) == ("invalid_idempotency_key", 0)


def test_equal_requests_at_once_get_one_answer(counter):
    start, answers = threading.Barrier(6), []

    def race():
        start.wait()
        answers.append(counter.send(body={"a": 1}))

    threads = [threading.Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer.text for answer in answers}) == 1
    assert {answer.status for answer in answers} == {201}


def test_different_requests_at_once_under_one_key_let_one_in(counter):
    start, answers = threading.Barrier(6), []

    def race(number):
        start.wait()
        answers.append(counter.send(body={"a": number}))

    threads = [threading.Thread(target=race, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409, 409, 409]
    assert counter.asked == 1
