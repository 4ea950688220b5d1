"""What the local cloud's queues lend to whoever asks by SQS's own calls, and take back."""

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


def test_what_is_lent_is_nobody_elses_for_a_while(queues):
    assert [message.body for message in queues.lend(DEAD, 10, hidden_seconds=60)] == [
        "first",
        "second",
    ]
    assert queues.lend(DEAD, 10, hidden_seconds=60) == []
    assert (queues.count_hidden(DEAD), queues.count_messages()) == (2, {"Dead": 2})


def test_what_was_only_looked_at_is_still_everybodys(queues):
    assert (
        queues.lend(DEAD, 1, hidden_seconds=0)[0].body
        == queues.lend(DEAD, 1, hidden_seconds=0)[0].body
        == "first"
    )
    assert queues.count_hidden(DEAD) == 0


def test_a_receipt_of_before_takes_nothing_out(queues):
    (before,) = queues.lend(DEAD, 1, hidden_seconds=0)
    (now,) = queues.lend(DEAD, 1, hidden_seconds=0)
    queues.delete_lent(DEAD, before.number, before.receives)
    assert queues.count_messages() == {"Dead": 2}
    queues.delete_lent(DEAD, now.number, now.receives)
    assert [message.body for message in queues.lend(DEAD, 10, hidden_seconds=0)] == ["second"]
