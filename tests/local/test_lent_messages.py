"""Messages that the local cloud's queues lend to callers of SQS's own API."""

import pytest

from local.cloud.database import open_database
from local.cloud.queues import Queues
from local.cloud.resources import Queue

DEAD = "arn:aws:sqs:us-east-1:000000000000:dead"


@pytest.fixture
def queues(tmp_path) -> Queues:
    queues = Queues(
        open_database(tmp_path / "journal"), {DEAD: Queue("Dead", "dead", DEAD, None, None)}
    )
    queues.send(DEAD, ["first", "second"], 0)
    return queues


def test_a_lent_message_is_hidden_from_others_for_a_while(queues):
    assert [message.body for message in queues.lend(DEAD, 10, hidden_seconds=60)] == [
        "first",
        "second",
    ]
    assert queues.lend(DEAD, 10, hidden_seconds=60) == []
    assert (queues.count_hidden(DEAD), queues.count_messages()) == (2, {"Dead": 2})


def test_a_message_that_was_lent_for_no_time_is_visible_again_at_once(queues):
    assert (
        queues.lend(DEAD, 1, hidden_seconds=0)[0].body
        == queues.lend(DEAD, 1, hidden_seconds=0)[0].body
        == "first"
    )
    assert queues.count_hidden(DEAD) == 0


def test_the_receipt_of_an_earlier_receive_deletes_nothing(queues):
    (before,) = queues.lend(DEAD, 1, hidden_seconds=0)
    (now,) = queues.lend(DEAD, 1, hidden_seconds=0)
    queues.delete_lent(DEAD, before.number, before.receives)
    assert queues.count_messages() == {"Dead": 2}
    queues.delete_lent(DEAD, now.number, now.receives)
    assert [message.body for message in queues.lend(DEAD, 10, hidden_seconds=0)] == ["second"]
